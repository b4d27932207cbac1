import { expect, test } from '../fixtures.ts';
import { hand, skipTour, slotCard, trayOf } from '../operator.ts';

test('a tray of eight boards goes through by scanning, plugging and what the slots ask for', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const tray = await trayOf(page);
  expect(tray).toHaveLength(8);
  for (const [index, { serial }] of tray.entries()) {
    await hand(page, serial, 'scan');
    await expect(page.getByRole('status').getByText(`Plug in the board of ${serial}`)).toBeVisible();
    await hand(page, serial, 'plug');
    const slot = slotCard(page, index + 1);
    await expect(slot).toContainText(serial);
    await expect(slot).toHaveAttribute('data-state', 'asking');
    await expect(slot).toContainText('Hold A, press and release RESET');
    await page.locator(`[data-serial="${serial}"]`).getByRole('button', { name: 'Hold A + RESET' }).click();
  }
  for (const [index, { serial }] of tray.entries()) {
    const slot = slotCard(page, index + 1);
    await expect(slot).toHaveAttribute('data-kind', 'pass');
    await expect(slot).toContainText('PASS');
    await hand(page, serial, 'unplug');
    // The verdict stays although the board is gone.
    await expect(slot).toContainText('PASS');
  }
});
