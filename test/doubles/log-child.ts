import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { jobOf, newItem, passedWrites, testMoment, testOrigin, valueFrom } from './books.ts';

/*
 * A process of its own that commits one unit so slowly that it never ends: the change is in the log, the commit is not
 * made. It ends only by a signal.
 */
const [file = ''] = process.argv.slice(2);
valueFrom(prepareDatabase(file));
const store = createStationStore({ file, slowCommitInMs: 600_000 });
const job = jobOf('unit-killed');
const writes = passedWrites(job, newItem(job, { fingerprint: job.serial }));
valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));
