import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dpsReadySchema } from '../../../src/shared/bench.ts';
import { expect, test } from '../fixtures.ts';
import { openPage, skipTour, trayOf } from '../operator.ts';

/** A simulated DPS as a program of its own, as a colleague's machine would have it. */
async function startDps(folder: string) {
  const program = join(import.meta.dirname, '../../../src/simulation/main.ts');
  const readyFile = join(folder, 'dps-ready.json');
  const child = spawn(
    process.execPath,
    [program, 'dps', '--port', '0', '--folder', join(folder, 'dps'), '--ready-file', readyFile],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  return {
    ready: dpsReadySchema.parse(JSON.parse(readFileSync(readyFile, 'utf8'))),
    stop: () => child.kill('SIGTERM'),
  };
}

test('a connection string is tested, stored and never seen again', async ({ station, dataFolder }) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  const dps = await startDps(dataFolder);
  try {
    await openPage(page, 'settings');
    await page.getByRole('button', { name: 'Add an instance' }).click();
    const card = page.locator('[data-instance="default"]');
    await card.getByLabel('ID scope').fill(dps.ready.idScope);
    await card.getByLabel('Device endpoint').fill(dps.ready.host);
    await card.getByLabel('Port').fill(String(dps.ready.port));
    await card.getByLabel('File with an extra authority').fill(dps.ready.caFile);
    const secret = card.getByLabel('Service connection string');
    // The field is for people who paste.
    await secret.fill(dps.ready.serviceConnectionString.replace(/SharedAccessKey=.{4}/, 'SharedAccessKey=AAAA'));
    await card.getByRole('button', { name: 'Test connection' }).click();
    await expect(card.locator('[data-problem]')).toBeVisible();
    await secret.fill(dps.ready.serviceConnectionString);
    await card.getByRole('button', { name: 'Test connection' }).click();
    await expect(card.getByText('answers and takes the key')).toBeVisible();
    await card.getByRole('button', { name: 'Store' }).click();
    await expect(card.getByText('stored', { exact: true })).toBeVisible();
    await expect(card.getByLabel('Service connection string')).toHaveValue('');
    // Used from the next opening on, which can be had at once.
    const apply = page.getByRole('button', { name: 'Apply now' });
    await apply.click();
    await expect(apply).toHaveCount(0);
    await trayOf(page);
    await page.reload();
    await openPage(page, 'settings');
    const key = /SharedAccessKey=(.+)$/.exec(dps.ready.serviceConnectionString)?.[1] ?? 'missing';
    expect(await page.content()).not.toContain(key);
    expect(filesWith(dataFolder, key).filter((file) => !file.includes('dps') && !file.endsWith('vault.json'))).toEqual(
      [],
    );
  } finally {
    dps.stop();
  }
});

test('wrong values are marked at their field and cannot be saved; right ones take effect at once', async ({
  station,
  dataFolder,
}) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await openPage(page, 'settings');
  const slots = page.getByLabel('Slots');
  await slots.fill('40');
  await expect(page.getByRole('button', { name: 'Save and apply' })).toBeDisabled();
  await expect(slots).toHaveAttribute('aria-invalid', 'true');
  // The complaint speaks the language of the page.
  const complaint = page.getByText('Too big');
  await expect(complaint).toBeVisible();
  await page.locator('[data-tool="language"]').click();
  await page.getByRole('menuitem', { name: 'Deutsch' }).click();
  await expect(page.getByText('Zu groß')).toBeVisible();
  await page.locator('[data-tool="language"]').click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await expect(complaint).toBeVisible();
  await slots.fill('3');
  await page.getByLabel('Name of this station').fill('line 7');
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await expect(page.getByText('Saved. The station opens with these settings.')).toBeVisible();
  await openPage(page, 'board');
  await expect(page.locator('[data-slot]')).toHaveCount(3, { timeout: 60_000 });
  await expect(page.locator('#root > header')).toContainText('line 7');
  expect(JSON.parse(readFileSync(join(dataFolder, 'settings.json'), 'utf8'))).toMatchObject({
    slots: 3,
    station: 'line 7',
  });
});

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => existsSync(file) && statSync(file).isFile() && readFileSync(file).includes(text));
}
