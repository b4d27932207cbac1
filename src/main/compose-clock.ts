import type { Problem } from '../shared/problem.ts';
import type { Result } from '../shared/result.ts';
import { createStationStore } from './adapters/sqlite/station-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { openFolder } from './compose-folder.ts';
import { places } from './compose-places.ts';
import { isoNow } from './ports/clock.ts';
import { softwareVersion } from './version.ts';

/**
 * A clock that ran ahead left records of the future, and a right clock is then "behind the newest record" for ever.
 * A person says that it is right now; the deed itself becomes the newest record.
 */
export async function acceptClock(
  dataFolder: string,
  mode: 'training' | 'production',
  actor: string,
): Promise<Result<void, Problem>> {
  const opened = openFolder(dataFolder, mode, 'clock accept');
  if (!opened.ok) return opened;
  const store = createStationStore({ file: opened.value.file, thread: places.storeThread });
  const at = isoNow(systemClock);
  const origin = { station: 'terminal', actor, mode, softwareVersion };
  const writes = [{ write: 'noted', event: 'clock-accepted', serial: null, facts: { now: at } }] as const;
  const committed = await store.commit({ origin, at, writes });
  await store.close();
  opened.value.release();
  return committed;
}
