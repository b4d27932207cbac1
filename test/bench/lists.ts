import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { type Figure, median } from './report.ts';
import { workedUnit } from './units.ts';

const many = 100_000;
const few = 100;
const unitsAtOnce = 500;
const rounds = 15;
const page = 100;

/** How long pages of lists, a unit card and figures take at 100,000 units, beside the same at 100 units. */
export async function benchLists(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-lists-'));
  const stores: StationStore[] = [];
  const filled = async (count: number): Promise<StationStore> => {
    const file = join(folder, `${count}.db`);
    const prepared = prepareDatabase(file);
    if (!prepared.ok) throw new Error(prepared.problem.code);
    const store = createStationStore({ file });
    stores.push(store);
    for (let first = 0; first < count; first += unitsAtOnce)
      await fill(store, first, Math.min(first + unitsAtOnce, count));
    return store;
  };
  try {
    const small = await filled(few);
    const large = await filled(many);
    const figures: Figure[] = [];
    for (const { name, underMs, read } of reads(many)) {
      const alone = await timed(small, read);
      const took = await timed(large, read);
      figures.push({
        name: `${name} at 100,000 rows`,
        value: took,
        unit: 'ms',
        beside: `${alone.toFixed(2)} ms at ${few} rows; ratio ${(took / alone).toFixed(1)}`,
        target: `under ${underMs} ms`,
        met: took < underMs,
      });
    }
    return figures;
  } finally {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Read = (store: StationStore) => Promise<{ readonly ok: boolean }>;
const none = { hardwareIds: ['HW3', 'HW4'], jobIds: [] };
const newest = { before: null, skip: 0, limit: page } as const;

function reads(count: number): { readonly name: string; readonly underMs: number; readonly read: Read }[] {
  const deep = { before: Math.round(count / 20), skip: 0, limit: page };
  const jump = { before: null, skip: Math.round(count * 0.7), limit: page };
  const queue = { view: 'proved', search: '', present: none } as const;
  const since = '2026-11-20T00:00:00.000Z';
  return [
    { name: 'list page time: queue, newest', underMs: 10, read: (store) => store.listQueue({ ...queue, ...newest }) },
    { name: 'queue, deep page', underMs: 10, read: (store) => store.listQueue({ ...queue, ...deep }) },
    { name: 'queue, jump to the 70,000th', underMs: 20, read: (store) => store.listQueue({ ...queue, ...jump }) },
    { name: 'queue, parked', underMs: 10, read: (store) => store.listQueue({ ...queue, ...newest, view: 'parked' }) },
    { name: 'queue, recall', underMs: 10, read: (store) => store.listQueue({ ...queue, ...newest, view: 'recall' }) },
    {
      name: 'queue, search of many',
      underMs: 50,
      read: (store) => store.listQueue({ ...queue, ...newest, search: 'sn0000' }),
    },
    {
      name: 'queue, search of none',
      underMs: 50,
      read: (store) => store.listQueue({ ...queue, ...newest, search: 'no such unit' }),
    },
    {
      name: 'list page time: records, newest',
      underMs: 20,
      read: (store) => store.listRecords({ ...newest, filter: {} }),
    },
    { name: 'records, deep page', underMs: 20, read: (store) => store.listRecords({ ...deep, filter: {} }) },
    { name: 'records, jump to the 70,000th', underMs: 20, read: (store) => store.listRecords({ ...jump, filter: {} }) },
    {
      name: 'records, failed',
      underMs: 50,
      read: (store) => store.listRecords({ ...newest, filter: { outcome: 'failed' } }),
    },
    {
      name: 'records, search of one',
      underMs: 50,
      read: (store) => store.listRecords({ ...newest, filter: { search: 'hw77777' } }),
    },
    {
      name: 'records, search of many',
      underMs: 50,
      read: (store) => store.listRecords({ ...newest, filter: { search: 'az-' } }),
    },
    {
      name: 'records, old time range',
      underMs: 50,
      read: (store) => store.listRecords({ ...newest, filter: { until: '2026-11-20T01:00:00.000Z' } }),
    },
    { name: 'queue in numbers', underMs: 10, read: (store) => store.queueNumbers(none) },
    { name: 'unit card', underMs: 10, read: (store) => store.unitHistory('SN00000042') },
    {
      name: 'figures of all units',
      underMs: 500,
      read: (store) => store.workFigures({ since, until: '2027-01-01T00:00:00.000Z', timedJobs: 2_000 }),
    },
  ];
}

async function timed(store: StationStore, read: Read): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const answer = await read(store);
    took.push(performance.now() - start);
    if (!answer.ok) throw new Error(JSON.stringify(answer));
  }
  return median(took);
}

async function fill(store: StationStore, first: number, end: number): Promise<void> {
  const changes = Array.from({ length: end - first }, (_, index) => workedUnit(first + index).changes).flat();
  // Sent together, they share a few commits.
  for (const committed of await Promise.all(changes.map((change) => store.commit(change)))) {
    if (!committed.ok) throw new Error(JSON.stringify(committed.problem));
  }
}
