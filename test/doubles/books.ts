import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import type { StationStore, StoreWrite } from '../../src/main/ports/station-store.ts';
import type { Enrollment } from '../../src/shared/enrollment.ts';
import type { Job, JobState, Origin, PublicIdentity } from '../../src/shared/job.ts';
import type { NewOutboxItem, OutboxItem } from '../../src/shared/outbox.ts';
import type { ReturnCase } from '../../src/shared/returns.ts';

/** Who writes in tests. */
export const testOrigin: Origin = {
  station: 'test-station',
  actor: 'tester',
  mode: 'training',
  softwareVersion: '0.0.0-test',
};

/** The moment at which tests write, unless they say otherwise. */
export const testMoment = '2026-11-20T10:00:00.000Z';

/** A store in a folder of its own. */
export type TestBooks = { readonly store: StationStore; readonly file: string; readonly folder: string };

/** Makes a database in a new temporary folder and opens it; throws what it was refused with. */
export function openTestBooks(): TestBooks {
  const folder = mkdtempSync(join(tmpdir(), 'books-'));
  const file = join(folder, 'station.db');
  const prepared = prepareDatabase(file);
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problem));
  return { store: createStationStore({ file }), file, folder };
}

/** Closes the store and removes its folder. */
export async function closeTestBooks({ store, folder }: TestBooks): Promise<void> {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

/** The value of a result; a problem ends the test. */
export function valueFrom<T>(result: { readonly ok: true; readonly value: T } | { ok: false; problem: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

/** A job in its first state. */
export function jobOf(serial: string, change: Partial<Job> = {}): Job {
  return {
    id: `job-${serial}`,
    kind: 'provision',
    serial,
    slot: 1,
    hardwareId: null,
    labelMac: null,
    recipe: 'test-recipe',
    recipeHash: 'a'.repeat(64),
    instance: 'default',
    state: { step: 'connecting' },
    supersedes: null,
    origin: testOrigin,
    startedAt: testMoment,
    finishedAt: null,
    ...change,
  };
}

/** An identity that no board has. `thumbprint` is spread to 64 hex digits. */
export function identityOf(registrationId: string, thumbprint = 'b'): PublicIdentity {
  return {
    attestation: 'x509',
    group: null,
    registrationId,
    certificatePem: '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----',
    sha1Thumbprint: thumbprint.padEnd(40, '0').slice(0, 40),
    fingerprint: thumbprint.padEnd(64, '0').slice(0, 64),
    replaces: false,
  };
}

/** The state of a finished job. */
export function doneState(
  outcome: 'passed' | 'failed' | 'aborted' | 'unsettled',
  identity: PublicIdentity | null,
): Extract<JobState, { step: 'done' }> {
  return { step: 'done', outcome, problem: null, identity, provedAt: null };
}

/** An enrollment with this certificate (base64 DER). */
export function enrollmentOf(registrationId: string, certificate: string, change: Partial<Enrollment> = {}) {
  return {
    registrationId,
    attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } },
    provisioningStatus: 'enabled',
    ...change,
  } as const satisfies Enrollment;
}

/** An item of a job, not in the books yet. */
export function newItem(job: Job, change: Partial<OutboxItem> = {}): NewOutboxItem {
  const registrationId = change.registrationId ?? job.serial.toLowerCase();
  return {
    jobId: job.id,
    serial: job.serial,
    instance: job.instance,
    registrationId,
    mode: 'create',
    enrollment: enrollmentOf(registrationId, 'AAAA'),
    fingerprint: 'b'.repeat(64),
    createdAt: testMoment,
    ...change,
  };
}

/** An open return of a unit that passed with this job; `change` says how it differs from one that waits for its board. */
export function returnOf(job: Job, change: Partial<ReturnCase> = {}): Extract<StoreWrite, { write: 'return-opened' }> {
  const { id: jobId, serial, instance, hardwareId } = job;
  const registrationId = serial.toLowerCase();
  const about = {
    jobId,
    instance,
    registrationId,
    fingerprint: 'b'.repeat(64),
    hardwareId,
    group: null,
    enabled: true,
    found: null,
  };
  return {
    write: 'return-opened',
    case: {
      id: `return-${jobId}`,
      serial,
      reason: 'field-failure',
      note: '',
      deed: 'new-identity',
      options: { deleteRegistration: false, removeHubIdentity: false, oldEntry: 'disable', to: null },
      subject: about,
      overlap: false,
      state: { step: 'awaiting-board' },
      origin: testOrigin,
      countersignedBy: null,
      startedAt: testMoment,
      finishedAt: null,
      ...change,
    },
  };
}

/** Writes that end in a unit which passed and whose item is queued; the job's own fingerprint is the item's unless told. */
export function passedWrites(job: Job, item: NewOutboxItem, fingerprint = item.fingerprint): StoreWrite[] {
  const identity = { ...identityOf(item.registrationId), fingerprint };
  const done: Job = { ...job, state: doneState('passed', identity), finishedAt: testMoment };
  return [
    { write: 'job-started', job },
    { write: 'job-changed', job: done, event: 'restarted' },
    { write: 'item-queued', item },
  ];
}
