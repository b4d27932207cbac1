import { once } from 'node:events';
import { expect, type Page } from '@playwright/test';
import type { StationUnderTest } from './station-under-test.ts';
import { launchChromium, startWebDoor } from './web-door.ts';

/** The web door with a browser in front of it. */
export async function webStation(dataFolder: string, onPage: (page: Page) => void): Promise<StationUnderTest> {
  const browser = await launchChromium();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  let door = await startWebDoor(dataFolder);
  const pages: Page[] = [];

  async function open(address: string): Promise<Page> {
    const page = await context.newPage();
    onPage(page);
    pages.push(page);
    await page.goto(address);
    return page;
  }

  const first = await open(door.address);
  const lost = first.getByText('Connection to the station lost');
  return {
    page: () => first,
    pages: () => pages,
    newWindow: () => open(new URL('/', door.address).href),
    kill: async () => {
      const ended = once(door.process, 'exit');
      door.process.kill('SIGKILL');
      await ended;
      await expect(lost).toBeVisible();
    },
    start: async () => {
      // The open page finds its station again by itself: same port, same session.
      door = await startWebDoor(dataFolder);
      await expect(lost).toBeHidden();
      return first;
    },
    close: async () => {
      await browser.close();
      if (door.process.exitCode !== null || door.process.signalCode !== null) return;
      const ended = once(door.process, 'exit');
      door.process.kill('SIGTERM');
      await ended;
    },
  };
}
