import { expect, test } from '../fixtures.ts';
import { saidOnTop, trayOf } from '../operator.ts';

test('a first start shows the tour, once', async ({ station }) => {
  const page = station.page();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Welcome to DPS Station', { timeout: 60_000 });
  const next = dialog.getByRole('button', { name: 'Next' });
  for (const title of [
    'Scan a label',
    'Plug the board in',
    'Do what the slot asks',
    'Take the board out',
    'The queue',
  ]) {
    await next.click();
    await expect(dialog).toContainText(title);
  }
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await expect(dialog).toBeHidden();
  await page.reload();
  expect(await trayOf(page)).toHaveLength(8);
  await expect(saidOnTop(page)).toContainText('Scan a label');
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Show the tour' }).click();
  await expect(dialog).toContainText('Welcome');
});

test('training is said on the screen, and eight free slots wait', async ({ station }) => {
  const page = station.page();
  await trayOf(page);
  await expect(page.getByText('TRAINING', { exact: true })).toBeVisible();
  await expect(page.locator('[data-slot][data-state="empty"]')).toHaveCount(8);
});
