import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, openPage, passOne, skipTour, slotCard, trayOf } from '../operator.ts';

test('a line lead sees slots, yield, failures and what waits, and goes from a tile to its page', async ({
  station,
}) => {
  const page = station.page();
  await skipTour(page);
  const [first, second, third] = await trayOf(page);
  await openPage(page, 'overview');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await expect(page.locator('[data-place="1"]')).toHaveAttribute('data-state', 'empty');
  await expect(page.locator('[data-tile="waiting"] [data-count="0"]')).toBeVisible();
  await expect(page.locator('[data-tile="yield"]').getByText('No unit yet')).toBeVisible();
  await look(page, 'overview-empty');

  await openPage(page, 'board');
  await passOne(page, first?.serial ?? '', 1);
  await page.locator(`[data-serial="${second?.serial}"]`).getByRole('combobox').selectOption('write-failure');
  await hand(page, second?.serial ?? '', 'scan');
  await hand(page, second?.serial ?? '', 'plug');
  await expect(slotCard(page, 2)).toHaveAttribute('data-state', 'asking');
  await hand(page, second?.serial ?? '', 'enter-configuration');
  await expect(slotCard(page, 2)).toHaveAttribute('data-kind', 'fail');
  await page.getByRole('switch', { name: /^Network/ }).click();
  await passOne(page, third?.serial ?? '', 3);

  await openPage(page, 'overview');
  await expect(page.locator('[data-place="1"]')).toHaveAttribute('data-kind', 'pass');
  await expect(page.locator('[data-place="2"]')).toHaveAttribute('data-kind', 'fail');
  await expect(page.locator('[data-tile="waiting"] [data-count="1"]')).toBeVisible();
  await expect(page.locator('[data-tile="quota"] [data-quota="default"]')).toBeVisible();
  await expect(page.locator('[data-tile="recall"] [data-count="0"]')).toBeVisible();
  await expect(page.locator('[data-chart="per-hour"] [data-passed="2"][data-failed="1"]')).toBeVisible();
  await expect(page.locator('[data-cause="board-secret-write-failed"][data-count="1"]')).toBeVisible();
  await look(page, 'overview');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'overview-dark');
  await page.setViewportSize({ width: 640, height: 800 });
  await look(page, 'overview-narrow');

  await page.locator('[data-tile="waiting"] a').click();
  await expect(page.locator(`[data-item][data-serial="${third?.serial}"]`)).toBeVisible();
});
