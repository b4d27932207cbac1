import { expect, test } from '../fixtures.ts';
import { hand, saidOnTop, skipTour, slotCard, trayOf } from '../operator.ts';

test('a tray of eight boards goes through by scanning, plugging and what the slots ask for', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const tray = await trayOf(page);
  expect(tray).toHaveLength(8);
  for (const [index, { serial }] of tray.entries()) {
    await hand(page, serial, 'scan');
    await expect(saidOnTop(page)).toContainText(`Plug in the board of ${serial}`);
    await hand(page, serial, 'plug');
    const slot = slotCard(page, index + 1);
    await expect(slot).toContainText(serial);
    await expect(slot).toHaveAttribute('data-state', 'asking');
    await expect(slot).toContainText('Hold A, press and release RESET');
    await hand(page, serial, 'enter-configuration');
  }
  for (const [index, { serial }] of tray.entries()) {
    const slot = slotCard(page, index + 1);
    await expect(slot).toHaveAttribute('data-kind', 'pass');
    await expect(slot).toContainText('PASS');
    await hand(page, serial, 'unplug');
    // The verdict stays although the board is gone.
    await expect(slot).toContainText('Queued for the cloud');
    await expect(slot).toContainText('PASS');
  }
});

test('the bench works through a tray by itself until every unit is proved', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await page.locator('[data-deed="work"]').click();
  await expect(page.locator('[data-label]').getByText('registered')).toHaveCount(8, { timeout: 60_000 });
  await expect(page.locator('[data-deed="work"]')).toBeVisible();
  await expect(page.locator('[data-slot][data-kind="fail"]')).toHaveCount(0);
});
