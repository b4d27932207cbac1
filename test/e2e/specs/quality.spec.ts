import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import {
  hand,
  openPage,
  passOne,
  saidOnTop,
  skipTour,
  type TrayLabel,
  trayOf,
  untilDelivered,
  wedge,
} from '../operator.ts';

/** The verification that is shown large. */
function verdict(page: Page): Locator {
  return page.locator('[data-verification] section[data-verdict]');
}

/** Scans a unit's label at the QA bench and waits for its verification to be shown. */
async function scanAtBench(page: Page, { serial, label }: TrayLabel): Promise<void> {
  const shown = page.locator('[data-verification]');
  const before = (await shown.count()) === 0 ? null : await shown.getAttribute('data-verification');
  await wedge(page, label);
  await expect(shown).toBeVisible();
  if (before !== null) await expect(shown).not.toHaveAttribute('data-verification', before);
  await expect(page.locator(`[data-verified="${serial}"]`)).toBeVisible();
}

/** Presses what the page asks for until there is a verdict. */
async function pressAsAsked(page: Page, serial: string): Promise<void> {
  const asked = page.locator('[data-verification] [data-ask]');
  await expect(async () => {
    const what = (await asked.count()) === 0 ? null : await asked.getAttribute('data-ask', { timeout: 1_000 });
    if (what === 'enter-ap' || what === 'enter-configuration') await hand(page, serial, what);
    await expect(verdict(page)).not.toHaveAttribute('data-verdict', 'running', { timeout: 2_000 });
  }).toPass({ timeout: 180_000 });
}

/** Takes units to their PASS; once the cloud has their entries, their boards start again and register. */
async function passAndRegister(page: Page, units: readonly TrayLabel[]): Promise<void> {
  for (const [index, { serial }] of units.entries()) await passOne(page, serial, index + 1);
  await untilDelivered(page);
  for (const { serial } of units) {
    await hand(page, serial, 'reset');
    await expect(page.locator(`[data-board][data-serial="${serial}"]`)).toContainText('registered');
  }
}

/** A choice among those that stand side by side. */
async function choose(page: Page, of: string, index: number): Promise<void> {
  await page.locator(`${of} label`).nth(index).click();
}

const unknown: TrayLabel = { serial: '', label: '' };

test('QA scans finished units and sees what they come to, check by check', async ({ station, door }) => {
  const page = station.page();
  await skipTour(page);
  const [first = unknown, second = unknown, third = unknown] = await trayOf(page);
  await openPage(page, 'quality');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('QA bench');
  await expect(page.locator('[data-lot="none"]')).toBeVisible();
  await expect(page.locator('[data-total="0"]')).toBeVisible();
  await look(page, 'quality-empty');
  await openPage(page, 'board');
  await passAndRegister(page, [first]);
  await openPage(page, 'quality');

  // Records and cloud only: the scan alone is enough.
  await scanAtBench(page, first);
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'pass');
  await expect(verdict(page)).toContainText('PASS');
  await expect(page.locator('[data-check="registration"][data-check-verdict="pass"]')).toBeVisible();
  await look(page, 'quality-pass');
  if (door === 'web') {
    const saving = page.waitForEvent('download');
    await page.locator(`[data-evidence="${first.serial}"]`).click();
    const file = await saving;
    expect(file.suggestedFilename()).toContain(first.serial);
    expect(
      readFileSync(await file.path())
        .subarray(0, 2)
        .toString('latin1'),
    ).toBe('PK');
  }

  // A unit that never passed is found, with what to do.
  await scanAtBench(page, second);
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'fail');
  await expect(page.locator('[data-check="record"][data-check-verdict="fail"]')).toBeVisible();
  await expect(page.locator('[role="group"][data-problem="unit-not-passed"]')).toBeVisible();
  await look(page, 'quality-fail');

  // Without a cloud nothing is called bad.
  const network = page.getByRole('switch', { name: /^Network/ });
  await network.click();
  await expect(page.getByText('Network: cut')).toBeVisible();
  await scanAtBench(page, first);
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'cannot-tell');
  await expect(page.locator('[data-check="entry"][data-check-verdict="cannot-tell"]')).toBeVisible();
  await look(page, 'quality-cannot-tell');
  await network.click();

  // The scanner of the bench is at a serial port: it begins units of the line until somebody says otherwise.
  const scanner = page.getByRole('switch', { name: 'Scanner at the serial port too' });
  await scanner.click();
  await expect(scanner).toBeChecked();
  await hand(page, third.serial, 'scan');
  await expect(page.locator(`[data-verified="${third.serial}"]`)).toBeVisible();
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'fail');
  await look(page, 'quality-scanner');
  await openPage(page, 'board');
  await expect(saidOnTop(page)).toContainText('QA: scan a finished unit');
  await look(page, 'board-qa-on');
  await wedge(page, 'QA OFF');
  await expect(saidOnTop(page)).toContainText('Scan a label');
  await openPage(page, 'quality');
  await expect(scanner).not.toBeChecked();

  await page.locator('[data-filter="serial"]').fill(second.serial);
  await expect(page.locator('[data-total="1"]')).toBeVisible();
  await page.locator(`[data-verification-row="${second.serial}"]`).click();
  await expect(page.locator('[data-opened^="v/"]')).toBeVisible();
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'fail');
  await look(page, 'quality-verification');

  await page.evaluate((serial) => {
    window.location.hash = `#/unit/${serial}`;
  }, first.serial);
  await expect(page.locator('[data-verifications="2"]')).toBeVisible();
  await expect(page.locator(`[data-evidence="${first.serial}"]`)).toBeVisible();
  await look(page, 'unit-verified');

  await page.getByRole('button', { name: 'Light or dark' }).click();
  await openPage(page, 'quality');
  await expect(verdict(page)).toBeVisible();
  await look(page, 'quality-dark');
  await page.setViewportSize({ width: 640, height: 400 });
  await look(page, 'quality-text-200');
});

test('QA reads a board in its slot, and asks before it registers again', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first = unknown] = await trayOf(page);
  await passAndRegister(page, [first]);
  await openPage(page, 'quality');
  await wedge(page, 'SLOT 1');
  await expect(page.locator('[data-chosen-slot="1"]')).toBeVisible();
  await scanAtBench(page, first);
  await pressAsAsked(page, first.serial);
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'pass');
  await expect(page.locator('[data-check^="board-"]').first()).toBeVisible();
  await look(page, 'quality-board');

  await choose(page, '[data-ask-choice]', 1);
  await wedge(page, first.label);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(first.serial);
  await look(page, 'quality-new-registration');
  await wedge(page, 'CANCEL');
  await expect(dialog).toBeHidden();
  await expect(page.locator('[data-total="1"]')).toBeVisible();

  await wedge(page, first.label);
  await expect(dialog).toBeVisible();
  await wedge(page, 'CONFIRM');
  await expect(dialog).toBeHidden();
  await expect(page.locator('[data-total="2"]')).toBeVisible();
  await pressAsAsked(page, first.serial);
  await expect(verdict(page)).not.toHaveAttribute('data-verdict', 'fail');

  // Only a board in a slot can register again; the station says so.
  await page.locator('[data-slot-choice]').click();
  await page.locator('[role="option"]:visible').first().click();
  await expect(page.locator('[data-chosen-slot="none"]')).toBeVisible();
  await wedge(page, first.label);
  await expect(page.locator('[data-problem="new-registration-needs-board"]')).toBeVisible();
  await look(page, 'quality-refused');
});

test('a lot is opened by scan, counted, rejected by its bad unit, closed and reported', async ({ station, door }) => {
  const page = station.page();
  await skipTour(page);
  const [good = unknown, bad = unknown] = await trayOf(page);
  await passAndRegister(page, [good]);
  await openPage(page, 'quality');
  await page.locator('[data-view="lots"]').click();
  await expect(page.locator('[data-total="0"]')).toBeVisible();
  await look(page, 'lots-empty');

  await page.locator('[data-open-lot]').click();
  await expect(page.locator('[data-lot-form]')).toBeVisible();
  await wedge(page, 'LOT-7');
  await expect(page.locator('[data-lot-name]')).toHaveValue('LOT-7');
  await page.locator('[data-lot-size]').fill('20');
  await look(page, 'lot-form');
  await choose(page, '[data-plan]', 1);
  await page.locator('[data-lot-sample]').fill('2');
  await page.locator('[data-lot-opened]').click();
  const lot = page.locator('[data-lot="LOT-7"]');
  await expect(lot).toHaveAttribute('data-closed', 'no');
  await expect(lot.locator('[data-left="2"]')).toBeVisible();

  await page.locator('[data-add-units]').click();
  await expect(page.locator('[data-serials]')).toBeVisible();
  await wedge(page, good.label);
  await wedge(page, bad.label);
  await expect(page.locator('[data-serials]')).toHaveValue(new RegExp(bad.serial));
  await page.locator('[data-added]').click();
  await expect(lot.locator('[data-members="2"]')).toBeVisible();

  // It cannot be closed before its sample is complete.
  await page.locator('[data-close-lot]').click();
  await expect(page.getByRole('dialog')).toContainText('LOT-7');
  await wedge(page, 'CONFIRM');
  await expect(page.locator('[data-problem="lot-undecided"]')).toBeVisible();
  await look(page, 'lot-open');

  // A scan verifies for the lot that is looked at, and leads to the bench.
  await scanAtBench(page, good);
  await expect(lot.locator('[data-passed="1"][data-left="1"]')).toBeVisible();
  await scanAtBench(page, bad);
  await expect(lot.locator('[data-failed="1"]')).toBeVisible();
  await expect(lot.locator('[data-lot-verdict="rejected"]')).toBeVisible();
  await look(page, 'quality-lot');

  await lot.getByRole('link').click();
  await expect(page.locator('[data-total="2"]')).toBeVisible();
  await page.locator('[data-close-lot]').click();
  await expect(page.getByRole('dialog')).toContainText('LOT-7');
  await wedge(page, 'CONFIRM');
  await expect(lot).toHaveAttribute('data-closed', 'rejected');
  await look(page, 'lot-closed');
  if (door === 'web') {
    const saving = page.waitForEvent('download');
    await page.locator('[data-report="csv"]').click();
    const table = readFileSync(await (await saving).path(), 'utf8');
    expect(table).toContain(good.serial);
    expect(table).toContain(bad.serial);
  }
  await page.locator('[data-view="lots"]').click();
  await expect(page.locator('[data-lot-row="LOT-7"]')).toBeVisible();
  await look(page, 'lots');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'lots-dark');
  await page.setViewportSize({ width: 640, height: 400 });
  await look(page, 'lots-text-200');
});
