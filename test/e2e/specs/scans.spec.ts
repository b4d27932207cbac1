import { expect, test } from '../fixtures.ts';
import { hand, listenToTones, openPage, saidOnTop, skipTour, slotCard, trayOf, wedge } from '../operator.ts';

test('a scanner that types is heard anywhere and never leaks into a text field', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first, second] = await trayOf(page);
  await page.getByRole('button', { name: /^Operator/ }).click();
  const name = page.getByRole('textbox', { name: 'Operator' });
  await name.fill('Kim');
  await name.focus();
  await wedge(page, first?.label ?? '');
  await expect(saidOnTop(page)).toContainText(`Plug in the board of ${first?.serial}`);
  await expect(name).toHaveValue('Kim');
  // A person types on in the same field.
  await page.keyboard.type(' L', { delay: 120 });
  await expect(name).toHaveValue('Kim L');
  await page.keyboard.press('Escape');

  // A second scan before the plug is refused, and the first unit still waits.
  await wedge(page, second?.label ?? '');
  await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'scan-waiting-for-board');
  await wedge(page, 'CANCEL');
  await expect(saidOnTop(page)).toContainText('Scan a label');
  await wedge(page, 'nonsense on a box');
  await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'scan-not-recognised');
});

test('loose typing goes into the scan field; the record names the person', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  await page.locator('body').click({ position: { x: 5, y: 5 } });
  await page.keyboard.type(first?.label ?? '', { delay: 90 });
  const field = page.getByRole('textbox', { name: 'Scan or type a label' });
  await expect(field).toHaveValue(first?.label ?? '');
  await page.keyboard.press('Enter');
  await expect(saidOnTop(page)).toContainText(`Plug in the board of ${first?.serial}`);
  await expect(field).toHaveValue('');
});

test('command barcodes choose a slot and stop its work after a question', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  const serial = first?.serial ?? '';
  await hand(page, serial, 'scan');
  await hand(page, serial, 'plug');
  const slot = slotCard(page, 1);
  await expect(slot).toHaveAttribute('data-state', 'asking');
  await wedge(page, 'ABORT 1');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Stop the work in slot 1?');
  await wedge(page, 'CANCEL');
  await expect(dialog).toBeHidden();
  await expect(slot).toHaveAttribute('data-state', 'asking');
  await slot.getByRole('button', { name: 'Abort' }).click();
  await expect(dialog).toContainText(serial);
  await wedge(page, 'CONFIRM');
  await expect(dialog).toBeHidden();
  await expect(slot).toContainText('ABORTED');
  // The serial is free again: the label can be scanned, for a place of its own.
  await hand(page, serial, 'unplug');
  await wedge(page, 'SLOT 5');
  await wedge(page, first?.label ?? '');
  await expect(saidOnTop(page)).toContainText('into slot 5');
});

test('a field that reads keys in its own way gets them, and a scan over it is heard', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  await openPage(page, 'records');
  const since = page.getByLabel('Started from');
  await since.focus();
  await page.keyboard.type('01022026', { delay: 100 });
  await page.keyboard.press('Tab');
  await page.keyboard.type('0304AM', { delay: 100 });
  await expect(since).toHaveValue('2026-01-02T03:04');
  // A choice is found by its first letters, and none of them goes anywhere else.
  const fault = page.getByRole('combobox', { name: `Defect ${first?.serial}` });
  await fault.focus();
  await page.keyboard.type('sil', { delay: 100 });
  await wedge(page, first?.label ?? '');
  await openPage(page, 'board');
  await expect(saidOnTop(page)).toContainText(first?.serial ?? 'no label');
  await expect(page.getByRole('textbox', { name: 'Scan or type a label' })).toHaveValue('');
});

test('a scan that cannot be handed over is heard, seen and not lost', async ({ station, door }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  const heard = await listenToTones(page);
  const field = page.getByRole('textbox', { name: 'Scan or type a label' });
  const notice = (code: string) => page.locator(`.mantine-Notification-root[data-problem="${code}"]`);
  await field.fill('x'.repeat(5_000));
  await field.press('Enter');
  await expect(notice('scan-not-recognised')).toBeVisible();
  await expect(field).toHaveValue('x'.repeat(5_000));
  expect(await heard()).toEqual([311, 311, 311]);
  // The desktop app's window goes with its station.
  if (door === 'electron') return;
  await openPage(page, 'records');
  await station.kill();
  await expect(page.getByText('Connection to the station lost')).toBeVisible();
  await wedge(page, 'SN000001;c89346aabbcc');
  await expect(notice('station-gone')).toContainText('The station that was asked has ended.');
  expect(await heard()).toEqual([311, 311, 311]);
});

test('the same refusal is heard each time, once, and seen on every page', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first, second] = await trayOf(page);
  const heard = await listenToTones(page);
  await openPage(page, 'records');
  const line = page.locator('[data-scan-line]');
  await expect(line).toContainText('Scan a label');
  for (let scan = 0; scan < 2; scan++) {
    await wedge(page, 'a box of screws');
    await expect.poll(heard).toEqual([311, 311, 311]);
    await expect(line).toHaveAttribute('data-problem', 'scan-not-recognised');
  }
  // Good scans sound otherwise; the unit that waits is seen from here.
  await wedge(page, first?.label ?? '');
  await expect(line).toContainText(`Plug in the board of ${first?.serial}`);
  await expect.poll(heard).toEqual([1318]);
  await line.click();
  await expect(saidOnTop(page)).toContainText(`Plug in the board of ${first?.serial}`);
  await expect(line).toHaveCount(0);
  // The bench's own scanner is none of this window's: what it brings is heard by what the station shows.
  for (let scan = 0; scan < 2; scan++) {
    await hand(page, second?.serial ?? '', 'scan');
    await expect.poll(heard).toEqual([311, 311, 311]);
  }
});
