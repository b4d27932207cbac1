import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';

/** Names the process that started this one for a display-less run; see {@link withoutDisplay}. */
const parentSwitch = 'dps-station-parent';

/**
 * Runs a command of the terminal in this Electron: no window, no display needed, standard output for the command alone.
 * `run` starts the command and resolves when `process.exitCode` says how it went. Must be called before the app is ready.
 */
export async function openTerminalDoor(words: readonly string[], run: () => Promise<void>): Promise<void> {
  if (process.platform === 'linux' && !app.commandLine.hasSwitch('ozone-platform')) return withoutDisplay();
  endWithParent(Number(app.commandLine.getSwitchValue(parentSwitch)));
  // The profile of the window belongs to the window.
  const profile = mkdtempSync(join(tmpdir(), 'dps-station-terminal-'));
  process.on('exit', () => rmSync(profile, { recursive: true, force: true }));
  app.setPath('userData', profile);
  app.dock?.hide();
  app.disableHardwareAcceleration();
  // The words are read behind the program's name, or behind the app's path where there is one (commander, `electron`).
  process.argv.splice(1, Number.POSITIVE_INFINITY, ...(process.defaultApp === true ? ['.'] : []), ...words);
  await run();
  await new Promise<void>((done) => process.stdout.write('', () => done()));
  app.exit(Number(process.exitCode ?? 0));
}

/**
 * Starts the same program once more with the switches that must stand on its command line: set from here they come too
 * late, and without a display this process is about to be ended by Chromium. (The launcher that packages bring along
 * sets them at once; an AppImage has none.)
 */
function withoutDisplay(): void {
  // Ctrl+C reaches both, and only the one that does the work answers it. What ends this one alone ends the other.
  process.on('SIGINT', () => {});
  const switches = ['--ozone-platform=headless', '--no-sandbox', `--${parentSwitch}=${process.pid}`];
  const { status } = spawnSync(process.execPath, [...switches, ...process.argv.slice(1)], { stdio: 'inherit' });
  app.exit(status ?? 1);
}

/** A signal for the waiting parent alone does not reach this process, its end does. */
function endWithParent(parent: number): void {
  if (!(parent > 0)) return;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
