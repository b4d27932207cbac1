import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { electronForTests } from '../../scripts/electron-for-tests.ts';
import { displayForWindows } from './display.ts';

const root = join(import.meta.dirname, '../..');
const entry = join(root, 'out/main/index.cjs');

/** The built app, running. */
export type LaunchedElectron = {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Quits it in order, as a person would from the menu. */
  close(): Promise<void>;
};

/** Starts the built app from `out/` on a data folder; `npm run build` must have run. */
export async function launchElectron(options: {
  readonly dataFolder: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<LaunchedElectron> {
  if (!existsSync(entry)) throw new Error('Nothing is built: run "npm run build" first.');
  const app = await launched({
    executablePath: electronForTests().executable,
    args: [...rootArgs(), entry, '--data', options.dataFolder, ...(options.args ?? [])],
    cwd: root,
    env: { ...process.env, DISPLAY: await displayForWindows(), ...options.env } as Record<string, string>,
    timeout: handshakeInMs,
  });
  const page = await app.firstWindow();
  return { app, page, close: () => app.close() };
}

/**
 * Now and then (one launch of several hundred) the debugger and the browser are both connected and Playwright's handshake
 * between the two does not come to its end, before the app itself has run. Such a launch, and no other, is made again, once.
 */
async function launched(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  try {
    return await _electron.launch(options);
  } catch (error) {
    const hung =
      error instanceof Error && error.name === 'TimeoutError' && error.message.includes('DevTools listening');
    if (!hung) throw error;
    process.stdout.write('A launch of Electron hung in the handshake of the test tool; it is launched once more.\n');
    return _electron.launch(options);
  }
}

/** A launch takes a second or two; on a machine that is busy with other things, some more. */
const handshakeInMs = 90_000;

/** Chromium's sandbox for processes refuses to run as root; the page's own sandbox (no Node) is another matter. */
export function rootArgs(): readonly string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
