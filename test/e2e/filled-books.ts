import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { workedUnit } from '../bench/units.ts';

/** Folders with books that this process has written, by their number of units. */
const written = new Map<number, Promise<string>>();

/**
 * Fills the training books of a folder that no station has opened yet: units SN00000000 and on, of twenty one failed,
 * one parked, one waiting, two enrolled, the rest registered. They are written once and copied from then on.
 */
export async function fillBooks(dataFolder: string, units: number): Promise<void> {
  const books = written.get(units) ?? writeBooks(units);
  written.set(units, books);
  cpSync(await books, dataFolder, { recursive: true });
}

async function writeBooks(units: number): Promise<string> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dps-station-books-'));
  process.once('exit', () => rmSync(dataFolder, { recursive: true, force: true }));
  const folder = join(dataFolder, 'training');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'station.db');
  const prepared = prepareDatabase(file);
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problem));
  const store = createStationStore({ file });
  for (let first = 0; first < units; first += 500) {
    const some = Array.from({ length: Math.min(500, units - first) }, (_, index) => workedUnit(first + index));
    const committed = await Promise.all(some.flatMap((unit) => unit.changes).map((change) => store.commit(change)));
    const broken = committed.find((one) => !one.ok);
    if (broken !== undefined) throw new Error(JSON.stringify(broken));
  }
  await store.close();
  return dataFolder;
}
