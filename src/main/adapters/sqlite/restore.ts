import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ChainAnchor, ChainHead } from '../../../shared/audit.ts';
import type { Origin } from '../../../shared/job.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { RestoreProblem, RestoreReport } from '../../ports/trust-desk.ts';
import { backupFolderOf, backupsIn, checkBackup } from './backup-file.ts';
import {
  changeLogHead,
  changeLogOf,
  mendChangeLog,
  openChangeLog,
  readChangeLog,
  setChangeLogAside,
  syncFolder,
} from './change-log.ts';
import { hashAt, headOf, replayChanges } from './change-replay.ts';
import { type Database, openForWriting } from './database.ts';
import { createWriter } from './writes.ts';

/** Endings of the files that make a database. */
const endings = ['-wal', '-shm', ''] as const;

/** What is to be restored, by whom. */
export type RestoreTask = {
  readonly file: string;
  /** A backup that a person chose, or null: the newest good one. */
  readonly from: string | null;
  readonly origin: Origin;
  readonly at: string; // ISO 8601 UTC
  /** Heads that DPS is known to hold. */
  readonly anchors: readonly ChainAnchor[];
};

/**
 * Brings the books back: the backup is taken, the changes behind it are made again from the log, and what stood there is
 * set aside. Until the last rename the old files are in their place; whenever it is stopped, it can be run again. The
 * caller owns the folder. Throws what SQLite says of a disk that does not take it.
 */
export function restoreDatabase(task: RestoreTask): Result<RestoreReport, RestoreProblem> {
  const { file, at } = task;
  const part = `${file}.restoring`;
  const log = changeLogOf(file);
  mendChangeLog(log);
  const base = takeBase(task, part, log);
  if (!base.ok) return base;
  const aside = join(dirname(file), `set-aside-${at.replaceAll(/[-:.]/g, '')}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  const database = openForWriting(part);
  let report: RestoreReport;
  let nextLog: string;
  try {
    const { logEnds, ...caught } = catchUp(database, log);
    // As long as the books are not in their place, the old log stays in its own: the next try needs it.
    const next = logEnds ? `${log}.restoring` : log;
    if (logEnds) rmSync(next, { force: true });
    // The service is asked again about everything that it was given and that is not proved.
    database.prepare(`UPDATE outbox SET watch_at = ? WHERE state = 'delivered' AND proved_at IS NULL`).run(at);
    const head = headOf(database);
    const missing = task.anchors.filter((one) => !(hashAt(database, one.seq) ?? '').startsWith(one.hash));
    report = { from: base.value, setAside: aside, head, ...caught, missing };
    record(database, next, task, report);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    nextLog = next;
  } finally {
    database.close();
  }
  putInPlace(file, part, aside);
  if (nextLog !== log) {
    setChangeLogAside(log, aside);
    renameSync(nextLog, log);
    syncFolder(dirname(log));
  }
  return ok(report);
}

/** Copies the backup, or makes empty books where the log itself begins with the first record. */
function takeBase(task: RestoreTask, part: string, log: string): Result<string | null, RestoreProblem> {
  for (const ending of endings) rmSync(part + ending, { force: true });
  const folder = backupFolderOf(task.file);
  const candidates = task.from === null ? backupsIn(folder).map((one) => one.file) : [task.from];
  for (const candidate of candidates) {
    const complaint = copyIfGood(candidate, part);
    if (complaint === null) return ok(candidate);
    if (task.from !== null) return fail(problem('backup-unusable', { file: candidate, reason: complaint }));
  }
  const [first] = readChangeLog(log).changes;
  const fromTheFirst = first !== undefined && first.seq - first.change.writes.length === 0;
  return fromTheFirst ? ok(null) : fail(problem('backup-missing', { folder }));
}

function copyIfGood(candidate: string, part: string): string | null {
  try {
    for (const ending of endings) if (existsSync(candidate + ending)) copyFileSync(candidate + ending, part + ending);
    chmodSync(part, 0o600);
    // Books that were in use have their newest pages in the file beside them; a backup has none.
    return checkBackup(part).complaint;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Makes what the log goes on with. `logEnds`: it goes on with other books or is damaged, and nothing may follow it. */
function catchUp(
  database: Database,
  log: string,
): Pick<RestoreReport, 'replayed' | 'lost'> & { readonly logEnds: boolean } {
  const head = headOf(database);
  const last = changeLogHead(log);
  if (last === null) return { replayed: 0, lost: null, logEnds: false };
  if (last.seq <= head.seq) {
    if (last.seq === head.seq && last.hash === head.hash) return { replayed: 0, lost: null, logEnds: false };
    const lost = hashAt(database, last.seq) === last.hash ? null : 'the change log is of other books';
    return { replayed: 0, lost, logEnds: true };
  }
  const { changes, damage } = readChangeLog(log);
  const { replayed, stopped } = replayChanges(database, changes);
  const lost = stopped ?? (damage() === null ? null : `the change log is damaged: ${damage()}`);
  return { replayed, lost, logEnds: lost !== null };
}

/** The deed itself is a record, and stands in the log like every other. */
function record(database: Database, log: string, task: RestoreTask, report: RestoreReport): void {
  const facts = {
    from: report.from === null ? null : basename(report.from),
    setAside: basename(report.setAside),
    replayed: report.replayed,
    lost: report.lost,
    missing: report.missing.length,
  };
  const writes = [{ write: 'noted', event: 'restored', serial: null, facts }] as const;
  const change = { origin: task.origin, at: task.at, writes };
  const writer = createWriter(database);
  const open = openChangeLog(log);
  try {
    database.exec('BEGIN IMMEDIATE');
    writer.apply(change);
    open.append([{ ...(writer.head() as ChainHead), change }]);
    database.exec('COMMIT');
  } finally {
    open.close();
  }
}

function putInPlace(file: string, part: string, aside: string): void {
  // A write-ahead log that stayed would be taken for one of the restored file.
  for (const ending of endings)
    if (existsSync(file + ending)) renameSync(file + ending, join(aside, basename(file) + ending));
  for (const ending of ['-wal', '-shm']) rmSync(part + ending, { force: true });
  renameSync(part, file);
  syncFolder(dirname(file));
}
