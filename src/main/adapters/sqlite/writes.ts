import type { ChainHead } from '../../../shared/audit.ts';
import { canonicalJson } from '../../../shared/canonical-json.ts';
import type { Job } from '../../../shared/job.ts';
import type { NewOutboxItem, OutboxItem } from '../../../shared/outbox.ts';
import { chainHash, checkpointEvent, firstHash } from '../../identity/audit-chain.ts';
import type { Change, StoreWrite } from '../../ports/station-store.ts';
import { type AuditWriter, createAuditWriter } from './audit-writes.ts';
import type { Database } from './database.ts';
import { createOrderWrites } from './order-writes.ts';
import { createReturnWriter } from './return-writes.ts';
import { createVerificationWriter, isVerificationWrite } from './verification-writes.ts';

/** The identity that should give way is not one that may: it proved itself, or gave way before. */
export class NotSupersededError extends Error {
  constructor(jobId: string) {
    super(`job ${jobId} holds no identity that may give way`);
    this.name = 'NotSupersededError';
  }
}

/** Applies changes inside a transaction that the caller holds. */
export type Writer = {
  apply(change: Change): void;
  /** The head of the chain behind the change that was applied last; null behind {@link Writer.forget}. */
  head(): ChainHead | null;
  /** A transaction or a savepoint was rolled back. */
  forget(): void;
};

/** Makes the writer of a database. */
export function createWriter(database: Database): Writer {
  const statements = prepareAll(database);
  const audit: AuditWriter = createAuditWriter(database);
  const orders = createOrderWrites(database, journal);
  const returns = createReturnWriter(database);
  let previousHash: string | null = null;
  let head: ChainHead | null = null;

  function journal(change: Change, event: string, jobId: string | null, serial: string | null, data: unknown): void {
    previousHash ??= String(statements.lastHash.get()?.['hash'] ?? firstHash);
    const { station, actor, mode, softwareVersion, line: of, number } = change.origin;
    // Absent members leave no trace in the hash: lines of before there were any stay valid.
    const line = { at: change.at, event, jobId, serial, station, actor, mode, softwareVersion, line: of, number, data };
    const hash = chainHash(previousHash, canonicalJson(line));
    const added = statements.journal.run(
      change.at,
      event,
      jobId,
      serial,
      station,
      actor,
      mode,
      softwareVersion,
      of ?? null,
      number ?? null,
      canonicalJson(data),
      previousHash,
      hash,
    );
    previousHash = hash;
    head = { seq: Number(added.lastInsertRowid), hash };
  }

  // Prepared with its first write: most changes are none of QA's.
  let writeVerification: ReturnType<typeof createVerificationWriter> | null = null;

  function write(change: Change, one: StoreWrite): void {
    if (isVerificationWrite(one)) {
      writeVerification ??= createVerificationWriter(database, journal);
      return writeVerification(change, one);
    }
    switch (one.write) {
      case 'job-started':
        statements.insertJob.run(...jobValues(one.job));
        return journal(change, 'job-started', one.job.id, one.job.serial, {
          kind: one.job.kind,
          slot: one.job.slot,
          hardwareId: one.job.hardwareId,
          recipe: one.job.recipe,
          recipeHash: one.job.recipeHash,
          supersedes: one.job.supersedes,
          ...(one.job.order === undefined ? {} : { order: one.job.order }),
        });
      case 'job-changed':
        return changeJob(change, one.job, one.event);
      case 'job-superseded': {
        if (statements.supersedeJob.run(one.by, one.jobId).changes !== 1) throw new NotSupersededError(one.jobId);
        statements.supersedeItems.run(one.jobId);
        return journal(change, 'job-superseded', one.jobId, null, { by: one.by, reason: one.reason });
      }
      case 'item-queued': {
        const { item } = one;
        statements.supersedeOlder.run(item.instance, item.registrationId);
        statements.insertItem.run(
          item.jobId,
          item.serial,
          item.instance,
          item.registrationId,
          item.mode,
          JSON.stringify(item.enrollment),
          item.fingerprint,
          ...firstStateOf(item),
          item.createdAt,
        );
        return journal(change, 'item-queued', item.jobId, item.serial, {
          mode: item.mode,
          registrationId: item.registrationId,
          fingerprint: item.fingerprint,
        });
      }
      case 'item-changed':
        return changeItem(change, one.item, one.event);
      case 'certificate-kept':
        statements.keepCertificate.run(one.thumbprint, one.der, change.at);
        return journal(change, 'certificate-kept', null, null, { thumbprint: one.thumbprint });
      case 'checkpoint-signed':
        audit.keep(one.checkpoint);
        return journal(change, checkpointEvent, null, null, one.checkpoint);
      case 'noted':
        return journal(change, one.event, null, one.serial, one.facts);
      case 'order-put':
      case 'order-chosen':
      case 'order-closed':
      case 'golden-judged':
        return orders.write(change, one);
      case 'return-opened':
      case 'return-changed':
      case 'job-retired':
      case 'measure-kept':
        return returns.write(one, change.at, (...line) => journal(change, ...line));
    }
  }

  function changeJob(change: Change, job: Job, event: string): void {
    const state = job.state;
    const identity = 'identity' in state ? state.identity : null;
    const outcome = state.step === 'done' ? state.outcome : null;
    const provedAt = state.step === 'done' ? state.provedAt : null;
    statements.updateJob.run(
      job.slot,
      job.hardwareId,
      JSON.stringify(state),
      state.step,
      outcome,
      identity?.registrationId ?? null,
      identity?.fingerprint ?? null,
      provedAt,
      job.finishedAt,
      job.id,
    );
    journal(change, event, job.id, job.serial, {
      step: state.step,
      outcome,
      problem: state.step === 'done' ? state.problem : null,
      registrationId: identity?.registrationId ?? null,
      fingerprint: identity?.fingerprint ?? null,
    });
  }

  function changeItem(change: Change, item: OutboxItem, event: string): void {
    // An item that was superseded meanwhile stays superseded; only its attempts are counted.
    statements.updateItem.run(
      item.state,
      item.attempts,
      item.notBefore,
      item.problem === null ? null : JSON.stringify(item.problem),
      item.deliveredAt,
      item.provedAt,
      item.proofAfter,
      item.state === 'delivered' && item.provedAt === null ? firstLookAt(change.at) : null,
      item.id,
    );
    journal(change, event, item.jobId, item.serial, {
      item: item.id,
      state: item.state,
      attempts: item.attempts,
      problem: item.problem,
    });
  }

  return {
    apply: (change) => {
      for (const one of change.writes) write(change, one);
    },
    head: () => head,
    // After a rollback the newest hash must be read again.
    forget: () => {
      previousHash = null;
      head = null;
    },
  };
}

/** A board needs some seconds to start and register after its enrollment arrived; an earlier look wastes quota. */
const firstLookAfterMs = 5_000;

function firstLookAt(deliveredAt: string): string {
  return new Date(Date.parse(deliveredAt) + firstLookAfterMs).toISOString();
}

/** State, delivery time and first look of a new item: what a group holds already needs no delivery, only watching. */
function firstStateOf({ mode, createdAt }: NewOutboxItem) {
  return mode === 'group'
    ? (['delivered', createdAt, firstLookAt(createdAt)] as const)
    : (['pending', null, null] as const);
}

function jobValues(job: Job) {
  return [
    job.id,
    job.kind,
    job.serial,
    job.slot,
    job.hardwareId,
    job.labelMac,
    job.recipe,
    job.recipeHash,
    job.instance,
    JSON.stringify(job.state),
    job.state.step,
    job.supersedes,
    job.origin.station,
    job.origin.actor,
    job.origin.mode,
    job.origin.softwareVersion,
    job.origin.line ?? null,
    job.origin.number ?? null,
    job.order ?? null,
    job.startedAt,
  ] as const;
}

function prepareAll(database: Database) {
  return {
    insertJob: database.prepare(
      `INSERT INTO job (id, kind, serial, slot, hardware_id, label_mac, recipe, recipe_hash, instance, state, step,
         supersedes, station, actor, mode, software_version, line, number, order_name, started_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    updateJob: database.prepare(
      `UPDATE job SET slot = ?, hardware_id = ?, state = ?, step = ?, outcome = ?, registration_id = ?,
         fingerprint = ?, proved_at = ?, finished_at = ? WHERE id = ?`,
    ),
    supersedeJob: database.prepare(
      `UPDATE job SET superseded_by = ? WHERE id = ? AND superseded_by IS NULL AND outcome IN ('passed', 'unsettled')`,
    ),
    supersedeItems: database.prepare(
      `UPDATE outbox SET state = 'superseded', watch_at = NULL WHERE job_id = ? AND state <> 'superseded'`,
    ),
    supersedeOlder: database.prepare(
      `UPDATE outbox SET state = 'superseded', watch_at = NULL
       WHERE instance = ? AND registration_id = ? AND state <> 'superseded'`,
    ),
    insertItem: database.prepare(
      `INSERT INTO outbox (job_id, serial, instance, registration_id, mode, enrollment, fingerprint, state,
         delivered_at, watch_at, attempts, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
    ),
    updateItem: database.prepare(
      `UPDATE outbox SET state = CASE state WHEN 'superseded' THEN state ELSE ? END, attempts = ?, not_before = ?,
         problem = ?, delivered_at = ?, proved_at = ?, proof_after = ?,
         watch_at = CASE state WHEN 'superseded' THEN NULL ELSE ? END WHERE id = ?`,
    ),
    keepCertificate: database.prepare('INSERT OR IGNORE INTO certificate VALUES (?, ?, ?)'),
    journal: database.prepare(
      `INSERT INTO journal (at, event, job_id, serial, station, actor, mode, software_version, line, number, data,
         previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    lastHash: database.prepare('SELECT hash FROM journal ORDER BY seq DESC LIMIT 1'),
  };
}
