import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFolder } from '../../src/main/compose-folder.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { type HostUnderTest, openTestHost, temporaryFolder } from '../doubles/host.ts';
import { killBench } from '../doubles/kill-bench.ts';

const settings = (part: object) => settingsSchema.parse(part);
const quiet = settings({ bench: 'off', lines: { from: 'folder', folder: '/nowhere' } });

async function opened(under: HostUnderTest) {
  return under.until('host', (host) => host.state === 'open' || host.state === 'failed');
}

/** A folder whose station needs neither bench nor boards. */
function quietFolder(part: object = {}): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...quiet, ...part }));
  return folder;
}

describe('a host', () => {
  it('opens with no settings at a bench of eight slots and takes a unit to PASS by its hands', async () => {
    const under = openTestHost();
    expect(await opened(under)).toMatchObject({ state: 'open', mode: 'training', bench: true, problem: null });
    const panel = await under.until('bench', (bench) => (bench?.tray.length ?? 0) === 8);
    const board = panel?.tray[0];
    if (board === undefined) throw new Error('the tray is empty');
    expect(board.label).toBe(`${board.serial};${board.mac}`);
    expect(await under.call('bench', { deed: { deed: 'scan', board: board.board } })).toEqual({ ok: true, value: {} });
    await under.until('station', (station) => station?.waitingScan?.serial === board.serial);
    await under.call('bench', { deed: { deed: 'plug', board: board.board } });
    await under.until('station', (station) => station?.slots[0]?.ask === 'enter-configuration');
    expect(under.host.activity()).toEqual({ working: 1, writing: 0 });
    // Settings must not pull the station away from a board at work.
    const refused = await under.save(quiet);
    expect(refused).toMatchObject({ ok: false, problem: { code: 'station-busy', facts: { working: 1 } } });
    await under.call('bench', { deed: { deed: 'press', board: board.board, buttons: 'enter-configuration' } });
    await under.until('station', (station) => station?.slots[0]?.verdict?.outcome === 'passed');
  });

  it('says in a problem what a bench without boards would be asked', async () => {
    const under = openTestHost(quietFolder());
    expect(await opened(under)).toMatchObject({ state: 'open', bench: false });
    expect(await under.until('bench', () => true)).toBeNull();
    const answer = await under.call('bench', { deed: { deed: 'work' } });
    expect(answer).toMatchObject({ ok: false, problem: { code: 'no-bench' } });
  });

  it('records who scanned', async () => {
    const under = openTestHost();
    await opened(under);
    const panel = await under.until('bench', (bench) => bench !== null);
    const board = panel?.tray[0];
    await under.client.call('scan', { actor: 'Kim', text: board?.label ?? '' });
    await under.call('bench', { deed: { deed: 'plug', board: board?.board ?? '' } });
    await under.until('station', (station) => station?.slots[0]?.jobId !== null);
    const jobs = await under.call('job-list', { after: 0, limit: 10 });
    expect(jobs.ok && jobs.value.rows.map((job) => [job.serial, job.origin.actor])).toEqual([[board?.serial, 'Kim']]);
  });

  it('stops work by scans only when the very next scan confirms it', async () => {
    const under = openTestHost();
    await opened(under);
    const board = (await under.until('bench', (bench) => bench !== null))?.tray[0];
    await under.call('scan', { text: board?.label ?? '' });
    await under.call('bench', { deed: { deed: 'plug', board: board?.board ?? '' } });
    await under.until('station', (station) => station?.slots[0]?.state === 'working');
    expect(await under.call('scan', { text: 'ABORT 2' })).toMatchObject({
      ok: false,
      problem: { code: 'nothing-to-abort' },
    });
    expect(await under.call('scan', { text: 'ABORT 99' })).toMatchObject({
      ok: false,
      problem: { code: 'slot-unknown' },
    });
    await under.call('scan', { text: 'ABORT 1' });
    expect((await under.until('station', () => true))?.abortAsked).toEqual({ slot: 1, serial: board?.serial });
    await under.call('scan', { text: 'SLOT 4' });
    await under.call('scan', { text: 'CONFIRM' });
    const still = await under.until('station', () => true);
    expect([still?.abortAsked, still?.slots[0]?.state]).toEqual([null, 'working']);
    await under.call('scan', { text: 'ABORT 1' });
    await under.client.call('scan', { actor: 'Kim', text: 'CONFIRM' });
    await under.until('station', (station) => station?.slots[0]?.verdict?.outcome === 'aborted');
    const card = await under.call('unit-card', { serial: board?.serial ?? '' });
    const lines = card.ok ? card.value.history.map((line) => [line.event, line.actor]) : [];
    expect(lines).toContainEqual(['abort-asked', 'Kim']);
    expect(lines).toContainEqual(['job-started', 'tester']);
  });

  it('opens again with new settings while its pages stay connected', async () => {
    const under = openTestHost(quietFolder({ slots: 3 }));
    await opened(under);
    expect((await under.until('station', (station) => station !== null))?.slots).toHaveLength(3);
    expect(await under.save({ ...quiet, slots: 5, station: 'line 4' })).toEqual({
      ok: true,
      value: {},
    });
    const after = await under.until('station', (station) => station?.slots.length === 5);
    expect(after?.station).toBe('line 4');
    expect(JSON.parse(readFileSync(join(under.dataFolder, 'settings.json'), 'utf8'))).toMatchObject({ slots: 5 });
  });

  it('stays shut on settings it cannot read, leaves the file alone, and opens when it is mended', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'settings.json');
    writeFileSync(file, '{ "slots": 99 }');
    const under = openTestHost(folder);
    expect(await opened(under)).toMatchObject({ state: 'failed', problem: { code: 'settings-invalid' } });
    expect(await under.call('scan', { text: 'SN1' })).toMatchObject({
      ok: false,
      problem: { code: 'settings-invalid' },
    });
    expect(await under.until('station', () => true)).toBeNull();
    expect(readFileSync(file, 'utf8')).toBe('{ "slots": 99 }');
    writeFileSync(file, JSON.stringify(quiet));
    await under.call('reopen', {});
    expect(await under.until('host', (host) => host.state === 'open')).toMatchObject({ problem: null });
  });

  it('refuses production without a service in words, and goes back', async () => {
    const under = openTestHost(quietFolder());
    await opened(under);
    await under.save({ ...quiet, mode: 'production' });
    expect(await under.until('host', (host) => host.state === 'failed')).toMatchObject({
      problem: { code: 'no-instance' },
      mode: 'production',
    });
    await under.save(quiet);
    await under.until('host', (host) => host.state === 'open' && host.mode === 'training');
  });

  it('says who has the folder when the owner lets nobody in', async () => {
    const folder = quietFolder();
    const held = openFolder(folder, 'training', 'provision');
    if (!held.ok) throw new Error(held.problem.code);
    onTestFinished(() => held.value.release());
    const second = openTestHost(folder);
    expect(await opened(second)).toMatchObject({
      state: 'failed',
      problem: { code: 'folder-owned', facts: { door: 'provision', pid: process.pid } },
    });
  });

  it('is a second screen of the station whose folder another door owns, and takes over when that one ends', async () => {
    const first = openTestHost();
    await opened(first);
    const second = openTestHost(first.dataFolder);
    expect(await second.until('host', (host) => host.state === 'open')).toMatchObject({ bench: true });
    const board = (await second.until('bench', (bench) => bench !== null))?.tray[0];
    await second.client.call('scan', { actor: 'Kim', text: board?.label ?? '' });
    await first.until('station', (station) => station?.waitingScan?.serial === board?.serial);
    expect(await second.call('bench', { deed: { deed: 'plug', board: board?.board ?? '' } })).toEqual({
      ok: true,
      value: {},
    });
    await second.until('station', (station) => station?.slots[0]?.state === 'working');
    await second.call('scan', { text: 'ABORT 1' });
    await second.call('scan', { text: 'CONFIRM' });
    await second.until('station', (station) => station?.slots[0]?.verdict?.outcome === 'aborted');
    await first.host.stop();
    await second.until('station', (station) => station?.slots.every((slot) => slot.verdict === null) === true);
    expect(second.host.state()).toMatchObject({ state: 'open', bench: true });
    const jobs = await second.call('job-list', { after: 0, limit: 10 });
    expect(jobs.ok && jobs.value.rows.map((job) => [job.serial, job.origin.actor])).toEqual([[board?.serial, 'Kim']]);
  });

  it('puts a secret into the vault of the mode and never gives it back', async () => {
    const under = openTestHost(
      quietFolder({
        dps: { default: { connectionStringSecret: 'dps', idScope: '0ne00000001' } },
        vault: { backend: 'file', acceptedBy: 'Kim' },
      }),
    );
    const secret = 'HostName=a.azure-devices-provisioning.net;SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0c2VjcmV0';
    await under.call('secret-set', { mode: 'production', name: 'dps', secret });
    const view = await under.call('settings-get', {});
    expect(JSON.stringify(view)).not.toContain('c2VjcmV0');
    expect(view.ok && view.value.secrets.filter((one) => one.name === 'dps')).toEqual([
      { mode: 'training', name: 'dps', present: false },
      { mode: 'production', name: 'dps', present: true },
    ]);
    expect(existsSync(join(under.dataFolder, 'production', 'vault.json'))).toBe(true);
  });

  it('tells a scanner that is not there, without stopping the line', async () => {
    const under = openTestHost(quietFolder({ scanner: { path: '/nowhere/scanner' } }));
    const host = await under.until('host', (value) => value.warnings.length > 0);
    expect(host).toMatchObject({
      state: 'open',
      warnings: [{ code: 'scanner-not-there', facts: { path: '/nowhere/scanner' } }],
    });
  });

  it('keeps settings that cannot be read beside the new ones, and what is right in them', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'settings.json');
    const damaged = '{ "mode": "production", "station": "line 9", "slotz": 4 }';
    writeFileSync(file, damaged);
    const under = openTestHost(folder);
    expect(await opened(under)).toMatchObject({ state: 'failed', mode: 'production' });
    const view = await under.call('settings-get', {});
    expect(view.ok && view.value.settings).toMatchObject({ mode: 'production', station: 'line 9', slots: 8 });
    await under.save(quiet);
    await under.until('host', (host) => host.state === 'open');
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(damaged);
  });

  it('stays stopped, whatever is asked meanwhile', async () => {
    const under = openTestHost(quietFolder());
    await opened(under);
    const stopped = under.host.stop();
    expect(await under.call('reopen', {})).toMatchObject({ ok: false, problem: { code: 'station-starting' } });
    expect(await under.save(quiet)).toMatchObject({ ok: false });
    await stopped;
    const next = openTestHost(under.dataFolder);
    expect(await opened(next)).toMatchObject({ state: 'open' });
  });

  it('closes and says so when the simulation dies, and opens again when asked', async () => {
    const under = openTestHost();
    await opened(under);
    await killBench(under.dataFolder);
    expect(await under.until('host', (host) => host.state === 'failed')).toMatchObject({
      problem: { code: 'simulation-failed' },
    });
    await under.call('reopen', {});
    expect(await under.until('host', (host) => host.state === 'open')).toMatchObject({ bench: true });
  });

  it('says no to an abort without forgetting the unit that waits', async () => {
    const under = openTestHost();
    await opened(under);
    const [first, second] = (await under.until('bench', (bench) => bench !== null))?.tray ?? [];
    await under.call('scan', { text: first?.label ?? '' });
    await under.call('bench', { deed: { deed: 'plug', board: first?.board ?? '' } });
    await under.until('station', (station) => station?.slots[0]?.state === 'working');
    await under.call('scan', { text: second?.label ?? '' });
    await under.call('scan', { text: 'ABORT 1' });
    await under.call('scan', { text: 'CANCEL' });
    const after = await under.until('station', (station) => station?.abortAsked === null);
    expect(after?.waitingScan?.serial).toBe(second?.serial);
    expect(await under.save(quiet)).toMatchObject({ problem: { facts: { working: 2 } } });
  });

  it('works through the tray once, however often it is asked, and takes on what was scanned before', async () => {
    const under = openTestHost();
    await opened(under);
    const tray = (await under.until('bench', (bench) => bench !== null))?.tray ?? [];
    await under.call('scan', { text: tray[3]?.label ?? '' });
    const asked = await Promise.all([1, 2, 3].map(() => under.call('bench', { deed: { deed: 'work' } })));
    expect(asked.every((answer) => answer.ok)).toBe(true);
    await under.until('bench', (bench) => bench?.working !== null);
    await under.until('bench', (bench) => bench?.working === null);
    const records = await under.call('record-list', { before: null, limit: 100, filter: {} });
    const passed = records.ok
      ? records.value.rows.filter((row) => row.outcome === 'passed').map((row) => row.serial)
      : [];
    expect(passed.sort()).toEqual(tray.map((board) => board.serial).sort());
  });

  it('rests when told so, also while a scan waits for a board of somewhere else', async () => {
    const under = openTestHost();
    await opened(under);
    await under.until('bench', (bench) => bench !== null);
    await under.call('scan', { text: 'SN777777;c89346777777' });
    expect(await under.call('bench', { deed: { deed: 'work' } })).toMatchObject({
      ok: false,
      problem: { code: 'scan-waiting-for-board' },
    });
    expect((await under.until('bench', () => true))?.working).toBeNull();
  });
});
