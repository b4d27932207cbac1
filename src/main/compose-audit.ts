import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { publicKeyFile } from './adapters/files/public-key-file.ts';
import { makeModeFolder } from './adapters/files/station-folder.ts';
import { exportAudit } from './adapters/sqlite/audit-export.ts';
import { anchorsInMirror } from './adapters/sqlite/audit-mirror.ts';
import { backupFolderOf, backupsIn } from './adapters/sqlite/backup-file.ts';
import { prepareDatabase } from './adapters/sqlite/prepare.ts';
import { restoreDatabase } from './adapters/sqlite/restore.ts';
import { createBooks } from './adapters/sqlite/station-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import type { BooksPlace, TrustTools } from './cli/tools.ts';
import { lockFolder } from './compose-folder.ts';
import { places } from './compose-places.ts';
import { publicKeyName } from './compose-trust.ts';
import { isoNow } from './ports/clock.ts';
import { softwareVersion } from './version.ts';

const folderOf = ({ dataFolder, settings }: BooksPlace): string => join(dataFolder, settings.mode);
const fileOf = (place: BooksPlace): string => join(folderOf(place), 'station.db');

/** Judging, exporting and restoring the books of a folder. */
export const trustTools: TrustTools = {
  verify: async (place, { anchors, keyFile }) => {
    const file = fileOf(place);
    if (!existsSync(file)) return missing(file);
    const keys = publicKeyFile(keyFile ?? join(folderOf(place), publicKeyName)).read();
    if (!keys.ok) return keys;
    const mirrored = anchorsInMirror(join(folderOf(place), 'mirror.db'), place.settings.station);
    const books = createBooks({ file, thread: places.storeThread });
    try {
      const verdict = await books.judgeChain(keys.value, [...anchors, ...(mirrored ?? [])]);
      if (!verdict.ok) return verdict;
      return ok({ verdict: verdict.value, keys: keys.value.length, fromMirror: mirrored?.length ?? null });
    } finally {
      await books.close();
    }
  },
  exportTo: async (place, out) => {
    const file = fileOf(place);
    if (!existsSync(file)) return missing(file);
    const keys = publicKeyFile(join(folderOf(place), publicKeyName)).read();
    if (!keys.ok) return keys;
    const books = createBooks({ file, thread: places.storeThread });
    try {
      return await exportAudit(books, keys.value, out);
    } finally {
      await books.close();
    }
  },
  backups: (place) => backupsIn(backupFolderOf(fileOf(place))),
  restore: async (place, how) => restore(place, how),
};

/** No books at all is no fault; books that are gone while their backups are there are one. */
function missing(file: string): Result<null, Problem> {
  return backupsIn(backupFolderOf(file)).length === 0 ? ok(null) : fail(problem('database-missing', { file }));
}

async function restore(
  place: BooksPlace,
  { from, actor }: { readonly from: string | null; readonly actor: string },
): ReturnType<TrustTools['restore']> {
  const made = makeModeFolder(place.dataFolder, place.settings.mode);
  if (!made.ok) return made;
  const lock = lockFolder(made.value, 'restore');
  if (!lock.ok) return lock;
  try {
    const file = fileOf(place);
    if (from === null && (await isWhole(file))) return fail(problem('restore-needless', { file }));
    const { station, mode } = place.settings;
    return restoreDatabase({
      file,
      from,
      origin: { station, actor, mode, softwareVersion },
      at: isoNow(systemClock),
      anchors: anchorsInMirror(join(made.value, 'mirror.db'), station) ?? [],
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(problem('file-unwritable', { file: made.value, reason }));
  } finally {
    lock.value.release();
  }
}

/** Whether a station could work with these books: they open, fit their log, and SQLite has no complaint. */
async function isWhole(file: string): Promise<boolean> {
  if (!prepareDatabase(file).ok) return false;
  const books = createBooks({ file, thread: places.storeThread });
  try {
    const complaints = await books.integrity();
    return complaints.ok && complaints.value.length === 0;
  } finally {
    await books.close();
  }
}
