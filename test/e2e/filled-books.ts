import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { workedUnit } from '../bench/units.ts';

/**
 * Fills the training books of a folder that no station has opened yet: units SN00000000 and on, of twenty one failed,
 * one parked, one waiting, two enrolled, the rest registered.
 */
export async function fillBooks(dataFolder: string, units: number): Promise<void> {
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
}
