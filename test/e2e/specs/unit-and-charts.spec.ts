import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, openPage, passOne, skipTour, slotCard, trayOf } from '../operator.ts';

test('a unit that passed shows its certificate, its steps and what became of it; charts count it', async ({
  station,
  door,
}) => {
  const page = station.page();
  await skipTour(page);
  await openPage(page, 'charts');
  await expect(page.getByText('No figures yet')).toBeVisible();
  await look(page, 'charts-empty');
  await openPage(page, 'board');
  const [first, second] = await trayOf(page);
  const serial = first?.serial ?? '';
  await passOne(page, serial, 1);
  await page.locator(`[data-serial="${second?.serial}"]`).getByRole('combobox').selectOption('write-failure');
  await hand(page, second?.serial ?? '', 'scan');
  await hand(page, second?.serial ?? '', 'plug');
  await expect(slotCard(page, 2)).toHaveAttribute('data-state', 'asking');
  await hand(page, second?.serial ?? '', 'enter-configuration');
  await expect(slotCard(page, 2)).toHaveAttribute('data-kind', 'fail');

  await slotCard(page, 1).getByRole('link', { name: serial }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(serial);
  await expect(page.locator('[data-outcome="passed"]')).toContainText('PASS');
  await expect(page.locator('[data-event="item-delivered"]')).toBeVisible();
  const thumbprint = await page.locator('[data-fact="sha256Thumbprint"]').textContent();
  expect(thumbprint).toMatch(/^[0-9a-f]{64}$/);
  if (door === 'web') {
    const saving = page.waitForEvent('download');
    await page.locator('[data-download="pem"]').click();
    const file = await saving;
    expect(file.suggestedFilename()).toBe(`${serial}.pem`);
    const { fingerprint256 } = new X509Certificate(readFileSync(await file.path()));
    expect(fingerprint256.replaceAll(':', '').toLowerCase()).toBe(thumbprint);
  }
  await look(page, 'unit-passed');

  await openPage(page, 'charts');
  await expect(page.locator('[data-chart="per-hour"] [data-passed="1"][data-failed="1"]')).toBeVisible();
  await expect(page.locator('[data-first-pass="1"][data-units="2"]')).toBeVisible();
  await expect(page.locator('[data-cause="board-secret-write-failed"][data-count="1"]')).toBeVisible();
  await page.locator('[data-chart="steps"] summary').click();
  await expect(page.locator('[data-chart="steps"] table')).toContainText('Write the secret');
  await look(page, 'charts');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'charts-dark');
});

test('an unknown serial is a problem with a way on', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await page.evaluate(() => {
    window.location.hash = '#/unit/SN-NOBODY';
  });
  await expect(page.locator('[data-problem="serial-unknown"]')).toContainText('SN-NOBODY');
});

test('without a network the queue says what holds it up; one button sends', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  await openPage(page, 'queue');
  await expect(page.getByText('Nothing waits')).toBeVisible();
  await look(page, 'queue-empty');
  await openPage(page, 'board');
  const network = page.getByRole('switch', { name: /^Network/ });
  await network.click();
  await passOne(page, first?.serial ?? '', 1);
  await openPage(page, 'queue');
  const instance = page.locator('[data-instance="default"]');
  await expect(instance).toHaveAttribute('data-state', 'network');
  await expect(instance.locator('[data-problem="network-down"]')).toBeVisible();
  await expect(page.locator('[data-view="waiting"] [data-count="1"]')).toBeVisible();
  await expect(page.locator(`[data-item][data-serial="${first?.serial}"]`)).toBeVisible();
  await look(page, 'queue-paused');
  await network.click();
  await page.locator('[data-send-now]').click();
  await expect(page.locator('[data-view="waiting"] [data-count="0"]')).toBeVisible();
  await expect(instance).toHaveAttribute('data-state', 'up');
});
