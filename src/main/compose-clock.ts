import type { Problem } from '../shared/problem.ts';
import type { Result } from '../shared/result.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { openFolder } from './compose-folder.ts';
import { noteInBooks } from './compose-note.ts';
import { isoNow } from './ports/clock.ts';

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
  const at = isoNow(systemClock);
  const deed = { event: 'clock-accepted', facts: { now: at } };
  const committed = await noteInBooks(opened.value.file, mode, { actor, at }, deed);
  opened.value.release();
  return committed;
}
