import { expect, test } from '../fixtures.ts';
import { hand, listenToTones, passOne, skipTour, slotCard, trayOf, wedge } from '../operator.ts';

test('nothing on the board jumps while a tray goes through', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const tray = await trayOf(page);
  await page.evaluate(() => {
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
    const shifts: string[] = [];
    (window as unknown as { shifts: string[] }).shifts = shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        for (const { node } of entry.sources) {
          const element = node instanceof Element ? node : node?.parentElement;
          // What a slot says changes inside its frame. Frames, fields, buttons and pages must stay where they are.
          const fixed = element?.matches('section, form, input, button, nav, header, main, h1, a') ?? false;
          if (element != null && fixed && element.closest('aside') === null) {
            shifts.push(`${entry.value.toFixed(4)} ${element.tagName} ${element.className}`);
          }
        }
      }
    }).observe({ type: 'layout-shift', buffered: false });
  });
  await page.locator('[data-deed="work"]').click();
  await expect(page.locator('[data-label]').getByText('registered')).toHaveCount(8, { timeout: 60_000 });
  await wedge(page, 'not a label of this product');
  await wedge(page, tray[0]?.label ?? '');
  await expect(page.locator('[data-said]')).toHaveAttribute('data-problem', 'serial-already-passed');
  expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([]);
});

test('verdicts, requests and refusals are heard, each with its own tones', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first, second] = await trayOf(page);
  const heard = await listenToTones(page);
  await passOne(page, first?.serial ?? '', 1);
  const tones = await heard();
  expect(tones).toContain(784); // asked to press
  expect(tones).toContain(990); // passed
  await hand(page, first?.serial ?? '', 'unplug');
  await hand(page, second?.serial ?? '', 'scan');
  await expect(page.locator('[data-said]')).toContainText(second?.serial ?? 'no label');
  await wedge(page, first?.label ?? '');
  await expect(page.locator('[data-said]')).toHaveAttribute('data-problem', 'scan-waiting-for-board');
  await expect.poll(heard).toContain(311); // refused
  await page.locator('[data-tool="sound"]').click();
  await wedge(page, 'CANCEL');
  await wedge(page, 'a box of screws');
  await expect(page.locator('[data-said]')).toHaveAttribute('data-problem', 'scan-not-recognised');
  expect(await heard()).toEqual([]);
});

test('a board passes by keyboard alone', async ({ station }) => {
  const page = station.page();
  await page.getByRole('dialog').waitFor({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  const [first] = await trayOf(page);
  await page.keyboard.type(first?.label ?? '', { delay: 90 });
  await page.keyboard.press('Enter');
  await tabTo(page, `[data-serial="${first?.serial}"] [data-deed="plug"]`);
  await page.keyboard.press('Enter');
  await expect(slotCard(page, 1)).toHaveAttribute('data-state', 'asking');
  await tabTo(page, `[data-serial="${first?.serial}"] [data-deed="enter-configuration"]`);
  await page.keyboard.press('Space');
  await expect(slotCard(page, 1)).toHaveAttribute('data-kind', 'pass');
  // Every page is reached, and the focus can be seen on the way.
  await tabTo(page, 'nav a[href="#/settings"]');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
  expect(outline).toBe('solid');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

/** Presses Tab until the focus is there; a trap or an unreachable control ends the search. */
async function tabTo(page: import('@playwright/test').Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab', { delay: 60 });
  }
  throw new Error(`${selector} is not reached by Tab`);
}
