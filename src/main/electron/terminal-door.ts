import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';

/**
 * Runs a command of the terminal in this Electron: no window, no display needed, standard output for the command alone.
 * `run` starts the command and resolves when `process.exitCode` says how it went. Must be called before the app is ready.
 */
export async function openTerminalDoor(words: readonly string[], run: () => Promise<void>): Promise<void> {
  // The profile of the window belongs to the window.
  const profile = mkdtempSync(join(tmpdir(), 'dps-station-terminal-'));
  app.setPath('userData', profile);
  app.dock?.hide();
  app.disableHardwareAcceleration();
  if (process.platform === 'linux') app.commandLine.appendSwitch('ozone-platform', 'headless');
  // The words are read behind the program's name, or behind the app's path where there is one (commander, `electron`).
  process.argv.splice(1, Number.POSITIVE_INFINITY, ...(process.defaultApp === true ? ['.'] : []), ...words);
  process.on('exit', () => rmSync(profile, { recursive: true, force: true }));
  await run();
  await new Promise<void>((done) => process.stdout.write('', () => done()));
  app.exit(Number(process.exitCode ?? 0));
}
