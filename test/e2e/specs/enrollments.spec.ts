import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { openPage, passOne, skipTour, trayOf } from '../operator.ts';

test('what DPS holds is read, searched, looked into, stopped and taken away', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const tray = await trayOf(page);
  await openPage(page, 'enrollments');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Enrollments');
  await expect(page.locator('[data-age="never"]')).toBeVisible();
  await look(page, 'enrollments-empty');
  await openPage(page, 'board');
  for (const [index, unit] of tray.slice(0, 3).entries()) await passOne(page, unit.serial, index + 1);
  await openPage(page, 'enrollments');
  await page.locator('[data-refresh]').click();
  await expect(page.locator('[data-total="3"]')).toBeVisible();
  // Registration states are asked for what is seen.
  await expect(page.locator('[data-registration="unknown"]')).toHaveCount(0);
  await look(page, 'enrollments');

  const entries = page.locator('[data-entry]');
  const first = (await entries.first().textContent()) ?? '';
  await page.locator('[data-filter="search"]').fill(first.slice(3, 12));
  await expect(page.locator('[data-total="1"]')).toBeVisible();
  await page.getByRole('checkbox', { name: `Choose ${first}` }).check();
  await page.locator('[data-operation="disable"]').click();
  await expect(page.locator(`[data-result="${first}"]`)).toHaveAttribute('data-done', '1');
  await look(page, 'enrollments-result');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await expect(page.locator('[data-rows]').getByText('Disabled')).toBeVisible();

  await entries.first().click();
  await expect(page.locator(`[data-card="${first}"]`)).toContainText('"provisioningStatus": "disabled"');
  await look(page, 'enrollments-card');
  // For good: the number has to be typed.
  await page.getByRole('dialog').locator('[data-operation="delete"]').click();
  const confirmed = page.locator('[data-confirmed]');
  await expect(confirmed).toBeDisabled();
  await page.locator('[data-confirm]').fill('1');
  await confirmed.click();
  await expect(page.locator(`[data-result="${first}"]`)).toHaveAttribute('data-done', '1');
});
