import { expect, type Locator, type Page } from '@playwright/test';

/*
 * What a person does and sees, in words of the bench and not of the page's insides.
 */

/** The tray of the embedded bench: serials and labels, as they stick on the boards. */
export async function trayOf(page: Page): Promise<readonly { serial: string; board: string }[]> {
  const cards = page.locator('[data-board][data-serial]');
  await expect(cards.first()).toBeVisible({ timeout: 60_000 });
  return cards.evaluateAll((all) =>
    all.map((card) => ({
      serial: card.getAttribute('data-serial') ?? '',
      board: card.getAttribute('data-board') ?? '',
    })),
  );
}

/** Closes the tour that a first start shows. */
export async function skipTour(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Skip the tour').click();
  await expect(dialog).toBeHidden();
}

/** A slot's card. */
export function slotCard(page: Page, slot: number): Locator {
  return page.locator(`[data-slot="${slot}"]`);
}

/** A hand at the tray: presses the button of a deed at a board. */
export async function hand(page: Page, serial: string, deed: 'scan' | 'plug' | 'unplug'): Promise<void> {
  await page.locator(`[data-serial="${serial}"] [data-deed="${deed}"]`).click();
}

/** A keyboard-wedge scanner: every key within milliseconds, Enter behind. */
export async function wedge(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text, { delay: 2 });
  await page.keyboard.press('Enter');
}
