import { createHash } from 'node:crypto';
import type { Change, StoreWrite } from '../../src/main/ports/station-store.ts';
import type { Enrollment } from '../../src/shared/enrollment.ts';
import type { Job, Origin, PublicIdentity } from '../../src/shared/job.ts';
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
  const fingerprint = given?.sha256 ?? createHash('sha256').update(serial).digest('hex');
  const certificatePem =
    given?.certificatePem ?? `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  const identity = {
    registrationId,
    certificatePem,
    sha1Thumbprint: fingerprint.slice(0, 40),
    fingerprint,
    attestation: 'x509' as const,
    group: null,
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
    fingerprint,
    createdAt: at,
  };
  const writes: StoreWrite[] = [
    { write: 'job-started', job: started },
    { write: 'job-changed', job, event: 'passed' },
    { write: 'item-queued', item },
  ];
  return { origin, at, job, item, identity, writes };
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

/** Steps of a job with the time each takes here, in milliseconds. */
const stepsOfWork = [
  ['connecting', 120],
  ['entering-configuration', 900],
  ['reading-version', 80],
  ['making-identity', 40],
  ['intent', 700],
  ['restarting', 1_500],
] as const;

/**
 * A unit with every step in the journal, ended one second after the unit before it. Of twenty: one failed, one parked,
 * one waits, two delivered and not proved, the rest proved.
 */
export function workedUnit(number: number): { readonly changes: readonly Change[] } {
  const unit = passedUnit(number);
  const fate = number % 20;
  let now = Date.parse(at) - 8 * 3_600_000 + number * 1_000;
  const change = (...writes: StoreWrite[]): Change => ({ origin, at: new Date(now).toISOString(), writes });
  const startedAt = new Date(now).toISOString();
  const started: Job = { ...unit.job, state: { step: 'connecting' }, startedAt, finishedAt: null };
  const changes = [change({ write: 'job-started', job: started })];
  for (const [index, [step]] of stepsOfWork.entries()) {
    if (index === 0) continue;
    now += stepsOfWork[index - 1]?.[1] ?? 0;
    changes.push(
      change({ write: 'job-changed', job: inStep(started, step, unit.identity, unit.item.enrollment), event: step }),
    );
  }
  now += stepsOfWork.at(-1)?.[1] ?? 0;
  const finishedAt = new Date(now).toISOString();
  if (fate === 0) {
    const problem = { code: number % 40 === 0 ? 'board-silent' : 'line-lost', facts: {} } as const;
    const state = { step: 'done', outcome: 'failed', problem, identity: null, provedAt: null } as const;
    return {
      changes: [...changes, change({ write: 'job-changed', job: { ...started, state, finishedAt }, event: 'failed' })],
    };
  }
  changes.push(
    change(
      { write: 'job-changed', job: { ...unit.job, startedAt, finishedAt }, event: 'restarted' },
      { write: 'item-queued', item: unit.item },
    ),
  );
  if (fate === 1) return { changes };
  const parked = { code: 'enrollment-conflict', facts: { registrationId: unit.item.registrationId } } as const;
  const item = {
    ...unit.item,
    // An empty database numbers its items from 1; units that failed have none.
    id: number - Math.floor((number - 1) / 20),
    state: fate === 2 ? ('parked' as const) : ('delivered' as const),
    attempts: 1,
    notBefore: null,
    problem: fate === 2 ? parked : null,
    deliveredAt: fate === 2 ? null : finishedAt,
    provedAt: fate < 5 ? null : finishedAt,
    proofAfter: null,
  };
  changes.push(change({ write: 'item-changed', item, event: fate === 2 ? 'item-parked' : 'item-delivered' }));
  return { changes };
}

function inStep(
  job: Job,
  step: (typeof stepsOfWork)[number][0],
  identity: PublicIdentity,
  enrollment: Enrollment | null,
): Job {
  if (step === 'intent') return { ...job, state: { step, identity, enrollment } };
  if (step === 'restarting') return { ...job, state: { step, identity } };
  if (step === 'connecting') return { ...job, state: { step } };
  if (step === 'entering-configuration' || step === 'reading-version') return { ...job, state: { step, mac: null } };
  return { ...job, state: { step, mac: null, version: '1.6.5' } };
}
