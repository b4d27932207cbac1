import { existsSync } from 'node:fs';
import type { Problem } from '../../../shared/problem.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { backUpInto, backupFolderOf, backupsIn } from './backup-file.ts';
import { changeLogHead, changeLogOf, mendChangeLog, readChangeLog } from './change-log.ts';
import { hashAt, headOf, replayChanges } from './change-replay.ts';
import {
  type Database,
  knownSchema,
  NewerDatabaseError,
  openForReading,
  openForWriting,
  sqliteCode,
} from './database.ts';

const cannotOpen = 14;
const diskFull = 13;
const damaged = [11, 26]; // SQLITE_CORRUPT, SQLITE_NOTADB

/** What was found at a start. */
export type PreparedBooks = {
  /** Changes that the log had and the database had not: a stop came between the two, or the database lost them. */
  readonly replayed: number;
  /** The log ends before the database does, so that a backup is due whatever the time. */
  readonly logBehind: boolean;
};

/** Why books cannot be used. */
export type PrepareProblem = Problem<
  | 'database-damaged'
  | 'database-newer'
  | 'database-failed'
  | 'database-missing'
  | 'file-unwritable'
  | 'backup-failed'
  | 'change-log-differs'
>;

/**
 * Makes the database if there is none, backs it up before its schema changes, brings schema and records up to date; says
 * plainly when it cannot be used. `at`: the time now, ISO 8601 UTC.
 */
export function prepareDatabase(file: string, at = new Date().toISOString()): Result<PreparedBooks, PrepareProblem> {
  const log = changeLogOf(file);
  try {
    mendChangeLog(log);
    if (!existsSync(file) && (changeLogHead(log) !== null || backupsIn(backupFolderOf(file)).length > 0))
      return fail(problem('database-missing', { file }));
    const backedUp = backUpBeforeStep(file, at);
    if (!backedUp.ok) return backedUp;
    const database = openForWriting(file);
    try {
      // A damaged page of the tables that every decision reads shows here, before any unit is started.
      database.prepare('SELECT COUNT(*) FROM total').get();
      database.prepare('SELECT seq FROM journal ORDER BY seq DESC LIMIT 1').get();
      database.prepare('SELECT id FROM job ORDER BY rowid DESC LIMIT 1').get();
      database.prepare('SELECT id FROM outbox ORDER BY id DESC LIMIT 1').get();
      return catchUp(database, file, log);
    } finally {
      database.close();
    }
  } catch (error) {
    return fail(problemOf(error, file));
  }
}

function problemOf(error: unknown, file: string): PrepareProblem {
  if (error instanceof NewerDatabaseError) {
    return problem('database-newer', { found: error.found, known: knownSchema });
  }
  const reason = error instanceof Error ? error.message : String(error);
  const code = sqliteCode(error);
  if (code === null && !(error instanceof Error && 'syscall' in error)) throw error;
  if (code === null || code === cannotOpen || code === diskFull) return problem('file-unwritable', { file, reason });
  return problem(damaged.includes(code) ? 'database-damaged' : 'database-failed', { file, reason });
}

/** A step of the schema cannot be taken back: what was there before it is kept. */
function backUpBeforeStep(file: string, at: string): Result<void, Problem<'backup-failed'>> {
  if (!existsSync(file)) return ok(undefined);
  const database = openForReading(file);
  const folder = backupFolderOf(file);
  try {
    const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (found > 0 && found < knownSchema) backUpInto(database, folder, at);
    return ok(undefined);
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== null && damaged.includes(code)) throw error;
    return fail(problem('backup-failed', { folder, reason: error instanceof Error ? error.message : String(error) }));
  } finally {
    database.close();
  }
}

/** Makes what the log has and the database has not. Refuses where the two do not tell one story. */
function catchUp(database: Database, file: string, log: string): Result<PreparedBooks, Problem<'change-log-differs'>> {
  const head = headOf(database);
  const last = changeLogHead(log);
  if (last === null) return ok({ replayed: 0, logBehind: head.seq > 0 });
  if (last.seq <= head.seq) {
    return hashAt(database, last.seq) === last.hash
      ? ok({ replayed: 0, logBehind: last.seq < head.seq })
      : fail(problem('change-log-differs', { file, reason: `record ${last.seq} is another in each` }));
  }
  const { changes, damage } = readChangeLog(log);
  const { replayed, stopped } = replayChanges(database, changes);
  const reason = stopped ?? damage();
  return reason === null ? ok({ replayed, logBehind: false }) : fail(problem('change-log-differs', { file, reason }));
}
