import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ChainHead } from '../../../shared/audit.ts';
import type { Change } from '../../ports/station-store.ts';

/*
 * The change log: every change as a line of JSON, on the disk before its commit is. With the newest backup it gives the
 * books again, record by record and hash by hash. It holds what a change holds, so no secret. A line: the SHA-256 of the
 * rest, the head of the chain behind the change, the change. Whole segments end at a backup.
 */

/** A change, and the head of the chain behind it. */
export type LoggedChange = ChainHead & { readonly change: Change };

/** What a log holds: its good lines in order, read once; behind them, the first place that could not be read. */
export type LoggedChanges = { readonly changes: Iterable<LoggedChange>; damage(): string | null };

/** Name of the log of a database: `changes.ndjson` beside `station.db`. */
export function changeLogOf(databaseFile: string): string {
  const stem = basename(databaseFile).replace(/\.db$/, '');
  return join(dirname(databaseFile), stem === 'station' ? 'changes.ndjson' : `${stem}-changes.ndjson`);
}

/** The log as the writing thread holds it. Everything here throws what the disk says. */
export type ChangeLog = {
  /** On the disk when it returns. */
  append(changes: readonly LoggedChange[]): void;
  /** Takes back what was appended last: its commit failed. */
  undo(): void;
  /** Ends a segment, and lets those go that hold nothing behind record `oldestKept`. */
  rotate(oldestKept: number): void;
  close(): void;
};

/** Opens the log for appending. A torn last line must have been cut off before ({@link mendChangeLog}). */
export function openChangeLog(file: string): ChangeLog {
  let handle = openForAppending(file);
  let size = fstatSync(handle).size;
  let before = size;
  let broken = false;

  return {
    append: (changes) => {
      if (broken) throw new Error('the change log could not be mended after a failed write');
      before = size;
      const bytes = Buffer.from(changes.map(lineOf).join(''), 'utf8');
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, size + at);
        fdatasyncSync(handle);
      } catch (error) {
        takeBack();
        throw error;
      }
      size += bytes.length;
    },
    undo: () => {
      takeBack();
      size = before;
    },
    rotate: (oldestKept) => {
      const last = lastLine(file);
      if (last !== null) {
        closeSync(handle);
        renameSync(file, segmentName(file, last.seq));
        handle = openForAppending(file);
        size = 0;
      }
      for (const segment of segmentsOf(file)) if (segment.lastSeq <= oldestKept) rmSync(segment.file);
      syncFolder(dirname(file));
    },
    close: () => closeSync(handle),
  };

  function takeBack(): void {
    try {
      ftruncateSync(handle, before);
      fdatasyncSync(handle);
    } catch {
      // A line that was never committed stays behind: nothing may follow it.
      broken = true;
    }
  }
}

/** Cuts off a last line that a stop tore; it was never committed. */
export function mendChangeLog(file: string): void {
  const tail = tailOf(file);
  if (tail === null) return;
  const keep = tail.line !== null && parseLine(tail.line) === null ? tail.start : tail.end;
  if (keep === tail.size) return;
  const handle = openSync(file, 'r+');
  try {
    ftruncateSync(handle, keep);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** What the segments and the log hold, oldest first, up to the first line that cannot be read. */
export function readChangeLog(file: string): LoggedChanges {
  let damage: string | null = null;
  function* lines(): Generator<LoggedChange> {
    for (const part of [...segmentsOf(file).map((segment) => segment.file), ...(existsSync(file) ? [file] : [])]) {
      const bytes = readFileSync(part);
      for (let from = 0, number = 1; from < bytes.length; number += 1) {
        const end = bytes.indexOf(0x0a, from);
        const parsed = end < 0 ? null : parseLine(bytes.subarray(from, end).toString('utf8'));
        if (parsed === null) {
          damage = `${basename(part)}, line ${number}`;
          return;
        }
        yield parsed;
        from = end + 1;
      }
    }
  }
  return { changes: lines(), damage: () => damage };
}

/** The head that the log ends with; null when it holds nothing. */
export function changeLogHead(file: string): ChainHead | null {
  const newest = [
    file,
    ...segmentsOf(file)
      .map((segment) => segment.file)
      .reverse(),
  ];
  for (const part of newest) {
    const last = lastLine(part);
    if (last !== null) return { seq: last.seq, hash: last.hash };
  }
  return null;
}

/** Moves the log with all segments to another folder; nothing of it is deleted. */
export function setChangeLogAside(file: string, folder: string): void {
  for (const part of [...segmentsOf(file).map((segment) => segment.file), file]) {
    if (existsSync(part)) renameSync(part, join(folder, basename(part)));
  }
  syncFolder(dirname(file));
}

/** Makes a rename or a new file of this folder last. */
export function syncFolder(folder: string): void {
  // Windows opens no folder for that.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // Some network disks know no such order.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(handle);
  }
}

function openForAppending(file: string): number {
  const isNew = !existsSync(file);
  const handle = openSync(file, isNew ? 'w' : 'r+', 0o600);
  if (isNew) syncFolder(dirname(file));
  return handle;
}

function segmentName(file: string, lastSeq: number): string {
  return file.replace(/\.ndjson$/, `-${String(lastSeq).padStart(12, '0')}.ndjson`);
}

function segmentsOf(file: string): readonly { readonly file: string; readonly lastSeq: number }[] {
  const folder = dirname(file);
  if (!existsSync(folder)) return [];
  const stem = basename(file, '.ndjson');
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${stem}-`) && /^[0-9]{12}\.ndjson$/.test(name.slice(stem.length + 1)))
    .sort()
    .map((name) => ({ file: join(folder, name), lastSeq: Number(name.slice(stem.length + 1, -7)) }));
}

function lastLine(file: string): LoggedChange | null {
  const line = tailOf(file)?.line ?? null;
  return line === null ? null : parseLine(line);
}

/** The last whole line of a file, where it starts and ends. */
type Tail = { readonly line: string | null; readonly start: number; readonly end: number; readonly size: number };

/** Reads from the end: the log of a week is long, and no start waits for all of it. Null when there is no file. */
function tailOf(file: string): Tail | null {
  if (!existsSync(file)) return null;
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    for (let length = Math.min(size, 65_536); ; length = Math.min(size, length * 4)) {
      const bytes = Buffer.alloc(length);
      readSync(handle, bytes, 0, length, size - length);
      const end = bytes.lastIndexOf(0x0a) + 1;
      const start = end < 2 ? 0 : bytes.lastIndexOf(0x0a, end - 2) + 1;
      if (start === 0 && length < size) continue;
      const from = size - length;
      return {
        line: end === 0 ? null : bytes.subarray(start, end - 1).toString('utf8'),
        start: from + start,
        end: from + end,
        size,
      };
    }
  } finally {
    closeSync(handle);
  }
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function lineOf({ seq, hash, change }: LoggedChange): string {
  const text = JSON.stringify({ seq, hash, change });
  return `{"sum":"${sumOf(text)}",${text.slice(1)}\n`;
}

function parseLine(line: string): LoggedChange | null {
  const match = /^\{"sum":"([0-9a-f]{64})",(.*)$/.exec(line);
  if (match === null || sumOf(`{${match[2]}`) !== match[1]) return null;
  const { seq, hash, change } = JSON.parse(`{${match[2]}`) as LoggedChange;
  return { seq, hash, change };
}
