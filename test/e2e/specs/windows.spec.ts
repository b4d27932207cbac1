import { expect, test } from '../fixtures.ts';
import { hand, letItShow, saidOnTop, skipTour, slotCard, trayOf } from '../operator.ts';

test('a reload in the middle of the work changes nothing', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  const serial = first?.serial ?? '';
  await hand(page, serial, 'scan');
  await hand(page, serial, 'plug');
  await expect(slotCard(page, 1)).toHaveAttribute('data-state', 'asking');
  await page.reload();
  await expect(slotCard(page, 1)).toHaveAttribute('data-state', 'asking');
  await expect(slotCard(page, 1)).toContainText(serial);
  await hand(page, serial, 'enter-configuration');
  await page.reload();
  await expect(slotCard(page, 1)).toHaveAttribute('data-kind', 'pass');
});

test('a second window shows the same and may do the same', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first] = await trayOf(page);
  const serial = first?.serial ?? '';
  const other = await station.newWindow();
  await letItShow(page);
  await letItShow(other);
  await hand(page, serial, 'scan');
  await expect(saidOnTop(other)).toContainText(serial);
  await hand(other, serial, 'plug');
  await expect(slotCard(page, 1)).toHaveAttribute('data-state', 'asking');
  await hand(other, serial, 'enter-configuration');
  await expect(slotCard(page, 1)).toHaveAttribute('data-kind', 'pass');
  await expect(slotCard(other, 1)).toHaveAttribute('data-kind', 'pass');
});

test('a window that loses the focus says that nobody listens', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  // A window in front of this one: the page asks the document, and hears the window lose the focus.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { value: () => false, configurable: true });
    window.dispatchEvent(new Event('blur'));
  });
  await expect(page.getByText('Not listening')).toBeVisible();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { value: () => true, configurable: true });
    window.dispatchEvent(new Event('focus'));
  });
  await expect(page.getByText('Not listening')).toBeHidden();
});
