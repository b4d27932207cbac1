import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchControl, connectBench } from '../../src/main/bench/bench-control.ts';
import { benchSettings } from '../../src/main/bench/bench-settings.ts';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import { startSimulation } from '../../src/main/compose-simulation.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import { type BenchReady, benchReadySchema } from '../../src/shared/bench.ts';
import type { Settings } from '../../src/shared/settings.ts';

/** A bench and a way to open stations at it; everything is gone after `stop`. */
export type BenchRig = {
  readonly ready: BenchReady;
  readonly folder: string;
  /** From which the stations of this rig derive symmetric keys. */
  readonly keyRoot: Buffer;
  readonly control: BenchControl;
  open(
    name: string,
    slots: number,
    options?: { slowCommitInMs?: number; settings?: (settings: Settings) => Settings },
  ): Promise<StationHandle>;
  stop(): Promise<void>;
};

/** Starts a bench in a process of its own. */
export async function startRig(): Promise<BenchRig> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-bench-'));
  const bench = await startSimulation('bench', ['--folder', join(folder, 'bench')], benchReadySchema);
  if (!bench.ok) throw new Error(JSON.stringify(bench.problem));
  const { ready } = bench.value;
  const keyRoot = randomBytes(32);
  return {
    ready,
    keyRoot,
    folder,
    control: connectBench(ready.control),
    open: async (name, slots, { slowCommitInMs = 0, settings: change = (same: Settings) => same } = {}) => {
      const recipe = loadRecipe(ready.recipeFile);
      if (!recipe.ok) throw new Error(recipe.problem.code);
      const secrets = new Map([
        ['wifi-password', readFileSync(ready.wifi.passwordFile, 'utf8')],
        ['symmetric-key-root', keyRoot.toString('base64')],
        ['dps', ready.dps?.serviceConnectionString ?? ''],
      ]);
      const opened = await openStation({
        dataFolder: join(folder, name),
        settings: change(benchSettings(ready, { station: 'bench', slots: slots })),
        recipe: recipe.value,
        door: 'bench',
        actor: 'bench',
        secrets,
        slowCommitInMs,
      });
      if (!opened.ok) throw new Error(JSON.stringify(opened.problem));
      return opened.value;
    },
    stop: async () => {
      await bench.value.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
