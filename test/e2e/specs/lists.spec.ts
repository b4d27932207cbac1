import { readFileSync } from 'node:fs';
import { fillBooks } from '../filled-books.ts';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, openPage, skipTour, trayOf } from '../operator.ts';

/* Long lists over books with thousands of units. */

const units = 3_000;
test.use({
  dataFolder: async ({ dataFolder }, use) => {
    await fillBooks(dataFolder, units);
    await use(dataFolder);
  },
});

/** First row that is seen, where it stands in the list, and how far below the list's edge, in pixels. */
const seenFirst = (list: Element) => {
  const edge = list.getBoundingClientRect().top;
  const head = list.querySelector('[aria-hidden="true"]')?.getBoundingClientRect().height ?? 0;
  const row = [...list.querySelectorAll('li')].find((one) => one.getBoundingClientRect().bottom > edge + head + 1);
  const top = Math.round((row?.getBoundingClientRect().top ?? 0) - edge);
  return { serial: row?.querySelector('a')?.textContent ?? '', place: Number(row?.ariaPosInSet), top };
};

test('records are found, scrolled to their end, and keep their place when a unit comes', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [unit] = await trayOf(page);
  await openPage(page, 'records');
  const list = page.locator('section[aria-label="Records"]');
  await expect(page.locator('[data-total]')).toHaveText('3,000 records');
  await expect(list.locator('li').first()).toContainText('SN00002999');
  await look(page, 'records');
  // Only what is seen is in the document, wherever one scrolls.
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(list.getByText('SN00000000')).toBeVisible();
  expect(await list.locator('li').count()).toBeLessThan(60);
  // A unit that begins comes in above; what is read stays where it is.
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await expect(list.locator('li[aria-busy="true"]')).toHaveCount(0);
  // Rows are measured as they come: the list is at rest when two pictures of it show the same.
  let before = await list.evaluate(seenFirst);
  await expect(async () => {
    const last = before;
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
    before = await list.evaluate(seenFirst);
    expect(before.serial).not.toBe('');
    expect(before).toEqual(last);
  }).toPass();
  await hand(page, unit?.serial ?? '', 'scan');
  // A board that is plugged before its label was read begins nothing.
  await expect(page.locator('[data-scan-line]')).toContainText(unit?.serial ?? '');
  await hand(page, unit?.serial ?? '', 'plug');
  await expect(page.locator('[data-total]')).toHaveText('3,001 records');
  await expect.poll(() => list.evaluate(seenFirst)).toEqual({ ...before, place: before.place + 1 });
  // At the top the list follows the newest.
  await hand(page, unit?.serial ?? '', 'unplug');
  await list.evaluate((element) => element.scrollTo(0, 0));
  await expect(list.locator('li').first()).toContainText(unit?.serial ?? '');
  await expect(list.locator('li').first()).toContainText('Fail');
});

test('records are narrowed, saved as a file, and lead to the unit', async ({ station, door }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await openPage(page, 'records');
  await page.locator('[data-filter="search"]').fill('sn000000');
  await expect(page.locator('[data-total]')).toHaveText('100 records found');
  await page.getByRole('combobox', { name: 'How it ended' }).click();
  await page.getByRole('option', { name: 'Fail', exact: true }).click();
  await expect(page.locator('[data-total]')).toHaveText('5 records found');
  await expect(page.locator('li [data-kind="fail"]').first()).toBeVisible();
  if (door === 'web') {
    const saving = page.waitForEvent('download');
    await page.locator('[data-export="csv"]').click();
    const file = await saving;
    expect(file.suggestedFilename()).toMatch(/^TRAINING-dps-station-records-.*\.csv$/);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(1 + 5);
    expect(lines[1]).toContain('SN00000080,provision,failed,done,board-silent');
  }
  await page.getByRole('link', { name: 'SN00000020' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('SN00000020');
  await expect(page.locator('[data-outcome="failed"]')).toContainText('FAIL');
  await look(page, 'unit-failed');
});

test('nothing found says so', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await openPage(page, 'records');
  await page.locator('[data-filter="search"]').fill('no such unit');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(page.locator('[data-total]')).toHaveText('3,000 records');
});

test('what needs a person says why and is sent again by one button', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await page.getByRole('switch', { name: /^Network/ }).click();
  await openPage(page, 'queue');
  await expect(page.locator('[data-view="parked"][aria-current]')).toBeVisible();
  await expect(page.locator('[data-view="proved"] [data-count]')).toHaveAttribute('data-count', '2250');
  const first = page.locator('[data-item]').first();
  // Which one is the newest depends on how far the station had come before the network was cut.
  await expect(first.locator('[data-problem]')).toBeVisible();
  await look(page, 'queue-parked');
  const parked = Number(await page.locator('[data-view="parked"] [data-count]').getAttribute('data-count'));
  const item = await first.getAttribute('data-item');
  await first.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator(`[data-item="${item}"]`)).toHaveCount(0);
  await expect(page.locator('[data-view="parked"] [data-count]')).toHaveAttribute('data-count', String(parked - 1));
  // Their boards are not here: they are to be called back.
  await page.locator('[data-view="recall"]').click();
  await expect(page.locator('[data-item]').first()).toBeVisible();
  await look(page, 'queue-recall');
});
