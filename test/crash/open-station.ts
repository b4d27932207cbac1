import { readFileSync } from 'node:fs';
import { createSerialportOpener } from '../../src/main/adapters/line/serialport-line.ts';
import type { BenchControl } from '../../src/main/bench/bench-control.ts';
import { benchSettings } from '../../src/main/bench/bench-settings.ts';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import type { BenchReady, DpsReady } from '../../src/shared/bench.ts';
import type { Problem } from '../../src/shared/problem.ts';
import type { Recipe } from '../../src/shared/recipe.ts';
import type { Result } from '../../src/shared/result.ts';
import { type Settings, settingsSchema } from '../../src/shared/settings.ts';
import type { Trap } from './trap.ts';

/** The value of a result; a problem ends the test. */
export function must<T>(result: Result<T, Problem>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

/** Opens a training station at a bench, its ports decorated. Scans are typed: see {@link typingBench}. */
export async function openAtBench(options: {
  readonly ready: BenchReady;
  readonly dataFolder: string;
  readonly slots: number;
  readonly trap: Pick<Trap, 'store' | 'opener' | 'registry'>;
  /** Another instance beside the bench's own, named `origin`. */
  readonly origin?: DpsReady | null;
  /** The recipe as the trial wants it. */
  readonly recipe?: (recipe: Recipe) => Recipe;
}): Promise<StationHandle> {
  const { ready, trap, origin = null, recipe = (same) => same } = options;
  const secrets = new Map([['wifi-password', readFileSync(ready.wifi.passwordFile, 'utf8')]]);
  if (ready.dps !== null) secrets.set('dps', ready.dps.serviceConnectionString);
  if (origin !== null) secrets.set('dps-origin', origin.serviceConnectionString);
  const settings = benchSettings(ready, { station: 'bench', slots: options.slots });
  const loaded = must(loadRecipe(ready.recipeFile));
  const opened = await openStation({
    dataFolder: options.dataFolder,
    settings: { ...settings, scanner: null, dps: { ...settings.dps, ...(origin === null ? {} : besideOf(origin)) } },
    recipe: { ...loaded, recipe: recipe(loaded.recipe) },
    door: 'crash-suite',
    actor: 'operator',
    secrets,
    opener: trap.opener(createSerialportOpener()),
    decorateStore: trap.store,
    decorateRegistry: trap.registry,
  });
  return must(opened);
}

function besideOf({ idScope, host, port, caFile }: DpsReady): Settings['dps'] {
  const origin = { connectionStringSecret: 'dps-origin', idScope, globalEndpoint: host, port, caFile };
  return settingsSchema.parse({ dps: { origin: { ...origin, operationsPerMinute: 1_000 } } }).dps;
}

/**
 * A bench whose scans are typed at the station. A serial scanner would keep what a killed station never read and hand it
 * to the next one; that is the cable's memory, not the station's, and no matter of this suite.
 */
export function typingBench(bench: BenchControl, handle: { scan(text: string): Promise<unknown> }): BenchControl {
  return {
    call: async (verb, request) => {
      if (verb !== 'scan' || !('text' in request)) return bench.call(verb, request);
      await handle.scan(request.text);
      return {} as never;
    },
  };
}

/** Resolves when nothing waits for the provisioning service any more. */
export async function untilDrained(handle: Pick<StationHandle, 'books' | 'onChange'>): Promise<void> {
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const stop = handle.onChange(() => changed.resolve());
    const { items } = must(await handle.books.counts());
    if (items.pending === 0) return stop();
    await changed.promise;
    stop();
  }
}
