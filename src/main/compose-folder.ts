import { join } from 'node:path';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { makeModeFolder, ownedBy, writeOwner } from './adapters/files/station-folder.ts';
import { holdFileLock } from './adapters/sqlite/database.ts';
import { type PreparedBooks, prepareDatabase } from './adapters/sqlite/prepare.ts';

/** Opens the folder of a mode for one process: lock and database. */
export function openFolder(dataFolder: string, mode: Settings['mode'], door: string): Result<OpenFolder, Problem> {
  const made = makeModeFolder(dataFolder, mode);
  if (!made.ok) return made;
  const folder = made.value;
  const lock = lockFolder(folder, door);
  if (!lock.ok) return lock;
  const file = join(folder, 'station.db');
  const prepared = prepareDatabase(file);
  if (!prepared.ok) {
    lock.value.release();
    return prepared;
  }
  return ok({ folder, file, prepared: prepared.value, release: () => lock.value.release() });
}

/** A folder that this process owns. */
export type OpenFolder = {
  readonly folder: string;
  readonly file: string;
  readonly prepared: PreparedBooks;
  release(): void;
};

/** Takes the lock of a folder alone, whatever its database is like. */
export function lockFolder(folder: string, door: string): Result<{ release(): void }, Problem> {
  try {
    const lock = holdFileLock(join(folder, 'station.lock'));
    if (lock === null) return fail(ownedBy(folder));
    writeOwner(folder, door, new Date().toISOString());
    return ok(lock);
  } catch (error) {
    // A full or read-only disk shows here first.
    const reason = error instanceof Error ? error.message : String(error);
    return fail(problem('file-unwritable', { file: join(folder, 'station.lock'), reason }));
  }
}
