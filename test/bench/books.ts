import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillBooks, unitsPerChange } from './fill-books.ts';
import type { Figure } from './report.ts';

const units = 100_000;

/** Start-up time and memory of a station with 100,000 finished units, beside one without any. */
export async function benchBooks(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-books-'));
  try {
    const full = join(folder, 'full');
    const filledInS = await fillBooks(full, units);
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

function opened(dataFolder: string): { startInMs: number; memoryInMiB: number } {
  const program = fileURLToPath(new URL('./open-once.ts', import.meta.url));
  const run = spawnSync(process.execPath, [program, dataFolder], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as { startInMs: number; memoryInMiB: number };
}
