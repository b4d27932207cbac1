import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookBackups } from '../../src/main/adapters/sqlite/backups.ts';
import { readChangeLog } from '../../src/main/adapters/sqlite/change-log.ts';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { restoreDatabase } from '../../src/main/adapters/sqlite/restore.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { places } from '../../src/main/compose-places.ts';
import type { ChainAnchor } from '../../src/shared/audit.ts';
import { jobOf, newItem, passedWrites, testMoment, testOrigin, valueFrom } from '../doubles/books.ts';

/* Backups of books in use, the log of changes before their commit, and what brings books back that were damaged. */

let folder: string;
let file: string;
let log: string;
const stores: { close(): Promise<void> }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backups-'));
  file = join(folder, 'station.db');
  log = join(folder, 'changes.ndjson');
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open() {
  valueFrom(prepareDatabase(file));
  const store = createStationStore({ file });
  stores.push(store);
  return store;
}
const close = async (): Promise<void> => {
  for (const store of stores.splice(0)) await store.close();
};

let moment = Date.parse(testMoment);
const backupsOf = (store: ReturnType<typeof open>) =>
  createBookBackups({
    file,
    thread: places.storeThread,
    now: () => {
      moment += 1_000;
      return new Date(moment).toISOString();
    },
    rotateLog: store.rotateLog,
  });

/** One change of three records: a unit that passed and waits to be enrolled. */
async function pass(store: ReturnType<typeof open>, ...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    const job = jobOf(`unit-${number}`);
    const writes = passedWrites(job, newItem(job, { fingerprint: job.serial }));
    valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));
  }
}

const hashes = (at = file): string[] => {
  const database = new DatabaseSync(at);
  const rows = database.prepare('SELECT hash FROM journal ORDER BY seq').all();
  database.close();
  return rows.map((row) => String(row['hash']));
};
const restore = (from: string | null = null, anchors: readonly ChainAnchor[] = []) =>
  restoreDatabase({ file, from, origin: testOrigin, at: testMoment, anchors });

/** Overwrites the database from its second page on: it opens as garbage. */
function damage(): void {
  const handle = openSync(file, 'r+');
  const garbage = Buffer.alloc(4096, 0x5a);
  for (let at = 4096; at < statSync(file).size; at += 4096) writeSync(handle, garbage, 0, 4096, at);
  closeSync(handle);
  for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true });
}

describe('a backup', () => {
  it('is taken while units go on, is whole, and the oldest go', async () => {
    const store = open();
    const backups = backupsOf(store);
    await pass(store, 1, 2, 3);
    const [first] = await Promise.all([backups.make(), pass(store, 4, 5, 6)]);
    const made = valueFrom(first);
    expect(made.seq).toBeGreaterThanOrEqual(9);
    expect(statSync(made.file).mode & 0o777).toBe(0o600);
    expect(hashes(made.file)).toEqual(hashes().slice(0, made.seq));
    for (let number = 7; number < 16; number += 1) {
      await pass(store, number);
      valueFrom(await backups.make());
    }
    expect(backups.list().map((one) => one.seq)).toEqual([45, 42, 39, 36, 33, 30, 27]);
    // The log goes back to the oldest backup that is kept, and no further.
    expect([...readChangeLog(log).changes].map((one) => one.seq)).toEqual([30, 33, 36, 39, 42, 45]);
  });

  it('of books whose chain is broken is refused', async () => {
    const store = open();
    await pass(store, 1, 2);
    const other = new DatabaseSync(file);
    other.exec(`DROP TRIGGER journal_keeps_from_update; UPDATE journal SET actor = 'x' WHERE seq = 2`);
    other.close();
    expect(await backupsOf(store).make()).toMatchObject({ ok: false, problem: { code: 'backup-failed' } });
    expect(backupsOf(store).list()).toEqual([]);
  });
});

describe('the change log', () => {
  it('holds each change with the head behind it, for its owner only, and none that was refused', async () => {
    const store = open();
    await pass(store, 1);
    const job = jobOf('unit-1', { id: 'again' });
    const writes = [{ write: 'job-started', job: { ...job, hardwareId: null } }] as const;
    valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));
    expect(
      await store.commit({
        origin: testOrigin,
        at: testMoment,
        writes: [{ write: 'job-started', job: jobOf('unit-2') }],
      }),
    ).toMatchObject({ ok: false });
    expect([...readChangeLog(log).changes].map(({ seq, hash }) => ({ seq, hash }))).toEqual(
      [3, 4].map((seq) => ({ seq, hash: hashes()[seq - 1] })),
    );
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });

  it('makes at the next start what a stop between log and commit left out', async () => {
    const store = open();
    await pass(store, 1, 2);
    await close();
    copyFileSync(file, `${file}.before`);
    await pass(open(), 3);
    await close();
    const all = hashes();
    // The log has the third unit, the database has it not: so it is after a kill between the two.
    for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true });
    copyFileSync(`${file}.before`, file);
    expect(valueFrom(prepareDatabase(file))).toEqual({ replayed: 1, logBehind: false });
    expect(hashes()).toEqual(all);
  });

  it('holds what a process had in hand that was killed before its commit', async () => {
    await pass(open(), 1);
    await close();
    const size = statSync(log).size;
    const child = spawn(process.execPath, [join(import.meta.dirname, '../doubles/log-child.ts'), file], {
      stdio: 'inherit',
    });
    try {
      await expect.poll(() => statSync(log).size, { timeout: 50_000 }).toBeGreaterThan(size);
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    expect(hashes()).toHaveLength(3);
    expect(valueFrom(prepareDatabase(file))).toEqual({ replayed: 1, logBehind: false });
    expect(valueFrom(await open().unit('unit-killed')).live?.state.step).toBe('done');
  });

  it('loses a last line that a stop tore, wherever it was torn', async () => {
    await pass(open(), 1, 2);
    await close();
    const whole = readFileSync(log);
    const start = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (const length of [1, 40, 90, whole.length - start - 1]) {
      writeFileSync(log, Buffer.concat([whole, whole.subarray(start, start + length)]));
      expect(valueFrom(prepareDatabase(file))).toEqual({ replayed: 0, logBehind: false });
      expect(readFileSync(log).equals(whole)).toBe(true);
    }
    // A sector that never reached the disk reads as zeros.
    writeFileSync(log, Buffer.concat([whole, Buffer.alloc(200), Buffer.from('\n')]));
    valueFrom(prepareDatabase(file));
    expect(readFileSync(log).equals(whole)).toBe(true);
  });

  it('of other books stops the start', async () => {
    await pass(open(), 1, 2);
    await close();
    const other = join(folder, 'other', 'station.db');
    rmSync(log);
    copyFileSync(file, `${file}.kept`);
    for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
    await pass(open(), 7, 8);
    await close();
    copyFileSync(`${file}.kept`, file);
    expect(existsSync(other)).toBe(false);
    expect(prepareDatabase(file)).toMatchObject({ ok: false, problem: { code: 'change-log-differs' } });
  });
});

describe('restoring', () => {
  /** Two units, a backup, two more; then the database is damaged. */
  async function damagedBooks(): Promise<string[]> {
    const store = open();
    await pass(store, 1, 2);
    valueFrom(await backupsOf(store).make());
    await pass(store, 3, 4);
    await close();
    const before = hashes();
    damage();
    expect(prepareDatabase(file)).toMatchObject({ ok: false, problem: { code: 'database-damaged' } });
    return before;
  }

  it('brings back every record, with the hashes they had, and sets the damaged file aside', async () => {
    const before = await damagedBooks();
    const garbage = readFileSync(file);
    const report = valueFrom(restore());
    expect(report).toMatchObject({ replayed: 2, lost: null, head: { seq: 12, hash: before.at(-1) }, missing: [] });
    expect(hashes().slice(0, 12)).toEqual(before);
    expect(readFileSync(join(report.setAside, 'station.db')).equals(garbage)).toBe(true);
    const store = open();
    const journal = valueFrom(await store.listJournal({ after: 12, limit: 10 })).rows;
    expect(journal.map((line) => line.event)).toEqual(['restored']);
    expect(valueFrom(await store.counts())).toMatchObject({ jobs: { passed: 4 }, items: { pending: 4 } });
    await pass(store, 5);
    expect(valueFrom(await store.judgeChain(null, [])).bad).toBeNull();
  });

  it('works a second time, from the same backup, with the record of the first', async () => {
    await damagedBooks();
    valueFrom(restore());
    await pass(open(), 5);
    await close();
    damage();
    expect(valueFrom(restore())).toMatchObject({ replayed: 4, lost: null, head: { seq: 16 } });
    expect(valueFrom(await open().counts()).jobs.passed).toBe(5);
  });

  it('begins with an older backup when the newest is damaged too', async () => {
    await damagedBooks();
    const newest = readdirSync(join(folder, 'backups'))[0] ?? '';
    copyFileSync(
      join(folder, 'backups', newest),
      join(folder, 'backups', newest.replace('000000000006', '000000000009')),
    );
    truncateSync(join(folder, 'backups', newest.replace('000000000006', '000000000009')), 8_192);
    expect(valueFrom(restore())).toMatchObject({ from: join(folder, 'backups', newest), replayed: 2, lost: null });
  });

  it('needs no backup where the log begins with the first record, and says so where it does not', async () => {
    await pass(open(), 1, 2);
    await close();
    const before = hashes();
    for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
    expect(prepareDatabase(file)).toMatchObject({ ok: false, problem: { code: 'database-missing' } });
    expect(valueFrom(restore())).toMatchObject({ from: null, replayed: 2, lost: null });
    expect(hashes().slice(0, 6)).toEqual(before);
    // The first change is gone: the second cannot stand alone.
    const [, ...rest] = readFileSync(log, 'utf8').split('\n');
    writeFileSync(log, rest.join('\n'));
    damage();
    expect(restore()).toMatchObject({ ok: false, problem: { code: 'backup-missing' } });
    expect(existsSync(file)).toBe(true);
  });

  it('says what it could not bring back when the log is damaged as well, and keeps that log', async () => {
    await damagedBooks();
    const text = readFileSync(log, 'utf8').split('\n');
    writeFileSync(log, [text[0]?.replace('unit-3', 'unit-x'), ...text.slice(1)].join('\n'));
    const report = valueFrom(restore());
    expect(report).toMatchObject({ replayed: 0, lost: expect.stringContaining('line 1'), head: { seq: 6 } });
    expect(readFileSync(join(report.setAside, 'changes.ndjson'), 'utf8')).toContain('unit-4');
    valueFrom(prepareDatabase(file));
  });

  it('that was stopped can be run again, and brings back as much', async () => {
    await damagedBooks();
    const [unit3 = '', unit4 = ''] = readFileSync(log, 'utf8').split('\n');
    writeFileSync(log, `${unit3}\n${unit4.replace('unit-4', 'unit-x')}\n${unit4}\n`);
    // What stands where the next log begins stops it behind the replay, as a full disk would.
    mkdirSync(join(`${log}.restoring`, 'something'), { recursive: true });
    expect(() => restore()).toThrow();
    expect(existsSync(log)).toBe(true);
    rmSync(`${log}.restoring`, { recursive: true });
    const report = valueFrom(restore());
    expect(report).toMatchObject({ replayed: 1, lost: expect.stringContaining('line 2'), head: { seq: 9 } });
    expect(readFileSync(join(report.setAside, 'changes.ndjson'), 'utf8')).toContain('unit-x');
    expect(valueFrom(await open().counts()).jobs.passed).toBe(3);
  });

  it('names what DPS knows and these books do not', async () => {
    const before = await damagedBooks();
    const anchors = [
      { seq: 11, hash: String(before[10]), from: 'the enrollment a' },
      { seq: 90, hash: 'f'.repeat(64), from: 'the enrollment b' },
    ];
    expect(valueFrom(restore(null, anchors)).missing).toEqual([anchors[1]]);
  });

  it('goes back to a backup that a person chose, and the changes behind it follow', async () => {
    const store = open();
    await pass(store, 1);
    const { file: chosen } = valueFrom(await backupsOf(store).make());
    await pass(store, 2);
    await close();
    expect(valueFrom(restore(chosen))).toMatchObject({ from: chosen, replayed: 1, head: { seq: 6 } });
    expect(restore(log)).toMatchObject({ ok: false, problem: { code: 'backup-unusable' } });
    appendFileSync(log, 'torn');
    valueFrom(prepareDatabase(file));
  });

  it('asks again about every unit that was delivered and is not proved', async () => {
    const store = open();
    await pass(store, 1);
    const [item] = valueFrom(await store.dueItems(testMoment, 1, ['default']));
    if (item === undefined) throw new Error('no item');
    const delivered = { ...item, state: 'delivered', deliveredAt: testMoment, attempts: 1 } as const;
    const writes = [{ write: 'item-changed', item: delivered, event: 'delivered' }] as const;
    valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));
    valueFrom(await store.watchAgain(item.id, '2031-01-01T00:00:00.000Z', 40));
    await close();
    damage();
    valueFrom(restore());
    expect(valueFrom(await open().dueProofs(testMoment, 5)).map((one) => one.item.id)).toEqual([item.id]);
  });
});
