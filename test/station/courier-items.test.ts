import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DpsFaults } from '../../src/shared/bench.ts';
import { valueFrom } from '../doubles/books.ts';
import { manualClock } from '../doubles/clock.ts';
import {
  type CourierCloud,
  type CourierRig,
  drain,
  fates,
  openCourierRig,
  startCourierCloud,
} from '../doubles/courier-rig.ts';
import { x509Enrollment } from '../interop/dps-bench.ts';

/*
 * Faults of single items: a poisoned item that spoils its bulk, errors inside an answer of HTTP 200, and enrollments
 * that were there before. The simulated service's own book and counters judge.
 */

const units = 25;
let cloud: CourierCloud;
let rig: CourierRig;
let cell = 0;
let prefix = '';

beforeAll(async () => {
  cloud = await startCourierCloud(manualClock(), units);
});
afterAll(() => cloud.close());
beforeEach(() => {
  cell += 1;
  prefix = `item-${cell}-`;
  rig = openCourierRig(cloud, { callsInFlight: 1 });
});
afterEach(async () => {
  await rig.close();
  cloud.bench.simulator.setFaults(quiet);
});

const quiet: DpsFaults = { loseReplies: 0, poisonIds: [], rejectIds: [] };
const ids = (count = units): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const idAt = (index: number): string => `${prefix}${index}`;
const certificateAt = (index: number): string => cloud.certificates[index]?.base64 ?? '';
const counters = () => cloud.bench.simulator.counters();
const inBook = (): string[] =>
  cloud.bench.simulator.book().flatMap((row) => (row.registrationId.startsWith(prefix) ? [row.registrationId] : []));

/** Somebody else writes an enrollment; with `etag` an existing one is exchanged. */
async function writtenByAnother(index: number, certificate: string, more: object = {}): Promise<void> {
  const path = `/enrollments/${idAt(index)}`;
  const found = await cloud.call('GET', path);
  const headers: Record<string, string> = found.status === 200 ? { 'If-Match': found.json.etag } : {};
  const written = await cloud.call('PUT', path, x509Enrollment(idAt(index), certificate, more), headers);
  expect(written.status).toBe(200);
}

/** An item that the service does not take as it is: what becomes of it, and whether it is in the book in the end. */
type ItemFault = {
  readonly name: string;
  /** Puts the fault on the items with these numbers. */
  readonly strike: (numbers: readonly number[]) => Promise<void> | void;
  readonly fate: 'delivered' | `parked ${string}`;
  readonly numbers: readonly number[];
  readonly facts?: Record<string, unknown>;
};

const reject = (errorCode: number) => (numbers: readonly number[]) => {
  const message = `planted ${errorCode}`;
  const rejectIds = numbers.map((number) => ({ registrationId: idAt(number), errorCode, message }));
  cloud.bench.simulator.setFaults({ rejectIds });
};
const poison = (numbers: readonly number[]) => void cloud.bench.simulator.setFaults({ poisonIds: numbers.map(idAt) });

const matrix: readonly ItemFault[] = [
  { name: 'a bulk with one poisoned item', strike: poison, fate: 'parked enrollment-refused', numbers: [23] },
  {
    name: 'a bulk with three poisoned items',
    strike: poison,
    fate: 'parked enrollment-refused',
    numbers: [20, 22, 24],
  },
  {
    name: 'an error 400 of one item inside an answer of 200',
    strike: reject(400_004),
    fate: 'parked enrollment-refused',
    numbers: [21],
    facts: { errorCode: 400_004, message: 'planted 400004' },
  },
  {
    name: 'another certificate under the same id',
    strike: async (numbers) => {
      for (const number of numbers) await writtenByAnother(number, certificateAt(0));
    },
    fate: 'parked enrollment-conflict',
    numbers: [22, 24],
  },
  {
    name: 'the same certificate with another field',
    strike: async (numbers) => {
      for (const number of numbers)
        await writtenByAnother(number, certificateAt(number), { deviceId: 'somebody-else' });
    },
    fate: 'parked enrollment-drift',
    numbers: [24],
    facts: { fields: 'deviceId' },
  },
  {
    name: 'the same enrollment, written by another',
    strike: async (numbers) => {
      for (const number of numbers)
        await writtenByAnother(number, certificateAt(number), {
          deviceId: `device-${number}`,
          provisioningStatus: 'enabled',
        });
    },
    fate: 'delivered',
    numbers: [20, 21],
  },
];

const queueAll = (count = units) => rig.queue(ids(count), (id) => ({ deviceId: `device-${id.slice(prefix.length)}` }));

/** Whoever is named has its own fate, everybody else is delivered; each id is in the book at most once. */
async function judged({ numbers, fate, facts }: ItemFault): Promise<void> {
  const expected = new Map(ids().map((id, number) => [id, numbers.includes(number) ? fate : 'delivered']));
  expect(await fates(rig, prefix)).toEqual(expected);
  expect(rig.courier.pause()).toBeNull();
  const { rows } = valueFrom(await rig.store.listItems({ states: ['parked'], after: 0, limit: 1_000 }));
  for (const item of rows)
    if (facts && item.registrationId.startsWith(prefix)) expect(item.problem?.facts).toMatchObject(facts);
  const book = inBook();
  expect(new Set(book).size).toBe(book.length);
  expect(book).toEqual(expect.arrayContaining(ids().filter((id) => expected.get(id) === 'delivered')));
}

describe.each(matrix)('$name', (fault) => {
  it('before the first call', async () => {
    await queueAll();
    await fault.strike(fault.numbers);
    await drain(rig);
    await judged(fault);
  });

  it('during the drain', async () => {
    await queueAll();
    rig.onCall(() => {
      if (rig.calls.length === 2) cloud.bench.simulator.setFaults({ dropRequests: 1 });
    });
    rig.courier.wake();
    await rig.courier.settled();
    expect(inBook()).toHaveLength(10);
    await fault.strike(fault.numbers);
    await drain(rig);
    await judged(fault);
  });

  it('after every item was carried out and no reply came back', async () => {
    await rig.close();
    rig = openCourierRig(cloud, { callsInFlight: 3 });
    await queueAll();
    cloud.bench.simulator.setFaults({ loseReplies: 3 });
    rig.courier.wake();
    await rig.courier.settled();
    expect(inBook().sort()).toEqual(ids().sort());
    await fault.strike(fault.numbers);
    await drain(rig);
    await judged(fault);
    expect(inBook().sort()).toEqual(ids().sort());
  });
});

it.each([429_001, 500_001, 503_000])('an error %i of one item is tried again later, by itself', async (errorCode) => {
  await queueAll();
  reject(errorCode)([3]);
  rig.courier.wake();
  await rig.courier.settled();
  const waiting = valueFrom(await rig.store.listItems({ states: ['pending'], after: 0, limit: 100 })).rows;
  expect(waiting.map((item) => item.registrationId)).toEqual([idAt(3)]);
  expect(Date.parse(waiting[0]?.notBefore ?? '')).toBeGreaterThan(cloud.clock.now());
  expect(rig.courier.pause()).toBeNull();
  cloud.clock.next();
  await rig.courier.settled();
  expect(rig.calls.at(-1)?.ids).toEqual([idAt(3)]);
  expect((await fates(rig, prefix)).get(idAt(3))).toBe('pending');
  cloud.bench.simulator.setFaults(quiet);
  const { created } = counters();
  await drain(rig);
  expect(counters().created).toBe(created + 1);
  expect([...(await fates(rig, prefix)).values()]).toEqual(Array(units).fill('delivered'));
});

it('a parked item is delivered when the cause is gone and the operator retries it', async () => {
  await queueAll();
  poison([7]);
  await drain(rig);
  expect(inBook()).not.toContain(idAt(7));
  cloud.bench.simulator.setFaults(quiet);
  const [parked] = valueFrom(await rig.store.listItems({ states: ['parked'], after: 0, limit: 100 })).rows.filter(
    (item) => item.registrationId === idAt(7),
  );
  expect(await rig.courier.retry(parked?.id ?? 0, 'lead')).toEqual({ ok: true, value: undefined });
  await drain(rig);
  expect(inBook().sort()).toEqual(ids().sort());
  expect((await fates(rig, prefix)).get(idAt(7))).toBe('delivered');
  expect(await rig.courier.retry(parked?.id ?? 0, 'lead')).toMatchObject({
    ok: false,
    problem: { code: 'item-not-parked' },
  });
  expect(await rig.courier.retry(999_999, 'lead')).toMatchObject({ ok: false, problem: { code: 'item-not-found' } });
});
