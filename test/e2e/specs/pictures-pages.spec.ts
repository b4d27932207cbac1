import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { hand, openPage, skipTour, slotCard, trayOf } from '../operator.ts';

test('settings and barcodes', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await openPage(page, 'settings');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await look(page, 'settings');
  await page.getByRole('button', { name: 'Add an instance' }).click();
  await expect(page.getByText('Service connection string')).toBeVisible();
  await page.getByText('Service connection string').scrollIntoViewIfNeeded();
  await look(page, 'settings-instance');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await look(page, 'settings-dark');
  await openPage(page, 'barcodes');
  await expect(page.locator('[data-code="ABORT 8"]')).toBeVisible();
  await look(page, 'barcodes');
});

test.describe('a station that cannot open', () => {
  test.use({
    dataFolder: async ({ dataFolder }, use) => {
      writeFileSync(join(dataFolder, 'settings.json'), '{ "slots": 99 }');
      await use(dataFolder);
    },
  });

  test('says why and what to do', async ({ station, dataFolder }) => {
    const page = station.page();
    await expect(page.locator('[data-problem="settings-invalid"]')).toBeVisible();
    await look(page, 'station-failed');
    writeFileSync(join(dataFolder, 'settings.json'), '{ "slots": 2 }');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.locator('[data-slot]')).toHaveCount(2, { timeout: 60_000 });
    await skipTour(page);
    await look(page, 'board-two-slots');
  });
});

for (const [slots, name] of [
  [1, 'board-one-slot'],
  [16, 'board-sixteen-slots'],
] as const) {
  test.describe(`a bench of ${slots}`, () => {
    test.use({
      dataFolder: async ({ dataFolder }, use) => {
        writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ slots }));
        await use(dataFolder);
      },
    });

    test('lays itself out', async ({ station }) => {
      const page = station.page();
      await page.setViewportSize({ width: 1920, height: 1080 });
      await skipTour(page);
      const [first] = await trayOf(page);
      await hand(page, first?.serial ?? '', 'scan');
      await hand(page, first?.serial ?? '', 'plug');
      await expect(slotCard(page, 1)).toHaveAttribute('data-state', 'asking');
      await look(page, `${name}-asking`);
      await hand(page, first?.serial ?? '', 'enter-configuration');
      await expect(slotCard(page, 1)).toHaveAttribute('data-kind', 'pass');
      await hand(page, first?.serial ?? '', 'unplug');
      await page.locator('[data-deed="work"]').click();
      // The one that was taken by hand may have registered before it was pulled, or not.
      const registered = page.locator('[data-label]').getByText('registered');
      await expect.poll(() => registered.count(), { timeout: 90_000 }).toBeGreaterThanOrEqual(Math.max(1, slots - 1));
      await look(page, name);
      // Every place is inside the window: nobody at a line scrolls.
      const places = await page
        .locator('[data-slot]')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom));
      expect(places).toHaveLength(slots);
      expect(Math.max(...places)).toBeLessThanOrEqual(1080);
    });
  });
}
