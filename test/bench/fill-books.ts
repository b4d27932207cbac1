import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { finishedUnit } from './units.ts';

/** Units that share a transaction here. */
export const unitsPerChange = 500;

/** Makes the books of a training station in `dataFolder` with `count` finished units; answers how long that took, in seconds. */
export async function fillBooks(dataFolder: string, count: number): Promise<number> {
  const folder = join(dataFolder, 'training');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'station.db');
  const prepared = prepareDatabase(file);
  if (!prepared.ok) throw new Error(prepared.problem.code);
  const store = createStationStore({ file });
  const start = performance.now();
  for (let first = 0; first < count; first += unitsPerChange) {
    const made = Array.from({ length: Math.min(unitsPerChange, count - first) }, (_, index) =>
      finishedUnit(first + index),
    );
    const { origin, at } = made[0] as (typeof made)[number];
    const committed = await store.commit({ origin, at, writes: made.flatMap((unit) => unit.writes) });
    if (!committed.ok) throw new Error(JSON.stringify(committed.problem));
  }
  const seconds = (performance.now() - start) / 1000;
  await store.close();
  return seconds;
}
