import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createPassphraseVault } from '../../src/main/adapters/vault/passphrase-vault.ts';
import { createVaults, vaultFile } from '../../src/main/compose-vault.ts';
import { type Settings, settingsSchema } from '../../src/shared/settings.ts';
import { valueFrom } from '../doubles/books.ts';
import { type HostUnderTest, openTestHost, temporaryFolder } from '../doubles/host.ts';

/* The vault of a production station as its screens see it: accepted, moved, locked, unlocked; settings of two windows. */

const passphrase = 'four unusual words here';
const key = 'c2VjcmV0LWtleS1vZi1hLXBvbGljeQ==';
const connectionString = `HostName=plant.azure-devices-provisioning.net;SharedAccessKeyName=station;SharedAccessKey=${key}`;
const production = settingsSchema.parse({
  mode: 'production',
  recipe: 'linux-tpm',
  lines: { from: 'folder', folder: '/nowhere' },
  dps: { default: { connectionStringSecret: 'dps', idScope: '0ne00AB12CD', timeoutInMs: 1_000 } },
});

function folderWith(settings: Settings, vault: object | null = { dps: connectionString }): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  if (vault !== null) storePlainly(folder, vault);
  return folder;
}

/** The vault of an earlier version, as it lies in production folders today. */
function storePlainly(folder: string, secrets: object): void {
  mkdirSync(join(folder, 'production'), { recursive: true, mode: 0o700 });
  const encoded = Object.entries(secrets).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
  writeFileSync(join(folder, 'production', 'vault.json'), JSON.stringify(Object.fromEntries(encoded)), { mode: 0o600 });
}

const settled = (under: HostUnderTest) =>
  under.until('host', ({ state }) => state === 'open' || state === 'failed' || state === 'vault-locked');
const plain = (folder: string): string => join(folder, 'production', 'vault.json');
const settingsIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));

/** Journal lines of people: event and actor. */
function deedsIn(folder: string): string[] {
  const database = new DatabaseSync(join(folder, 'production', 'station.db'), { readOnly: true });
  const rows = database.prepare('SELECT event, actor FROM journal').all();
  database.close();
  return rows.map((row) => `${row['event']} ${row['actor']}`);
}

async function viewOf(under: HostUnderTest) {
  const view = await under.call('settings-get', {});
  if (!view.ok) throw new Error(view.problem.code);
  return view.value;
}

describe('a production station', () => {
  it('stays shut while nobody has accepted the plain file, takes no secret, and opens once somebody has', async () => {
    const folder = folderWith(production);
    const under = openTestHost(folder);
    expect(await settled(under)).toMatchObject({ state: 'failed', problem: { code: 'vault-unaccepted' } });
    expect(await under.call('secret-set', { mode: 'production', name: 'dps', secret: 'x' })).toMatchObject({
      ok: false,
      problem: { code: 'vault-unaccepted' },
    });
    expect(await under.call('vault-move', { to: 'file', passphrase: null })).toEqual({ ok: true, value: {} });
    await under.until('host', ({ state }) => state === 'open');
    expect(settingsIn(folder).vault).toMatchObject({ backend: 'file', acceptedBy: 'tester' });
    expect((await viewOf(under)).vault).toMatchObject({ backend: 'file', acceptedBy: 'tester', problem: null });
  });

  it('moves its secrets under a passphrase, overwrites the plain file, and asks for it at the next start', async () => {
    const folder = folderWith(production);
    const under = openTestHost(folder);
    await settled(under);
    expect(await under.call('vault-move', { to: 'passphrase', passphrase: 'short' })).toMatchObject({
      ok: false,
      problem: { code: 'passphrase-short' },
    });
    expect(existsSync(plain(folder))).toBe(true);
    expect(await under.call('vault-move', { to: 'passphrase', passphrase })).toEqual({ ok: true, value: {} });
    await under.until('host', ({ state }) => state === 'open');
    expect(existsSync(plain(folder))).toBe(false);
    const moved = await under.call('record-list', { before: null, limit: 100, filter: {} });
    expect(moved.ok).toBe(true);
    await under.host.stop();

    const next = openTestHost(folder);
    expect(await settled(next)).toMatchObject({ state: 'vault-locked', problem: { code: 'vault-locked' } });
    expect((await viewOf(next)).secrets).toContainEqual({ mode: 'production', name: 'dps', present: true });
    expect(await next.call('vault-unlock', { passphrase: 'four unusual words Here' })).toMatchObject({
      ok: false,
      problem: { code: 'passphrase-wrong' },
    });
    expect(next.host.state().state).toBe('vault-locked');
    expect(await next.call('vault-unlock', { passphrase })).toEqual({ ok: true, value: {} });
    await next.until('host', ({ state }) => state === 'open');
    // Opening it again does not ask again.
    await next.call('reopen', {});
    expect(await next.until('host', ({ state }) => state === 'open')).toMatchObject({ problem: null });
    await next.host.stop();
    expect(deedsIn(folder)).toEqual(expect.arrayContaining(['vault-moved tester', 'vault-unlocked tester']));
  });

  it('takes no other kind of vault from saved settings', async () => {
    const under = openTestHost(folderWith({ ...production, vault: { backend: 'file', acceptedBy: 'Kim' } }));
    await settled(under);
    const { settings } = await viewOf(under);
    expect(await under.save({ ...settings, vault: { backend: 'passphrase' } })).toMatchObject({
      ok: false,
      problem: { code: 'vault-only-moved' },
    });
  });

  it('is warned of a policy that may do everything and of a hub without its secret, and works all the same', async () => {
    const owner = connectionString.replace('=station;', '=provisioningserviceowner;');
    const hubs = { 'plant-hub.azure-devices.net': { connectionStringSecret: 'hub' } };
    const accepted = { backend: 'file', acceptedBy: 'Kim' } as const;
    const under = openTestHost(folderWith({ ...production, hubs, vault: accepted }, { dps: owner }));
    expect(await settled(under)).toMatchObject({
      state: 'open',
      warnings: [
        { code: 'policy-too-strong', facts: { instance: 'default' } },
        { code: 'secret-not-found', facts: { name: 'hub' } },
        { code: 'nobody-known' },
      ],
    });
  });

  it('moves nothing over a vault that is there and not in use', async () => {
    const folder = folderWith(production);
    const other = join(folder, 'production', 'vault-passphrase.json');
    writeFileSync(other, '{}', { mode: 0o600 });
    const under = openTestHost(folder);
    await settled(under);
    expect(await under.call('vault-move', { to: 'passphrase', passphrase })).toMatchObject({
      ok: false,
      problem: { code: 'vault-in-the-way', facts: { file: other } },
    });
    expect(readFileSync(other, 'utf8')).toBe('{}');
    expect(existsSync(plain(folder))).toBe(true);
  });

  it('has no keyring outside the window, and says so', async () => {
    const under = openTestHost(folderWith({ ...production, vault: { backend: 'os' } }));
    expect(await settled(under)).toMatchObject({ state: 'failed', problem: { code: 'keyring-elsewhere' } });
    expect((await viewOf(under)).vault).toMatchObject({ backend: 'os', keyring: false });
  });

  it('says that the vault of its settings is not there', async () => {
    const under = openTestHost(folderWith({ ...production, vault: { backend: 'passphrase' } }, null));
    expect(await settled(under)).toMatchObject({ state: 'failed', problem: { code: 'vault-missing' } });
    // A new one is made by a move, without leaving anything behind.
    expect(await under.call('vault-move', { to: 'passphrase', passphrase })).toEqual({ ok: true, value: {} });
    expect(await under.until('host', ({ state }) => state === 'failed')).toMatchObject({
      problem: { code: 'secret-not-found' },
    });
  });
});

describe('a vault that is unlocked twice', () => {
  const ofPassphrase = { vault: { backend: 'passphrase' } } as const;

  async function lockedVault() {
    const dataFolder = temporaryFolder();
    mkdirSync(join(dataFolder, 'production'), { mode: 0o700 });
    const file = vaultFile(dataFolder, 'production', 'passphrase');
    const made = valueFrom(await createPassphraseVault(file, Buffer.from(passphrase)));
    valueFrom(await made.set('dps', Buffer.from(connectionString)));
    made.close();
    return { file, vaults: createVaults({ dataFolder }) };
  }

  it.each([
    { name: 'with the right passphrase', typed: passphrase, told: { ok: true } },
    { name: 'with a wrong one', typed: 'four usual words here', told: { problem: { code: 'passphrase-wrong' } } },
  ])('goes on giving to whoever holds it, $name', async ({ typed, told }) => {
    const { vaults } = await lockedVault();
    valueFrom(await vaults.unlock(Buffer.from(passphrase)));
    const held = valueFrom(await vaults.of('production', ofPassphrase));
    expect(await vaults.unlock(Buffer.from(typed))).toMatchObject(told);
    expect(valueFrom(await held.get('dps')).toString()).toBe(connectionString);
    vaults.close();
    expect(await held.get('dps')).toMatchObject({ problem: { code: 'vault-locked' } });
  });

  it('opens anew when its file was made anew meanwhile', async () => {
    const { file, vaults } = await lockedVault();
    valueFrom(await vaults.unlock(Buffer.from(passphrase)));
    const next = 'quite another sentence';
    valueFrom(await createPassphraseVault(file, Buffer.from(next))).close();
    valueFrom(await vaults.unlock(Buffer.from(next)));
    expect(valueFrom(await valueFrom(await vaults.of('production', ofPassphrase)).names())).toEqual([]);
  });
});

describe('settings of two windows', () => {
  it('do not overwrite each other: the later one is told, and what the first wrote is kept', async () => {
    const folder = folderWith({ ...production, mode: 'training', bench: 'off', dps: {} }, null);
    const under = openTestHost(folder);
    await settled(under);
    const { settings, revision } = await viewOf(under);
    expect(await under.call('settings-set', { settings: { ...settings, slots: 3 }, revision })).toMatchObject({
      ok: true,
    });
    await under.until('station', (station) => station?.slots.length === 3);
    const late = await under.call('settings-set', { settings: { ...settings, station: 'line 7' }, revision });
    expect(late).toMatchObject({ ok: false, problem: { code: 'settings-stale' } });
    expect(settingsIn(folder)).toMatchObject({ slots: 3, station: 'station-1' });
    // A hand in the file counts as another window.
    const seen = await viewOf(under);
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...seen.settings, slots: 2 }));
    expect(await under.call('settings-set', { settings: seen.settings, revision: seen.revision })).toMatchObject({
      ok: false,
      problem: { code: 'settings-stale' },
    });
  });
});
