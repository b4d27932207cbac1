import type { Problem, ProblemFacts } from '../shared/problem.ts';
import type { Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { createStationStore } from './adapters/sqlite/station-store.ts';
import { places } from './compose-places.ts';
import { softwareVersion } from './version.ts';

/** Writes into the journal of a folder that no station has open: who did what, and when (ISO 8601 UTC). */
export async function noteInBooks(
  file: string,
  mode: Settings['mode'],
  by: { readonly actor: string; readonly at: string },
  deed: { readonly event: string; readonly facts: ProblemFacts },
): Promise<Result<void, Problem>> {
  const store = createStationStore({ file, thread: places.storeThread });
  const origin = { station: 'terminal', actor: by.actor, mode, softwareVersion };
  const writes = [{ write: 'noted', event: deed.event, serial: null, facts: deed.facts }] as const;
  const committed = await store.commit({ origin, at: by.at, writes });
  await store.close();
  return committed;
}
