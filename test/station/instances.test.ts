import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EnrollmentRegistry } from '../../src/main/ports/enrollment-registry.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail } from '../../src/shared/result.ts';
import { manualClock } from '../doubles/clock.ts';
import {
  type CourierCloud,
  type CourierRig,
  drain,
  openCourierRig,
  registryFor,
  startCourierCloud,
  type Way,
} from '../doubles/courier-rig.ts';

/* What a screen is told of an instance: pause, quota, last answer. */

let cloud: CourierCloud;
let rig: CourierRig;
beforeAll(async () => {
  cloud = await startCourierCloud(manualClock(), 3);
});
afterAll(() => cloud.close());
afterEach(() => rig.close());

const now = (): string => new Date(cloud.clock.now()).toISOString();
let unit = 0;

async function sentOne(way: Way): Promise<CourierRig> {
  rig = openCourierRig(cloud, { operationsPerMinute: 40 });
  rig.use(way);
  unit += 1;
  await rig.queue([`instance-${unit}`]);
  rig.courier.wake();
  await rig.courier.settled();
  return rig;
}

const noKey = (): EnrollmentRegistry =>
  registryFor(cloud, {
    key: async () => fail({ problem: problem('credentials-refused', { trackingId: 'none' }), retryAfterInMs: null }),
  });

describe('an instance as a screen is shown it', () => {
  it('is quiet before the first call', () => {
    rig = openCourierRig(cloud, { operationsPerMinute: 40 });
    const { host } = cloud.bench.ready;
    expect(rig.instances()).toEqual([
      { name: 'default', hostName: host, pause: null, quotaUsed: 0, quotaLimit: 40, lastAnswerAt: null },
    ]);
  });

  it.each([
    { name: 'a way that is free', way: () => 'right' as const, code: null, until: null, answered: true },
    {
      name: 'a key that is refused',
      way: () => 'wrong-key' as const,
      code: 'credentials-refused',
      until: null,
      answered: true,
    },
    {
      name: 'a name that nobody knows',
      way: () => 'no-name' as const,
      code: 'name-not-found',
      until: 'a time',
      answered: false,
    },
    {
      name: 'a foreign certificate',
      way: () => 'no-ca' as const,
      code: 'tls-failed',
      until: null,
      answered: false,
    },
    { name: 'a vault without the key', way: noKey, code: 'credentials-refused', until: null, answered: false },
  ])('after $name', async ({ way, code, until, answered }) => {
    const at = now();
    const [state] = (await sentOne(way())).instances();
    expect(state?.pause?.problem.code ?? null).toBe(code);
    if (code !== null) expect(state?.pause?.until).toEqual(until === null ? null : expect.any(String));
    expect(state?.quotaUsed).toBe(1);
    expect(state?.lastAnswerAt).toBe(answered ? at : null);
    // Once the way is free the pause ends, and a minute later the quota is free again.
    rig.use('right');
    if (code !== null) await drain(rig);
    cloud.clock.pass(61_000);
    await rig.courier.settled();
    expect(rig.instances()[0]).toMatchObject({ pause: null, quotaUsed: 0 });
  });
});
