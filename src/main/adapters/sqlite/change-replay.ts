import type { ChainHead } from '../../../shared/audit.ts';
import { firstHash } from '../../identity/audit-chain.ts';
import type { LoggedChange } from './change-log.ts';
import type { Database } from './database.ts';
import { createWriter } from './writes.ts';

/** How a replay ended: how many changes were made, and why it went no further. */
export type Replay = { readonly replayed: number; readonly stopped: string | null };

/** The head of a database's chain; record 0 before the first. */
export function headOf(database: Database): ChainHead {
  const row = database.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1').get();
  return row === undefined ? { seq: 0, hash: firstHash } : { seq: Number(row['seq']), hash: String(row['hash']) };
}

/** The hash of a record in a database, or null. */
export function hashAt(database: Database, seq: number): string | null {
  const row = database.prepare('SELECT hash FROM journal WHERE seq = ?').get(seq);
  return row === undefined ? null : String(row['hash']);
}

/**
 * Makes the changes of the log that the database does not have, in one transaction. Each must give the very record and
 * hash that the log names; the first that does not ends the replay, and what came before it stays.
 */
export function replayChanges(database: Database, changes: Iterable<LoggedChange>): Replay {
  const writer = createWriter(database);
  const start = headOf(database).seq;
  let replayed = 0;
  let stopped: string | null = null;
  database.exec('BEGIN IMMEDIATE');
  for (const { seq, hash, change } of changes) {
    if (seq <= start) continue;
    database.exec('SAVEPOINT one');
    stopped = attempt(
      () => writer.apply(change),
      () => writer.head(),
      { seq, hash },
    );
    if (stopped !== null) {
      database.exec('ROLLBACK TO one; RELEASE one');
      break;
    }
    database.exec('RELEASE one');
    replayed += 1;
  }
  database.exec('COMMIT');
  return { replayed, stopped };
}

function attempt(apply: () => void, head: () => ChainHead | null, wanted: ChainHead): string | null {
  try {
    apply();
  } catch (error) {
    return `the change of record ${wanted.seq} does not fit: ${error instanceof Error ? error.message : String(error)}`;
  }
  const got = head();
  const same = got?.seq === wanted.seq && got.hash === wanted.hash;
  return same ? null : `the change of record ${wanted.seq} gives another record`;
}
