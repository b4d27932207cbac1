import { enrollmentSchema } from '../../../shared/enrollment.ts';
import { type Job, jobSchema, jobStateSchema, type Origin, originSchema, problemSchema } from '../../../shared/job.ts';
import { type OutboxItem, outboxItemSchema } from '../../../shared/outbox.ts';
import type { JournalLine } from '../../ports/station-store.ts';

/** A row as SQLite gives it. */
export type Row = Record<string, unknown>;

/** The members that are there: an absent one is left out, not null. */
function present(members: Row): Row {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
}

const text = (value: unknown): string => String(value);
const orNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

function originFromRow(row: Row): Origin {
  return originSchema.parse({
    station: row['station'],
    actor: row['actor'],
    mode: row['mode'],
    softwareVersion: row['software_version'],
    ...present({ line: row['line'], number: row['number'] }),
  });
}

/** A job from its row; throws when the row does not parse (a damaged or foreign database). */
export function jobFromRow(row: Row): Job {
  return jobSchema.parse({
    id: row['id'],
    kind: row['kind'],
    serial: row['serial'],
    slot: row['slot'],
    hardwareId: orNull(row['hardware_id']),
    labelMac: orNull(row['label_mac']),
    recipe: row['recipe'],
    recipeHash: row['recipe_hash'],
    instance: row['instance'],
    state: jobStateSchema.parse(JSON.parse(text(row['state']))),
    ...present({ order: row['order_name'] }),
    supersedes: orNull(row['supersedes']),
    origin: originFromRow(row),
    startedAt: row['started_at'],
    finishedAt: orNull(row['finished_at']),
  });
}

/** An outbox item from its row; throws when the row does not parse. */
export function itemFromRow(row: Row): OutboxItem {
  const stored = orNull(row['problem']);
  return outboxItemSchema.parse({
    id: row['id'],
    jobId: row['job_id'],
    serial: row['serial'],
    instance: row['instance'],
    registrationId: row['registration_id'],
    mode: row['mode'],
    enrollment: enrollmentSchema.nullable().parse(JSON.parse(text(row['enrollment']))),
    fingerprint: row['fingerprint'],
    state: row['state'],
    attempts: row['attempts'],
    notBefore: orNull(row['not_before']),
    problem: stored === null ? null : problemSchema.parse(JSON.parse(stored)),
    createdAt: row['created_at'],
    deliveredAt: orNull(row['delivered_at']),
    provedAt: orNull(row['proved_at']),
    proofAfter: orNull(row['proof_after']),
  });
}

/** A journal line from its row. */
export function journalFromRow(row: Row): JournalLine {
  return {
    seq: Number(row['seq']),
    at: text(row['at']),
    event: text(row['event']),
    jobId: orNull(row['job_id']),
    serial: orNull(row['serial']),
    origin: originFromRow(row),
    data: text(row['data']),
    previousHash: text(row['previous_hash']),
    hash: text(row['hash']),
  };
}
