import { expect, type Locator, type Page } from '@playwright/test';
import type { BenchHands, BenchUnit } from './bench-hands.ts';
import { openPage } from './operator.ts';

/** What the technician does beside the hands at the bench: presses on the screen, counted. */
export function screenOf(page: Page) {
  let presses = 0;
  const press = async (what: Locator): Promise<void> => {
    presses += 1;
    await what.click();
  };
  return {
    press,
    presses: () => presses,
    /** Finds a unit by its label, says what happened and what to do, and confirms. */
    openReturn: async (hands: BenchHands, unit: BenchUnit, reason: string, deed: string): Promise<void> => {
      await openPage(page, 'returns');
      await expect(page.locator('[data-find]')).toBeVisible();
      await hands.scan(unit.label);
      await expect(page.locator(`[data-unit="${unit.serial}"][data-chosen="true"]`)).toBeVisible();
      await press(page.locator(`[data-reason="${reason}"]`));
      await press(page.locator(`[data-return-deed="${deed}"]`));
      await press(page.locator('[data-open]'));
      await expect(page.getByRole('dialog')).toContainText(unit.serial);
      await press(page.getByRole('dialog').getByRole('button').last());
      await expect(page.locator('[data-case]')).toBeVisible();
    },
  };
}

/** Works on the board of an open return, and waits until the page says that the return is finished. */
export async function workOn(page: Page, hands: BenchHands, unit: BenchUnit, place: number): Promise<void> {
  await openPage(page, 'board');
  await hands.begin(unit, place);
  await hands.end(unit, 'pass');
  await openPage(page, 'returns');
  const row = page.locator('[data-listed]').filter({ hasText: unit.serial });
  // A board that was taken away with its new secret registers where it is used.
  await hands.bench.call('power-up', { boards: [unit.board] });
  await row.first().click();
  await expect(page.locator('[data-outcome="finished"]')).toBeVisible();
}
