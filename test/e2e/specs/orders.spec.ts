import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, openPage, passOne, saidOnTop, skipTour, slotCard, trayOf, wedge } from '../operator.ts';

const order = 'WO-2026/1';

/** A field of the form for a new order. */
const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`);

test('an order is typed, chosen by its code, counted on the board, and closes when all is delivered', async ({
  station,
}) => {
  const page = station.page();
  await skipTour(page);
  const tray = await trayOf(page);
  const [first = '', second = '', foreign = ''] = tray.map(({ serial }) => serial);
  await openPage(page, 'orders');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Work orders');
  await expect(page.locator('[data-active=""]')).toBeVisible();
  await expect(page.getByText('No order is open')).toBeVisible();
  await look(page, 'orders-empty');

  // The recipe of the station and its hash are there already.
  await page.locator('[data-new-order]').click();
  await expect(field(page, 'recipeHash')).toHaveValue(/^[0-9a-f]{64}$/);
  await field(page, 'name').fill('WO 2026');
  await page.getByText('A list', { exact: true }).click();
  await field(page, 'list').fill(`${first}\n${second}`);
  await field(page, 'closesOn').selectOption('delivered');
  await field(page, 'taktTargetInS').fill('3600');
  await page.locator('[data-put-order]').click();
  await expect(page.locator('[data-problem="order-invalid"]')).toBeVisible();
  await look(page, 'orders-form-refused');
  await field(page, 'name').fill(order);
  await page.locator('[data-put-order]').click();

  await expect(page.locator(`[data-asks="${order}"]`)).toBeVisible();
  await expect(page.locator(`[data-code="ORDER ${order}"]`)).toBeVisible();
  await expect(page.locator('[data-serial-state="free"]')).toHaveCount(2);
  await look(page, 'order-opened');

  // Put aside by hand, chosen again by its code: whatever page is open.
  await openPage(page, 'orders');
  const active = page.locator(`[data-active="${order}"]`);
  await active.locator('[data-choose]').click();
  await expect(page.locator('[data-active=""]')).toBeVisible();
  await wedge(page, `ORDER ${order}`);
  await expect(active).toBeVisible();

  await openPage(page, 'board');
  const strip = page.locator(`[data-order="${order}"]`);
  await expect(strip.locator('[data-made="0"][data-quantity="2"]')).toBeAttached();
  await passOne(page, first, 1);
  await expect(strip.locator('[data-made="1"]')).toBeAttached();
  // A unit of another order is refused before anything happens to it.
  await hand(page, foreign, 'scan');
  await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'serial-not-in-order');
  await page.getByRole('switch', { name: /^Network/ }).click();
  await passOne(page, second, 2);
  await expect(strip.locator('[data-takt="on"]')).toBeVisible();
  await look(page, 'board-with-order');

  await openPage(page, 'orders');
  await expect(active.locator('[data-made="2"]')).toBeAttached();
  await look(page, 'orders');
  await active.locator('[data-close]').click();
  await page.locator('[data-close-confirmed]').click();
  await expect(page.getByRole('dialog').locator('[data-problem="order-open-items"]')).toContainText(second);
  await look(page, 'order-close-refused');
  await page.getByRole('dialog').getByRole('button', { name: 'See the queue' }).click();
  await page.getByRole('switch', { name: /^Network/ }).click();
  await page.locator('[data-send-now]').click();
  await expect(page.locator('[data-view="waiting"] [data-count="0"]')).toBeVisible();

  await openPage(page, 'orders');
  await active.locator('[data-close]').click();
  await wedge(page, 'CONFIRM');
  await expect(page.locator('[data-active=""]')).toBeVisible();
  await page.getByText('Closed', { exact: true }).click();
  await expect(page.locator(`[data-order="${order}"]`)).toHaveAttribute('data-state', 'closed');
});

test('an order file is read; one that cannot be used says why', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await openPage(page, 'orders');
  await page.locator('[data-new-order]').click();
  await expect(field(page, 'recipeHash')).toHaveValue(/^[0-9a-f]{64}$/);
  const [recipe, recipeHash, instance] = await Promise.all(
    ['recipe', 'recipeHash', 'instance'].map((name) => field(page, name).inputValue()),
  );
  await openPage(page, 'orders');
  const give = (text: string) =>
    page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'order.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await give('{ "schema": ');
  await expect(page.locator('[data-problem="order-invalid"]')).toContainText('order.json');
  const range = { prefix: 'SN-', from: 1, to: 2_000, digits: 6 };
  const planned = { schema: 'dps-station/order/1', name: 'WO-7', recipe, recipeHash, instance };
  await give(JSON.stringify({ ...planned, quantity: 2_001, serials: { range } }));
  await expect(page.locator('[data-problem="order-invalid"]')).toContainText('2000');
  await look(page, 'orders-file-refused');
  await give(JSON.stringify({ ...planned, quantity: 2_000, serials: { range } }));
  await expect(page.locator('[data-imported="WO-7"]')).toBeVisible();
  await expect(page.locator('[data-problem="order-invalid"]')).toHaveCount(0);
  await page.locator('[data-order="WO-7"]').getByRole('link', { name: 'WO-7' }).click();
  // Of two thousand serials only those that are seen are in the document.
  await expect(page.locator('[data-rows="2000"]')).toBeVisible();
  await expect(page.locator('[data-serial="SN-000001"]')).toBeVisible();
  await page.getByRole('region', { name: 'Serials' }).last().press('End');
  await expect(page.locator('[data-serial="SN-002000"]')).toBeVisible();
});

test('a shift report tells what was made and what failed, on the screen and on paper', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first, second] = await trayOf(page);
  await passOne(page, first?.serial ?? '', 1);
  await page.locator(`[data-serial="${second?.serial}"]`).getByRole('combobox').selectOption('write-failure');
  await hand(page, second?.serial ?? '', 'scan');
  await hand(page, second?.serial ?? '', 'plug');
  await expect(slotCard(page, 2)).toHaveAttribute('data-state', 'asking');
  await hand(page, second?.serial ?? '', 'enter-configuration');
  await expect(slotCard(page, 2)).toHaveAttribute('data-kind', 'fail');

  await openPage(page, 'orders');
  await page.locator('[data-shift-report]').click();
  const report = page.locator('[data-report]');
  await expect(report.locator('[data-passed="1"][data-failed="1"]')).toBeVisible();
  await expect(report.locator('[data-cause="board-secret-write-failed"][data-count="1"]')).toBeVisible();
  await expect(report.locator('[data-recall="0"]')).toBeVisible();
  await expect(report.locator('[data-audit-head]')).toHaveText(/\d+:[0-9a-f]{4}-[0-9a-f]{4}/);
  await look(page, 'shift-report');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'shift-report-dark');
  await page.setViewportSize({ width: 640, height: 800 });
  await look(page, 'shift-report-narrow');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('[data-print]')).toBeHidden();
  await expect(report).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  // Nothing was made in the shift before.
  await page.locator('[data-shift="before"]').click();
  await expect(report.locator('[data-passed="0"][data-failed="0"]')).toBeVisible();
  await page.locator('[data-shift="now"]').click();
  await expect(report.locator('[data-passed="1"]')).toBeVisible();
});

test('orders in the dark and on a narrow screen', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await openPage(page, 'orders');
  await page.locator('[data-new-order]').click();
  await expect(field(page, 'recipeHash')).toHaveValue(/^[0-9a-f]{64}$/);
  await field(page, 'name').fill('WO-9');
  await page.getByText('A range', { exact: true }).click();
  await field(page, 'prefix').fill('SN-');
  await field(page, 'to').fill('60');
  await expect(page.locator('[data-range="60"]')).toContainText('SN-000060');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'orders-form-dark');
  await page.locator('[data-put-order]').click();
  await expect(page.locator('[data-asks="WO-9"]')).toBeVisible();
  await look(page, 'order-opened-dark');
  await page.setViewportSize({ width: 640, height: 800 });
  await look(page, 'order-opened-narrow');
  await openPage(page, 'orders');
  await look(page, 'orders-narrow');
});

test.describe('a station that works on orders only', () => {
  test.use({
    dataFolder: async ({ dataFolder }, use) => {
      writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ orders: 'required' }));
      await use(dataFolder);
    },
  });

  test('says so before the first label is scanned, and refuses it', async ({ station }) => {
    const page = station.page();
    await skipTour(page);
    const [first] = await trayOf(page);
    await expect(page.locator('[data-order=""]')).toBeVisible();
    await hand(page, first?.serial ?? '', 'scan');
    await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'no-order');
    await look(page, 'board-without-order');
  });
});
