import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DpsFaults } from '../../src/shared/bench.ts';
import { valueFrom } from '../doubles/books.ts';
import { type CaptivePortal, startCaptivePortal } from '../doubles/captive-portal.ts';
import { manualClock } from '../doubles/clock.ts';
import {
  type CourierCloud,
  type CourierRig,
  drain,
  fates,
  openCourierRig,
  registryFor,
  startCourierCloud,
  type Way,
} from '../doubles/courier-rig.ts';

/*
 * Faults of the way to the service, each at four moments of a drain: before the first call, after some items, after
 * everything was carried out but no reply came back, and while the service is asked what arrived. The simulated
 * service's own book and counters judge: every id once, nothing lost, nothing made twice.
 */

const units = 25;
let cloud: CourierCloud;
let portals: Record<200 | 302, CaptivePortal>;
let rig: CourierRig;
let cell = 0;
let struck = false;
let heardBefore = 0; // calls that the service had heard before this rig

beforeAll(async () => {
  cloud = await startCourierCloud(manualClock(), units);
  const { folder } = cloud.bench;
  portals = { 200: await startCaptivePortal(folder, 200), 302: await startCaptivePortal(folder, 302) };
});
afterAll(async () => {
  await Promise.all([portals[200].close(), portals[302].close()]);
  await cloud.close();
});
afterEach(async () => {
  await rig.close();
  cloud.bench.simulator.setFaults(quiet);
});

const quiet: DpsFaults = {
  outage: 'none',
  latencyInMs: 0,
  loseReplies: 0,
  dropRequests: 0,
  throttle: { calls: 0, retryAfterInSeconds: null },
  failCalls: { calls: 0, status: 500 },
  clockSkewInSeconds: 0,
};

/** A fault of the way: how it shows, and whether the station goes on by itself or waits for an operator. */
type WayFault = {
  readonly name: string;
  readonly faults?: DpsFaults;
  readonly way?: () => Way;
  readonly code: string;
  readonly resumes: 'station' | 'operator';
  readonly sparesReads?: true;
  /** Calls end only when the client's patience does. */
  readonly hangs?: true;
};

const often = 1_000;
const matrix: readonly WayFault[] = [
  { name: 'no network', faults: { outage: 'refuse' }, code: 'network-down', resumes: 'station' },
  { name: 'no name service', way: () => 'no-name', code: 'name-not-found', resumes: 'station' },
  { name: 'an authority that nobody trusts', way: () => 'no-ca', code: 'tls-failed', resumes: 'operator' },
  {
    name: 'a time-out after the service committed',
    faults: { latencyInMs: 3_600_000 },
    hangs: true,
    code: 'service-timeout',
    resumes: 'station',
  },
  {
    name: 'replies lost after the commit',
    faults: { loseReplies: often },
    code: 'network-down',
    resumes: 'station',
    sparesReads: true,
  },
  {
    name: 'requests cut before they are carried out',
    faults: { dropRequests: often },
    code: 'network-down',
    resumes: 'station',
  },
  {
    name: '429 with Retry-After',
    faults: { throttle: { calls: often, retryAfterInSeconds: 7 } },
    code: 'service-throttled',
    resumes: 'station',
  },
  {
    name: '429 without Retry-After',
    faults: { throttle: { calls: often, retryAfterInSeconds: null } },
    code: 'service-throttled',
    resumes: 'station',
  },
  { name: '500', faults: { failCalls: { calls: often, status: 500 } }, code: 'service-failed', resumes: 'station' },
  { name: '503', faults: { outage: 'service-unavailable' }, code: 'service-failed', resumes: 'station' },
  { name: '401 because of the key', way: () => 'wrong-key', code: 'credentials-refused', resumes: 'operator' },
  {
    // A token lives one hour: a service whose clock is two hours ahead holds it for expired.
    name: '401 because of the clock',
    faults: { clockSkewInSeconds: 7_200 },
    code: 'clock-wrong',
    resumes: 'operator',
  },
  { name: '403', faults: { failCalls: { calls: often, status: 403 } }, code: 'access-forbidden', resumes: 'operator' },
  {
    name: 'a web page in place of the service',
    way: () => registryFor(cloud, { port: portals[200].port }),
    code: 'answer-unreadable',
    resumes: 'station',
  },
  {
    name: 'a redirection to a log-in page',
    way: () => registryFor(cloud, { port: portals[302].port }),
    code: 'answer-unreadable',
    resumes: 'station',
  },
];

function strike(fault: WayFault): void {
  struck = true;
  if (fault.faults) cloud.bench.simulator.setFaults(fault.faults);
  if (fault.way) rig.use(fault.way());
}

function lift(): void {
  cloud.bench.simulator.setFaults(quiet);
  rig.use('right');
}

/** Resolves when nothing is under way any more; patience runs out when the service sits on answers to what it did. */
async function ended(fault: WayFault): Promise<void> {
  let over = false;
  const settled = rig.courier.settled().then(() => {
    over = true;
  });
  while (fault.hangs && !over) {
    await new Promise((resolve) => setImmediate(resolve));
    const heard = cloud.bench.simulator.counters().serviceCalls - heardBefore;
    if (!struck || rig.underWay().length === 0 || heard < rig.calls.length) continue;
    cloud.clock.pass(30_000);
    await Promise.all(rig.underWay());
  }
  await settled;
}

/** While the fault is there: its name is told, nothing is lost, and only the one who may goes on. */
async function holdsOut(fault: WayFault): Promise<void> {
  const { courier, store } = rig;
  await ended(fault);
  const pending = valueFrom(await store.counts()).items.pending;
  expect(pending).toBeGreaterThan(0);
  const pause = courier.pause();
  expect(pause?.problem.code).toBe(fault.code);
  const made = rig.calls.length;
  if (fault.resumes === 'operator') {
    expect(pause?.until).toBeNull();
    cloud.clock.pass(86_400_000);
    await courier.settled();
    expect(rig.calls.length).toBe(made);
  } else {
    expect(Date.parse(pause?.until ?? '')).toBeGreaterThan(cloud.clock.now());
    // After the pause one call goes ahead, finds the way still closed, and the next pause is no shorter than a second.
    cloud.clock.next();
    await ended(fault);
    expect(rig.calls.length).toBe(made + 1);
    expect(courier.pause()?.problem.code).toBe(fault.code);
  }
  expect(valueFrom(await store.counts()).items).toMatchObject({ pending, parked: 0 });
}

async function allDeliveredOnce(prefix: string, before: { created: number; deleted: number }): Promise<void> {
  lift();
  if (rig.courier.pause()?.until === null) rig.courier.flush();
  await drain(rig);
  const { simulator } = cloud.bench;
  const inBook = simulator.book().flatMap((row) => (row.registrationId.startsWith(prefix) ? [row] : []));
  expect(inBook.map((row) => row.registrationId).sort()).toEqual(ids(prefix).sort());
  expect(new Map(inBook.map((row) => [row.registrationId, row.sha256Thumbprint]))).toEqual(
    new Map(ids(prefix).map((id, index) => [id, cloud.certificates[index]?.sha256])),
  );
  expect(simulator.counters().created - before.created).toBe(units);
  expect(simulator.counters()).toMatchObject({ updated: 0, deleted: before.deleted });
  expect([...(await fates(rig, prefix)).values()]).toEqual(Array(units).fill('delivered'));
  expect(rig.deeds.filter((deed) => deed.event === 'item-delivered')).toHaveLength(units);
  expect(rig.courier.pause()).toBeNull();
  // Only a 400 is searched by halves: everything else is sent again as it was planned.
  const sizes = new Set(rig.calls.flatMap((call) => (call.call === 'create' ? [call.ids.length] : [])));
  expect([...sizes].filter((size) => ![10, 5, 3].includes(size))).toEqual([]);
}

const ids = (prefix: string): string[] => Array.from({ length: units }, (_, index) => `${prefix}${index}`);

async function open(callsInFlight: number) {
  cell += 1;
  struck = false;
  const prefix = `cell-${cell}-`;
  rig = openCourierRig(cloud, { callsInFlight });
  heardBefore = cloud.bench.simulator.counters().serviceCalls;
  await rig.queue(ids(prefix));
  return { prefix, before: cloud.bench.simulator.counters() };
}

describe.each(matrix)('$name', (fault) => {
  it('before the first call', async () => {
    const { prefix, before } = await open(2);
    strike(fault);
    rig.courier.wake();
    await holdsOut(fault);
    await allDeliveredOnce(prefix, before);
  });

  it('during the drain', async () => {
    const { prefix, before } = await open(1);
    rig.onCall(() => {
      if (rig.calls.length === 2) strike(fault);
    });
    rig.courier.wake();
    await holdsOut(fault);
    expect(rig.deeds.filter((deed) => deed.event === 'item-delivered')).toHaveLength(10);
    await allDeliveredOnce(prefix, before);
  });

  it('after every item was carried out and no reply came back', async () => {
    const { prefix, before } = await open(3);
    cloud.bench.simulator.setFaults({ loseReplies: 3 });
    rig.courier.wake();
    await rig.courier.settled();
    expect(cloud.bench.simulator.counters().created - before.created).toBe(units);
    strike(fault);
    cloud.clock.next();
    await holdsOut(fault);
    await allDeliveredOnce(prefix, before);
    expect(cloud.bench.simulator.counters().duplicates - before.duplicates).toBeGreaterThanOrEqual(units);
  });

  if (!fault.sparesReads)
    it('while the service is asked what arrived', async () => {
      const { prefix, before } = await open(3);
      cloud.bench.simulator.setFaults({ loseReplies: 3 });
      rig.onCall((call) => {
        if (call.call === 'get' && rig.calls.filter((one) => one.call === 'get').length === 3) strike(fault);
      });
      rig.courier.wake();
      await rig.courier.settled();
      cloud.clock.next();
      await holdsOut(fault);
      expect(rig.deeds.filter((deed) => deed.event === 'item-delivered')).toHaveLength(2);
      await allDeliveredOnce(prefix, before);
    });
});
