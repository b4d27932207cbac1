import type { StationStore } from '../../src/main/ports/station-store.ts';
import { jobOf, newItem, passedWrites, testMoment, testOrigin, valueFrom } from './books.ts';
import { openIdleStation } from './idle-station.ts';

/*
 * A process of its own for tests of the books: owns the folder that it is given, then, with `write`, commits one unit
 * after the other and names each on standard output once its commit was confirmed. It ends only by a signal.
 */
const [dataFolder = '', task = ''] = process.argv.slice(2);
const stores: StationStore[] = [];
const station = valueFrom(await openIdleStation(dataFolder, 'training', 'child', (store) => stores.push(store)));
setInterval(() => {}, 60_000);
process.stdout.write(`${JSON.stringify({ folder: station.folder, pid: process.pid })}\n`);
const [store] = stores;
for (let number = 1; task === 'write' && store !== undefined; number += 1) {
  const serial = `unit-${number}`;
  const writes = passedWrites(jobOf(serial), newItem(jobOf(serial), { fingerprint: serial }));
  valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));
  process.stdout.write(`${serial}\n`);
}
