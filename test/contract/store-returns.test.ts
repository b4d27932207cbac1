import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openForWriting } from '../../src/main/adapters/sqlite/database.ts';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import type { Job } from '../../src/shared/job.ts';
import type { ReturnState } from '../../src/shared/returns.ts';
import {
  closeTestBooks,
  doneState,
  identityOf,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  returnOf,
  type TestBooks,
  testMoment,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';

/* Returns in real books: what the database itself refuses, and what the reads give. */

let books: TestBooks;
beforeEach(() => {
  books = openTestBooks();
});
afterEach(() => closeTestBooks(books));

const commit = (...writes: StoreWrite[]) => books.store.commit({ origin: testOrigin, at: testMoment, writes });
let count = 0;

/** A unit that passed; each with a fingerprint of its own. */
async function passed(serial: string, change: Partial<Job> = {}): Promise<Job> {
  count += 1;
  const job = jobOf(serial, { hardwareId: `HW-${serial}`, labelMac: `C8:93:46:00:00:0${count % 10}`, ...change });
  valueFrom(await commit(...passedWrites(job, newItem(job, { fingerprint: `${count}`.padEnd(64, 'e') }))));
  return job;
}
const next = (old: Job): Job => ({ ...old, id: `${old.id}-next`, kind: 'reprovision', supersedes: old.id });
const supersede = (old: Job): StoreWrite => ({
  write: 'job-superseded',
  jobId: old.id,
  by: next(old).id,
  reason: 'reprovision',
});
/** The return of a job, moved on to a state. */
const moved = (job: Job, state: ReturnState): StoreWrite => ({
  write: 'return-changed',
  event: 'moved',
  case: { ...returnOf(job).case, state, finishedAt: state.step === 'done' ? testMoment : null },
});
const due = async () =>
  valueFrom(await books.store.dueReturns()).map((one) => [
    one.case.serial,
    one.case.state.step,
    one.live?.jobId ?? null,
  ]);

describe('a live identity', () => {
  it('gives way to no job without an open return, whatever the job says of itself', async () => {
    const old = await passed('s1');
    expect(await commit({ write: 'job-started', job: next(old) }, supersede(old))).toMatchObject({
      problem: { code: 'return-needed', facts: { serial: 's1' } },
    });
    // Not even to whoever writes beside the station's own code.
    const database = openForWriting(books.file);
    expect(() => database.exec(`UPDATE job SET superseded_by = id WHERE id = '${old.id}'`)).toThrow(/no open return/);
    database.close();
    expect(valueFrom(await books.store.unit('s1')).live?.id).toBe(old.id);
  });

  it.each<[string, ReturnState]>([
    ['its entry is still being disabled', { step: 'disabling' }],
    ['it was cancelled and is being restored', { step: 'restoring' }],
    ['it has ended', { step: 'done', outcome: 'cancelled', jobId: null }],
  ])('does not give way to a return when %s', async (_when, state) => {
    const old = await passed('s1');
    valueFrom(await commit(returnOf(old)));
    valueFrom(await commit(moved(old, state)));
    expect(await commit({ write: 'job-started', job: next(old) }, supersede(old))).toMatchObject({
      problem: { code: 'return-needed' },
    });
  });

  it('gives way to the return that names it, and to none that names another', async () => {
    const [one, two] = [await passed('s1'), await passed('s2')];
    valueFrom(await commit(returnOf(one)));
    expect(await commit({ write: 'job-started', job: next(two) }, supersede(two))).toMatchObject({
      problem: { code: 'return-needed' },
    });
    valueFrom(await commit({ write: 'job-started', job: next(one) }, supersede(one)));
    expect(valueFrom(await books.store.unit('s1')).live).toBeNull();
  });

  it('ends without a successor only at the end of a retirement', async () => {
    const job = await passed('s1');
    const retired: StoreWrite = { write: 'job-retired', jobId: job.id, reason: 'scrap' };
    expect(await commit({ write: 'noted', event: 'e', serial: 's1', facts: {} }, retired)).toMatchObject({ ok: false });
    const opened = returnOf(job, { deed: 'retire', state: { step: 'removing', jobId: null } });
    valueFrom(await commit(opened));
    valueFrom(await commit(retired, moved(job, { step: 'done', outcome: 'finished', jobId: null })));
    expect(valueFrom(await books.store.unit('s1')).live).toBeNull();
    expect(valueFrom(await books.store.holder({ hardwareId: 'HW-s1' }))).toBeNull();
    expect(valueFrom(await books.store.counts())).toMatchObject({ jobs: { passed: 0 }, items: { superseded: 1 } });
  });
});

describe('the queue', () => {
  it('sends nothing again that an open return has put out of the way', async () => {
    const job = await passed('s1');
    const [item] = valueFrom(await books.store.dueItems('9999', 1, ['default']));
    if (item === undefined) throw new Error('no item');
    const parked: StoreWrite = { write: 'item-changed', item: { ...item, state: 'parked' }, event: 'item-parked' };
    const again: StoreWrite = { write: 'item-changed', item: { ...item, state: 'pending' }, event: 'item-retried' };
    valueFrom(await commit(parked));
    valueFrom(await commit(returnOf(job)));
    expect(await commit(again)).toMatchObject({ problem: { code: 'return-is-open', facts: { serial: 's1' } } });
    valueFrom(await commit(moved(job, { step: 'done', outcome: 'cancelled', jobId: null })));
    valueFrom(await commit(again));
  });
});

describe('the database', () => {
  it('keeps one open return per serial, and changes none that has ended', async () => {
    const job = await passed('s1');
    valueFrom(await commit(returnOf(job)));
    expect(await commit(returnOf(job, { id: 'second' }))).toMatchObject({
      problem: { code: 'return-is-open', facts: { serial: 's1' } },
    });
    valueFrom(await commit(moved(job, { step: 'done', outcome: 'cancelled', jobId: null })));
    expect(await commit(moved(job, { step: 'awaiting-board' }))).toMatchObject({
      problem: { code: 'return-not-found' },
    });
    valueFrom(await commit(returnOf(job, { id: 'second' })));
  });

  it('takes no return without a reason, without somebody answerable, or signed twice by one badge', async () => {
    const job = await passed('s1');
    const { case: plain } = returnOf(job);
    const bad = [
      { ...plain, reason: '' as 'scrap' },
      { ...plain, origin: { ...testOrigin, actor: '' } },
      { ...plain, countersignedBy: testOrigin.actor },
    ];
    for (const one of bad) expect(await commit({ write: 'return-opened', case: one })).toMatchObject({ ok: false });
    valueFrom(await commit({ write: 'return-opened', case: { ...plain, countersignedBy: 'E-2' } }));
    expect(valueFrom(await books.store.openReturn('s1'))).toMatchObject({ countersignedBy: 'E-2', origin: testOrigin });
  });
});

describe('due returns', () => {
  it('are those with work at the service, and those of whose unit the books say something new', async () => {
    const old = await passed('s1');
    valueFrom(await commit(returnOf(old, { state: { step: 'disabling' } })));
    expect(await due()).toEqual([['s1', 'disabling', old.id]]);
    valueFrom(await commit(moved(old, { step: 'awaiting-board' })));
    expect(await due()).toEqual([]);
    const job = next(old);
    valueFrom(await commit({ write: 'job-started', job }, supersede(old)));
    expect(await due()).toEqual([]); // being written
    const fingerprint = 'f'.repeat(64);
    const done: Job = {
      ...job,
      state: doneState('passed', { ...identityOf('s1'), fingerprint }),
      finishedAt: testMoment,
    };
    const item = newItem(done, { mode: 'replace', fingerprint });
    valueFrom(await commit({ write: 'job-changed', job: done, event: 'restarted' }, { write: 'item-queued', item }));
    expect(await due()).toEqual([['s1', 'awaiting-board', job.id]]);
    valueFrom(await commit(moved(old, { step: 'delivering', jobId: job.id })));
    expect(await due()).toEqual([]); // on its way
    const [sent] = valueFrom(await books.store.dueItems('9999', 10, ['default']));
    if (sent === undefined) throw new Error('no item');
    const there = { ...sent, state: 'delivered' as const, deliveredAt: testMoment };
    valueFrom(await commit({ write: 'item-changed', item: there, event: 'item-delivered' }));
    expect(await due()).toEqual([['s1', 'delivering', job.id]]);
    valueFrom(await commit(moved(old, { step: 'proving', jobId: job.id })));
    expect(await due()).toEqual([]);
    const proved: Job = { ...done, state: { ...doneState('passed', identityOf('s1', 'f')), provedAt: testMoment } };
    valueFrom(await commit({ write: 'job-changed', job: proved, event: 'registered' }));
    expect(await due()).toEqual([['s1', 'proving', job.id]]);
    valueFrom(await commit(moved(old, { step: 'done', outcome: 'finished', jobId: job.id })));
    expect(await due()).toEqual([]);
    expect(valueFrom(await books.store.countOpenReturns())).toBe(0);
  });
});

describe('lists', () => {
  it('give returns newest first, a page at a time, open ones or all', async () => {
    for (const serial of ['a', 'b', 'c', 'd', 'e']) valueFrom(await commit(returnOf(await passed(serial))));
    valueFrom(
      await commit(moved(jobOf('c', { hardwareId: 'HW-c' }), { step: 'done', outcome: 'cancelled', jobId: null })),
    );
    const page = async (open: boolean, before: number | null) =>
      valueFrom(await books.store.listReturns({ open, before, limit: 2 }));
    const first = await page(true, null);
    expect([first.rows.map(({ serial }) => serial), first.total]).toEqual([['e', 'd'], 4]);
    const second = await page(true, first.next);
    expect([second.rows.map(({ serial }) => serial), second.next]).toEqual([['b', 'a'], null]);
    expect((await page(false, first.next)).rows.map(({ serial }) => serial)).toEqual(['c', 'b']);
  });

  it('find a unit by serial, registration id, adapter, and by its MAC however it is spelt', async () => {
    const job = await passed('SN-77', { labelMac: 'C8:93:46:AB:CD:EF' });
    await passed('SN-770', { labelMac: null });
    await passed('other');
    const found = async (text: string) => valueFrom(await books.store.findUnits(text, 20)).map(({ serial }) => serial);
    expect(await found('SN-77')).toEqual(['SN-77', 'SN-770']); // the exact one first
    expect(await found('sn-77')).toEqual(['SN-77', 'SN-770']); // registration id
    expect(await found('HW-SN-77')).toEqual(['SN-77', 'SN-770']);
    for (const mac of ['C8:93:46:AB:CD:EF', 'c8-93-46-ab-cd-ef', 'C89346ABCDEF'])
      expect(await found(mac)).toEqual(['SN-77']);
    expect(await found('nowhere')).toEqual([]);
    expect(await found('')).toEqual([]);
    valueFrom(await commit(returnOf(job)));
    expect(valueFrom(await books.store.findUnits('SN-77', 1))).toMatchObject([
      { serial: 'SN-77', live: true, hardwareId: 'HW-SN-77', returnId: 'return-job-SN-77' },
    ]);
  });

  it('give units with certificates by recipe, and measures of recipes once', async () => {
    await passed('a', { recipe: 'one' });
    await passed('b', { recipe: 'two' });
    await passed('c', { recipe: 'one' });
    const page = async (recipe: string | null, after: number) =>
      valueFrom(await books.store.certificateUnits({ recipe, after, limit: 2 }));
    const first = await page(null, 0);
    expect(first.rows.map(({ serial }) => serial)).toEqual(['a', 'b']);
    expect((await page(null, first.next ?? 0)).rows.map(({ serial }) => serial)).toEqual(['c']);
    expect((await page('one', 0)).rows.map(({ serial }) => serial)).toEqual(['a', 'c']);
    const measure = { recipeHash: 'a'.repeat(64), riotCore: 'b'.repeat(64), fwid: 'c'.repeat(64) };
    valueFrom(await commit({ write: 'measure-kept', measure }));
    valueFrom(await commit({ write: 'measure-kept', measure }));
    expect(valueFrom(await books.store.measures())).toEqual([measure]);
  });
});
