import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrollmentOf, jobOf, newItem, passedWrites, returnOf, testOrigin, valueFrom } from '../doubles/books.ts';
import { manualClock } from '../doubles/clock.ts';
import {
  type CourierCloud,
  type CourierRig,
  drain,
  fates,
  openCourierRig,
  startCourierCloud,
} from '../doubles/courier-rig.ts';

/* How many calls, how fast, in which order: counted by the simulated service and by the test's clock. */

const most = 60;
let cloud: CourierCloud;
let rig: CourierRig;
let cell = 0;
let prefix = '';

beforeAll(async () => {
  cloud = await startCourierCloud(manualClock(), most);
});
afterAll(() => cloud.close());
beforeEach(() => {
  cell += 1;
  prefix = `pace-${cell}-`;
  rig = openCourierRig(cloud, { callsInFlight: 1 });
});
afterEach(async () => {
  await rig.close();
  cloud.bench.simulator.setFaults({
    poisonIds: [],
    throttle: { calls: 0, retryAfterInSeconds: null },
    operationsPerMinute: null,
  });
});

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const bulkCalls = (): number => cloud.bench.simulator.counters().bulkCalls;

describe('the search for bad items', () => {
  it.each(Array.from({ length: 10 }, (_, bad) => bad))(
    'bad item %i of ten is known after 4 further calls, the other nine are delivered after 5',
    async (bad) => {
      const before = bulkCalls();
      await rig.queue(ids(10));
      cloud.bench.simulator.setFaults({ poisonIds: [`${prefix}${bad}`] });
      await drain(rig);
      const refused = before + 1; // the bulk of ten itself
      const deeds = new Map(
        rig.deeds.filter((deed) => deed.event !== 'item-sent').map((deed) => [deed.registrationId, deed]),
      );
      expect([...deeds.values()].map((deed) => deed.event).sort()).toEqual([
        ...Array(9).fill('item-delivered'),
        'item-parked',
      ]);
      expect(deeds.get(`${prefix}${bad}`)?.event).toBe('item-parked');
      expect((deeds.get(`${prefix}${bad}`)?.bulkCalls ?? 0) - refused).toBeLessThanOrEqual(4);
      expect(bulkCalls() - refused).toBeLessThanOrEqual(5);
      expect(rig.calls.every((call) => call.call === 'create')).toBe(true);
    },
  );

  it.each<[number, number[]]>([
    [10, [0, 1]],
    [10, [0, 9]],
    [10, [2, 5, 7]],
    [10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [2, [0, 1]],
    [1, [0]],
  ])(
    'among %i items, bad ones %j: no more calls than items and halvings, the rest is delivered',
    async (count, bad) => {
      const before = bulkCalls();
      await rig.queue(ids(count));
      cloud.bench.simulator.setFaults({ poisonIds: bad.map((index) => `${prefix}${index}`) });
      await drain(rig);
      expect(await fates(rig, prefix)).toEqual(
        new Map(ids(count).map((id, index) => [id, bad.includes(index) ? 'parked enrollment-refused' : 'delivered'])),
      );
      expect(bulkCalls() - before).toBeLessThanOrEqual(1 + 4 + 1 + (count - 1));
    },
  );
});

describe('pauses', () => {
  it.each([7, 60, 600])('Retry-After of %i seconds is honoured to the second', async (seconds) => {
    await rig.queue(ids(15));
    cloud.bench.simulator.setFaults({ throttle: { calls: 1, retryAfterInSeconds: seconds } });
    rig.courier.wake();
    await rig.courier.settled();
    const told = cloud.clock.now();
    cloud.clock.pass(seconds * 1_000 - 1);
    await rig.courier.settled();
    rig.courier.wake(); // a unit that is queued meanwhile does not break the pause
    await rig.courier.settled();
    expect(rig.calls).toHaveLength(1);
    await drain(rig);
    const next = rig.calls[1]?.at ?? 0;
    expect(next - told).toBeGreaterThanOrEqual(seconds * 1_000);
    expect(next - told).toBeLessThanOrEqual(seconds * 1_000 + 1_000);
    expect([...(await fates(rig, prefix)).values()]).toEqual(Array(15).fill('delivered'));
  });

  it('without Retry-After the pauses grow to a limit', async () => {
    await rig.queue(ids(1));
    cloud.bench.simulator.setFaults({ throttle: { calls: 12, retryAfterInSeconds: null } });
    await drain(rig);
    const gaps = rig.calls.slice(1).map((call, index) => call.at - (rig.calls[index]?.at ?? 0));
    expect(gaps).toHaveLength(12);
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(Math.min(30_000, gaps[index - 1] ?? 0));
      expect(gap).toBeLessThanOrEqual(60_000);
    }
  });
});

describe('the quota', () => {
  it.each([1, 2, 4])(
    'of 3 operations per minute is never exceeded with %i calls in flight, and is used up',
    async (callsInFlight) => {
      await rig.close();
      cloud.clock.pass(120_000);
      rig = openCourierRig(cloud, { callsInFlight, operationsPerMinute: 3 });
      cloud.bench.simulator.setFaults({ operationsPerMinute: 3 });
      const before = cloud.bench.simulator.counters();
      const started = cloud.clock.now();
      await rig.queue(ids(most));
      await drain(rig);
      expect(cloud.bench.simulator.counters().throttled).toBe(before.throttled);
      expect([...(await fates(rig, prefix)).values()]).toEqual(Array(most).fill('delivered'));
      // Six bulks: three in the first minute, three in the second.
      expect(rig.calls).toHaveLength(6);
      for (const [index, call] of rig.calls.entries()) {
        const inWindow = rig.calls.slice(0, index + 1).filter((other) => other.at > call.at - 60_000);
        expect(inWindow.length).toBeLessThanOrEqual(3);
      }
      expect(cloud.clock.now() - started).toBeLessThan(61_000);
    },
  );
});

describe('the order of one registration id', () => {
  /** A rework: a newer job with another certificate takes the place of the unit's first one. */
  async function queueReplacement(id: string): Promise<void> {
    const second = cloud.certificates[1];
    if (second === undefined) throw new Error('too few certificates');
    const at = new Date(cloud.clock.now()).toISOString();
    const job = jobOf(`${id}-again`, { slot: 2 });
    const enrollment = enrollmentOf(id, second.base64);
    const item = newItem(job, { registrationId: id, mode: 'replace', enrollment, fingerprint: second.sha256 });
    const [begin, ...rest] = passedWrites(job, item, createHash('sha256').update(`${id} again`).digest('hex'));
    if (begin === undefined) throw new Error('no writes');
    const supersede = {
      write: 'job-superseded',
      jobId: `job-${id}`,
      by: job.id,
      reason: 'rework',
    } as const;
    valueFrom(
      await rig.store.commit({ origin: testOrigin, at, writes: [begin, returnOf(jobOf(id)), supersede, ...rest] }),
    );
  }

  async function secondCredentialHolds(id: string): Promise<void> {
    await drain(rig);
    const rows = cloud.bench.simulator.book().filter((one) => one.registrationId === id);
    expect(rows.map((row) => row.sha256Thumbprint)).toEqual([cloud.certificates[1]?.sha256]);
    const { rows: items } = valueFrom(
      await rig.store.listItems({ states: ['superseded', 'delivered'], after: 0, limit: 10_000 }),
    );
    const own = items.filter((item) => item.registrationId === id);
    expect(own.map((item) => `${item.mode} ${item.state}`)).toEqual(['create superseded', 'replace delivered']);
  }

  it('a replacement after a delivered creation exchanges the credential that this station made', async () => {
    const id = `${prefix}0`;
    await rig.queue([id]);
    await drain(rig);
    await queueReplacement(id);
    await secondCredentialHolds(id);
    expect(rig.calls.map((call) => call.call)).toEqual(['create', 'get', 'update']);
  });

  it('a replacement of a creation that never left goes out as a creation', async () => {
    const id = `${prefix}0`;
    await rig.queue([id]);
    await queueReplacement(id);
    await secondCredentialHolds(id);
    expect(rig.calls.map((call) => call.call)).toEqual(['get', 'create']);
  });

  it('a replacement that is queued while the creation is on its way waits for it', async () => {
    const id = `${prefix}0`;
    await rig.queue([id]);
    let queued = Promise.resolve();
    rig.onCall(() => {
      if (rig.calls.length === 1) queued = queueReplacement(id);
    });
    rig.courier.wake();
    await rig.courier.settled();
    await queued;
    await secondCredentialHolds(id);
    expect(rig.calls.map((call) => call.call)).toEqual(['create', 'get', 'update']);
  });

  it('a replacement after a creation whose reply was lost finds it and exchanges it', async () => {
    const id = `${prefix}0`;
    await rig.queue([id]);
    cloud.bench.simulator.setFaults({ loseReplies: 1 });
    rig.courier.wake();
    await rig.courier.settled();
    await queueReplacement(id);
    await secondCredentialHolds(id);
    expect(rig.calls.map((call) => call.call)).toEqual(['create', 'get', 'update']);
  });
});
