import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { electronForTests } from '../../scripts/electron-for-tests.ts';
import { displayForWindows } from '../e2e/display.ts';
import { electronStation } from '../e2e/electron-station.ts';
import { launchElectron, rootArgs } from '../e2e/launch-electron.ts';
import { skipTour, trayOf, wedge } from '../e2e/operator.ts';
import type { StationUnderTest } from '../e2e/station-under-test.ts';
import { webStation } from '../e2e/web-station.ts';
import { type Figure, median } from './report.ts';

const scans = 20;
const calls = 200;
const starts = 5;

/** Figures of the screen in both doors, the cold start beside an empty Electron window of the same run. */
export async function benchScreen(): Promise<Figure[]> {
  return [
    ...(await oneDoor('web', webStation)),
    ...(await oneDoor('electron', electronStation)),
    ...(await coldStarts()),
  ];
}

type OpenStation = (folder: string, onPage: (page: Page) => void) => Promise<StationUnderTest>;

async function oneDoor(name: string, open: OpenStation): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-screen-'));
  const station = await open(folder, () => {});
  try {
    const page = station.page();
    await skipTour(page);
    await noteEnter(page);
    const [first] = await trayOf(page);
    const reactions: number[] = [];
    for (let round = 0; round < scans; round++) {
      reactions.push(await reactionInMs(page, first?.label ?? ''));
      await wedge(page, 'CANCEL');
      await page.getByText('then plug in its board').waitFor();
    }
    const trips = await roundTripsInMs(page);
    const path = name === 'web' ? 'WebSocket' : 'IPC';
    return [
      {
        name: `last key of a scan to changed picture (${name})`,
        value: median(reactions),
        unit: 'ms',
        beside: `slowest of ${scans}: ${Math.max(...reactions).toFixed(0)} ms`,
      },
      {
        name: `call round trip over ${path}`,
        value: median(trips),
        unit: 'ms',
        beside: `${calls} calls one after the other`,
      },
    ];
  } finally {
    await station.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The page keeps a scanner's keys from every later listener: this one comes first, at the next load. */
async function noteEnter(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const note = (event: KeyboardEvent): void => {
      if (event.key === 'Enter') (window as unknown as { enteredAt: number }).enteredAt = event.timeStamp;
    };
    window.addEventListener('keydown', note, { capture: true });
  });
  await page.reload();
}

/** From the scanner's Enter, by the browser's own time stamp, to the first frame that shows the answer. */
async function reactionInMs(page: Page, label: string): Promise<number> {
  const measured = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const said = document.querySelector('[data-said]');
        const before = said?.textContent;
        const observer = new MutationObserver(() => {
          if (document.querySelector('[data-said]')?.textContent === before) return;
          observer.disconnect();
          const { enteredAt } = window as unknown as { enteredAt: number };
          requestAnimationFrame(() => resolve(performance.now() - enteredAt));
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
  await wedge(page, label);
  return measured;
}

/** A call that asks nothing of books or boards, through the page's own kind of link. */
function roundTripsInMs(page: Page): Promise<number[]> {
  return page.evaluate(async (count) => {
    const message = (id: number) => ({
      do: 'call',
      id,
      name: 'type-mac',
      input: { actor: 'bench', slot: 99, text: '' },
    });
    let send: (message: unknown) => void;
    let answered: () => void = () => {};
    const onMessage = (raw: unknown): void => {
      if ((raw as { id?: number }).id !== undefined && (raw as { id: number }).id >= 1_000_000) answered();
    };
    if (window.dpsStation !== undefined) {
      send = window.dpsStation.send;
      window.dpsStation.onMessage(onMessage);
    } else {
      const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/link`);
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      socket.addEventListener('message', (event) => onMessage(JSON.parse(String(event.data))));
      send = (value) => socket.send(JSON.stringify(value));
    }
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      const done = new Promise<void>((resolve) => {
        answered = resolve;
      });
      send(message(1_000_000 + index));
      await done;
      times.push(performance.now() - start);
    }
    return times;
  }, calls);
}

/** Cold starts in turn, so that a busy moment of the machine meets both. */
async function coldStarts(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-cold-'));
  // Inside the project, where the Electron for tests finds what it maps.
  const emptyApp = join(import.meta.dirname, '../../.cache/empty-window');
  mkdirSync(emptyApp, { recursive: true });
  writeFileSync(join(emptyApp, 'package.json'), '{"name":"empty","version":"1.0.0","main":"main.cjs"}');
  writeFileSync(
    join(emptyApp, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron'); app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('data:text/html,<p>empty'));`,
  );
  const empty = { shown: [] as number[], memory: [] as number[] };
  const own = { shown: [] as number[], ready: [] as number[], memory: [] as number[] };
  for (let round = 0; round < starts; round++) {
    const bare = await timed(
      () => launchEmpty(emptyApp),
      async (page) => page.getByText('empty').waitFor(),
    );
    empty.shown.push(bare.shownInMs);
    empty.memory.push(await memoryInMiB(bare.app));
    await bare.app.close();
    const data = join(folder, `data-${round}`);
    const start = performance.now();
    const launched = await timed(
      async () => (await launchElectron({ dataFolder: data })).app,
      async (page) => page.getByText('DPS Station').first().waitFor(),
    );
    own.shown.push(launched.shownInMs);
    await launched.page.locator('[data-slot]').first().waitFor();
    own.ready.push(performance.now() - start);
    own.memory.push(await memoryInMiB(launched.app));
    await launched.app.close();
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const ratio = (one: readonly number[], other: readonly number[]): string =>
    `x${(median(one) / median(other)).toFixed(2)} of the empty window`;
  return [
    {
      name: 'empty Electron window, cold',
      value: median(empty.shown),
      unit: 'ms',
      beside: `Electron ${electronForTests().version}`,
    },
    {
      name: 'window cold start to first picture',
      value: median(own.shown),
      unit: 'ms',
      beside: ratio(own.shown, empty.shown),
    },
    {
      name: 'cold start to a board of slots, bench included',
      value: median(own.ready),
      unit: 'ms',
      beside: ratio(own.ready, empty.shown),
    },
    { name: 'memory of all processes, empty window', value: median(empty.memory), unit: 'MiB' },
    {
      name: 'memory of all processes, station and bench',
      value: median(own.memory),
      unit: 'MiB',
      beside: ratio(own.memory, empty.memory),
    },
  ];
}

async function timed(launch: () => Promise<ElectronApplication>, shown: (page: Page) => Promise<void>) {
  const start = performance.now();
  const app = await launch();
  const page = await app.firstWindow();
  await shown(page);
  return { app, page, shownInMs: performance.now() - start };
}

async function launchEmpty(folder: string): Promise<ElectronApplication> {
  const environment = { ...process.env, DISPLAY: await displayForWindows() };
  return _electron.launch({
    executablePath: electronForTests().executable,
    args: [...rootArgs(), folder],
    env: environment as Record<string, string>,
  });
}

/** Working sets of browser, page, GPU and utility processes, the simulation included, as Electron counts them. */
async function memoryInMiB(app: ElectronApplication): Promise<number> {
  const kilobytes = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().reduce((sum, one) => sum + one.memory.workingSetSize, 0),
  );
  return kilobytes / 1024;
}
