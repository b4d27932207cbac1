import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createPinHash } from '../../src/main/adapters/people/pin-hash.ts';
import { copyOf, putBackCopy } from '../../src/main/adapters/sqlite/people-copy.ts';
import { createPeopleStore } from '../../src/main/adapters/sqlite/people-store.ts';
import type { PeopleStore } from '../../src/main/ports/people.ts';
import type { Role } from '../../src/shared/people.ts';
import { valueFrom } from '../doubles/books.ts';

/* What the port of people promises, with the rules that the file itself keeps. */

let folder: string;
let store: PeopleStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dps-station-people-'));
  store = createPeopleStore(join(folder, 'data', 'people.db'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (badge: string, roles: Role[], pin: string | null = null, name: string | null = null) =>
  store.put({ badge, roles, pin, name });
const codeOf = (result: { ok: boolean; problem?: { code: string } }) => (result.ok ? 'ok' : result.problem?.code);

describe('people', () => {
  it('are nobody at first, and looking makes no file', () => {
    expect(valueFrom(store.isKnown())).toBe(false);
    expect(valueFrom(store.badge('1'))).toBeNull();
    expect(valueFrom(store.list())).toEqual([]);
    expect(valueFrom(store.approvals())).toEqual([]);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('begin with an engineer who has a PIN, in a file of their owner alone', () => {
    expect(codeOf(put('1', ['operator']))).toBe('engineer-first');
    expect(codeOf(put('1', ['engineer']))).toBe('pin-missing');
    expect(valueFrom(store.isKnown())).toBe(false);
    expect(codeOf(put('1', ['engineer'], 'kept'))).toBe('ok');
    expect(valueFrom(store.isKnown())).toBe(true);
    for (const name of readdirSync(join(folder, 'data')))
      expect(statSync(join(folder, 'data', name)).mode & 0o777).toBe(0o600);
  });

  it('never lose their last engineer: not by other roles, not by retiring, not from a second process', () => {
    valueFrom(put('1', ['engineer'], 'kept'));
    valueFrom(put('2', ['operator']));
    expect(codeOf(put('1', ['lead']))).toBe('engineer-last');
    expect(codeOf(store.retire('1', 'now'))).toBe('engineer-last');
    const other = createPeopleStore(join(folder, 'data', 'people.db'));
    onTestFinished(() => other.close());
    expect(codeOf(other.retire('1', 'now'))).toBe('engineer-last');
    valueFrom(other.put({ badge: '3', roles: ['engineer'], pin: 'kept', name: null }));
    valueFrom(store.retire('1', '2026-11-26T08:00:00.000Z'));
    expect(valueFrom(store.badge('1'))).toMatchObject({ retiredAt: '2026-11-26T08:00:00.000Z', pin: null });
    expect(codeOf(store.retire('3', 'now'))).toBe('engineer-last');
  });

  it('with much power have a PIN, and keep it while roles and names change', () => {
    valueFrom(put('1', ['engineer'], 'kept', 'First'));
    expect(codeOf(put('2', ['operator', 'lead']))).toBe('pin-missing');
    valueFrom(put('2', ['operator']));
    expect(codeOf(put('2', ['lead']))).toBe('pin-missing');
    valueFrom(put('1', ['engineer', 'qa']));
    expect(valueFrom(store.badge('1'))).toMatchObject({ roles: ['engineer', 'qa'], pin: 'kept', name: 'First' });
  });

  it('are the same in any letter case', () => {
    valueFrom(put('Kim', ['engineer'], 'kept', 'Kim Example'));
    valueFrom(put('KIM', ['engineer', 'lead']));
    expect(valueFrom(store.list()).map(({ badge, name }) => [badge, name])).toEqual([['Kim', 'Kim Example']]);
    expect(valueFrom(store.badge('kim'))?.badge).toBe('Kim');
  });

  it('are known by their approvals by hash, the first of which stands', () => {
    const first = { hash: 'a'.repeat(64), recipe: 'r', badge: '1', at: '2026-11-26T08:00:00.000Z' };
    valueFrom(store.approve(first));
    valueFrom(store.approve({ ...first, badge: '2' }));
    expect(valueFrom(store.approvals())).toEqual([first]);
  });

  it('cannot be read from a file that is none: a problem, and nobody counts as unknown', () => {
    const file = join(folder, 'broken.db');
    writeFileSync(file, 'this was a database once, and is none any more'.repeat(40));
    const broken = createPeopleStore(file);
    onTestFinished(() => broken.close());
    expect(codeOf(broken.isKnown())).toBe('people-unreadable');
    expect(codeOf(broken.list())).toBe('people-unreadable');
  });

  it('of a newer version are left alone', () => {
    const file = join(folder, 'newer.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const newer = createPeopleStore(file);
    onTestFinished(() => newer.close());
    expect(codeOf(newer.isKnown())).toBe('people-unreadable');
  });
});

describe('a file of people that is lost', () => {
  const file = (): string => join(folder, 'data', 'people.db');
  const reopen = (): PeopleStore => {
    store.close();
    store = createPeopleStore(file());
    return store;
  };
  const lose = {
    gone: () => {
      for (const ending of ['', '-wal', '-shm']) rmSync(file() + ending, { force: true });
    },
    damaged: () => writeFileSync(file(), 'this was a database once, and is none any more'.repeat(400)),
    emptied: () => {
      lose.gone();
      writeFileSync(file(), '');
    },
  };

  it.each(['gone', 'damaged', 'emptied'] as const)('%s: everything is refused until its copy is back', (how) => {
    valueFrom(put('1', ['engineer'], 'kept', 'Erna'));
    valueFrom(put('2', ['operator']));
    valueFrom(put('3', ['lead'], 'kept'));
    valueFrom(store.retire('3', '2026-11-26T08:00:00.000Z'));
    valueFrom(store.approve({ hash: 'a'.repeat(64), recipe: 'r', badge: '1', at: '2026-11-26T08:00:00.000Z' }));
    const before = [valueFrom(store.list()), valueFrom(store.approvals())];
    store.close();
    lose[how]();
    reopen();
    expect(codeOf(store.isKnown())).toBe('people-unreadable');
    expect(codeOf(put('4', ['engineer'], 'mine'))).toBe('people-unreadable');
    store.close();
    const aside = valueFrom(putBackCopy(file(), '2026-11-27T08:00:00.000Z'));
    expect(readdirSync(aside).includes('people.db')).toBe(how !== 'gone');
    reopen();
    expect([valueFrom(store.list()), valueFrom(store.approvals())]).toEqual(before);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(codeOf(putBackCopy(file(), '2026-11-27T08:00:01.000Z'))).toBe('people-readable');
  });

  it('of which no good copy is there begins anew only when both are taken away', () => {
    valueFrom(put('1', ['engineer'], 'kept'));
    store.close();
    lose.damaged();
    writeFileSync(copyOf(file()), 'nothing');
    expect(codeOf(putBackCopy(file(), '2026-11-27T08:00:00.000Z'))).toBe('people-copy-unusable');
    expect(codeOf(reopen().isKnown())).toBe('people-unreadable');
    store.close();
    lose.gone();
    rmSync(copyOf(file()));
    expect(valueFrom(reopen().isKnown())).toBe(false);
  });

  it('has a copy of what a stop left uncopied, and of an older version that made none', () => {
    valueFrom(put('1', ['engineer'], 'kept'));
    rmSync(copyOf(file()));
    const other = new DatabaseSync(file());
    other.prepare(`INSERT INTO badge (badge, roles) VALUES ('2', '["qa"]')`).run();
    other.close();
    expect(valueFrom(reopen().isKnown())).toBe(true);
    const copy = new DatabaseSync(copyOf(file()), { readOnly: true });
    expect(copy.prepare('SELECT badge FROM badge ORDER BY badge').all()).toMatchObject([
      { badge: '1' },
      { badge: '2' },
    ]);
    copy.close();
    expect(statSync(copyOf(file())).mode & 0o777).toBe(0o600);
  });
});

describe('a name', () => {
  const holding = (name: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => statSync(join(folder, file)).isFile() && readFileSync(join(folder, file)).includes(name),
    );

  it('is erased with its bytes, those of its log too, while the badge and everybody else stay', () => {
    valueFrom(put('1', ['engineer'], 'kept', 'Erna Engineer'));
    for (let number = 2; number <= 200; number++) valueFrom(put(`b${number}`, ['operator'], null, `Other ${number}`));
    valueFrom(put('77', ['qa'], null, 'Zacharias Quodlibet'));
    valueFrom(put('77', ['qa'], null, 'Zacharias Quodlibet-Newname'));
    expect(holding('Zacharias').length).toBeGreaterThan(0);
    valueFrom(store.eraseName('77'));
    expect(holding('Zacharias')).toEqual([]);
    expect(holding('Quodlibet')).toEqual([]);
    expect(valueFrom(store.badge('77'))).toMatchObject({ badge: '77', roles: ['qa'], name: null });
    expect(valueFrom(store.badge('b200'))?.name).toBe('Other 200');
  });

  it('is said to remain while another process still reads the old file, and is gone at the next try', () => {
    valueFrom(put('1', ['engineer'], 'kept', 'Zacharias'));
    const reader = new DatabaseSync(join(folder, 'data', 'people.db'), { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM badge').get();
    expect(codeOf(store.eraseName('1'))).toBe('name-not-scrubbed');
    reader.exec('COMMIT');
    reader.close();
    valueFrom(store.eraseName('1'));
    expect(holding('Zacharias')).toEqual([]);
  }, 20_000);
});

describe('a PIN', () => {
  const pins = createPinHash();

  it('is known again, and no other one is', async () => {
    const kept = await pins.make('739154');
    expect(await pins.matches('739154', kept)).toBe(true);
    expect(await pins.matches('739155', kept)).toBe(false);
    expect(await pins.matches('739154', null)).toBe(false);
    expect(await pins.matches('739154', 'no record')).toBe(false);
  });

  it('is kept under a salt of its own, at the cost that is promised', async () => {
    const [one, other] = await Promise.all([pins.make('739154'), pins.make('739154')]);
    expect(one).not.toBe(other);
    expect(one).not.toContain('739154');
    expect(JSON.parse(one)).toMatchObject({ N: 32_768, r: 8, p: 3 });
  });

  it('of an unknown badge takes as much work as a wrong one', async () => {
    const kept = await pins.make('739154');
    const timed = async (against: string | null): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        const start = performance.now();
        await pins.matches('111222', against);
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    const [wrong, unknown] = [await timed(kept), await timed(null)];
    expect(unknown).toBeGreaterThan(wrong / 2);
    expect(wrong).toBeGreaterThan(unknown / 2);
  });
});
