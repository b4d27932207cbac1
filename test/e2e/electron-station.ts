import { once } from 'node:events';
import type { Page } from '@playwright/test';
import { type LaunchedElectron, launchElectron } from './launch-electron.ts';
import type { StationUnderTest } from './station-under-test.ts';

/** The desktop app with its windows. */
export async function electronStation(dataFolder: string, onPage: (page: Page) => void): Promise<StationUnderTest> {
  let launched: LaunchedElectron | null = null;
  let first: Page | null = null;
  const pages: Page[] = [];
  const note = (page: Page): Page => {
    onPage(page);
    pages.push(page);
    return page;
  };

  async function start(): Promise<Page> {
    launched = await launchElectron({ dataFolder });
    first = note(launched.page);
    await first.emulateMedia({ reducedMotion: 'reduce' });
    return first;
  }

  await start();
  return {
    page: () => must(first),
    pages: () => pages,
    newWindow: async () => {
      const { app } = must(launched);
      const opened = app.waitForEvent('window');
      await app.evaluate(({ Menu }) => {
        const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
        items.find((item) => item.label === 'New Window')?.click();
      });
      return note(await opened);
    },
    kill: async () => {
      const { app } = must(launched);
      const child = app.process();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    start,
    close: async () => {
      await launched?.close().catch(() => undefined); // killed on purpose before
    },
  };
}

function must<T>(value: T | null): T {
  if (value === null) throw new Error('the app has not been started');
  return value;
}
