import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandlers } from '../../src/main/station/handlers.ts';
import { type Client, connect } from '../../src/shared/link/connect.ts';
import { linkPair } from '../../src/shared/link/link.ts';
import { serve } from '../../src/shared/link/serve.ts';
import type { QueueState } from '../../src/shared/queue.ts';
import {
  closeTestBooks,
  doneState,
  identityOf,
  jobOf,
  openTestBooks,
  type TestBooks,
  valueFrom,
} from '../doubles/books.ts';
import { type BooksHandle, booksHandle } from '../doubles/books-handle.ts';
import { minute, storyTeller } from '../doubles/story.ts';
import { diceVectors } from '../unit/identity/vectors.ts';
import { tpmKeys } from '../vectors/tpm-keys.ts';

/* What a screen is told of the books, over the contract and a link. */

let books: TestBooks;
let station: BooksHandle;
let client: Client;
let close: () => void;
const bugs: unknown[] = [];
beforeEach(() => {
  books = openTestBooks();
  station = booksHandle(books.store);
  const pair = linkPair();
  serve(pair.near, createHandlers(station.handle), (error) => bugs.push(error));
  client = connect(pair.far);
  close = pair.close;
});
afterEach(async () => {
  close();
  await closeTestBooks(books);
  expect(bugs.splice(0)).toEqual([]);
});

const conflict = { code: 'enrollment-conflict', facts: { registrationId: 'x' } } as const;
const parked = { state: 'parked', problem: conflict } as const;
const delivered = { state: 'delivered', deliveredAt: minute(5) } as const;

/** Collects a stream; `until` resolves with the first value that fits. */
function watched() {
  const values: QueueState[] = [];
  const waiting = new Set<() => void>();
  const stop = client.watch('queue', (value) => {
    if (value !== null) values.push(value);
    for (const look of [...waiting]) look();
  });
  const until = (fits: (state: QueueState) => boolean): Promise<QueueState> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = values.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { values, until, stop };
}

describe('the queue', () => {
  it('has numbers that agree with its lists, and knows which units have left', async () => {
    const { ended, queued } = storyTeller(books.store);
    await queued(await ended('SN-1', 'passed', 0, 1), 1);
    await queued(await ended('SN-2', 'passed', 2, 3, { hardwareId: 'HW-2' }), 3, parked);
    await queued(await ended('SN-3', 'passed', 2, 3), 3, parked);
    await queued(await ended('SN-4', 'passed', 2, 3, { hardwareId: 'HW-4' }), 3, parked);
    await queued(await ended('SN-5', 'passed', 4, 5), 5, delivered);
    await queued(await ended('SN-6', 'passed', 4, 5), 5, { ...delivered, provedAt: minute(6) });
    station.change({
      slots: [
        { slot: 1, path: '/dev/one', hardwareId: 'HW-2', state: 'idle' },
        { slot: 2, path: '/dev/two', hardwareId: null, state: 'done', jobId: 'job-SN-3' },
        // The card of a board that has left.
        { slot: 3, path: null, hardwareId: 'HW-4', state: 'done', jobId: 'job-SN-4' },
      ],
    });
    const queue = watched();
    const first = await queue.until(() => true);
    expect(first).toEqual({
      revision: 1,
      waiting: 1,
      parked: 3,
      delivered: 2,
      proved: 1,
      recall: 1,
      oldestWaitingAt: minute(1),
      instances: [],
    });
    const list = async (view: 'waiting' | 'parked' | 'delivered' | 'proved' | 'recall', search = '') => {
      const page = valueFrom(await client.call('queue-list', { view, search, before: null, limit: 10 }));
      return { serials: page.rows.map((row) => row.serial), total: page.total };
    };
    expect(await list('waiting')).toEqual({ serials: ['SN-1'], total: first.waiting });
    expect(await list('parked')).toEqual({ serials: ['SN-4', 'SN-3', 'SN-2'], total: first.parked });
    expect(await list('delivered')).toEqual({ serials: ['SN-5'], total: first.delivered - first.proved });
    expect(await list('proved')).toEqual({ serials: ['SN-6'], total: first.proved });
    expect(await list('recall')).toEqual({ serials: ['SN-4'], total: first.recall });
    expect(await list('parked', ' sn-3 ')).toEqual({ serials: ['SN-3'], total: 1 });
    // A board leaves: nothing was written, yet there is one more to call back.
    station.clock.pass(300);
    station.change({ slots: [{ slot: 2, path: '/dev/two', state: 'done', jobId: 'job-SN-3' }] });
    expect(await queue.until((state) => state.recall === 2)).toMatchObject({ revision: 2, parked: 3 });
    queue.stop();
  });

  it('is read a few times a second at most, however much changes', async () => {
    const { ended, queued } = storyTeller(books.store);
    const queue = watched();
    await queue.until((state) => state.waiting === 0);
    await station.clock.armed();
    expect(station.reads()).toBe(1);
    const job = await ended('SN-1', 'passed', 0, 1);
    await queued(job, 1);
    for (let burst = 0; burst < 200; burst += 1) station.change();
    expect(station.reads()).toBe(1);
    station.clock.pass(300);
    await queue.until((state) => state.waiting === 1);
    expect(station.reads()).toBe(2);
    // Nothing new: it is looked at, and nobody is told.
    await station.clock.armed();
    station.clock.pass(300);
    station.change();
    await station.clock.armed();
    expect(station.reads()).toBe(3);
    expect(queue.values.map((state) => state.revision)).toEqual([1, 2]);
    queue.stop();
  });

  it('tells of instances, and looks again while quota becomes free', async () => {
    const instance = { name: 'default', hostName: 'h', pause: null, quotaUsed: 7, quotaLimit: 200, lastAnswerAt: null };
    station.change({ instances: [instance] });
    const queue = watched();
    expect((await queue.until(() => true)).instances).toEqual([instance]);
    await station.clock.armed();
    station.change({ instances: [{ ...instance, quotaUsed: 0, lastAnswerAt: minute(1) }] });
    await station.clock.armed();
    station.clock.pass(300);
    const later = await queue.until((state) => state.instances[0]?.quotaUsed === 0);
    expect(later).toMatchObject({ revision: 1, instances: [{ lastAnswerAt: minute(1) }] }); // no list changed
    queue.stop();
  });

  it('is one view for all who look, and rests when nobody does', async () => {
    const one = watched();
    await one.until(() => true);
    const other = watched();
    await other.until(() => true);
    expect({ reads: station.reads(), listeners: station.listeners() }).toEqual({ reads: 1, listeners: 1 });
    one.stop();
    other.stop();
    // The link tells it in order: this answer comes after both have stopped.
    await client.call('statistics', { hours: 1 });
    expect(station.listeners()).toBe(0);
    expect(station.clock.next()).toBe(false);
    const again = watched();
    await again.until(() => true);
    expect(station.reads()).toBe(2);
    again.stop();
  });
});

describe('records, cards and figures', () => {
  it('finds records by times without milliseconds', async () => {
    const { ended } = storyTeller(books.store);
    await ended('SN-1', 'failed', 0, 1);
    await ended('SN-2', 'failed', 2, 3);
    const found = async (since: string) => {
      const query = { before: null, limit: 10, filter: { since, search: ' SN ' } };
      return valueFrom(await client.call('record-list', query)).rows.map((row) => row.serial);
    };
    expect(await found('2026-11-20T08:02:00Z')).toEqual(['SN-2']);
    expect(await found('2026-11-20T08:02:00.001Z')).toEqual([]);
    expect(await found('2026-11-20T08:00:00Z')).toEqual(['SN-2', 'SN-1']);
  });

  it('shows a unit with the certificate that counts now', async () => {
    const [older, newer] = diceVectors.cases;
    const { started, commit } = storyTeller(books.store);
    const identity = (of: typeof older, thumbprint: string) => ({
      ...identityOf('sn-1', thumbprint),
      certificatePem: of?.outputs.aliasCertPem ?? '',
    });
    const first = await started(jobOf('SN-1', { id: 'first' }), 0);
    const unsettled = { ...first, state: doneState('unsettled', identity(older, 'a')), finishedAt: minute(1) };
    await commit(1, { write: 'job-changed', job: unsettled, event: 'interrupted' });
    const card = async () => valueFrom(await client.call('unit-card', { serial: 'SN-1' }));
    expect((await card()).certificate?.sha256Thumbprint).toBe(older?.outputs.aliasCertSha256);
    const second = await started(jobOf('SN-1', { id: 'second', supersedes: 'first' }), 2);
    // The new job holds no identity yet: the old one still counts.
    expect((await card()).certificate?.sha256Thumbprint).toBe(older?.outputs.aliasCertSha256);
    const passed = { ...second, state: doneState('passed', identity(newer, 'b')), finishedAt: minute(3) };
    await commit(
      3,
      { write: 'job-superseded', jobId: 'first', by: 'second', reason: 'rework' },
      { write: 'job-changed', job: passed, event: 'restarted' },
    );
    const { jobs, certificate, history } = await card();
    expect(certificate?.sha256Thumbprint).toBe(newer?.outputs.aliasCertSha256);
    expect(jobs.map(({ job, superseded }) => [job.id, superseded])).toEqual([
      ['second', false],
      ['first', true],
    ]);
    expect(history).toHaveLength(5);
  });

  it('shows by what a unit without a certificate is known', async () => {
    const { started, commit } = storyTeller(books.store);
    const { registrationId, group, replaces, fingerprint } = identityOf('sn-1', 'c');
    const endorsementKey = tpmKeys.endorsement;
    const of = { registrationId, group, replaces, fingerprint };
    const identity = { attestation: 'tpm', ...of, endorsementKey, storageRootKey: null } as const;
    const job = await started(jobOf('SN-1', { id: 'tpm' }), 0);
    const passed = { ...job, state: doneState('passed', identity), finishedAt: minute(1) };
    await commit(1, { write: 'job-changed', job: passed, event: 'restarted' });
    expect(valueFrom(await client.call('unit-card', { serial: 'SN-1' }))).toMatchObject({
      identity,
      certificate: null,
    });
  });

  it('knows no unit of which there is no job', async () => {
    expect(await client.call('unit-card', { serial: 'SN-9' })).toEqual({
      ok: false,
      problem: { code: 'serial-unknown', facts: { serial: 'SN-9' } },
    });
  });

  it('sums up the last hours by the clock of the station', async () => {
    const { ended } = storyTeller(books.store);
    await ended('SN-0', 'passed', -5, 59); // in the hour before
    await ended('SN-1', 'failed', 61, 63, { problem: { code: 'board-silent', facts: {} } });
    await ended('SN-1', 'passed', 64, 70, { id: 'again' });
    station.clock.pass(30 * 60_000); // 10:30
    const figures = valueFrom(await client.call('statistics', { hours: 2 }));
    expect(figures).toEqual({
      since: '2026-11-20T09:00:00.000Z',
      until: '2026-11-20T10:30:00.000Z',
      perHour: [
        { hour: '2026-11-20T09:00:00.000Z', passed: 1, failed: 1 },
        { hour: '2026-11-20T10:00:00.000Z', passed: 0, failed: 0 },
      ],
      units: 1,
      firstPass: 0,
      causes: [{ code: 'board-silent', count: 1 }],
      steps: [{ step: 'connecting', count: 2, medianInMs: 240_000, p95InMs: 360_000 }],
    });
  });
});
