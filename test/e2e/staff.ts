import { expect, type Page } from '@playwright/test';
import type { Role } from '../../src/shared/people.ts';
import { openPage, wedge } from './operator.ts';

/** Badge and role of everybody whom {@link enterStaff} makes known. */
export const staff = {
  engineer: 'E-1',
  lead: 'L-1',
  operator: 'O-1',
  qa: 'Q-1',
  technician: 'T-1',
} as const satisfies Readonly<Record<Role, string>>;

const pin = '4711';
const withPin: readonly Role[] = ['engineer', 'lead'];

async function enter(page: Page, role: Role): Promise<void> {
  await page.locator('[data-add-person]').click();
  const form = page.locator('[data-person-form]');
  await form.locator('[data-person-badge]').fill(staff[role]);
  for (const one of ['engineer', 'operator', role])
    await form.locator(`[data-role-box="${one}"]`).setChecked(one === role);
  if (withPin.includes(role)) await form.locator('[data-new-pin]').fill(pin);
  await form.locator('[data-save-person]').click();
  await expect(form).toBeHidden();
}

/** The first engineer enters one person of every role; afterwards nobody is at work, and nothing goes without a badge. */
export async function enterStaff(page: Page): Promise<void> {
  await openPage(page, 'people');
  await enter(page, 'engineer');
  await atWork(page, 'engineer', (text) => wedge(page, text));
  await openPage(page, 'people');
  for (const role of ['lead', 'operator', 'qa', 'technician'] as const) await enter(page, role);
  await wedge(page, 'BADGE OUT');
  await expect(page.locator('[data-at-work=""]')).toBeVisible();
}

/** Somebody comes to work: scans the badge and types its PIN where it has one. The page of the role is shown. */
export async function atWork(page: Page, role: Role, scan: (text: string) => Promise<void>): Promise<void> {
  await scan(`BADGE ${staff[role]}`);
  if (withPin.includes(role)) {
    const dialog = page.locator('[data-pin-dialog]');
    await dialog.locator('[data-pin]').fill(pin);
    await dialog.locator('[data-pin-enter]').click();
    await expect(dialog).toBeHidden();
  }
  await expect(page.locator(`[data-at-work="${staff[role]}"]`)).toBeVisible();
}
