import { expect, test } from '../fixtures.ts';
import { copyBooks } from '../many-units.ts';
import { openPage, skipTour, trayOf, wedge } from '../operator.ts';

const units = 100_000;

test.describe('with 100,000 units in the books', () => {
  test.use({
    dataFolder: async ({ dataFolder }, use) => {
      await copyBooks(dataFolder, units);
      await use(dataFolder);
    },
  });

  test('lists stay small in the page, scroll far and find one unit', async ({ station }) => {
    const page = station.page();
    await skipTour(page);
    await trayOf(page);
    await openPage(page, 'records');
    await expect(page.locator('[data-rows="100000"]')).toBeVisible();
    const rows = page.locator('main a[href^="#/unit/"]');
    await expect(rows.first()).toHaveText('SN00099999');
    // Far down, page after page: what is not seen leaves the document.
    const viewport = page.locator('[data-rows] [tabindex="0"]').first();
    for (let turn = 0; turn < 40; turn++) await viewport.evaluate((element) => element.scrollBy(0, 4_000));
    await expect(rows.first()).not.toHaveText('SN00099999');
    await expect(rows.nth(3)).toBeVisible();
    expect(await rows.count()).toBeLessThan(120);
    await page.getByRole('textbox', { name: 'Find' }).fill('SN00000042');
    await expect(page.locator('[data-rows="1"]')).toBeVisible();
    await expect(rows.first()).toHaveText('SN00000042');
    await openPage(page, 'queue');
    await page.goto(page.url().replace(/#.*/, '#/queue/proved'));
    await expect(page.locator('[data-rows="100000"]')).toBeVisible();
    // The board is as quick as ever: a scan is answered.
    await openPage(page, 'board');
    await wedge(page, 'SN00000042;c89346aabbcc');
    await expect(page.locator('[data-said]')).toHaveAttribute('data-problem', 'serial-already-passed');
  });
});
