import { chmodSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Settings } from '../../../shared/settings.ts';

/** Where a station keeps its things when nobody says otherwise. */
export function defaultDataFolder(): string {
  if (process.platform === 'win32') return join(process.env['APPDATA'] ?? homedir(), 'dps-station');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'dps-station');
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'dps-station');
}

/** Makes the folder of a mode (training and production never share one), readable for its owner only. */
export function makeModeFolder(dataFolder: string, mode: Settings['mode']): Result<string, Problem<'file-unwritable'>> {
  const folder = join(dataFolder, mode);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    return ok(folder);
  } catch (error) {
    return fail(
      problem('file-unwritable', { file: folder, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }),
    );
  }
}

/** Free bytes for this account on the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const ownerSchema = z.object({ pid: z.int(), door: z.string(), since: z.string(), host: z.string() });

/** Says beside the lock who holds it. */
export function writeOwner(folder: string, door: string, since: string): void {
  const owner = { pid: process.pid, door, since, host: hostname() };
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
}

/** Who holds the lock, as a problem for those who came later. */
export function ownedBy(folder: string): Problem<'folder-owned'> {
  try {
    const owner = ownerSchema.parse(JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')));
    return problem('folder-owned', { folder, pid: owner.pid, door: owner.door, since: owner.since });
  } catch {
    return problem('folder-owned', { folder, pid: null, door: 'unknown', since: null });
  }
}
