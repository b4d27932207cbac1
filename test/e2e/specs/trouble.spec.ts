import { expect, test } from '../fixtures.ts';
import { hand, passOne, saidOnTop, skipTour, slotCard, trayOf } from '../operator.ts';

test('a cable pulled while the secret is written ends in advice, and in PASS once the board registers', async ({
  station,
}) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  const serial = first?.serial ?? '';
  const card = page.locator(`[data-serial="${serial}"]`);
  await card.getByRole('combobox').selectOption('unplug-in-write');
  await hand(page, serial, 'scan');
  await hand(page, serial, 'plug');
  const slot = slotCard(page, 1);
  await expect(slot).toHaveAttribute('data-state', 'asking');
  await hand(page, serial, 'enter-configuration');
  await expect(slot).toContainText('SET ASIDE');
  await expect(slot.locator('[data-problem]')).not.toBeEmpty();
  // Scanning it again says why it is not begun anew.
  await hand(page, serial, 'scan');
  await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'serial-unsettled');
  // The board had stored its secret: with power and Wi-Fi it registers, and the unit passes.
  await card.getByRole('combobox').selectOption('none');
  await hand(page, serial, 'plug');
  await expect(slot).toContainText('PASS', { timeout: 60_000 });
});

test('a board that stores nothing fails with what to do next', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  const serial = first?.serial ?? '';
  await page.locator(`[data-serial="${serial}"]`).getByRole('combobox').selectOption('write-failure');
  await hand(page, serial, 'scan');
  await hand(page, serial, 'plug');
  await expect(slotCard(page, 1)).toHaveAttribute('data-state', 'asking');
  await hand(page, serial, 'enter-configuration');
  await expect(slotCard(page, 1)).toHaveAttribute('data-kind', 'fail');
  await expect(slotCard(page, 1)).toContainText('FAIL');
  await expect(slotCard(page, 1).locator('[data-problem="board-secret-write-failed"]')).toContainText(
    'Set the board aside',
  );
});

test('without a network the line goes on; the queue drains when it is back', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const tray = await trayOf(page);
  const network = page.getByRole('switch', { name: /^Network/ });
  await network.click();
  await expect(page.getByText('Network: cut')).toBeVisible();
  for (const [index, { serial }] of tray.slice(0, 3).entries()) await passOne(page, serial, index + 1);
  const cloud = page.locator('header a[href="#/queue"]');
  await expect(cloud).toHaveAttribute('data-state', 'paused');
  await expect(cloud).toContainText('3 waiting');
  await network.click();
  await expect(cloud).toHaveAttribute('data-state', 'up', { timeout: 90_000 });
  await expect(cloud).not.toContainText('waiting', { timeout: 90_000 });
});
