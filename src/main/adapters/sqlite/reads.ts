import { createHash } from 'node:crypto';
import type { Attestation } from '../../../shared/enrollment.ts';
import type { StoreCounts } from '../../ports/station-store.ts';
import { createAuditReads } from './audit-reads.ts';
import { backUpInto } from './backup-file.ts';
import type { Database } from './database.ts';
import { createListReads } from './list-reads.ts';
import { createOrderReads } from './order-reads.ts';
import { createReturnReads } from './return-reads.ts';
import { itemFromRow, jobFromRow, journalFromRow, type Row } from './rows.ts';
import { createUnitReads } from './unit-reads.ts';
import { createVerificationReads } from './verification-reads.ts';

const live = `superseded_by IS NULL AND (step IN ('intent', 'restarting') OR outcome IN ('passed', 'unsettled'))`;

/** Named reads; each takes plain values and gives plain values, because they cross a thread. */
export function createReads(database: Database) {
  const one = (sql: string, ...values: (string | number)[]): Row | undefined => database.prepare(sql).get(...values);
  const all = (sql: string, ...values: (string | number)[]): Row[] => database.prepare(sql).all(...values);
  const job = (row: Row | undefined) => (row === undefined ? null : jobFromRow(row));

  return {
    unit: (serial: string) => ({
      running: job(one(`SELECT * FROM job WHERE serial = ? AND step <> 'done'`, serial)),
      live: job(
        one(
          `SELECT * FROM job WHERE serial = ? AND outcome IN ('passed', 'unsettled') AND superseded_by IS NULL`,
          serial,
        ),
      ),
      latest: job(one('SELECT * FROM job WHERE serial = ? ORDER BY started_at DESC, rowid DESC LIMIT 1', serial)),
    }),
    job: (id: string) => job(one('SELECT * FROM job WHERE id = ?', id)),
    holderOfRegistration: (instance: string, registrationId: string) =>
      job(one(`SELECT * FROM job WHERE instance = ? AND registration_id = ? AND ${live}`, instance, registrationId)),
    holderOfHardware: (hardwareId: string) =>
      job(one(`SELECT * FROM job WHERE hardware_id = ? AND ${live}`, hardwareId)),
    wasWritten: (hardwareId: string) =>
      one('SELECT 1 AS found FROM job WHERE hardware_id = ? AND fingerprint IS NOT NULL LIMIT 1', hardwareId) !==
      undefined,
    wasEnrolled: (instance: string, registrationId: string, thumbprint: string) =>
      one(
        'SELECT 1 AS found FROM outbox WHERE instance = ? AND registration_id = ? AND fingerprint = ? LIMIT 1',
        instance,
        registrationId,
        thumbprint,
      ) !== undefined,
    certificate: (thumbprint: string): string | null => {
      const kept = one('SELECT der FROM certificate WHERE thumbprint = ?', thumbprint);
      if (kept !== undefined) return String(kept['der']);
      const item = one('SELECT * FROM outbox WHERE fingerprint = ? ORDER BY id DESC LIMIT 1', thumbprint);
      const attestation = item === undefined ? undefined : itemFromRow(item).enrollment?.attestation;
      return attestation?.type === 'x509' ? certificateWith(thumbprint, attestation) : null;
    },
    runningJobs: () => all(`SELECT * FROM job WHERE step <> 'done' ORDER BY slot`).map(jobFromRow),
    wasQueued: (instance: string, registrationId: string) =>
      one(
        'SELECT 1 AS found FROM outbox WHERE instance = ? AND registration_id = ? LIMIT 1',
        instance,
        registrationId,
      ) !== undefined,
    dueItems: (now: string, limit: number, instances: readonly string[]) =>
      all(
        `SELECT * FROM outbox WHERE state = 'pending' AND (not_before IS NULL OR not_before <= ?)
           AND instance IN (${marks(instances)}) ORDER BY id LIMIT ?`,
        now,
        ...instances,
        limit,
      ).map(itemFromRow),
    nextDueAt: (instances: readonly string[]) =>
      asText(
        one(
          `SELECT MIN(COALESCE(not_before, created_at)) AS at FROM outbox
             WHERE state = 'pending' AND instance IN (${marks(instances)})`,
          ...instances,
        )?.['at'],
      ),
    item: (id: number) => {
      const row = one('SELECT * FROM outbox WHERE id = ?', id);
      return row === undefined ? null : itemFromRow(row);
    },
    dueProofs: (now: string, limit: number) =>
      all('SELECT * FROM outbox WHERE watch_at <= ? ORDER BY watch_at LIMIT ?', now, limit).map((row) => ({
        item: itemFromRow(row),
        asked: Number(row['watched']),
      })),
    nextProofAt: () => asText(one('SELECT MIN(watch_at) AS at FROM outbox WHERE watch_at IS NOT NULL')?.['at']),
    counts: () => counts(all, one),
    listItems: (states: readonly string[], after: number, limit: number, jobId: string | null) => {
      const rows = (
        jobId === null
          ? all(
              `SELECT * FROM outbox WHERE id > ? AND state IN (${marks(states)}) ORDER BY id LIMIT ?`,
              after,
              ...states,
              limit,
            )
          : all(
              `SELECT * FROM outbox WHERE job_id = ? AND id > ? AND state IN (${marks(states)}) ORDER BY id LIMIT ?`,
              jobId,
              after,
              ...states,
              limit,
            )
      ).map(itemFromRow);
      return { rows, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },
    listJobs: (after: number, limit: number) => {
      const rows = all('SELECT rowid AS row_number, * FROM job WHERE rowid > ? ORDER BY rowid LIMIT ?', after, limit);
      return { rows: rows.map(jobFromRow), next: rows.length < limit ? null : Number(rows.at(-1)?.['row_number']) };
    },
    listJournal: (after: number, limit: number) => {
      const rows = all('SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?', after, limit).map(journalFromRow);
      return { rows, next: rows.length < limit ? null : (rows.at(-1)?.seq ?? null) };
    },
    integrity: () =>
      all('PRAGMA integrity_check(20)')
        .map((row) => String(row['integrity_check']))
        .filter((line) => line !== 'ok'),
    backUpInto: (folder: string, at: string) => backUpInto(database, folder, at),
    ...createAuditReads(database),
    ...createListReads(database),
    ...createUnitReads(database),
    ...createOrderReads(database),
    ...createVerificationReads(database),
    ...createReturnReads(database),
  };
}

/** The named reads. */
export type Reads = ReturnType<typeof createReads>;
/** Name of a read. */
export type ReadName = keyof Reads;

type All = (sql: string, ...values: (string | number)[]) => Row[];
type One = (sql: string, ...values: (string | number)[]) => Row | undefined;

function counts(all: All, one: One): StoreCounts {
  const totals = new Map(
    all('SELECT name, value FROM total').map((row) => [String(row['name']), Number(row['value'])]),
  );
  const total = (name: string): number => totals.get(name) ?? 0;
  return {
    jobs: {
      running: total('job-running'),
      passed: total('job-passed'),
      failed: total('job-failed'),
      aborted: total('job-aborted'),
      unsettled: total('job-unsettled'),
      proved: total('job-proved'),
    },
    items: {
      pending: total('item-pending'),
      delivered: total('item-delivered'),
      parked: total('item-parked'),
      superseded: total('item-superseded'),
    },
    oldestPendingAt: asText(
      one(`SELECT created_at AS at FROM outbox WHERE state = 'pending' ORDER BY id LIMIT 1`)?.['at'],
    ),
    newestRecordAt: asText(one('SELECT at FROM journal ORDER BY seq DESC LIMIT 1')?.['at']),
  };
}

/** An item that carries two has the newer one, whose fingerprint is its own, in second place. */
function certificateWith(thumbprint: string, { x509 }: Extract<Attestation, { type: 'x509' }>): string {
  const { primary, secondary } = x509.clientCertificates;
  if (secondary === undefined) return primary.certificate;
  const hash = createHash('sha256').update(Buffer.from(secondary.certificate, 'base64')).digest('hex');
  return hash === thumbprint ? secondary.certificate : primary.certificate;
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

function asText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
