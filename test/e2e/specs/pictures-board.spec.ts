import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, passOne, saidOnTop, skipTour, slotCard, trayOf, wedge } from '../operator.ts';

test('the board in each of its states', async ({ station }) => {
  const page = station.page();
  await trayOf(page);
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'tour');
  await skipTour(page);
  await look(page, 'board-empty');
  const [one, two, three, four, five, six] = (await trayOf(page)).map((board) => board.serial);
  await passOne(page, one ?? '', 1);
  await page.locator(`[data-serial="${two}"]`).getByRole('combobox').selectOption('write-failure');
  await hand(page, two ?? '', 'scan');
  await hand(page, two ?? '', 'plug');
  await expect(slotCard(page, 2)).toHaveAttribute('data-state', 'asking');
  await hand(page, two ?? '', 'enter-configuration');
  await expect(slotCard(page, 2)).toHaveAttribute('data-kind', 'fail');
  await hand(page, three ?? '', 'scan');
  await hand(page, three ?? '', 'plug');
  await expect(slotCard(page, 3)).toHaveAttribute('data-state', 'asking');
  // A board nobody scanned.
  await hand(page, five ?? '', 'plug');
  await expect(slotCard(page, 4)).toHaveAttribute('data-state', 'board');
  await wedge(page, 'ABORT 3');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'board-abort');
  await wedge(page, 'CONFIRM');
  await expect(slotCard(page, 3)).toContainText('ABORTED');
  await page.locator(`[data-serial="${four}"]`).getByRole('combobox').selectOption('unplug-in-write');
  await hand(page, four ?? '', 'scan');
  await hand(page, four ?? '', 'plug');
  await expect(slotCard(page, 5)).toHaveAttribute('data-state', 'asking');
  await hand(page, four ?? '', 'enter-configuration');
  await expect(slotCard(page, 5)).toContainText('SET ASIDE');
  await wedge(page, 'a box of screws');
  await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'scan-not-recognised');
  await look(page, 'board-refused');
  await hand(page, five ?? '', 'unplug');
  await hand(page, five ?? '', 'scan');
  await hand(page, five ?? '', 'plug');
  await expect(slotCard(page, 4)).toHaveAttribute('data-state', 'asking');
  await hand(page, six ?? '', 'scan');
  await expect(saidOnTop(page)).toContainText('Plug in the board');
  await look(page, 'board-mixed');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'board-mixed-dark');
  await page.getByRole('button', { name: 'Hide the bench' }).click();
  await look(page, 'board-wide-dark');
  await station.kill();
  if (test.info().project.name === 'web') {
    await expect(page.getByText('Connection to the station lost')).toBeVisible();
    await look(page, 'board-connection-lost');
  }
});

test('small windows, large text', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  // 200 % text: half the window in CSS pixels.
  await page.setViewportSize({ width: 640, height: 400 });
  await look(page, 'board-text-200');
  await page.setViewportSize({ width: 1920, height: 1080 });
  await look(page, 'board-full-hd');
});
