import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { PutBackProblem } from '../../ports/people.ts';
import { syncFolder } from './change-log.ts';
import { type Database, openForReading } from './database.ts';

/*
 * The copy of the people's file beside it: made anew with every change, so that it never holds a name that was erased or
 * a badge that was retired. Without it, a file that is lost would leave a station at which everybody may do everything.
 */

/** Name of the copy: `people-copy.db` beside `people.db`. */
export function copyOf(file: string): string {
  return file.replace(/\.db$/, '-copy.db');
}

/** Makes the copy anew, checked and on the disk; false: the old one stays, and the next change tries again. */
export function keepCopy(database: Database, file: string): boolean {
  const copy = copyOf(file);
  const part = `${copy}.${process.pid}.part`;
  try {
    rmSync(part, { force: true });
    // Nobody but its owner may read it, from its first byte on.
    closeSync(openSync(part, 'wx', 0o600));
    database.exec(`VACUUM INTO '${part.replaceAll("'", "''")}'`);
    if (complaintOf(part) !== null) throw new Error('the copy is no good');
    putOnDisk(part, copy);
    return true;
  } catch {
    rmSync(part, { force: true });
    return false;
  }
}

/** Takes the copy away, for good. */
export function dropCopy(file: string): void {
  rmSync(copyOf(file), { force: true });
}

/** What people and their badges are, without their wrong PINs; equal texts: nothing of it differs. */
export function contentOf(database: Database): string {
  const rows = (sentence: string) => database.prepare(sentence).all();
  return JSON.stringify([
    rows('SELECT badge, roles, pin, retired_at FROM badge ORDER BY badge'),
    rows('SELECT badge, name FROM person_name ORDER BY badge'),
    rows('SELECT hash, recipe, badge, at FROM recipe_approval ORDER BY hash'),
  ]);
}

/** What the copy holds; null: there is none, or it cannot be read. */
export function contentOfCopy(file: string): string | null {
  return fromCopy(file, contentOf);
}

/** Whether the copy knows an engineer. */
export function copyKnowsSomebody(file: string): boolean {
  return fromCopy(file, knowsSomebody) ?? false;
}

/** Whether an engineer is known in a file. */
export function knowsSomebody(database: Database): boolean {
  return database.prepare('SELECT 1 FROM live_engineer').get() !== undefined;
}

/**
 * Puts the copy in the place of a file that is damaged or gone, which is set aside. Whenever it is stopped, it can be run
 * again. Gives the folder that holds what stood there. `at`: ISO 8601 UTC.
 */
export function putBackCopy(file: string, at: string): Result<string, PutBackProblem> {
  const copy = copyOf(file);
  if (existsSync(file) && complaintOf(file) === null) return fail(problem('people-readable'));
  const complaint = existsSync(copy) ? complaintOf(copy) : 'it is not there';
  if (complaint !== null) return fail(problem('people-copy-unusable', { file: copy, reason: complaint }));
  const aside = join(dirname(file), `set-aside-${at.replaceAll(/[-:.]/g, '')}`);
  const part = `${file}.part`;
  try {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    copyFileSync(copy, part);
    // The log of the damaged file must not be taken for one of the copy.
    for (const ending of ['-wal', '-shm', '']) {
      if (existsSync(file + ending)) renameSync(file + ending, join(aside, basename(file) + ending));
    }
    putOnDisk(part, file);
    return ok(aside);
  } catch (error) {
    return fail(problem('file-unwritable', { file, reason: messageOf(error) }));
  }
}

/** What is wrong with a file of people: not readable, or nobody is known in it; null: it can be used. */
function complaintOf(file: string): string | null {
  let database: Database | null = null;
  try {
    database = openForReading(file);
    const found = database.prepare('PRAGMA quick_check').get()?.['quick_check'];
    if (found !== 'ok') return String(found);
    return knowsSomebody(database) ? null : 'no engineer is known in it';
  } catch (error) {
    return messageOf(error);
  } finally {
    database?.close();
  }
}

function fromCopy<T>(file: string, task: (copy: Database) => T): T | null {
  if (!existsSync(copyOf(file))) return null;
  let database: Database | null = null;
  try {
    database = openForReading(copyOf(file));
    return task(database);
  } catch {
    return null;
  } finally {
    database?.close();
  }
}

function putOnDisk(part: string, file: string): void {
  const handle = openSync(part, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, file);
  syncFolder(dirname(file));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
