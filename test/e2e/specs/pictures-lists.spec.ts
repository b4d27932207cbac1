import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, openPage, passOne, skipTour, slotCard, trayOf } from '../operator.ts';

test('queue, records, unit and charts, empty and with a day of work', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const tray = await trayOf(page);
  for (const name of ['queue', 'records', 'charts', 'help']) {
    await openPage(page, name);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await look(page, `${name}-empty`);
  }
  await openPage(page, 'board');
  const [one, two] = tray.map((board) => board.serial);
  await page.locator(`[data-serial="${two}"]`).getByRole('combobox').selectOption('write-failure');
  await passOne(page, one ?? '', 1);
  await hand(page, two ?? '', 'scan');
  await hand(page, two ?? '', 'plug');
  await expect(slotCard(page, 2)).toHaveAttribute('data-state', 'asking');
  await hand(page, two ?? '', 'enter-configuration');
  await expect(slotCard(page, 2)).toHaveAttribute('data-kind', 'fail');
  await page.getByRole('switch', { name: /^Network/ }).click();
  await passOne(page, tray[2]?.serial ?? '', 3);
  await expect(page.locator('header a[href="#/queue"]')).toHaveAttribute('data-state', 'paused');
  for (const name of ['queue', 'records', 'charts']) {
    await openPage(page, name);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (name !== 'charts') await expect(page.getByText(tray[2]?.serial ?? '').first()).toBeVisible();
    await look(page, name);
  }
  await page.goto(page.url().replace(/#.*/, `#/unit/${one}`));
  await expect(page.getByText('PASS').first()).toBeVisible();
  await look(page, 'unit-passed');
  await page.goto(page.url().replace(/#.*/, `#/unit/${two}`));
  await look(page, 'unit-failed');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  for (const name of ['queue', 'records', 'enrollments', 'charts', 'help']) {
    await openPage(page, name);
    await look(page, `${name}-dark`);
  }
  await page.setViewportSize({ width: 640, height: 400 });
  for (const name of ['queue', 'records', 'enrollments', 'charts', 'settings', 'help']) {
    await openPage(page, name);
    await look(page, `${name}-text-200`);
  }
});
