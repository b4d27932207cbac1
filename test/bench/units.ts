import { createHash } from 'node:crypto';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import type { Enrollment } from '../../src/shared/enrollment.ts';
import type { Job, Origin } from '../../src/shared/job.ts';
import type { NewOutboxItem } from '../../src/shared/outbox.ts';

const origin: Origin = { station: 'bench', actor: 'bench', mode: 'training', softwareVersion: '0.0.0' };
const at = '2026-11-20T08:00:00.000Z';

/** A certificate-sized filler: the books keep its size, nobody parses it here. */
const certificate = 'MIIB'.padEnd(760, 'A');

/** A unit that passed, with its item; the same number gives the same unit. */
export function passedUnit(
  number: number,
  given?: { readonly certificatePem: string; readonly sha256: string; readonly registrationId: string },
) {
  const serial = `SN${String(number).padStart(8, '0')}`;
  const registrationId = given?.registrationId ?? `az-${number.toString(16).padStart(12, '0')}v1v6v5`;
  const sha256Thumbprint = given?.sha256 ?? createHash('sha256').update(serial).digest('hex');
  const certificatePem =
    given?.certificatePem ?? `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  const identity = {
    registrationId,
    certificatePem,
    sha1Thumbprint: sha256Thumbprint.slice(0, 40),
    sha256Thumbprint,
    replaces: false,
  };
  const enrollment: Enrollment = {
    registrationId,
    deviceId: serial,
    attestation: {
      type: 'x509',
      x509: { clientCertificates: { primary: { certificate: certificatePem.split('\n')[1] ?? '' } } },
    },
    provisioningStatus: 'enabled',
  };
  const started: Job = {
    id: `job-${number}`,
    kind: 'provision',
    serial,
    slot: (number % 16) + 1,
    hardwareId: `HW${number}`,
    labelMac: null,
    recipe: 'mxchip-devkit',
    recipeHash: '0'.repeat(64),
    instance: 'default',
    state: { step: 'connecting' },
    supersedes: null,
    origin,
    startedAt: at,
    finishedAt: null,
  };
  const job: Job = {
    ...started,
    state: { step: 'done', outcome: 'passed', problem: null, identity, provedAt: null },
    finishedAt: at,
  };
  const item: NewOutboxItem = {
    jobId: job.id,
    serial,
    instance: 'default',
    registrationId,
    mode: 'create',
    enrollment,
    sha256Thumbprint,
    createdAt: at,
  };
  const writes: StoreWrite[] = [
    { write: 'job-started', job: started },
    { write: 'job-changed', job, event: 'passed' },
    { write: 'item-queued', item },
  ];
  return { origin, at, job, item, writes };
}

/** A unit that passed, was delivered and proved; its item has the number that an empty database gives it. */
export function finishedUnit(number: number) {
  const unit = passedUnit(number);
  const delivered = {
    ...unit.item,
    id: number + 1,
    state: 'delivered' as const,
    attempts: 1,
    notBefore: null,
    problem: null,
    deliveredAt: at,
    provedAt: at,
    proofAfter: null,
  };
  return {
    ...unit,
    writes: [...unit.writes, { write: 'item-changed', item: delivered, event: 'item-proved' } satisfies StoreWrite],
  };
}
