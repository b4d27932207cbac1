import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createPeopleStore } from '../../../src/main/adapters/sqlite/people-store.ts';
import { settingsSchema } from '../../../src/shared/settings.ts';
import { allSamples } from '../../doubles/call-samples.ts';
import { type HostUnderTest, openTestHost, temporaryFolder } from '../../doubles/host.ts';

/* Badges at a host: before any station is open, on two screens, in the files, and what a closed gate leaves undone. */

const quiet = settingsSchema.parse({ bench: 'off', lines: { from: 'folder', folder: '/nowhere' } });
const pin = '739154';
const name = 'Zacharias Quodlibet';

function quietFolder(part: object = {}): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...quiet, ...part }));
  return folder;
}

const settled = (under: HostUnderTest) => under.until('host', ({ state }) => state === 'open' || state === 'failed');

/** Makes an engineer E with a PIN and an operator 7 known, as a page does at an open station. */
async function staff(under: HostUnderTest): Promise<void> {
  const done = [
    await under.call('person-put', { badge: 'E', roles: ['engineer'], name, pin }),
    await under.call('badge-in', { badge: 'E', pin }),
    await under.call('person-put', { badge: '7', roles: ['operator'], name: null, pin: null }),
    await under.call('badge-out', {}),
  ];
  expect(done.every(({ ok }) => ok)).toBe(true);
}

/** Journal of a folder: event, actor and facts. */
function journalOf(folder: string) {
  const database = new DatabaseSync(join(folder, 'training', 'station.db'), { readOnly: true });
  const rows = database.prepare('SELECT event, actor, data FROM journal ORDER BY seq').all();
  const counts = ['job', 'outbox'].map((table) =>
    Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']),
  );
  database.close();
  return { lines: rows.map((row) => `${row['event']} ${row['actor']} ${row['data']}`), counts };
}

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => statSync(join(folder, file)).isFile() && readFileSync(join(folder, file)).includes(text),
  );
}

describe('a host whose station knows its people', () => {
  it('does nothing of what nobody at work asks for, and writes that it was asked', async () => {
    const folder = quietFolder();
    const under = openTestHost(folder);
    await settled(under);
    expect(await under.until('people', () => true)).toMatchObject({ open: true });
    await staff(under);
    expect(await under.until('people', ({ open }) => !open)).toMatchObject({ atWork: null });
    const before = readFileSync(join(folder, 'settings.json'), 'utf8');
    const gatedCalls = allSamples.filter(({ act }) => act !== null && act !== 'anyone');
    for (const { name: call, input } of gatedCalls)
      expect(await under.client.call(call, input as never), call).toMatchObject({ problem: { code: 'badge-needed' } });
    const people = await under.call('people-list', {});
    expect(people).toMatchObject({ ok: false, problem: { code: 'badge-needed' } });
    await under.host.stop();
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(before);
    // What the station keeps for itself is its own signing key, nothing that a call brought.
    expect(Object.keys(JSON.parse(readFileSync(join(folder, 'training', 'vault.json'), 'utf8')))).not.toContain(
      'sample',
    );
    const { lines, counts } = journalOf(folder);
    expect(counts).toEqual([0, 0]);
    const refused = lines.filter((line) => line.startsWith('refused nobody'));
    expect(refused).toHaveLength(gatedCalls.length + 1);
    const done = lines.filter((line) => !refused.includes(line)).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(done.filter((deed) => !deed.endsWith(' station'))).toEqual([
      'person-put tester',
      'badge-in E',
      'person-put E',
      'badge-out E',
    ]);
  }, 60_000);

  it('knows them while the station itself cannot open, so that an engineer can mend it', async () => {
    const folder = quietFolder();
    const first = openTestHost(folder);
    await settled(first);
    await staff(first);
    await first.host.stop();
    writeFileSync(join(folder, 'settings.json'), '{ "slots": 99 }');
    const under = openTestHost(folder);
    expect(await settled(under)).toMatchObject({ state: 'failed' });
    expect(await under.save(quiet)).toMatchObject({ ok: false, problem: { code: 'badge-needed' } });
    await under.call('scan', { text: 'BADGE 7' });
    expect(await under.save(quiet)).toMatchObject({ ok: false, problem: { code: 'not-allowed' } });
    expect(await under.call('badge-in', { badge: 'E', pin })).toEqual({ ok: true, value: {} });
    expect(await under.save(quiet)).toEqual({ ok: true, value: {} });
    await under.until('host', ({ state }) => state === 'open');
    // Work goes on under the same badge behind the opening.
    expect((await under.until('people', () => true)).atWork).toMatchObject({ badge: 'E', name });
  }, 60_000);

  it('shows one person at work on all its screens, also on those of a second door', async () => {
    const folder = quietFolder();
    const first = openTestHost(folder);
    await settled(first);
    await staff(first);
    const second = openTestHost(folder);
    await settled(second);
    await second.call('scan', { text: 'BADGE 7' });
    expect((await first.until('people', ({ atWork }) => atWork !== null)).atWork?.badge).toBe('7');
    expect((await second.until('people', ({ atWork }) => atWork !== null)).atWork?.badge).toBe('7');
    expect(await first.call('outbox-flush', {})).toMatchObject({ problem: { code: 'not-allowed' } });
    await first.call('scan', { text: 'badge out' });
    await second.until('people', ({ atWork }) => atWork === null);
  }, 60_000);

  it('lets the roles of the settings say who may do what, from the moment that they are saved', async () => {
    const under = openTestHost(quietFolder());
    await settled(under);
    await staff(under);
    await under.call('badge-in', { badge: 'E', pin });
    const roles = { ...quiet.roles, operator: [...quiet.roles.operator, 'queue' as const] };
    expect(await under.save({ ...quiet, roles })).toEqual({ ok: true, value: {} });
    await under.until('people', ({ atWork }) => atWork?.badge === 'E');
    await under.until('host', ({ state }) => state === 'open');
    await under.call('scan', { text: 'BADGE 7' });
    expect((await under.until('people', ({ atWork }) => atWork?.badge === '7')).atWork?.may).toContain('queue');
    expect(await under.call('outbox-flush', {})).toMatchObject({ ok: true });
  }, 60_000);
});

describe('what nobody may find', () => {
  it('is a PIN: in no file, stream or answer; and a name after it was erased', async () => {
    const folder = quietFolder();
    const under = openTestHost(folder);
    const heard: string[] = [];
    for (const stream of ['host', 'station', 'queue', 'people'] as const)
      under.client.watch(stream, (value) => heard.push(JSON.stringify(value)));
    await settled(under);
    await staff(under);
    const wrong = '862097';
    const next = '271828';
    const answers = [
      await under.call('badge-in', { badge: 'E', pin: wrong }),
      await under.call('badge-in', { badge: wrong, pin: wrong }),
      await under.call('badge-in', { badge: 'E', pin }),
      await under.call('pin-set', { badge: 'E', pin: next, current: pin }),
      await under.call('people-list', {}),
      await under.call('record-list', { before: null, limit: 100, filter: {} }),
    ];
    expect(answers.map(({ ok }) => ok)).toEqual([false, false, true, true, true, true]);
    // The name stands in the file of people and its copy while it is known, and nowhere else.
    expect(filesWith(folder, name).every((file) => /^people(-copy)?\.db/.test(file))).toBe(true);
    expect(filesWith(folder, name).length).toBeGreaterThan(0);
    expect(await under.call('person-erase-name', { badge: 'E' })).toEqual({ ok: true, value: {} });
    for (const text of ['Zacharias', 'Quodlibet', pin, wrong, next])
      expect([text, filesWith(folder, text)]).toEqual([text, []]);
    await under.host.stop();
    for (const text of ['Zacharias', 'Quodlibet', pin, wrong, next])
      expect([text, filesWith(folder, text)]).toEqual([text, []]);
    const told = [...heard, JSON.stringify(answers)].join('\n');
    for (const text of [pin, wrong, next]) expect(told).not.toContain(text);
    const { lines } = journalOf(folder);
    expect(lines.some((line) => line.startsWith('badge-refused E'))).toBe(true);
    expect(lines.some((line) => line.startsWith('person-name-erased E'))).toBe(true);
    // The badge is known all the same.
    const store = createPeopleStore(join(folder, 'people.db'));
    const row = store.badge('E');
    store.close();
    expect(row).toMatchObject({ ok: true, value: { badge: 'E', name: null } });
  }, 60_000);
});
