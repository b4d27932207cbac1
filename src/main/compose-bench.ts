import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { benchReadySchema } from '../shared/bench.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { ownedBy } from './adapters/files/station-folder.ts';
import { holdFileLock } from './adapters/sqlite/database.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { connectBench } from './bench/bench-control.ts';
import { type BenchDesk, openBenchDesk } from './bench/bench-desk.ts';
import { benchRecipes, benchSecrets, benchSettings } from './bench/bench-settings.ts';
import { startSimulation } from './compose-simulation.ts';
import type { StationHandle } from './ports/station-handle.ts';

/** The embedded bench: what a station at it needs, and its end. */
export type OpenedBench = {
  readonly settings: Settings;
  readonly secrets: ReadonlyMap<string, string>;
  openDesk(handle: StationHandle, onTrouble: (error: unknown) => void): Promise<BenchDesk>;
  /** Resolves when the simulation has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the simulation beside a training station; its boards and its cloud survive in the data folder. A second one in
 * the same folder would take the first one's lines away, so the folder is locked first.
 */
export async function openBench(dataFolder: string, settings: Settings): Promise<Result<OpenedBench, Problem>> {
  const folder = join(dataFolder, 'training', 'bench');
  const lock = lockOf(folder, dataFolder);
  if (!lock.ok) return lock;
  // Behind the ready file are the hands of the bench, for whoever works at it by program.
  const flags = ['--folder', folder, '--state', '--ready-file', join(folder, 'ready.json')];
  const started = await startSimulation('bench', flags, benchReadySchema);
  if (!started.ok) {
    lock.value.release();
    return started;
  }
  const { ready } = started.value;
  const { slots } = settings;
  // A recipe of the user's own has no boards on the bench.
  const recipe = Object.hasOwn(benchRecipes, settings.recipe) ? settings.recipe : 'mxchip-devkit';
  const kind = benchRecipes[recipe] ?? '1.6.5';
  return ok({
    settings: benchSettings(ready, settings, recipe),
    secrets: benchSecrets(ready),
    openDesk: (handle, onTrouble) =>
      openBenchDesk({ control: connectBench(ready.control), handle, slots, kind, clock: systemClock, onTrouble }),
    ended: started.value.ended,
    stop: async () => {
      await started.value.stop();
      lock.value.release();
    },
  });
}

function lockOf(folder: string, dataFolder: string): Result<{ release(): void }, Problem> {
  const file = join(folder, 'bench.lock');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = holdFileLock(file);
    return lock === null ? fail(ownedBy(join(dataFolder, 'training'))) : ok(lock);
  } catch (error) {
    return fail(problem('file-unwritable', { file, reason: error instanceof Error ? error.message : String(error) }));
  }
}
