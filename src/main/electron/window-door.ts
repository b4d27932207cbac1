import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import { describeProblem } from '../../shared/describe-problem.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { ScreenTools, StationHost } from '../ports/station-host.ts';
import { type Closing, createClosing } from './closing.ts';
import { setMenu } from './menu.ts';
import { guardContents, guardSession } from './page-guards.ts';
import { openPageLinks } from './page-links.ts';
import { declarePageScheme, freshNonce } from './page-scheme.ts';
import { mindPower, mindSessionEnd } from './power.ts';
import { openStationWindow, titleOf } from './station-window.ts';

/** What {@link openWindowDoor} needs. */
export type WindowDoorOptions = {
  readonly tools: ScreenTools;
  readonly dataFolder: string;
  readonly preload: string;
  readonly icon: string;
};

/**
 * Opens the window door on a data folder. One app per data folder: a second start brings the first one's window to the
 * front and ends with 0. Must be called before the app is ready.
 */
export function openWindowDoor(options: WindowDoorOptions): void {
  const profile = join(options.dataFolder, 'window');
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return giveUp(problem('file-unwritable', { file: profile, reason }));
  }
  app.setPath('userData', profile);
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write(`DPS Station is open already on ${options.dataFolder}; its window comes to the front.\n`);
    return app.exit(0);
  }
  // Whoever started this with --no-sandbox (root must) meant it: both together end every child process at its start.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  // The page talks to nobody, so Chromium need not either.
  for (const name of ['disable-background-networking', 'disable-component-update', 'no-pings'])
    app.commandLine.appendSwitch(name);
  declarePageScheme();
  guardContents(app);
  app.on('second-instance', focusFirst);
  void app.whenReady().then(() => open(options, join(profile, 'window.json')));
}

async function open(options: WindowDoorOptions, memory: string): Promise<void> {
  const { tools } = options;
  tellBugs(tools);
  guardSession(tools.readPage);
  if ((await tools.readPage('/', freshNonce())) === null) return giveUp(problem('page-missing'));
  const host = tools.openHost({ dataFolder: options.dataFolder, door: 'window' });
  const links = openPageLinks(host.handlers, tools.onBug);
  const closing = closingOf(host, tools);
  const devTools = !app.isPackaged;
  const openWindow = (): void => {
    const window = openStationWindow({ preload: options.preload, icon: options.icon, memory, devTools });
    links.admit(window.webContents);
    window.setTitle(titleOf(host.state()));
    mindSessionEnd(window, closing);
    window.on('close', (event) => {
      if (closing.isOver() || BrowserWindow.getAllWindows().length > 1) return;
      event.preventDefault();
      void closing.leave();
    });
  };
  host.onChange(() => {
    for (const window of BrowserWindow.getAllWindows()) window.setTitle(titleOf(host.state()));
  });
  app.on('before-quit', (event) => {
    if (closing.isOver()) return;
    event.preventDefault();
    void closing.leave();
  });
  app.on('window-all-closed', () => app.quit());
  // Registered here and not earlier: Chromium takes these signals for itself while it starts.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void closing.leaveAtOnce());
  mindPower(host, closing);
  setMenu({ devTools, onNewWindow: openWindow });
  openWindow();
}

function closingOf(host: StationHost, tools: ScreenTools): Closing {
  return createClosing({
    host,
    ask: askWhetherToStop,
    onOver: (failure) => {
      if (failure === null) return app.quit();
      tools.onBug(failure);
      app.exit(1);
    },
  });
}

/** A mistake of the program is told once on the screen and always in the log; units in work are not given up for it. */
function tellBugs(tools: ScreenTools): void {
  let told = false;
  const tell = (error: unknown): void => {
    tools.onBug(error);
    if (told) return;
    told = true;
    const reason = error instanceof Error ? error.message : String(error);
    const { title, remedy } = describeProblem(problem('bug', { reason }));
    void dialog.showMessageBox({ type: 'error', message: title, detail: remedy });
  };
  process.on('uncaughtException', tell);
  process.on('unhandledRejection', tell);
}

async function askWhetherToStop(working: number): Promise<boolean> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const question = {
    type: 'question' as const,
    message: working === 1 ? '1 unit is being worked on.' : `${working} units are being worked on.`,
    detail:
      'Boards whose secret is being written are always finished first. The others are started over with the same board next time.',
    buttons: ['Keep working', 'Stop after the boards that are being written'],
    defaultId: 0,
    cancelId: 0,
  };
  const { response } = await (window === undefined
    ? dialog.showMessageBox(question)
    : dialog.showMessageBox(window, question));
  return response === 1;
}

function focusFirst(): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  if (window?.isMinimized()) window.restore();
  window?.show();
  window?.focus();
}

/** What keeps the window from opening is said where it can be seen: there is no page to say it. */
function giveUp(cause: Problem): void {
  const { title, remedy } = describeProblem(cause);
  process.stderr.write(`${title}\n  -> ${remedy}\n`);
  dialog.showErrorBox(title, remedy);
  app.exit(1);
}
