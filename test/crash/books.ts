import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import type { JournalLine } from '../../src/main/ports/station-store.ts';
import { must } from './open-station.ts';

/** A job as the database holds it. */
export type JobRow = {
  readonly serial: string;
  readonly slot: number;
  readonly step: string;
  readonly outcome: string | null;
  readonly board: string;
  readonly registrationId: string | null;
  readonly provedAt: string | null;
  readonly problem: string | null; // code
};

/** An outbox row as the database holds it. */
export type ItemRow = { readonly registrationId: string; readonly state: string; readonly attempts: number };

/** What a station left in its database. */
export type Remains = { readonly jobs: readonly JobRow[]; readonly items: readonly ItemRow[] };

/**
 * Reads what a dead station left: the database, its write-ahead log and its change log are copied first, so that the next
 * station finds everything as the dead one left it and recovers by itself. A change is made when it is in the change log,
 * though the stop came before the database had it: the copy makes it up as a start does. What came of jobs and items is
 * read without the station's code.
 */
export function readRemains(dataFolder: string, copyFolder: string): Remains {
  mkdirSync(copyFolder, { recursive: true });
  const copy = join(copyFolder, 'station.db');
  for (const name of ['station.db', 'station.db-wal', 'changes.ndjson']) {
    const file = join(dataFolder, 'training', name);
    if (existsSync(file)) copyFileSync(file, join(copyFolder, name));
  }
  must(prepareDatabase(copy));
  const database = new DatabaseSync(copy);
  try {
    const jobs = database
      .prepare(
        `SELECT serial, slot, step, outcome, hardware_id AS board, registration_id AS registrationId,
           proved_at AS provedAt, json_extract(state, '$.problem.code') AS problem FROM job`,
      )
      .all();
    const items = database.prepare('SELECT registration_id AS registrationId, state, attempts FROM outbox').all();
    return { jobs: jobs as JobRow[], items: items as ItemRow[] };
  } finally {
    database.close();
  }
}

/**
 * What is wrong with a journal's chain of hashes. Written down anew from the rule: each hash is SHA-256 in lower-case
 * hex over the hash before it (64 zeros for the first line), a line feed and the line as JSON with sorted members and no
 * spaces; `seq` and the hashes themselves are no part of the line.
 */
export function brokenLinks(lines: readonly JournalLine[]): string[] {
  const broken: string[] = [];
  let previous = '0'.repeat(64);
  let seq = 0;
  for (const line of lines) {
    const { station, actor, mode, softwareVersion } = line.origin;
    // Members in alphabetical order; `data` is stored in that spelling already.
    const members: readonly (readonly [string, string])[] = [
      ['actor', JSON.stringify(actor)],
      ['at', JSON.stringify(line.at)],
      ['data', line.data],
      ['event', JSON.stringify(line.event)],
      ['jobId', JSON.stringify(line.jobId)],
      ['mode', JSON.stringify(mode)],
      ['serial', JSON.stringify(line.serial)],
      ['softwareVersion', JSON.stringify(softwareVersion)],
      ['station', JSON.stringify(station)],
    ];
    const text = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
    const hash = createHash('sha256').update(`${previous}\n${text}`).digest('hex');
    if (line.previousHash !== previous || line.hash !== hash) broken.push(`journal line ${line.seq} does not follow`);
    if (line.seq !== seq + 1) broken.push(`journal line ${seq + 1} is missing`);
    previous = line.hash;
    seq = line.seq;
  }
  return broken;
}
