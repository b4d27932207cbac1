import type { Problem } from '../../../shared/problem.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { knownSchema, NewerDatabaseError, openForWriting, sqliteCode } from './database.ts';

const cannotOpen = 14;
const diskFull = 13;
const damaged = [11, 26]; // SQLITE_CORRUPT, SQLITE_NOTADB

/** Makes the database if there is none and brings its schema up to date; says plainly when it cannot be used. */
export function prepareDatabase(
  file: string,
): Result<void, Problem<'database-damaged' | 'database-newer' | 'database-failed' | 'file-unwritable'>> {
  try {
    const database = openForWriting(file);
    // A damaged page of the tables that every decision reads shows here, before any unit is started.
    database.prepare('SELECT COUNT(*) FROM total').get();
    database.prepare('SELECT seq FROM journal ORDER BY seq DESC LIMIT 1').get();
    database.prepare('SELECT id FROM job ORDER BY rowid DESC LIMIT 1').get();
    database.prepare('SELECT id FROM outbox ORDER BY id DESC LIMIT 1').get();
    database.close();
    return ok(undefined);
  } catch (error) {
    if (error instanceof NewerDatabaseError) {
      return fail(problem('database-newer', { found: error.found, known: knownSchema }));
    }
    const reason = error instanceof Error ? error.message : String(error);
    const code = sqliteCode(error);
    if (code === null) throw error;
    if (code === cannotOpen || code === diskFull) return fail(problem('file-unwritable', { file, reason }));
    return fail(problem(damaged.includes(code) ? 'database-damaged' : 'database-failed', { file, reason }));
  }
}
