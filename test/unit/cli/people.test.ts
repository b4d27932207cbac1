import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestHost } from '../../doubles/host.ts';
import { openTerminal, type Ran, type Terminal } from './terminal.ts';

/* Badges as the terminal asks for them: in one place, before a command does anything, also where another process owns the station. */

let terminal: Terminal;
let data: string;
beforeEach(() => {
  terminal = openTerminal();
  data = join(terminal.folder, 'data');
  mkdirSync(data, { recursive: true });
  const settings = { bench: 'off', recipe: 'linux-tpm', lines: { from: 'folder', folder: '/nowhere' } };
  writeFileSync(join(data, 'settings.json'), JSON.stringify(settings));
});
afterEach(() => terminal.close());

const problemOf = (ran: Ran) => JSON.parse(ran.stderr || ran.stdout).problem;

function deedsIn(folder: string): string[] {
  const database = new DatabaseSync(join(folder, 'training', 'station.db'), { readOnly: true });
  const rows = database.prepare('SELECT event, actor FROM journal ORDER BY seq').all();
  database.close();
  return rows.map((row) => `${row['event']} ${row['actor']}`);
}

it('an engineer comes first; then what changes something wants a badge that may, with its PIN from a file', async () => {
  const pinFile = terminal.file('pin', '739154\n');
  const wrongFile = terminal.file('wrong', '862097\n');
  const engineer = ['--badge', 'E', '--pin-file', pinFile, '--json'];
  const nobodyYet = await terminal.run(['people', 'add', '7', '--roles', 'operator', '--json']);
  expect([nobodyYet.code, problemOf(nobodyYet).code]).toEqual([1, 'engineer-first']);
  const noPin = await terminal.run(['people', 'add', 'E', '--roles', 'engineer', '--json']);
  expect([noPin.code, problemOf(noPin).code]).toEqual([1, 'pin-missing']);
  const first = ['people', 'add', 'E', '--roles', 'engineer', '--name', 'Erna', '--new-pin-file', pinFile];
  expect(await terminal.run(first)).toMatchObject({ code: 0, stderr: '' });

  const bare = await terminal.run(['outbox', 'flush', '--json']);
  expect([bare.code, problemOf(bare).code]).toEqual([1, 'badge-needed']);
  const noTerminal = await terminal.run(['outbox', 'flush', '--badge', 'E', '--json']);
  expect([noTerminal.code, problemOf(noTerminal).code]).toEqual([1, 'pin-needed']);
  const wrong = await terminal.run(['outbox', 'flush', '--badge', 'E', '--pin-file', wrongFile, '--json']);
  expect([wrong.code, problemOf(wrong).code]).toEqual([1, 'badge-or-pin-wrong']);
  // Reading is everybody's.
  expect(await terminal.run(['outbox', 'list'])).toMatchObject({ code: 0, stderr: '' });

  expect(await terminal.run(['people', 'add', '7', '--roles', 'operator', ...engineer])).toMatchObject({ code: 0 });
  const set = ['vault', 'set', 'dps', '--file', '-', '--json'];
  const refused = await terminal.run([...set, '--badge', '7'], 'a secret');
  expect([refused.code, problemOf(refused).code]).toEqual([1, 'not-allowed']);
  expect(existsSync(join(data, 'training', 'vault.json'))).toBe(false);
  expect(await terminal.run([...set, ...engineer], 'a secret')).toMatchObject({ code: 0 });
  const listed = await terminal.run(['people', 'list', ...engineer]);
  const rows = listed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toMatchObject([
    { badge: '7', roles: ['operator'], hasPin: false },
    { badge: 'E', roles: ['engineer'], hasPin: true, name: 'Erna' },
  ]);
  expect(deedsIn(data)).toEqual(['person-put terminal', 'person-put E']);
}, 180_000);

it('at a station that another process owns, the badge of the command is answerable, not the one at the bench', async () => {
  const pinFile = terminal.file('pin', '739154\n');
  const engineer = ['--badge', 'E', '--pin-file', pinFile, '--json'];
  const under = openTestHost(data);
  await under.until('host', ({ state }) => state === 'open');
  const first = ['people', 'add', 'E', '--roles', 'engineer', '--new-pin-file', pinFile];
  expect(await terminal.run(first)).toMatchObject({ code: 0, stderr: '' });
  expect(await under.until('people', ({ open }) => !open)).toMatchObject({ atWork: null });
  expect(await terminal.run(['people', 'add', '7', '--roles', 'operator', ...engineer])).toMatchObject({ code: 0 });
  await under.call('scan', { text: 'BADGE 7' });
  await under.until('people', ({ atWork }) => atWork?.badge === '7');
  expect(await terminal.run(['outbox', 'flush', ...engineer])).toMatchObject({ code: 0 });
  const refused = await terminal.run(['outbox', 'flush', '--badge', '7', '--json']);
  expect(problemOf(refused).code).toBe('not-allowed');
  expect((await under.until('people', () => true)).atWork?.badge).toBe('7');

  const shown = JSON.parse((await terminal.run(['recipe', 'hash', 'linux-tpm', '--json'])).stdout);
  expect(shown).toMatchObject({ recipe: 'linux-tpm', approval: null });
  const approve = ['recipe', 'approve', 'linux-tpm', '--hash'];
  const other = await terminal.run([...approve, 'f'.repeat(64), ...engineer]);
  expect(problemOf(other).code).toBe('recipe-changed');
  expect(await terminal.run([...approve, shown.hash, ...engineer])).toMatchObject({ code: 0 });
  const again = JSON.parse((await terminal.run(['recipe', 'hash', 'linux-tpm', '--json'])).stdout);
  expect(again.approval).toMatchObject({ badge: 'E', hash: shown.hash });
  await under.host.stop();
  const deeds = deedsIn(data).filter((deed) => !deed.startsWith('badge-') && !deed.endsWith(' station'));
  expect(deeds).toEqual(['person-put terminal', 'person-put E', 'queue-flushed E', 'recipe-approved E']);
}, 180_000);

it('people whose file is lost are put back from their copy; until then nothing that needs a badge is done', async () => {
  const pinFile = terminal.file('pin', '739154\n');
  const engineer = ['--badge', 'E', '--pin-file', pinFile, '--json'];
  const first = ['people', 'add', 'E', '--roles', 'engineer', '--new-pin-file', pinFile];
  expect(await terminal.run(first)).toMatchObject({ code: 0 });
  const nothing = await terminal.run(['people', 'restore', '--json']);
  expect([nothing.code, problemOf(nothing).code]).toEqual([1, 'people-readable']);
  for (const ending of ['', '-wal', '-shm']) rmSync(join(data, `people.db${ending}`), { force: true });
  const stranger = await terminal.run(['outbox', 'flush', '--json']);
  expect([stranger.code, problemOf(stranger).code]).toEqual([1, 'people-unreadable']);
  expect(problemOf(stranger).remedy).toContain('people restore');
  const back = await terminal.run(['people', 'restore']);
  expect(back).toMatchObject({ code: 0, stderr: '' });
  expect(back.stdout).toContain('set-aside-');
  const bare = await terminal.run(['outbox', 'flush', '--json']);
  expect([bare.code, problemOf(bare).code]).toEqual([1, 'badge-needed']);
  expect(await terminal.run(['people', 'list', ...engineer])).toMatchObject({ code: 0 });
  expect(deedsIn(data)).toContain('people-restored terminal');
});
