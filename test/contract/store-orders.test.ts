import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openForReading } from '../../src/main/adapters/sqlite/database.ts';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import type { Job, Origin } from '../../src/shared/job.ts';
import type { WorkOrder } from '../../src/shared/work-order.ts';
import {
  closeTestBooks,
  jobOf,
  openTestBooks,
  type TestBooks,
  testMoment,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';
import { orderOf } from '../doubles/orders.ts';
import { minute, storyTeller } from '../doubles/story.ts';

/* What the books promise of work orders: who may begin, when an order closes, and what is told of it. */

let books: TestBooks;
beforeEach(() => {
  books = openTestBooks();
});
afterEach(() => closeTestBooks(books));

const commit = (...writes: StoreWrite[]) => books.store.commit({ origin: testOrigin, at: testMoment, writes });
const start = (job: Job): StoreWrite => ({ write: 'job-started', job });
const put = (order: WorkOrder): StoreWrite => ({ write: 'order-put', order });
const choose = (order: string | null): StoreWrite => ({ write: 'order-chosen', order, closesOn: 'delivered' });
const close = (order: string): StoreWrite => ({ write: 'order-closed', order, countersignedBy: null });
const teller = () => storyTeller(books.store);
const codeOf = (result: { ok: true } | { ok: false; problem: { code: string } }) =>
  result.ok ? 'ok' : result.problem.code;
const of = (serial: string, order: string, slot = 1): Job => jobOf(serial, { order, slot });

describe('an order in the books', () => {
  it('is added, changed while no unit belongs to it, and refused afterwards', async () => {
    valueFrom(await commit(put(orderOf('A'))));
    valueFrom(await commit(put(orderOf('A', { quantity: 2 }))));
    expect(valueFrom(await books.store.order('A'))).toEqual({
      order: orderOf('A', { quantity: 2 }),
      state: 'open',
      active: false,
      closesOn: null,
      addedAt: testMoment,
      closedAt: null,
    });
    valueFrom(await commit(start(of('s1', 'A'))));
    expect(codeOf(await commit(put(orderOf('A', { quantity: 9 }))))).toBe('order-exists');
  });

  it('is the only active one; choosing another or none lets it rest', async () => {
    valueFrom(await commit(put(orderOf('A')), put(orderOf('B', { closesOn: 'proved' })), choose('A')));
    expect(valueFrom(await books.store.activeOrder())).toMatchObject({ order: { name: 'A' }, closesOn: 'delivered' });
    valueFrom(await commit(choose('B')));
    expect(valueFrom(await books.store.activeOrder())).toMatchObject({ order: { name: 'B' }, closesOn: 'proved' });
    expect(codeOf(await commit(choose('C')))).toBe('order-unknown');
    expect(valueFrom(await books.store.activeOrder())?.order.name).toBe('B');
    valueFrom(await commit(choose(null)));
    expect(valueFrom(await books.store.activeOrder())).toBeNull();
    const names = async (state: 'open' | 'closed' | 'all') =>
      valueFrom(await books.store.orders({ state, limit: 10 })).map(({ order }) => order.name);
    expect([await names('open'), await names('closed'), await names('all')]).toEqual([['B', 'A'], [], ['B', 'A']]);
  });

  it.each<[string, WorkOrder['serials'], string, string]>([
    ['list', { list: ['s1', 's2', 's3'] }, 's2', 's4'],
    ['range', { range: { prefix: 'SN', from: 8, to: 11, digits: 3 } }, 'SN011', 'SN012'],
    ['range, too short', { range: { prefix: 'SN', from: 8, to: 11, digits: 3 } }, 'SN008', 'SN8'],
    ['range, no number', { range: { prefix: 'SN', from: 8, to: 11, digits: 3 } }, 'SN009', 'SN+09'],
    ['range, other prefix', { range: { prefix: 'SN', from: 8, to: 11, digits: 3 } }, 'SN010', 'SX010'],
  ])('takes only its own serials, whoever writes: %s', async (_, serials, own, other) => {
    valueFrom(await commit(put(orderOf('A', { serials })), start(of(own, 'A', 1))));
    const refused = await commit(start(of(other, 'A', 2)));
    expect(refused).toMatchObject({ problem: { code: 'serial-not-in-order', facts: { order: 'A', serial: other } } });
  });

  it('never takes more units than its quantity; a failed or aborted one gives its place back', async () => {
    const story = teller();
    valueFrom(await commit(put(orderOf('A', { quantity: 2 }))));
    await story.ended('s1', 'passed', 0, 1, { order: 'A' });
    const second = await story.started(of('s2', 'A'), 2);
    expect(codeOf(await commit(start(of('s3', 'A', 3))))).toBe('order-full');
    const failed = { step: 'done', outcome: 'failed', problem: null, identity: null, provedAt: null } as const;
    valueFrom(
      await commit({ write: 'job-changed', event: 'failed', job: { ...second, state: failed, finishedAt: minute(3) } }),
    );
    expect(valueFrom(await books.store.takenInOrder('A'))).toBe(1);
    await story.ended('s3', 'unsettled', 4, 5, { order: 'A' });
    expect(codeOf(await commit(start(of('s4', 'A', 3))))).toBe('order-full');
    // The rework of an unsettled unit is the same unit once more.
    valueFrom(await commit(start(jobOf('s3', { id: 'rework', order: 'A', slot: 3, supersedes: 'job-s3' }))));
    expect(valueFrom(await books.store.takenInOrder('A'))).toBe(2);
  });

  it('that is unknown takes no job', async () => {
    expect(codeOf(await commit(start(of('s1', 'nowhere'))))).toBe('database-failed');
  });
});

describe('closing', () => {
  it.each(['passed', 'delivered', 'proved'] as const)('on %s waits for just that', async (closesOn) => {
    const story = teller();
    valueFrom(await commit(put(orderOf('A', { closesOn }))));
    const job = await story.ended('s1', 'passed', 0, 1, { order: 'A' });
    const item = await story.queued(job, 1);
    const reached: string[] = codeOf(await commit(close('A'))) === 'ok' ? ['passed'] : [];
    const delivered = { ...item, state: 'delivered' as const, deliveredAt: minute(2) };
    if (reached.length === 0) {
      expect(valueFrom(await books.store.openInOrder('A', closesOn, 5))).toEqual({ count: 1, serials: ['s1'] });
      await story.commit(2, { write: 'item-changed', item: delivered, event: 'item-delivered' });
      if (codeOf(await commit(close('A'))) === 'ok') reached.push('delivered');
    }
    if (reached.length === 0) {
      await story.commit(3, {
        write: 'item-changed',
        item: { ...delivered, provedAt: minute(3) },
        event: 'item-proved',
      });
      if (codeOf(await commit(close('A'))) === 'ok') reached.push('proved');
    }
    expect(reached).toEqual([closesOn]);
    expect(valueFrom(await books.store.order('A'))).toMatchObject({ state: 'closed', active: false });
    expect(codeOf(await commit(start(of('s2', 'A', 2))))).toBe('order-closed');
    expect(codeOf(await commit(choose('A')))).toBe('order-unknown');
  });

  it.each(['running', 'unsettled'] as const)('waits for a unit that is %s', async (state) => {
    valueFrom(await commit(put(orderOf('A', { closesOn: 'passed' }))));
    if (state === 'running') await teller().started(of('s1', 'A'), 0);
    else await teller().ended('s1', 'unsettled', 0, 1, { order: 'A' });
    expect(codeOf(await commit(close('A')))).toBe('order-open-items');
    expect(valueFrom(await books.store.order('A'))?.state).toBe('open');
  });

  it('does not wait for units that failed, nor for those of other orders', async () => {
    valueFrom(await commit(put(orderOf('A')), put(orderOf('B'))));
    await teller().ended('s1', 'failed', 0, 1, { order: 'A' });
    await teller().ended('s2', 'passed', 0, 1, { order: 'B' });
    expect(codeOf(await commit(close('A')))).toBe('ok');
    expect(codeOf(await commit(close('B')))).toBe('order-open-items');
  });
});

describe('figures', () => {
  it('count units, attempts, deliveries and first passes of one order', async () => {
    const story = teller();
    valueFrom(await commit(put(orderOf('A', { quantity: 9 })), put(orderOf('B'))));
    const first = await story.ended('s1', 'passed', 0, 2, { order: 'A' });
    await story.queued(first, 2, { state: 'delivered', deliveredAt: minute(3), provedAt: minute(4) });
    const second = await story.ended('s2', 'passed', 3, 6, { order: 'A' });
    await story.queued(second, 6, { registrationId: 's2', state: 'delivered', deliveredAt: minute(7) });
    await story.ended('s3', 'failed', 6, 7, { order: 'A' });
    await story.ended('s3', 'passed', 7, 8, { order: 'A', id: 'again' });
    await story.ended('s4', 'aborted', 8, 9, { order: 'A' });
    await story.ended('s5', 'unsettled', 9, 10, { order: 'A' });
    await story.started(of('s6', 'A', 6), 11);
    await story.ended('s7', 'passed', 0, 1, { order: 'B' });
    await story.ended('s8', 'passed', 0, 1);
    expect(valueFrom(await books.store.orderFigures('A', { since: minute(6), latest: 2 }))).toEqual({
      running: 1,
      passed: 3,
      unsettled: 1,
      failed: 1,
      aborted: 1,
      delivered: 2,
      proved: 1,
      units: 4,
      firstPass: 2,
      firstStartedAt: minute(0),
      passedAt: [minute(8), minute(6)],
      passedSince: 2,
    });
    expect(valueFrom(await books.store.passedInOrders(minute(2), minute(8)))).toEqual([
      { serial: 's1', order: 'A' },
      { serial: 's2', order: 'A' },
    ]);
  });

  it('say where each serial is, and how many of the own serials are taken', async () => {
    const story = teller();
    const range = { prefix: 'SN', from: 1, to: 20, digits: 2 };
    valueFrom(
      await commit(
        put(orderOf('A', { serials: { range } })),
        put(orderOf('L', { serials: { list: ['SN01', 'x', 'y'] } })),
      ),
    );
    await story.ended('SN01', 'passed', 0, 1, { hardwareId: 'H1' }); // before there were orders
    await story.ended('SN02', 'failed', 0, 1, { order: 'A' });
    await story.started(jobOf('SN03', { order: 'A', slot: 3, hardwareId: 'H3' }), 2);
    await story.ended('SN001', 'passed', 0, 1);
    const facts = valueFrom(await books.store.serialFacts(['SN01', 'SN02', 'SN03', 'SN04']));
    expect(
      facts.map(({ serial, running, live, failures }) => [serial, running?.id, live?.hardwareId, failures]),
    ).toEqual([
      ['SN01', undefined, 'H1', 0],
      ['SN02', undefined, undefined, 1],
      ['SN03', 'job-SN03', undefined, 0],
      ['SN04', undefined, undefined, 0],
    ]);
    expect(valueFrom(await books.store.takenSerials('A'))).toEqual({ reserved: 1, used: 1 });
    expect(valueFrom(await books.store.takenSerials('L'))).toEqual({ reserved: 0, used: 1 });
    expect(valueFrom(await books.store.orderSerials('A', { after: 1, limit: 5 }))).toEqual({
      serials: ['SN03'],
      total: 2,
    });
    expect(valueFrom(await books.store.ordersOf(['job-SN01', 'job-SN03']))).toEqual([['job-SN03', 'A']]);
  });

  it('remember how golden units were judged', async () => {
    await teller().commit(1, { write: 'golden-judged', serial: 'G', expected: 'fail', found: 'fail' });
    await teller().commit(5, { write: 'golden-judged', serial: 'G', expected: 'fail', found: 'pass' });
    expect(valueFrom(await books.store.goldenResults(minute(2)))).toEqual([
      { at: minute(5), serial: 'G', expected: 'fail', found: 'pass' },
    ]);
  });
});

describe('the line in every record', () => {
  const onLine: Origin = { ...testOrigin, line: 'L1', number: 7 };
  /** The hash of a journal line as the documents say it: SHA-256 over the previous hash, a line feed and canonical JSON. */
  const hashOf = (previous: string, members: string) =>
    createHash('sha256').update(`${previous}\n{${members}}`).digest('hex');

  it('is covered by the hash where it is named, and leaves no trace where it is not', async () => {
    const note = { write: 'noted', event: 'e', serial: null, facts: {} } as const;
    valueFrom(await books.store.commit({ origin: testOrigin, at: testMoment, writes: [note] }));
    valueFrom(await books.store.commit({ origin: onLine, at: testMoment, writes: [note] }));
    const { rows } = valueFrom(await books.store.listJournal({ after: 0, limit: 10 }));
    const [plain, named] = rows;
    const at = `"at":"${testMoment}","data":{},"event":"e","jobId":null`;
    const rest = '"serial":null,"softwareVersion":"0.0.0-test","station":"test-station"';
    const first = hashOf('0'.repeat(64), `"actor":"tester",${at},"mode":"training",${rest}`);
    expect(plain?.hash).toBe(first);
    expect(named?.hash).toBe(hashOf(first, `"actor":"tester",${at},"line":"L1","mode":"training","number":7,${rest}`));
    expect([plain?.origin, named?.origin]).toEqual([testOrigin, onLine]);
    expect(valueFrom(await books.store.journalHead())).toBe(`2:${named?.hash}`);
  });

  it('stands in a job and its order', async () => {
    valueFrom(await commit(put(orderOf('A')), start(jobOf('s1', { origin: onLine, order: 'A' }))));
    expect(valueFrom(await books.store.newestJob())).toMatchObject({ origin: onLine, order: 'A' });
    valueFrom(await commit(start(jobOf('s2', { slot: 2 }))));
    const newest = valueFrom(await books.store.newestJob());
    expect(newest).not.toHaveProperty('order');
    expect(newest?.origin).toEqual(testOrigin);
  });

  it('is an active order that outlives the process', async () => {
    valueFrom(await commit(put(orderOf('A')), choose('A')));
    const again = openForReading(books.file);
    const row = again.prepare('SELECT name FROM work_order WHERE active = 1').get();
    again.close();
    expect(row).toEqual({ name: 'A' });
  });
});
