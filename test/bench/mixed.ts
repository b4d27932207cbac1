import { randomBytes } from 'node:crypto';
import { fingerprintOf } from '../../src/main/identity/fingerprint.ts';
import { unitSymmetricKeys } from '../../src/main/identity/symmetric-keys.ts';
import type { Enrollment } from '../../src/shared/enrollment.ts';
import { endorsementKeyOf } from '../doubles/import-devices.ts';
import type { BenchRig } from './bench-station.ts';
import { openWith, type Passed, unitsWithCertificates, untilDelivered, withInstance } from './drain.ts';
import type { Figure } from './report.ts';
import { passedUnit } from './units.ts';

const drained = 10_000;
const firstNumber = 5_000_000;

/** 10,000 enrollments of mixed kinds through the queue, beside as many with certificates alone; no quota, no latency. */
export async function benchMixed(rig: BenchRig): Promise<Figure[]> {
  await rig.control.call('dps-faults', { operationsPerMinute: null });
  try {
    const certificates = await perMinute(rig, 'alike', unitsWithCertificates(rig, drained));
    const third = unitsWithCertificates(rig, Math.ceil(drained / 3));
    const rest = Array.from({ length: drained - third.length }, (_, index) =>
      index % 2 === 0 ? withEndorsementKey(firstNumber + index) : withSymmetricKeys(firstNumber + index, rig.keyRoot),
    );
    const mixed = await perMinute(rig, 'mixed', interleaved(third, rest));
    return [
      {
        name: `${drained.toLocaleString('en')} enrollments of mixed kinds drained`,
        value: mixed,
        unit: 'per minute',
        beside: `certificates alone ${Math.round(certificates).toLocaleString('en')}; ratio ${(mixed / certificates).toFixed(2)}`,
      },
    ];
  } finally {
    await rig.control.call('dps-faults', { operationsPerMinute: null });
  }
}

async function perMinute(rig: BenchRig, name: string, units: readonly Passed[]): Promise<number> {
  const start = performance.now();
  const handle = await openWith(rig, name, units, withInstance({ operationsPerMinute: 100_000 }));
  await untilDelivered(handle, units.length);
  const took = performance.now() - start;
  await handle.stop();
  return (units.length * 60_000) / took;
}

function interleaved(some: readonly Passed[], others: readonly Passed[]): Passed[] {
  return others.flatMap((one, index) => [one, ...(index % 2 === 0 ? some.slice(index / 2, index / 2 + 1) : [])]);
}

function withEndorsementKey(number: number): Passed {
  const endorsementKey = endorsementKeyOf(number);
  const fingerprint = fingerprintOf(Buffer.from(endorsementKey, 'base64'));
  const credential = { attestation: 'tpm', endorsementKey, storageRootKey: null, fingerprint } as const;
  return changed(number, credential, { type: 'tpm', tpm: { endorsementKey } });
}

function withSymmetricKeys(number: number, root: Buffer): Passed {
  const salt = randomBytes(16);
  const { registrationId } = passedUnit(number).identity;
  const fingerprint = fingerprintOf(unitSymmetricKeys({ root, salt, registrationId }).primary);
  const attestation = { type: 'symmetricKey', keySalt: salt.toString('hex'), keyFingerprint: fingerprint } as const;
  return changed(number, { attestation: 'symmetricKey', fingerprint }, attestation);
}

function changed(
  number: number,
  credential: { readonly fingerprint: string } & Record<string, unknown>,
  attestation: Enrollment['attestation'],
): Passed {
  const unit = passedUnit(number);
  const { registrationId, group, replaces } = unit.identity;
  const identity = { registrationId, group, replaces, ...credential } as unknown as Passed['identity'];
  const enrollment = { ...(unit.item.enrollment as Enrollment), attestation };
  const item = { ...unit.item, enrollment, fingerprint: credential.fingerprint };
  const job = { ...unit.job, state: { ...unit.job.state, identity } } as typeof unit.job;
  const [started] = unit.writes;
  return {
    ...unit,
    job,
    item,
    identity,
    writes: [
      ...(started === undefined ? [] : [started]),
      { write: 'job-changed', job, event: 'passed' },
      { write: 'item-queued', item },
    ],
  };
}
