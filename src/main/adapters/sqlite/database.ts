import { DatabaseSync } from 'node:sqlite';
import { schemaSteps } from './schema.ts';

/** An open database file; the only place that knows node:sqlite. */
export type Database = DatabaseSync;

/** Number of the newest schema this version knows. */
export const knownSchema = schemaSteps.length;

/** The database was written by a newer version. */
export class NewerDatabaseError extends Error {
  readonly found: number;
  constructor(found: number) {
    super(`schema ${found} is newer than ${knownSchema}`);
    this.name = 'NewerDatabaseError';
    this.found = found;
  }
}

/**
 * Opens the books for writing: WAL, every commit synced (`synchronous=FULL`), schema brought up to date in one
 * transaction per step.
 */
export function openForWriting(file: string): Database {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found > knownSchema) {
    database.close();
    throw new NewerDatabaseError(found);
  }
  for (const [index, step] of schemaSteps.entries()) {
    if (index < found) continue;
    database.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
  return database;
}

/** Opens the books for reading beside a writer, in this process or another. */
export function openForReading(file: string): Database {
  return new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
}

/** Opens a file whose contents can be got again; made when it is not there. */
export function openCopy(file: string): Database {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return database;
}

/**
 * Opens the file of people. What is deleted there is overwritten (`secure_delete`), and nothing of it goes into temporary
 * files. `steps` are its own schema.
 */
export function openPeopleFile(file: string, steps: readonly string[]): Database {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  database.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY');
  try {
    database.exec('BEGIN IMMEDIATE');
    const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (found > steps.length) throw new NewerDatabaseError(found);
    for (const step of steps.slice(found)) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}; COMMIT`);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/**
 * Holds an operating-system lock on `file` until the process ends or `release` is called; null when another process
 * holds it. SQLite's own file lock is used: it is released by the system however the process dies.
 */
export function holdFileLock(file: string): { release(): void } | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (sqliteCode(error) === 5) return null;
    throw error;
  }
  return {
    release: () => {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** Primary result code of an SQLite error (https://www.sqlite.org/rescode.html), or null for other errors. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}
