import { expect, type Locator, type Page } from '@playwright/test';

/*
 * What a person does and sees, in words of the bench and not of the page's insides.
 */

/** A board of the tray: its serial and what its label says. */
export type TrayLabel = { readonly serial: string; readonly label: string };

/** The tray of the embedded bench, as its labels say. */
export async function trayOf(page: Page): Promise<readonly TrayLabel[]> {
  const cards = page.locator('[data-label]');
  await expect(cards.first()).toBeVisible({ timeout: 60_000 });
  return cards.evaluateAll((all) =>
    all.map((card) => ({
      serial: card.getAttribute('data-serial') ?? '',
      label: card.getAttribute('data-label') ?? '',
    })),
  );
}

/** Closes the tour that a first start shows. */
export async function skipTour(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible({ timeout: 60_000 });
  await dialog.locator('[data-tour="skip"]').click();
  await expect(dialog).toBeHidden();
}

/** Two windows on one display: one of them has no focus and says so; it is told that it only shows. */
export async function letItShow(page: Page): Promise<void> {
  const cover = page.getByRole('button', { name: 'This window only shows' });
  await page.locator('[data-slot]').first().waitFor();
  if (await cover.isVisible()) await cover.click();
}

/** A window that was closed in the middle of everything may not have kept that the tour was seen. */
export async function afterRestart(page: Page): Promise<void> {
  await trayOf(page);
  const skip = page.getByRole('dialog').locator('[data-tour="skip"]');
  if (await skip.isVisible()) await skip.click();
}

/** A slot's card. */
export function slotCard(page: Page, slot: number): Locator {
  return page.locator(`[data-slot="${slot}"]`);
}

/** What a hand can do at a board of the tray. */
export type Deed = 'scan' | 'plug' | 'unplug' | 'enter-configuration' | 'enter-ap' | 'reset';

/** A hand at the tray: presses the button of a deed at a board. */
export async function hand(page: Page, serial: string, deed: Deed): Promise<void> {
  await page.locator(`[data-serial="${serial}"] [data-deed="${deed}"]`).click();
}

/** Milliseconds between two keys of a scanner. */
const keyPaceInMs = 4;
/** No hand reads a label twice sooner; what comes sooner is one scan to the page: a trigger that bounces. */
const sameLabelInMs = 1_000;
const lastScans = new WeakMap<Page, { readonly text: string; readonly endedAt: number }>();

/**
 * A keyboard-wedge scanner: every key within milliseconds, Enter behind. The keys go to the browser in one piece and
 * bear the times at which a scanner would have sent them: how busy the computer of this test is does not matter.
 */
export async function wedge(page: Page, text: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const before = lastScans.get(page);
  const pause = before?.text === text ? sameLabelInMs : 0;
  const start = Math.max(Date.now(), before === undefined ? 0 : before.endedAt + pause);
  lastScans.set(page, { text, endedAt: start + (text.length + 1) * keyPaceInMs });
  const keys = [...text].map((key) => ({ key, text: key, windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0) }));
  const enter = { key: 'Enter', text: '\r', windowsVirtualKeyCode: 13, code: 'Enter' };
  const sent = [...keys, enter].flatMap((key, index) => {
    const timestamp = (start + index * keyPaceInMs) / 1000;
    const { text: _, ...up } = key;
    return [
      devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp, ...key }),
      devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp: timestamp + 0.001, ...up }),
    ];
  });
  await Promise.all(sent);
  await devtools.detach();
}

/** The large line on top of the board. */
export function saidOnTop(page: Page): Locator {
  return page.locator('[data-said]');
}

/** Goes to a page by the navigation. */
export async function openPage(page: Page, name: string): Promise<void> {
  // Pages have navigations of their own behind it.
  const link = page.locator('nav').first().locator(`a[href="#/${name}"]`);
  // The line that says what is scanned moves the navigation when it comes or goes: whoever missed presses again.
  await expect(async () => {
    await link.click();
    await expect(link).toHaveAttribute('aria-current', 'page', { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
}

/** Takes one unit from its label to its PASS; the board stays in its place. */
export async function passOne(page: Page, serial: string, slot: number): Promise<void> {
  await hand(page, serial, 'scan');
  await expect(saidOnTop(page)).toContainText(serial);
  await hand(page, serial, 'plug');
  await expect(slotCard(page, slot)).toHaveAttribute('data-state', 'asking');
  await hand(page, serial, 'enter-configuration');
  await expect(slotCard(page, slot)).toHaveAttribute('data-kind', 'pass');
}

/** Waits until the cloud has everything that is in the queue. */
export async function untilDelivered(page: Page): Promise<void> {
  await expect(page.locator('header a[href="#/queue"]')).not.toContainText('waiting');
}

/** Listens at the loudspeaker; each call answers the tones (in hertz) since the one before. */
export async function listenToTones(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const heard: number[] = [];
    (window as unknown as { heard: number[] }).heard = heard;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number) {
      heard.push(this.frequency.value);
      start.call(this, when);
    };
  });
  return () => page.evaluate(() => (window as unknown as { heard: number[] }).heard.splice(0));
}
