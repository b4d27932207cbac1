import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { ProvisioningServiceClient } from 'azure-iot-provisioning-service';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import { deriveMxchipIdentity } from '../../src/main/identity/mxchip-identity.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import type { Enrollment } from '../../src/shared/enrollment.ts';
import type { Settings } from '../../src/shared/settings.ts';
import type { BenchRig } from './bench-station.ts';
import type { Figure } from './report.ts';
import { passedUnit } from './units.ts';

const latencyInMs = 80;
const drained = 2_000;
const quotaPerMinute = 30;

/** A unit that passed, with its item. */
export type Passed = ReturnType<typeof passedUnit>;
let numbers = 1_000_000;

/** Units with certificates as their boards would make them. */
export function unitsWithCertificates(rig: BenchRig, count: number): Passed[] {
  const recipe = loadRecipe(rig.ready.recipeFile);
  if (!recipe.ok || recipe.value.image === null) throw new Error('no recipe with an image');
  const { image } = recipe.value;
  return Array.from({ length: count }, () => {
    numbers += 1;
    const registrationId = `drain-${numbers}`;
    const derived = deriveMxchipIdentity({ uds: randomBytes(32), image, registrationId });
    if (!derived.ok) throw new Error(derived.problem.code);
    const { certificatePem, sha256Thumbprint: sha256 } = derived.value.identity;
    return passedUnit(numbers, { certificatePem, sha256, registrationId });
  });
}

/** Makes books whose outbox holds these units, and opens a station on them. */
export async function openWith(
  rig: BenchRig,
  name: string,
  units: readonly Passed[],
  settings: (same: Settings) => Settings,
): Promise<StationHandle> {
  const folder = join(rig.folder, name, 'training');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'station.db');
  const prepared = prepareDatabase(file);
  if (!prepared.ok) throw new Error(prepared.problem.code);
  const store = createStationStore({ file });
  for (let first = 0; first < units.length; first += 500) {
    const some = units.slice(first, first + 500);
    const { origin, at } = some[0] as Passed;
    const committed = await store.commit({ origin, at, writes: some.flatMap((unit) => unit.writes) });
    if (!committed.ok) throw new Error(JSON.stringify(committed.problem));
  }
  await store.close();
  return rig.open(name, 1, { settings });
}

/** Settings with another instance. */
export function withInstance(change: Partial<Settings['dps'][string]>, callsInFlight = 4) {
  return (same: Settings): Settings => {
    const { default: instance } = same.dps;
    if (instance === undefined) throw new Error('the bench has no cloud');
    return { ...same, callsInFlight, scanner: null, dps: { default: { ...instance, ...change } } };
  };
}

/** Resolves when so many items are delivered. */
export async function untilDelivered(handle: StationHandle, count: number): Promise<void> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const stop = handle.onChange(() => {
        stop();
        resolve();
      });
    });
    const counts = await handle.books.counts();
    if (counts.ok && counts.value.items.delivered >= count) return;
    await changed;
  }
}

/** Enrollments per minute at 80 ms latency without a quota, beside the official package sending bulks of ten. */
export async function benchDrain(rig: BenchRig): Promise<Figure[]> {
  await rig.control.call('dps-faults', { latencyInMs, operationsPerMinute: null });
  try {
    const units = unitsWithCertificates(rig, drained);
    const start = performance.now();
    const handle = await openWith(rig, 'drain', units, withInstance({ operationsPerMinute: 100_000 }));
    await untilDelivered(handle, drained);
    const station = (drained * 60_000) / (performance.now() - start);
    await handle.stop();
    const official = await officialDrain(
      rig,
      unitsWithCertificates(rig, drained / 4).flatMap((unit) => unit.item.enrollment ?? []),
    );
    return [
      {
        name: 'drained without quota, 80 ms latency',
        value: station,
        unit: 'per minute',
        beside: `official package, one bulk of ten after the other: ${Math.round(official).toLocaleString('en')}; ratio ${(station / official).toFixed(1)}`,
      },
    ];
  } finally {
    await rig.control.call('dps-faults', { latencyInMs: 0 });
  }
}

async function officialDrain(rig: BenchRig, enrollments: readonly Enrollment[]): Promise<number> {
  const { dps } = rig.ready;
  if (dps === null) throw new Error('the bench has no cloud');
  const agent = Object.assign(new Agent({ ca: readFileSync(dps.caFile), keepAlive: true }), { defaultPort: dps.port });
  const client = ProvisioningServiceClient.fromConnectionString(dps.serviceConnectionString) as unknown as {
    _restApiClient: { setOptions(options: unknown): void };
    runBulkEnrollmentOperation(operation: unknown, done: (error: Error | null) => void): void;
  };
  client._restApiClient.setOptions({ http: { agent } });
  const start = performance.now();
  for (let first = 0; first < enrollments.length; first += 10) {
    const operation = { mode: 'create', enrollments: enrollments.slice(first, first + 10) };
    // The promise form never settles: only the callback form is usable.
    await new Promise<void>((resolve, reject) => {
      client.runBulkEnrollmentOperation(operation, (error) => (error ? reject(error) : resolve()));
    });
  }
  agent.destroy();
  return (enrollments.length * 60_000) / (performance.now() - start);
}

/** How much of a quota is used when there is more to do than it allows, and whether it was ever exceeded. */
export async function benchQuota(rig: BenchRig): Promise<Figure[]> {
  // Two windows and the first call of the third: what the first two hold, over the time to the third.
  const count = quotaPerMinute * 10 * 2 + 10;
  process.stdout.write(`  (two windows of a minute each: this takes two minutes)\n`);
  const before = await rig.control.call('dps-counters', {});
  await rig.control.call('dps-faults', { operationsPerMinute: quotaPerMinute });
  try {
    const units = unitsWithCertificates(rig, count);
    const handle = await openWith(rig, 'quota', units, withInstance({ operationsPerMinute: quotaPerMinute }));
    const firstAt = performance.now();
    await untilDelivered(handle, count);
    const tookInMs = performance.now() - firstAt;
    await handle.stop();
    const after = await rig.control.call('dps-counters', {});
    const perMinute = ((count - 10) * 60_000) / tookInMs;
    const used = perMinute / (quotaPerMinute * 10);
    return [
      {
        name: `drained at a quota of ${quotaPerMinute} calls`,
        value: perMinute,
        unit: 'per minute',
        beside: `${(used * 100).toFixed(1)} % of the quota; ${after.throttled - before.throttled} calls throttled`,
        target: 'at least 95 %, none throttled',
        met: used >= 0.95 && after.throttled === before.throttled,
      },
    ];
  } finally {
    await rig.control.call('dps-faults', { operationsPerMinute: null });
  }
}
