import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ChainHead } from '../../../shared/audit.ts';
import type { Backup } from '../../../shared/contract-trust.ts';
import { judgeAll } from './audit-reads.ts';
import { syncFolder } from './change-log.ts';
import { headOf } from './change-replay.ts';
import { type Database, openForReading } from './database.ts';

/** So many backups are kept. */
export const keptBackups = 7;

/** Folder of the backups of a database. */
export function backupFolderOf(databaseFile: string): string {
  const stem = basename(databaseFile).replace(/\.db$/, '');
  return join(dirname(databaseFile), stem === 'station' ? 'backups' : `${stem}-backups`);
}

const namePattern = /^station-([0-9]{12})-([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z\.db$/;

/** Backups in a folder, newest first: by their newest record, then by their time. */
export function backupsIn(folder: string): readonly Backup[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .reverse()
    .flatMap((name) => {
      const [, seq, year, month, day, hours, minutes, seconds] = namePattern.exec(name) ?? [];
      if (seq === undefined) return [];
      const file = join(folder, name);
      const at = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.000Z`;
      return [{ file, at, seq: Number(seq), bytes: statSync(file).size }];
    });
}

/**
 * Copies a database as it stands into the folder, checks the copy (SQLite's own check, the chain of records), and puts it
 * on the disk under its name. Throws what the disk or SQLite says, or an Error that names what is wrong with the copy.
 */
export function backUpInto(database: Database, folder: string, at: string): Backup {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const part = join(folder, 'station.db.part');
  rmSync(part, { force: true });
  database.exec(`VACUUM INTO '${part.replaceAll("'", "''")}'`);
  chmodSync(part, 0o600);
  const handle = openSync(part, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  const checked = checkBackup(part);
  if (checked.complaint !== null) throw new Error(checked.complaint);
  const stamp = `${at.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const file = join(folder, `station-${String(checked.head.seq).padStart(12, '0')}-${stamp}.db`);
  renameSync(part, file);
  syncFolder(folder);
  return { file, at: `${at.slice(0, 19)}.000Z`, seq: checked.head.seq, bytes: statSync(file).size };
}

/** What is wrong with a backup, or null; and its head. */
export function checkBackup(file: string): { readonly complaint: string | null; readonly head: ChainHead } {
  const database = openForReading(file);
  try {
    const complaint = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    const head = headOf(database);
    if (complaint !== 'ok') return { complaint: String(complaint), head };
    const { bad } = judgeAll(database, null, []);
    return { complaint: bad === null ? null : `record ${bad.seq}: ${bad.detail}`, head };
  } finally {
    database.close();
  }
}

/** Lets the oldest backups go; answers the newest record of the oldest that stays. */
export function pruneBackups(folder: string): number {
  const all = backupsIn(folder);
  for (const { file } of all.slice(keptBackups)) rmSync(file);
  return all.slice(0, keptBackups).at(-1)?.seq ?? 0;
}
