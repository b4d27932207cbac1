import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** Executable of an official Electron on this machine: the one that DPS_STATION_ELECTRON names, else npm's; or null. */
export function officialElectron(): string | null {
  const named = process.env['DPS_STATION_ELECTRON'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  try {
    const executable = join(electronFolder, 'dist', readFileSync(join(electronFolder, 'path.txt'), 'utf8').trim());
    return existsSync(executable) ? executable : null;
  } catch {
    return null; // never downloaded
  }
}

/**
 * Downloads the official Electron as its own package does it (ELECTRON_MIRROR is honoured, its checksums are checked)
 * and answers its executable; null when it cannot be had within the time. The installer's last line goes to `tell`.
 */
export function downloadElectron(timeoutInMs: number, tell: (line: string) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(electronFolder, 'install.js')], {
      stdio: ['ignore', 'inherit', 'pipe'],
      timeout: timeoutInMs,
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.once('error', () => resolve(null));
    child.once('close', (code, signal) => {
      if (signal !== null) tell(`no answer within ${timeoutInMs / 1000} s`);
      else if (code !== 0) tell(errors.trim().split('\n')[0] ?? `exit code ${code}`);
      resolve(officialElectron());
    });
  });
}
