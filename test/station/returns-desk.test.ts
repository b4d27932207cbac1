import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEnrollmentMirror } from '../../src/main/adapters/sqlite/mirror-store.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { ReturnEffect } from '../../src/main/domain/return-machine.ts';
import type { EnrollmentMirror } from '../../src/main/ports/enrollment-mirror.ts';
import { createInstance } from '../../src/main/station/instances.ts';
import type { LoadedRecipe } from '../../src/main/station/loaded-recipe.ts';
import { openPermits } from '../../src/main/station/open-permits.ts';
import { createRemoteSteps, type RemoteSteps } from '../../src/main/station/returns/remote-steps.ts';
import { createReturnsDesk, type RunningReturnsDesk } from '../../src/main/station/returns/returns-desk.ts';
import type { DpsFaults } from '../../src/shared/bench.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import type { ReturnDeed, ReturnOrder } from '../../src/shared/returns.ts';
import {
  closeTestBooks,
  enrollmentOf,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  type TestBooks,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';
import { type ManualClock, manualClock } from '../doubles/clock.ts';
import { type CloudInReach, registryFor, serviceFor } from '../doubles/courier-rig.ts';
import { type DpsBench, deviceCaller, registerDevice, selfSigned, startDpsBench } from '../interop/dps-bench.ts';

/*
 * The desk for returns on a clock of the test, before the simulated service over HTTPS: outages of days, answers that get
 * lost, throttling, and stops, in each step that has work at the service.
 */

const day = 86_400_000;
let folder: string;
let clock: ManualClock;
let cloud: CloudInReach & { bench: DpsBench };
let books: TestBooks;
let mirror: EnrollmentMirror;
let desk: RunningReturnsDesk;
let recipe: LoadedRecipe;
/** Effects in the order of their first tries; `before` is told of each before it begins. */
let tried: ReturnEffect[];
let before: (effect: ReturnEffect) => void;

function newDesk(): RunningReturnsDesk {
  const instance = createInstance({
    hostName: cloud.bench.ready.host,
    registry: registryFor(cloud),
    service: serviceFor(cloud),
    operationsPerMinute: 100_000,
    bulkWeight: 'call',
    clock,
  });
  const instances = new Map([['default', instance]]);
  const noHub = { instances, mirror, store: books.store, hubOf: () => null };
  const steps = createRemoteSteps({
    ...noHub,
    enrollments: { exclude: async () => fail(problem('bug', { reason: '' })) },
  });
  const watched: RemoteSteps = (effect, one) => {
    if (!tried.includes(effect)) {
      tried.push(effect);
      before(effect);
    }
    return steps(effect, one);
  };
  return createReturnsDesk({
    instances,
    recipe,
    origin: { ...testOrigin, actor: 'station' },
    store: books.store,
    steps: watched,
    clock,
    random: { ...systemRandom, fraction: () => 0.5 },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    pauseOf: () => null,
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'returns-desk-'));
  clock = manualClock(Date.now());
  cloud = { bench: await startDpsBench({ now: () => new Date(clock.now()) }), clock };
  books = openTestBooks();
  mirror = createEnrollmentMirror({ file: join(folder, 'mirror.db') });
  recipe = valueFrom(loadRecipe('mxchip-devkit'));
  tried = [];
  before = () => {};
  desk = newDesk();
  await desk.start();
});
afterEach(async () => {
  await desk.stop();
  await mirror.close();
  await closeTestBooks(books);
  await cloud.bench.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A unit that passed and whose enrollment the service holds; its device can register. */
async function unit(serial: string) {
  const credential = selfSigned(serial);
  const der = new X509Certificate(credential.certPem).raw;
  const fingerprint = createHash('sha256').update(der).digest('hex');
  const enrollment = enrollmentOf(serial, der.toString('base64'));
  const job = jobOf(serial);
  const item = newItem(job, { registrationId: serial, enrollment, fingerprint });
  const at = new Date(clock.now()).toISOString();
  valueFrom(await books.store.commit({ origin: testOrigin, at, writes: passedWrites(job, item) }));
  const [queued] = valueFrom(await books.store.dueItems('9999', 1, ['default']));
  if (queued === undefined) throw new Error('no item');
  valueFrom(await registryFor(cloud).createMany([enrollment]));
  const there = { ...queued, state: 'delivered' as const, deliveredAt: at };
  const writes = [{ write: 'item-changed', item: there, event: 'item-delivered' }] as const;
  valueFrom(await books.store.commit({ origin: testOrigin, at, writes }));
  const register = async (): Promise<unknown> =>
    (await registerDevice(deviceCaller(cloud.bench.ready, serial, credential), serial)).last.json?.status;
  return { register };
}

const orderOf = (serial: string, deed: ReturnDeed): ReturnOrder => ({
  serial,
  reason: 'customer-return',
  note: '',
  deed,
  options: { deleteRegistration: true, removeHubIdentity: false, oldEntry: 'delete', to: null },
});
const begin = async (order: ReturnOrder): Promise<string> =>
  valueFrom(await desk.open(order, { actor: 'T-1', permits: openPermits(), countersign: null })).id;
const seen = async (id: string) => valueFrom(await desk.detail(id));
const stepOf = async (id: string) => (await seen(id)).case.state.step;
const faults = (given: DpsFaults) => void cloud.bench.simulator.setFaults(given);

/** Deeds and what they do at the service, one after the other. */
const deeds: readonly (readonly [ReturnDeed, readonly ReturnEffect[]])[] = [
  ['retire', ['look-at-entry', 'disable', 'delete-registration', 'put-away']],
  ['new-identity', ['look-at-entry', 'disable', 'delete-registration']],
  ['register-again', ['note-registration', 'delete-registration', 'enable', 'look-for-registration']],
];
const each = deeds.flatMap(([deed, effects]) => effects.map((effect) => [deed, effect, effects] as const));
const endOf = { retire: 'done', 'new-identity': 'awaiting-board', 'register-again': 'awaiting-registration' } as const;
type Tried = keyof typeof endOf;

/** Lets the return go on until it waits for something else than a failure. */
async function carriedThrough(id: string): Promise<void> {
  for (let turns = 0; turns < 20 && (await seen(id)).wait.problem !== null; turns += 1) {
    clock.pass(60_000);
    await desk.settled();
  }
}

describe.each(each)('%s, %s', (deed, effect, effects) => {
  it('goes on by itself after two days without a network', async () => {
    await unit('sn-1');
    before = (one) => {
      if (one === effect) faults({ outage: 'refuse' });
    };
    const id = await begin(orderOf('sn-1', deed));
    await desk.settled();
    const held = await seen(id);
    expect(held.wait).toMatchObject({ problem: { code: 'network-down' }, needsPerson: false });
    for (let hours = 0; hours < 48; hours += 6) {
      clock.pass(day / 4);
      await desk.settled();
      expect(await stepOf(id)).toBe(held.case.state.step);
    }
    // One line says that it waits, not one for each try.
    const { lines } = valueFrom(await books.store.unitHistory('sn-1'));
    expect(lines.filter(({ event }) => event === 'return-waits')).toHaveLength(1);
    faults({ outage: 'none' });
    await carriedThrough(id);
    expect([await stepOf(id), tried]).toEqual([endOf[deed as Tried], effects]);
  });

  it('survives an answer that was lost, and a service that throttles', async () => {
    await unit('sn-1');
    before = (one) => {
      if (one === effect) faults({ loseReplies: 1, throttle: { calls: 2, retryAfterInSeconds: null } });
    };
    const id = await begin(orderOf('sn-1', deed));
    await desk.settled();
    await carriedThrough(id);
    expect([await stepOf(id), tried]).toEqual([endOf[deed as Tried], effects]);
  });

  it('is taken up by the next station after a stop', async () => {
    await unit('sn-1');
    before = (one) => {
      if (one === effect) faults({ outage: 'refuse' });
    };
    const id = await begin(orderOf('sn-1', deed));
    await desk.settled();
    await desk.stop();
    faults({ outage: 'none' });
    desk = newDesk();
    await desk.start();
    await desk.settled();
    expect(await stepOf(id)).toBe(endOf[deed as Tried]);
  });
});

describe('credentials that are refused', () => {
  it('hold up every return of the instance until a person says so, and are tried once by the next station', async () => {
    await unit('sn-1');
    await unit('sn-2');
    faults({ failCalls: { calls: 1_000, status: 401 } });
    const one = await begin(orderOf('sn-1', 'retire'));
    await desk.settled();
    const two = await begin(orderOf('sn-2', 'retire'));
    await desk.settled();
    const calls = cloud.bench.simulator.counters().serviceCalls;
    clock.pass(2 * day);
    await desk.settled();
    expect(cloud.bench.simulator.counters().serviceCalls).toBe(calls);
    for (const id of [one, two]) {
      expect((await seen(id)).wait).toMatchObject({ problem: { code: 'credentials-refused' }, needsPerson: true });
    }
    faults({ failCalls: { calls: 0, status: 401 } });
    valueFrom(await desk.goOn(one, false, { actor: 'T-1', permits: openPermits() }));
    await desk.settled();
    expect([await stepOf(one), await stepOf(two)]).toEqual(['done', 'done']);
  });
});

describe('a registration that is waited for', () => {
  it('is asked for ever more seldom, soon again when told to look, and must be a new one', async () => {
    const { register } = await unit('sn-1');
    expect(await register()).toBe('assigned');
    const order = orderOf('sn-1', 'register-again');
    const id = await begin({ ...order, options: { ...order.options, deleteRegistration: false } });
    await desk.settled();
    const first = Date.parse((await seen(id)).wait.nextTryAt ?? '') - clock.now();
    clock.pass(first);
    await desk.settled();
    const second = Date.parse((await seen(id)).wait.nextTryAt ?? '') - clock.now();
    expect([first, second]).toEqual([2_000, 4_000]); // as the watcher asks: soon at first, then ever more seldom
    clock.pass(day);
    await desk.settled();
    expect(await stepOf(id)).toBe('awaiting-registration');
    expect(await register()).toBe('assigned');
    desk.flush();
    await desk.settled();
    expect(await stepOf(id)).toBe('done');
  });
});

describe('an order', () => {
  it('is refused for a unit that is unknown, at work, in the queue, or without an identity', async () => {
    const asking = { actor: 'T-1', permits: openPermits(), countersign: null };
    const refusal = async (serial: string) => {
      const answer = await desk.open(orderOf(serial, 'retire'), asking);
      return answer.ok ? null : answer.problem.code;
    };
    expect(await refusal('nobody')).toBe('serial-unknown');
    const at = new Date(clock.now()).toISOString();
    const job = jobOf('busy');
    valueFrom(await books.store.commit({ origin: testOrigin, at, writes: [{ write: 'job-started', job }] }));
    expect(await refusal('busy')).toBe('serial-in-work');
    const queued = jobOf('queued', { slot: 2 });
    const writes = passedWrites(queued, newItem(queued, { fingerprint: 'd'.repeat(64) }));
    valueFrom(await books.store.commit({ origin: testOrigin, at, writes }));
    expect(await refusal('queued')).toBe('return-in-queue');
  });

  it('needs a second badge where the recipe asks for one, and not the same', async () => {
    await unit('sn-1');
    await desk.stop();
    recipe = {
      ...recipe,
      recipe: { ...recipe.recipe, release: { twoBadges: true } } as unknown as LoadedRecipe['recipe'],
    };
    desk = newDesk();
    await desk.start();
    const permits = openPermits();
    const ask = (badge: string | null) =>
      desk.open(orderOf('sn-1', 'retire'), {
        actor: 'T-1',
        permits,
        countersign: badge === null ? null : { badge, pin: null },
      });
    expect(await ask(null)).toMatchObject({ problem: { code: 'return-second-badge' } });
    expect(await ask('T-1')).toMatchObject({ problem: { code: 'countersign-same' } });
    const { id } = valueFrom(await ask('L-2'));
    expect((await seen(id)).case).toMatchObject({ origin: { actor: 'T-1' }, countersignedBy: 'L-2' });
  });

  it('is refused to whoever may not: retirement is an act of its own', async () => {
    await unit('sn-1');
    const asked: string[] = [];
    const permits = {
      ...openPermits(),
      permit: (act: string) => {
        asked.push(act);
        return act === 'retire' ? fail(problem('countersign-same', { badge: 'x' })) : ok('T-1');
      },
    };
    const asking = { actor: 'T-1', permits, countersign: null };
    expect(await desk.open(orderOf('sn-1', 'retire'), asking)).toMatchObject({ ok: false });
    valueFrom(await desk.open(orderOf('sn-1', 'register-again'), asking));
    expect(asked).toEqual(['retire', 'return']);
  });
});
