import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dpsReadySchema } from '../../../src/shared/bench.ts';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
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
    // It works; that it may do everything is said beside it.
    await expect(card.locator('[data-problem="policy-too-strong"]')).toContainText('"default"');
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

test('two windows do not overwrite each other: the later one is told and keeps its changes, marked', async ({
  station,
  dataFolder,
}) => {
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  const other = await station.newWindow();
  await openPage(other, 'settings');
  await openPage(page, 'settings');
  await other.getByLabel('Name of this station').fill('line 9');
  await page.getByLabel('Slots').fill('3');
  await page.getByRole('button', { name: 'Save and apply' }).click();
  await expect(page.getByText('Saved. The station opens with these settings.')).toBeVisible();
  await other.getByRole('button', { name: 'Save and apply' }).click();
  await expect(other.locator('[data-problem="settings-stale"]')).toBeVisible();
  await expect(other.locator('[data-kept]')).toContainText('Name of this station');
  // What the other one wrote is in the form, what this one typed as well.
  await expect(other.getByLabel('Slots')).toHaveValue('3');
  await expect(other.getByLabel('Name of this station')).toHaveValue('line 9');
  await expect(async () => {
    await other.getByRole('button', { name: 'Save and apply' }).click();
    await expect(other.getByText('Saved. The station opens with these settings.')).toBeVisible({ timeout: 2_000 });
  }).toPass();
  const stored = JSON.parse(readFileSync(join(dataFolder, 'settings.json'), 'utf8'));
  expect(stored).toMatchObject({ slots: 3, station: 'line 9' });
});

test.describe('a production folder of an earlier version', () => {
  const secret =
    'HostName=plant.azure-devices-provisioning.net;SharedAccessKeyName=station;SharedAccessKey=c2VjcmV0LWtleQ==';
  const passphrase = 'four unusual words here';
  test.use({
    dataFolder: async ({ dataFolder }, use) => {
      const settings = {
        mode: 'production',
        recipe: 'linux-tpm',
        lines: { from: 'folder', folder: '/nowhere' },
        dps: { default: { connectionStringSecret: 'dps', idScope: '0ne00AB12CD' } },
      };
      writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify(settings));
      mkdirSync(join(dataFolder, 'production'), { mode: 0o700 });
      const vault = JSON.stringify({ dps: Buffer.from(secret).toString('base64') });
      writeFileSync(join(dataFolder, 'production/vault.json'), vault, { mode: 0o600 });
      await use(dataFolder);
    },
  });

  test('moves its secrets under a passphrase and asks for it at the next start', async ({
    station,
    dataFolder,
    door,
  }) => {
    const page = station.page();
    await expect(page.locator('[data-problem="vault-unaccepted"]')).toBeVisible();
    await openPage(page, 'settings');
    const card = page.locator('[data-vault]');
    await expect(card.locator('[data-problem="vault-unaccepted"]')).toBeVisible();
    if (door === 'electron') {
      // The Electron of the tests has no keyring behind it, and that protects nothing.
      await card.getByRole('button', { name: 'Move the secrets' }).click();
      await expect(card.locator('[data-problem="keyring-unavailable"]')).toBeVisible();
      await card.getByRole('combobox', { name: 'Keep the secrets of production in' }).click();
      await page.getByRole('option', { name: 'a file under a passphrase' }).click();
    }
    await card.getByLabel('New passphrase').fill(passphrase);
    await card.getByLabel('The same once more').fill(passphrase);
    await look(page, 'settings-production');
    await card.getByRole('button', { name: 'Move the secrets' }).click();
    await expect(card).toHaveAttribute('data-vault', 'passphrase');
    expect(existsSync(join(dataFolder, 'production/vault.json'))).toBe(false);
    await station.kill();

    const after = await station.start();
    await openPage(after, 'board');
    await expect(after.getByRole('heading', { name: 'The vault is locked' })).toBeVisible();
    await look(after, 'vault-locked');
    const field = after.getByLabel('Passphrase', { exact: true });
    await field.fill('four unusual words Here');
    await after.getByRole('button', { name: 'Unlock' }).click();
    await expect(after.locator('[data-problem="passphrase-wrong"]')).toBeVisible();
    await expect(field).toHaveValue('');
    await field.fill(passphrase);
    await after.getByRole('button', { name: 'Unlock' }).click();
    await expect(after.locator('[data-slot]')).toHaveCount(8);
    expect(filesWith(dataFolder, passphrase)).toEqual([]);
    expect(filesWith(dataFolder, 'c2VjcmV0LWtleQ')).toEqual([]);
  });
});
