import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { openPage, skipTour, trayOf, wedge } from '../operator.ts';

const engineer = { badge: 'E-100', name: 'Ana Ruiz', pin: '4711' } as const;

/** Enters the first person of an open station: an engineer. */
async function enterEngineer(page: Page): Promise<void> {
  await page.locator('[data-add-person]').click();
  const form = page.locator('[data-person-form]');
  await form.locator('[data-person-badge]').fill(engineer.badge);
  await form.locator('[data-name]').fill(engineer.name);
  await form.locator('[data-new-pin]').fill('1234');
  await form.locator('[data-save-person]').click();
  await expect(form.locator('[data-problem="pin-weak"]')).toBeVisible();
  await look(page, 'people-form');
  await form.locator('[data-new-pin]').fill(engineer.pin);
  await form.locator('[data-save-person]').click();
  await expect(form).toBeHidden();
}

/** Scans the engineer's badge and types its PIN, after a wrong one. */
async function signIn(page: Page, pin: string): Promise<void> {
  await wedge(page, `BADGE ${engineer.badge}`);
  const dialog = page.locator('[data-pin-dialog]');
  await dialog.locator('[data-pin]').fill('0815');
  await dialog.locator('[data-pin-enter]').click();
  await expect(dialog.locator('[data-problem="badge-or-pin-wrong"]')).toBeVisible();
  await look(page, 'people-pin');
  await dialog.locator('[data-pin]').fill(pin);
  await dialog.locator('[data-pin-enter]').click();
  await expect(page.locator(`[data-at-work="${engineer.badge}"]`)).toBeVisible();
  await expect(dialog).toBeHidden();
}

test('the first engineer closes the station; people, badges, PIN, approval and names are theirs to keep', async ({
  station,
}) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await openPage(page, 'people');
  await expect(page.locator('[data-open-station]')).toBeVisible();
  await look(page, 'people-empty');
  await enterEngineer(page);
  await expect(page.locator('[data-nobody]')).toBeVisible();
  await look(page, 'people-nobody');
  await signIn(page, engineer.pin);

  // The badge opened the mode of its role.
  await openPage(page, 'people');
  const ana = page.locator(`[data-person="${engineer.badge}"]`);
  await expect(ana).toContainText(engineer.name);
  await page.locator('[data-add-person]').click();
  // A new badge is scanned into the form.
  await wedge(page, 'BADGE O-7');
  await expect(page.locator('[data-person-badge]')).toHaveValue('O-7');
  await page.locator('[data-name]').fill('Bo Li');
  await page.locator('[data-save-person]').click();
  const bo = page.locator('[data-person="O-7"]');
  await expect(bo).toHaveAttribute('data-roles', 'operator');
  await look(page, 'people');

  await bo.locator('[data-person-deed="print"]').click();
  await expect(page.locator('[data-badge-sheet="1"] [data-badge-code="BADGE O-7"] img')).toBeVisible();
  await look(page, 'people-badge');
  await page.locator('[data-close-sheet]').click();

  await page.locator('[data-own="current"]').fill(engineer.pin);
  await page.locator('[data-own="next"]').fill('9042');
  await page.locator('[data-own="repeated"]').fill('9042');
  await page.locator('[data-set-pin]').click();
  await expect(page.locator('[data-pin-set="true"]')).toBeVisible();

  await page.locator('[data-approve]').click();
  await expect(page.locator('[data-recipe]')).toHaveAttribute('data-approved', engineer.badge);
  await expect(page.locator('[data-approval]')).toHaveCount(1);

  await bo.locator('[data-person-deed="erase"]').click();
  await expect(page.getByRole('dialog')).toContainText('O-7');
  await wedge(page, 'CONFIRM');
  await expect(bo.locator('[data-person-name=""]')).toBeVisible();
  await bo.locator('[data-person-deed="retire"]').click();
  // The same code again at once would be one that was read twice.
  await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
  await expect(bo).toHaveAttribute('data-retired', 'true');
  // The only engineer stays: nobody could enter anybody any more.
  await ana.locator('[data-person-deed="retire"]').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
  await expect(page.locator('[data-problem="engineer-last"]')).toBeVisible();
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'people-dark');
  await page.setViewportSize({ width: 640, height: 400 });
  await look(page, 'people-text-200');

  await wedge(page, 'BADGE OUT');
  await expect(page.locator('[data-nobody]')).toBeVisible();
});

test('the sheet of command barcodes signs people out', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await openPage(page, 'barcodes');
  await expect(page.locator('[data-code="BADGE OUT"] img')).toBeVisible();
});
