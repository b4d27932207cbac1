import { defineConfig } from '@playwright/test';
import type { DoorOptions } from './test/e2e/fixtures.ts';

/*
 * The screen, judged in both of its doors: the web door in a Chromium, and the desktop app in Electron. The same specs
 * run on both; each starts a station of its own on a folder of its own.
 */
export default defineConfig<DoorOptions>({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  workers: 2,
  // Limits for what never comes; a computer that is busy with other things reaches none of them.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: { actionTimeout: 120_000 },
  reporter: process.env['DPS_STATION_E2E_REPORT']
    ? [['list'], ['json', { outputFile: process.env['DPS_STATION_E2E_REPORT'] }]]
    : 'list',
  projects: [
    { name: 'web', use: { door: 'web' }, testMatch: ['specs/**/*.spec.ts', 'web/**/*.spec.ts'] },
    { name: 'electron', use: { door: 'electron' }, testMatch: ['specs/**/*.spec.ts', 'electron/**/*.spec.ts'] },
  ],
});
