import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { firstBrokenLine } from '../../src/main/station/quality/unit-record.ts';
import type { Lot } from '../../src/shared/lot.ts';
import type { Observed, Verification } from '../../src/shared/verification.ts';
import {
  closeTestBooks,
  doneState,
  identityOf,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  type TestBooks,
  testMoment,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';

/* What the books refuse about verifications and lots, and how the journal of a unit is judged: on real SQLite. */

let books: TestBooks | null = null;
afterEach(async () => {
  if (books !== null) await closeTestBooks(books);
  books = null;
});

const nothing: Observed = {
  board: { seen: 'not-asked' },
  entry: { seen: 'not-asked' },
  registration: { seen: 'not-asked' },
  before: { seen: 'not-asked' },
  hub: { seen: 'not-asked' },
};

function verificationOf(id: string, serial: string, change: Partial<Verification> = {}): Verification {
  return {
    id,
    serial,
    slot: null,
    lot: null,
    jobId: null,
    ask: 'last-registration',
    state: { step: 'reading-entry', observed: nothing },
    origin: testOrigin,
    startedAt: testMoment,
    finishedAt: null,
    ...change,
  };
}

const lotOf = (id: string, name: string, size: number): Lot => ({
  id,
  name,
  size,
  plan: { sampleSize: 1, accept: 0, reject: 1, source: 'given', aql: null },
  closed: null,
  origin: testOrigin,
  openedAt: testMoment,
  closedAt: null,
  closedBy: null,
});

function open() {
  const opened = openTestBooks();
  books = opened;
  const commit = async (...writes: Parameters<typeof opened.store.commit>[0]['writes'][number][]) => {
    const result = await opened.store.commit({ origin: testOrigin, at: testMoment, writes });
    return result.ok ? 'ok' : result.problem.code;
  };
  const started = (verification: Verification) => commit({ write: 'verification-started', verification });
  const ended = (verification: Verification, verdict: 'pass' | 'fail' | 'cannot-tell') =>
    commit({
      write: 'verification-changed',
      event: 'judged',
      verification: {
        ...verification,
        state: { step: 'done', observed: nothing, verdict, checks: [], reason: null },
        finishedAt: testMoment,
      },
    });
  return { ...opened, commit, started, ended };
}

describe('verifications in the books', () => {
  it('are one at a time for a serial and for a slot, and never beside a job', async () => {
    const { commit, started, ended } = open();
    const first = verificationOf('v1', 'SN1', { slot: 1 });
    expect(await started(first)).toBe('ok');
    expect(await started(verificationOf('v2', 'SN1'))).toBe('verification-running');
    expect(await started(verificationOf('v3', 'SN2', { slot: 1 }))).toBe('slot-busy');
    expect(await commit({ write: 'job-started', job: jobOf('SN3', { slot: 1 }) })).toBe('slot-busy');
    expect(await commit({ write: 'job-started', job: jobOf('SN1', { slot: 2 }) })).toBe('verification-running');
    expect(await started(verificationOf('v4', 'SN4'))).toBe('ok'); // without a board there is room for many
    expect(await ended(first, 'pass')).toBe('ok');
    expect(await commit({ write: 'job-started', job: jobOf('SN3', { slot: 1 }) })).toBe('ok');
    expect(await started(verificationOf('v5', 'SN5', { slot: 1 }))).toBe('slot-busy');
    expect(await started(verificationOf('v6', 'SN3'))).toBe('serial-in-work');
  });

  it('stay as they ended', async () => {
    const { started, ended, store } = open();
    const one = verificationOf('v1', 'SN1');
    await started(one);
    expect(await ended(one, 'fail')).toBe('ok');
    expect(await ended(one, 'pass')).toBe('database-failed');
    expect(valueFrom(await store.verification('v1'))?.state).toMatchObject({ verdict: 'fail' });
    expect(valueFrom(await store.runningVerifications())).toEqual([]);
  });

  it('are listed newest first, by serial, verdict and lot, in pages', async () => {
    const { commit, started, ended, store } = open();
    await commit({ write: 'lot-opened', lot: lotOf('l1', 'A', 9) });
    for (let number = 1; number <= 5; number++) {
      const one = verificationOf(`v${number}`, `SN${number % 2}`, { lot: number > 3 ? 'l1' : null });
      await started(one);
      await ended(one, number === 2 ? 'fail' : 'pass');
    }
    const filter = { serial: null, verdict: null, lot: null };
    const list = async (change: object, before: number | null = null) =>
      valueFrom(await store.listVerifications({ before, skip: 0, limit: 2, filter: { ...filter, ...change } }));
    const page = await list({});
    expect(page).toMatchObject({ total: 5, rows: [{ id: 'v5' }, { id: 'v4' }] });
    expect((await list({}, page.next)).rows.map((row) => row.id)).toEqual(['v3', 'v2']);
    expect((await list({ serial: 'SN0' })).rows.map((row) => row.id)).toEqual(['v4', 'v2']);
    expect(await list({ verdict: 'fail' })).toMatchObject({ total: 1, next: null, rows: [{ id: 'v2' }] });
    expect((await list({ lot: 'l1' })).rows.map((row) => row.id)).toEqual(['v5', 'v4']);
    expect(valueFrom(await store.lastVerifications('SN1', 1)).map((one) => one.id)).toEqual(['v5']);
  });
});

describe('lots in the books', () => {
  it('have a name of their own while they are open, take no more than they hold, and nothing after they closed', async () => {
    const { commit, started, ended, store } = open();
    const lot = lotOf('l1', 'A', 2);
    const named = (serial: string) => commit({ write: 'lot-member-named', lot, serial });
    expect(await commit({ write: 'lot-opened', lot })).toBe('ok');
    expect(await commit({ write: 'lot-opened', lot: lotOf('l2', 'A', 2) })).toBe('lot-name-taken');
    expect([await named('SN1'), await named('SN2'), await named('SN1'), await named('SN3')]).toEqual([
      'ok',
      'ok',
      'ok',
      'lot-full',
    ]);
    const verdicts = ['pass', 'fail', 'pass', 'cannot-tell'] as const;
    for (const [index, verdict] of verdicts.entries()) {
      const one = verificationOf(`v${index}`, index === 3 ? 'SN2' : 'SN1', { lot: 'l1' });
      await started(one);
      await ended(one, verdict);
    }
    expect(valueFrom(await store.lot('l1'))?.count).toMatchObject({ members: 2, passed: 0, failed: 1, cannotTell: 1 });
    expect(valueFrom(await store.lotMembers('l1'))).toMatchObject([
      { serial: 'SN1', verdict: 'fail', verification: 'v1' },
      { serial: 'SN2', verdict: 'cannot-tell', verification: 'v3' },
    ]);
    const closed: Lot = { ...lot, closed: 'rejected', closedAt: testMoment, closedBy: 'Q-1' };
    // Not over the head of one that is under way.
    const last = verificationOf('v8', 'SN1', { lot: 'l1' });
    expect(await started(last)).toBe('ok');
    expect(await commit({ write: 'lot-closed', lot: closed })).toBe('lot-busy');
    await ended(last, 'fail');
    expect(await commit({ write: 'lot-closed', lot: closed })).toBe('ok');
    expect(await commit({ write: 'lot-closed', lot: { ...closed, closed: 'accepted' } })).toBe('lot-closed');
    expect(await started(verificationOf('v9', 'SN1', { lot: 'l1' }))).toBe('lot-closed');
    expect(await commit({ write: 'lot-opened', lot: lotOf('l2', 'A', 2) })).toBe('ok');
    expect(valueFrom(await store.openLot())?.lot.id).toBe('l2');
  });
});

describe('the journal of a unit', () => {
  it('fits, and a line that was changed, taken out or put elsewhere does not', async () => {
    const { commit, store, file } = open();
    const passed = (serial: string) => passedWrites(jobOf(serial), { ...newItem(jobOf(serial)), fingerprint: serial });
    await commit(...passed('SN1'));
    await commit(...passed('SN2'));
    const job = { ...jobOf('SN1'), state: doneState('passed', identityOf('sn1', 'SN1')), finishedAt: testMoment };
    await commit({ write: 'job-changed', job, event: 'noticed' });
    const lines = async (serial: string) => valueFrom(await store.unitJournal(serial));
    expect(await lines('SN1')).toHaveLength(4);
    expect(firstBrokenLine(await lines('SN1'))).toBeNull();
    const hand = new DatabaseSync(file);
    // Whoever changes a record by hand first takes away what would stop them.
    hand.exec('DROP TRIGGER journal_keeps_from_update; DROP TRIGGER journal_keeps_from_delete');
    const saved = hand.prepare('SELECT * FROM journal ORDER BY seq').all();
    const put = (sql: string): void => {
      for (const row of saved)
        hand
          .prepare('INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
          .run(...(Object.values(row) as string[]));
      hand.exec(sql);
    };
    put(`UPDATE journal SET data = replace(data, 'passed', 'failed') WHERE seq = 2`);
    expect(firstBrokenLine(await lines('SN1'))).toBe(2);
    put(`UPDATE journal SET actor = 'somebody' WHERE seq = 3`);
    expect(firstBrokenLine(await lines('SN1'))).toBe(3);
    put('DELETE FROM journal WHERE seq = 2');
    expect(firstBrokenLine(await lines('SN1'))).toBe(3);
    put('DELETE FROM journal WHERE seq = 6'); // of the other unit, just before the last line
    expect(firstBrokenLine(await lines('SN1'))).toBe(7);
    put('SELECT 1');
    expect(firstBrokenLine(await lines('SN1'))).toBeNull();
    hand.close();
  });
});
