import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Kills the simulation of a data folder, as a crash would. Found by its command line: only Linux shows it in files. */
export async function killBench(dataFolder: string): Promise<void> {
  const folder = join(dataFolder, 'training', 'bench');
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = commandOf(pid);
    if (words.includes('bench') && words.includes(folder)) return void process.kill(Number(pid), 'SIGKILL');
  }
  throw new Error('there is no simulation at this folder');
}

function commandOf(pid: string): readonly string[] {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
  } catch {
    // It ended while we looked.
    return [];
  }
}
