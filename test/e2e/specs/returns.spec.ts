import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, openPage, passOne, skipTour, slotCard, trayOf, untilDelivered, wedge } from '../operator.ts';

const image = join(import.meta.dirname, '../../../resources/bench/DevKitDPS.ino');
/** A byte of riot_fw in the image: its section begins 0x162c behind the start and is 0x1b0 long (see the map). */
const byteOfRiotFw = 0x1700;

test('a unit that came back gets a new identity: found by its label, opened by scan, written, proved', async ({
  station,
}) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  const serial = first?.serial ?? '';
  await openPage(page, 'returns');
  await expect(page.locator('[data-open-returns="0"]')).toBeVisible();
  await look(page, 'returns-empty');
  await openPage(page, 'board');
  await passOne(page, serial, 1);
  await untilDelivered(page);

  await openPage(page, 'returns');
  await page.locator('[data-find]').fill('SN-NOBODY');
  await page.locator('[data-find-now]').click();
  await expect(page.locator('[data-found="0"]')).toBeVisible();
  await wedge(page, first?.label ?? '');
  await expect(page.locator(`[data-unit="${serial}"][data-chosen="true"]`)).toBeVisible();
  await expect(page.locator('[data-fact="last"]')).toContainText('PASS');
  // There is one instance only: nowhere to move to.
  await expect(page.locator('[data-return-deed="move"]')).toHaveAttribute('data-obstacle', 'return-no-target');
  await page.locator('[data-return-deed="move"]').click({ force: true });
  await expect(page.locator('[data-open]')).toBeDisabled();
  await page.locator('[data-reason="field-failure"]').click();
  await page.locator('[data-return-deed="new-identity"]').click();
  await page.locator('[data-note]').fill('LED dark after a week');
  await look(page, 'returns-choice');
  await page.locator('[data-open]').click();
  await expect(page.getByRole('dialog')).toContainText(serial);
  await wedge(page, 'CONFIRM');

  const open = page.locator('[data-case]');
  await expect(open).toHaveAttribute('data-step', 'awaiting-board', { timeout: 60_000 });
  await expect(page.locator('[data-step-name="disabling"]')).toHaveAttribute('data-place', 'done');
  await expect(page.locator('[data-waits-for="board"]')).toBeVisible();
  await look(page, 'returns-awaiting-board');
  // On this page the label goes to the station, and its board is worked on.
  await hand(page, serial, 'unplug');
  await wedge(page, first?.label ?? '');
  await expect(page.locator('[data-scan-line]')).toContainText(serial);
  await hand(page, serial, 'plug');
  await openPage(page, 'board');
  await expect(slotCard(page, 1)).toHaveAttribute('data-state', 'asking');
  await hand(page, serial, 'enter-configuration');
  await expect(slotCard(page, 1)).toHaveAttribute('data-kind', 'pass');
  await openPage(page, 'returns');
  await page.locator('[data-listed]').first().click();
  // Its first try may have come before its new entry: with RESET it tries again.
  await expect(page.locator('[data-step-name="proving"]')).toHaveAttribute('data-place', /now|done/);
  await hand(page, serial, 'reset');
  await expect(page.locator('[data-outcome="finished"]')).toBeVisible({ timeout: 90_000 });
  await expect(page.locator('[data-event="return-opened"]')).toBeVisible();
  await look(page, 'returns-finished');
});

test('without a network a retirement waits, says for what, and goes on; another one is cancelled', async ({
  station,
}) => {
  const page = station.page();
  await skipTour(page);
  const [first, second] = await trayOf(page);
  await passOne(page, first?.serial ?? '', 1);
  await passOne(page, second?.serial ?? '', 2);
  await untilDelivered(page);
  await openPage(page, 'returns');
  const network = page.getByRole('switch', { name: /^Network/ });
  await network.click();
  await expect(page.getByText('Network: cut')).toBeVisible();

  // Its label is gone: the board in the slot tells which unit it is.
  await page.locator('[data-at-slot="1"]').click();
  await expect(page.locator(`[data-unit="${first?.serial}"][data-chosen="true"]`)).toBeVisible();
  await page.locator('[data-reason="scrap"]').click();
  await page.locator('[data-return-deed="retire"]').click();
  await page.locator('[data-open]').click();
  await wedge(page, 'CONFIRM');
  await expect(page.locator('[data-case]')).toHaveAttribute('data-step', 'disabling');
  await expect(page.locator('[data-waits-for="network"] [data-problem="network-down"]')).toBeVisible();
  await look(page, 'returns-held');

  await openPage(page, 'returns');
  await page.locator('[data-find]').fill(second?.serial ?? '');
  await page.locator('[data-find]').press('Enter');
  await page.locator('[data-reason="customer-return"]').click();
  await page.locator('[data-return-deed="new-identity"]').click();
  await page.locator('[data-open]').click();
  await wedge(page, 'CONFIRM');
  await page.locator('[data-cancel-return]').click();
  // The same code again at once would be one that was read twice.
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the return' }).click();

  await openPage(page, 'returns');
  const held = page.locator(`[data-return][data-unit="${first?.serial}"]`);
  await expect(held.locator('[data-step-name="disabling"]')).toHaveAttribute('data-place', 'now');
  await look(page, 'returns-open');
  // Pressing helps nothing while the network is away; once it is back the station goes on by itself.
  await held.locator('[data-continue]').click();
  await expect(held.locator('[data-waits-for="network"]')).toBeVisible();
  await network.click();
  await expect(held).toHaveCount(0, { timeout: 90_000 });
  await expect(page.locator('[data-open-returns="0"]')).toBeVisible({ timeout: 90_000 });
  await expect(page.locator('[data-listed]')).toHaveCount(2);
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'returns-dark');
  await page.setViewportSize({ width: 640, height: 400 });
  await look(page, 'returns-text-200');
});

test('a forecast names the units whose certificates stop matching, and saves their order', async ({
  station,
  door,
}) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  const serial = first?.serial ?? '';
  await passOne(page, serial, 1);
  await openPage(page, 'returns');
  await page.locator('[data-to-forecast]').click();
  await expect(page.locator('[data-opened="forecast"]')).toBeVisible();
  const [bin, map] = [page.locator('input[type="file"]').first(), page.locator('input[type="file"]').last()];

  // The two files the wrong way round.
  await bin.setInputFiles(`${image}.map`);
  await map.setInputFiles(`${image}.bin`);
  await page.locator('[data-forecast="all"]').click();
  await expect(page.locator('main [data-problem]')).toBeVisible();

  await bin.setInputFiles(`${image}.bin`);
  await map.setInputFiles(`${image}.map`);
  await page.locator('[data-forecast="own"]').click();
  await expect(page.locator('[data-forecast-result="1"] [data-save-order="0"]')).toBeDisabled();

  const changed = readFileSync(`${image}.bin`);
  changed[byteOfRiotFw] = (changed[byteOfRiotFw] ?? 0) ^ 0xff;
  await bin.setInputFiles({ name: 'next.bin', mimeType: 'application/octet-stream', buffer: changed });
  await page.locator('[data-forecast="own"]').click();
  await expect(page.locator('[data-save-order="1"]')).toBeEnabled();
  await expect(page.locator(`[data-forecast-unit="${serial}"]`)).toBeVisible();
  await expect(page.locator('[data-measure="fwid"]')).toHaveText(/^[0-9a-f]{64}$/);
  await look(page, 'returns-forecast');
  if (door !== 'web') return;
  const saving = page.waitForEvent('download');
  await page.locator('[data-save-order]').click();
  const order = JSON.parse(readFileSync(await (await saving).path(), 'utf8')) as Record<string, unknown>;
  expect(order).toMatchObject({ schema: 'dps-station/return-order/1', deed: 'new-identity', serials: [serial] });
});
