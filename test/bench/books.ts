import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import type { Figure } from './report.ts';
import { finishedUnit } from './units.ts';

const units = 100_000;
const unitsPerChange = 500;

/** Start-up time and memory of a station with 100,000 finished units, beside one without any. */
export async function benchBooks(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-books-'));
  try {
    const full = join(folder, 'full');
    mkdirSync(join(full, 'training'), { recursive: true });
    const file = join(full, 'training', 'station.db');
    const prepared = prepareDatabase(file);
    if (!prepared.ok) throw new Error(prepared.problem.code);
    const store = createStationStore({ file });
    const start = performance.now();
    await fill(store);
    const filledInS = (performance.now() - start) / 1000;
    await store.close();
    const empty = opened(join(folder, 'empty'));
    const many = opened(full);
    return [
      {
        name: 'books: finished units written',
        value: units / filledInS,
        unit: 'per s',
        beside: `${unitsPerChange} per commit`,
      },
      {
        name: 'start-up with 100,000 units',
        value: many.startInMs,
        unit: 'ms',
        beside: `${empty.startInMs.toFixed(0)} ms without any`,
      },
      {
        name: 'memory with 100,000 units',
        value: many.memoryInMiB,
        unit: 'MiB',
        beside: `${empty.memoryInMiB.toFixed(0)} MiB without any`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(store: StationStore): Promise<void> {
  for (let first = 0; first < units; first += unitsPerChange) {
    const made = Array.from({ length: unitsPerChange }, (_, index) => finishedUnit(first + index));
    const { origin, at } = made[0] as (typeof made)[number];
    const committed = await store.commit({ origin, at, writes: made.flatMap((unit) => unit.writes) });
    if (!committed.ok) throw new Error(JSON.stringify(committed.problem));
  }
}

function opened(dataFolder: string): { startInMs: number; memoryInMiB: number } {
  const program = fileURLToPath(new URL('./open-once.ts', import.meta.url));
  const run = spawnSync(process.execPath, [program, dataFolder], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as { startInMs: number; memoryInMiB: number };
}
