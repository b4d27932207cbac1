import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import type { Job } from '../../src/shared/job.ts';
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

/* What the port of the books promises: invariants with their problems, whole changes, superseding, reading. */

let books: TestBooks;
beforeEach(() => {
  books = openTestBooks();
});
afterEach(() => closeTestBooks(books));

const commit = (...writes: StoreWrite[]) => books.store.commit({ origin: testOrigin, at: testMoment, writes });
const start = (job: Job): StoreWrite => ({ write: 'job-started', job });
const change = (job: Job, event = 'test'): StoreWrite => ({ write: 'job-changed', job, event });
const atIntent = (job: Job, id: string, thumbprint: string): Job => ({
  ...job,
  state: { step: 'intent', identity: identityOf(id, thumbprint), enrollment: newItem(job).enrollment },
});
const ended = (
  job: Job,
  outcome: 'passed' | 'failed' | 'aborted' | 'unsettled',
  id = job.serial,
  thumbprint = job.serial,
): Job => ({
  ...job,
  state: doneState(outcome, outcome === 'failed' || outcome === 'aborted' ? null : identityOf(id, thumbprint)),
  finishedAt: testMoment,
});

describe('invariants', () => {
  const one = jobOf('s1', { slot: 1, hardwareId: 'H1' });

  it('one running job per serial', async () => {
    valueFrom(await commit(start(one)));
    const again = jobOf('s1', { id: 'other', slot: 2 });
    expect(await commit(start(again))).toMatchObject({
      ok: false,
      problem: { code: 'serial-in-work', facts: { serial: 's1' } },
    });
    valueFrom(await commit(change(ended(one, 'failed'))));
    valueFrom(await commit(start(again)));
  });

  it('one running job per slot', async () => {
    valueFrom(await commit(start(one)));
    const beside = jobOf('s2', { slot: 1 });
    expect(await commit(start(beside))).toMatchObject({
      ok: false,
      problem: { code: 'slot-busy', facts: { slot: 1 } },
    });
    valueFrom(await commit(change(ended(one, 'aborted')), start(beside)));
  });

  it.each(['passed', 'unsettled'] as const)('one living %s job per serial', async (outcome) => {
    valueFrom(await commit(start(one), change(ended(one, outcome))));
    const again = jobOf('s1', { id: 'other', slot: 2 });
    valueFrom(await commit(start(again)));
    expect(await commit(change(ended(again, 'passed', 'other-id', 'c')))).toMatchObject({
      ok: false,
      problem: { code: 'serial-already-passed', facts: { serial: 's1' } },
    });
  });

  it('one living owner per registration id, from the intent on', async () => {
    const two = jobOf('s2', { slot: 2 });
    valueFrom(await commit(start(one), start(two), change(atIntent(one, 'id-1', 'a'))));
    expect(await commit(change(atIntent(two, 'id-1', 'b')))).toMatchObject({
      ok: false,
      problem: { code: 'registration-id-taken', facts: { registrationId: 'id-1' } },
    });
    const elsewhere = { ...two, instance: 'other' };
    const third = jobOf('s3', { slot: 3, instance: 'other' });
    valueFrom(await commit(change(ended(elsewhere, 'failed')), start(third), change(atIntent(third, 'id-1', 'c'))));
  });

  it('one living owner per certificate', async () => {
    const two = jobOf('s2', { slot: 2 });
    valueFrom(await commit(start(one), start(two), change(atIntent(one, 'id-1', 'a'))));
    expect(await commit(change(atIntent(two, 'id-2', 'a')))).toMatchObject({
      ok: false,
      problem: { code: 'credential-taken' },
    });
  });

  it('one living owner per hardware id', async () => {
    const two = jobOf('s2', { slot: 2, hardwareId: 'H1' });
    valueFrom(await commit(start(one), change(ended(one, 'passed')), start(two)));
    expect(await commit(change(atIntent(two, 'id-2', 'b')))).toMatchObject({
      ok: false,
      problem: { code: 'hardware-taken', facts: { hardwareId: 'H1' } },
    });
    expect(valueFrom(await books.store.holder({ hardwareId: 'H1' }))?.serial).toBe('s1');
  });

  it('boards without a hardware id do not disturb each other', async () => {
    for (const [index, serial] of ['s1', 's2', 's3'].entries())
      valueFrom(
        await commit(
          ...passedWrites(jobOf(serial, { slot: index + 1 }), newItem(jobOf(serial), { fingerprint: serial })),
        ),
      );
    expect(valueFrom(await books.store.counts()).jobs.passed).toBe(3);
  });

  it('one living item per registration id: a newer one takes the place of the older', async () => {
    const two = jobOf('s2', { slot: 2 });
    const item = newItem(one, { registrationId: 'id-1' });
    valueFrom(await commit(start(one), { write: 'item-queued', item }));
    valueFrom(
      await commit(start(two), {
        write: 'item-queued',
        item: newItem(two, { registrationId: 'id-1', mode: 'replace' }),
      }),
    );
    expect(
      valueFrom(await books.store.dueItems(testMoment, 10, ['default'])).map((due) => `${due.mode} ${due.jobId}`),
    ).toEqual(['replace job-s2']);
    expect(valueFrom(await books.store.counts()).items).toMatchObject({ pending: 1, superseded: 1 });
  });
});

describe('one change', () => {
  it('that fails is undone whole, and takes none of its neighbours with it', async () => {
    const one = jobOf('s1', { slot: 1 });
    valueFrom(await commit(start(one)));
    // Sent in one turn of the event loop: they share a commit.
    const results = await Promise.all([
      commit(start(jobOf('s2', { slot: 2 }))),
      commit(
        { write: 'noted', event: 'half', serial: 's3', facts: {} },
        start(jobOf('s3', { slot: 3 })),
        { write: 'item-queued', item: newItem(jobOf('s3')) },
        start(jobOf('s1', { id: 'twice', slot: 4 })),
      ),
      commit(start(jobOf('s4', { slot: 4 }))),
    ]);
    expect(results.map((result) => (result.ok ? 'ok' : result.problem.code))).toEqual(['ok', 'serial-in-work', 'ok']);
    expect(valueFrom(await books.store.runningJobs()).map((job) => job.serial)).toEqual(['s1', 's2', 's4']);
    expect(valueFrom(await books.store.unit('s3'))).toEqual({ running: null, live: null, latest: null });
    expect(valueFrom(await books.store.counts())).toMatchObject({ jobs: { running: 3 }, items: { pending: 0 } });
    const { rows } = valueFrom(await books.store.listJournal({ after: 0, limit: 100 }));
    expect(rows.map((line) => `${line.event} ${line.serial}`)).toEqual([
      'job-started s1',
      'job-started s2',
      'job-started s4',
    ]);
  });

  it('may not name a job that is not in the books', async () => {
    expect(await commit({ write: 'item-queued', item: newItem(jobOf('nobody')) })).toMatchObject({
      ok: false,
      problem: { code: 'database-failed' },
    });
  });
});

describe('superseding', () => {
  it('frees serial, hardware and id of the old job, and silences its items', async () => {
    const old = jobOf('s1', { hardwareId: 'H1' });
    valueFrom(await commit(...passedWrites(old, newItem(old))));
    const [item] = valueFrom(await books.store.dueItems(testMoment, 10, ['default']));
    if (item === undefined) throw new Error('no item');
    const next = jobOf('s1', { id: 'next', hardwareId: 'H1', kind: 'reprovision', supersedes: old.id });
    valueFrom(
      await commit(
        start(next),
        returnOf(old),
        { write: 'job-superseded', jobId: old.id, by: 'next', reason: 'rework' },
        change(atIntent(next, 's1', 'c')),
      ),
    );
    expect(valueFrom(await books.store.unit('s1'))).toMatchObject({ running: { id: 'next' }, live: null });
    expect(valueFrom(await books.store.holder({ hardwareId: 'H1' }))?.id).toBe('next');
    expect(valueFrom(await books.store.holder({ instance: 'default', registrationId: 's1' }))?.id).toBe('next');
    expect(valueFrom(await books.store.dueItems(testMoment, 10, ['default']))).toEqual([]);
    // A delivery that comes late counts its attempt and revives nothing.
    const late = { ...item, state: 'delivered' as const, attempts: 1, deliveredAt: testMoment };
    valueFrom(await commit({ write: 'item-changed', item: late, event: 'item-delivered' }));
    expect(valueFrom(await books.store.item(item.id))).toMatchObject({ state: 'superseded', attempts: 1 });
    expect(valueFrom(await books.store.dueProofs('9999', 10))).toEqual([]);
    expect(valueFrom(await books.store.counts())).toMatchObject({
      jobs: { passed: 0, running: 1 },
      items: { superseded: 1, pending: 0 },
    });
    expect(valueFrom(await books.store.wasEnrolled('default', 's1', item.fingerprint))).toBe(true);
    expect(valueFrom(await books.store.wasQueued('default', 's1'))).toBe(true);
  });

  it('remembers what was written to a board for good', async () => {
    const job = jobOf('s1', { hardwareId: 'H1' });
    expect(valueFrom(await books.store.wasWritten('H1'))).toBe(false);
    valueFrom(await commit(start(job), change(atIntent(job, 'id-1', 'a'))));
    expect(valueFrom(await books.store.wasWritten('H1'))).toBe(true);
    expect(valueFrom(await books.store.wasWritten('H2'))).toBe(false);
  });
});

describe('the watcher', () => {
  it('is given delivered, unproved items when their time has come', async () => {
    const job = jobOf('s1');
    valueFrom(await commit(...passedWrites(job, newItem(job))));
    const [item] = valueFrom(await books.store.dueItems(testMoment, 10, ['default']));
    if (item === undefined) throw new Error('no item');
    expect(valueFrom(await books.store.nextProofAt())).toBeNull();
    const delivered = { ...item, state: 'delivered' as const, deliveredAt: testMoment };
    valueFrom(await commit({ write: 'item-changed', item: delivered, event: 'item-delivered' }));
    const first = valueFrom(await books.store.nextProofAt()) ?? '';
    expect(first > testMoment).toBe(true);
    expect(valueFrom(await books.store.dueProofs(testMoment, 10))).toEqual([]);
    expect(valueFrom(await books.store.dueProofs(first, 10))).toMatchObject([{ asked: 0, item: { id: item.id } }]);
    const later = '2026-11-20T11:00:00.000Z';
    valueFrom(await books.store.watchAgain(item.id, later, 1));
    expect(valueFrom(await books.store.dueProofs(first, 10))).toEqual([]);
    expect(valueFrom(await books.store.dueProofs(later, 10))).toMatchObject([{ asked: 1 }]);
    valueFrom(await books.store.watchAllNow(testMoment));
    expect(valueFrom(await books.store.dueProofs(testMoment, 10))).toHaveLength(1);
    valueFrom(await commit({ write: 'item-changed', item: { ...delivered, provedAt: later }, event: 'item-proved' }));
    expect(valueFrom(await books.store.nextProofAt())).toBeNull();
  });
});
