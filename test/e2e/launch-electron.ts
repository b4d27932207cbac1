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
  const app = await _electron.launch({
    executablePath: electronForTests().executable,
    args: [...rootArgs(), entry, '--data', options.dataFolder, ...(options.args ?? [])],
    cwd: root,
    env: { ...process.env, DISPLAY: await displayForWindows(), ...options.env } as Record<string, string>,
  });
  const page = await app.firstWindow();
  return { app, page, close: () => app.close() };
}

/** Chromium's sandbox for processes refuses to run as root; the page's own sandbox (no Node) is another matter. */
export function rootArgs(): readonly string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
