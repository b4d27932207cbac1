import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { electronStation } from './electron-station.ts';
import type { StationUnderTest } from './station-under-test.ts';
import { webStation } from './web-station.ts';

/** Which door the project goes through, and the station's own settings.json; null: none, as on a first start. */
export type DoorOptions = { readonly door: 'web' | 'electron'; readonly settings: object | null };

/** What a spec gets. */
type Fixtures = {
  /** An empty folder for this test alone. */
  readonly dataFolder: string;
  /** A station that is started at first use, through the project's door. */
  readonly station: StationUnderTest;
};

/**
 * The test of this suite: every window that was opened must end without a violation of the page's policy and without an
 * error of its own.
 */
export const test = base.extend<DoorOptions & Fixtures>({
  door: ['web', { option: true }],
  settings: [null, { option: true }],
  dataFolder: async ({ door, settings }, use) => {
    const folder = mkdtempSync(join(tmpdir(), `dps-station-${door}-`));
    if (settings !== null) writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  station: async ({ door, dataFolder }, use) => {
    const complaints: string[] = [];
    const onPage = (page: Page): void => listenForComplaints(page, complaints);
    const station = door === 'web' ? await webStation(dataFolder, onPage) : await electronStation(dataFolder, onPage);
    await use(station);
    for (const page of station.pages()) complaints.push(...(await policyViolations(page)));
    await station.close();
    expect(complaints).toEqual([]);
  },
});

function listenForComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A station that was killed on purpose cannot be reached: the page says so to the person, the browser to its console.
    const expected = /WebSocket connection to|ERR_CONNECTION_REFUSED/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(`console: ${message.text()}`);
  });
}

/** Violations since the page was loaded, those before anybody listened included. */
async function policyViolations(page: Page): Promise<string[]> {
  // An app that was killed on purpose took its page along.
  const gone = (error: Error): string[] => (/has been closed/.test(error.message) ? [] : [`policy: ${error.message}`]);
  const violations = page.evaluate(() => {
    type Observer = { observe(): void; takeRecords(): readonly { readonly body: unknown }[] };
    const { ReportingObserver } = globalThis as unknown as {
      ReportingObserver: new (listener: () => void, options: object) => Observer;
    };
    const observer = new ReportingObserver(() => {}, { types: ['csp-violation'], buffered: true });
    observer.observe();
    return observer.takeRecords().map((report) => `policy: ${JSON.stringify(report.body)}`);
  });
  return violations.catch(gone);
}

export { expect };
