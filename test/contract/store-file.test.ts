import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createBooks, createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import type { JournalLine, StationStore } from '../../src/main/ports/station-store.ts';
import { doneState, jobOf, newItem, passedWrites, testMoment, testOrigin, valueFrom } from '../doubles/books.ts';
import { openIdleStation } from '../doubles/idle-station.ts';

/* The books as a file: what a recount says, what a kill leaves, who owns the folder. */

let folder: string;
let file: string;
const stores: { close(): Promise<void> }[] = [];
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-file-'));
  file = join(folder, 'station.db');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(at = file): StationStore {
  valueFrom(prepareDatabase(at));
  const store = createStationStore({ file: at });
  stores.push(store);
  return store;
}

const passed = (serial: string) => {
  const job = jobOf(serial);
  return passedWrites(job, newItem(job, { fingerprint: serial }));
};
const commit = async (store: StationStore, writes: Parameters<StationStore['commit']>[0]['writes']) =>
  valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));

async function everything<T>(
  read: (after: number) => Promise<{ rows: readonly T[]; next: number | null }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: { rows: readonly T[]; next: number | null } = await read(after);
    rows.push(...page.rows);
    after = page.next;
  }
  return rows;
}

const journalOf = (store: Pick<StationStore, 'listJournal'>) =>
  everything<JournalLine>(async (after) => valueFrom(await store.listJournal({ after, limit: 7 })));

/** RFC 8785 for the values of a journal: members sorted, no white space; written apart from the station's own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]));
}

function chainHolds(lines: readonly JournalLine[]): boolean {
  let previous = '0'.repeat(64);
  return lines.every((line) => {
    const { at, event, jobId, serial, origin } = line; // a station notes checkpoints of its own between what the test writes
    const text = JSON.stringify(sorted({ at, event, jobId, serial, ...origin, data: JSON.parse(line.data) }));
    const hash = createHash('sha256').update(`${previous}\n${text}`).digest('hex');
    const holds = line.previousHash === previous && line.hash === hash;
    previous = line.hash;
    return holds;
  });
}

describe('text that was cut in the middle of a letter', () => {
  it('costs no record: half a surrogate pair is kept as U+FFFD, in row and record alike', async () => {
    const store = open();
    const reason = `${'x'.repeat(299)}\u{1f527}`.slice(0, 300); // what a limit leaves of a letter outside the BMP
    const job = jobOf('s1');
    const state = { ...doneState('failed', null), problem: { code: 'database-failed', facts: { reason } } } as never;
    await commit(store, [
      { write: 'job-started', job },
      { write: 'job-changed', job: { ...job, state, finishedAt: testMoment }, event: 'failed' },
      { write: 'noted', event: 'note', serial: 's1', facts: { reason } },
    ]);
    const kept = `${'x'.repeat(299)}\ufffd`;
    expect(valueFrom(await store.job(job.id))).toMatchObject({ state: { problem: { facts: { reason: kept } } } });
    const lines = await journalOf(store);
    expect(JSON.parse(lines.find(({ event }) => event === 'note')?.data ?? '')).toMatchObject({ reason: kept });
    expect(chainHolds(lines)).toBe(true);
  });
});

describe('reading', () => {
  it('pages give every row once, in order; counters equal a recount; the journal is one chain', async () => {
    const store = open();
    for (let number = 1; number <= 23; number += 1) {
      const serial = `s${number}`;
      const job = jobOf(serial);
      if (number % 3 === 0) {
        const outcome = number % 2 === 0 ? 'failed' : 'aborted';
        await commit(store, [
          { write: 'job-started', job },
          {
            write: 'job-changed',
            job: { ...job, state: doneState(outcome, null), finishedAt: testMoment },
            event: 'failed',
          },
        ]);
      } else await commit(store, passed(serial));
    }
    await commit(store, [{ write: 'job-started', job: jobOf('last') }]);
    const due = valueFrom(await store.dueItems(testMoment, 100, ['default']));
    for (const [index, item] of due.entries()) {
      const state = (['delivered', 'parked', 'pending'] as const)[index % 3] ?? 'pending';
      await commit(store, [{ write: 'item-changed', item: { ...item, state, attempts: 1 }, event: `item-${state}` }]);
    }
    const jobs = await everything(async (after) => valueFrom(await store.listJobs({ after, limit: 5 })));
    const items = await everything(async (after) =>
      valueFrom(await store.listItems({ states: ['pending', 'delivered', 'parked', 'superseded'], after, limit: 4 })),
    );
    expect(jobs.map((job) => job.serial)).toEqual([
      ...Array.from({ length: 23 }, (_, index) => `s${index + 1}`),
      'last',
    ]);
    expect(items.map((item) => item.id)).toEqual(items.map((item) => item.id).toSorted((a, b) => a - b));
    const counts = valueFrom(await store.counts());
    const outcome = (name: string) =>
      jobs.filter((job) => job.state.step === 'done' && job.state.outcome === name).length;
    expect(counts.jobs).toEqual({
      running: jobs.filter((job) => job.state.step !== 'done').length,
      passed: outcome('passed'),
      failed: outcome('failed'),
      aborted: outcome('aborted'),
      unsettled: 0,
      proved: 0,
    });
    const inState = (state: string) => items.filter((item) => item.state === state).length;
    expect(counts.items).toEqual({
      pending: inState('pending'),
      delivered: inState('delivered'),
      parked: inState('parked'),
      superseded: 0,
    });
    expect(counts.newestRecordAt).toBe(testMoment);
    const parked = await everything(async (after) =>
      valueFrom(await store.listItems({ states: ['parked'], after, limit: 2 })),
    );
    expect(parked).toHaveLength(inState('parked'));
    const ofOne = valueFrom(
      await store.listItems({ states: ['pending', 'delivered', 'parked'], after: 0, limit: 10, jobId: 'job-s1' }),
    );
    expect(ofOne.rows.map((item) => item.serial)).toEqual(['s1']);
    const lines = await journalOf(store);
    expect(chainHolds(lines)).toBe(true);
    expect(chainHolds(lines.map((line, index) => (index === 9 ? { ...line, data: '{"slot":9}' } : line)))).toBe(false);
    expect(valueFrom(await store.integrity())).toEqual([]);
  });

  it('a second reader beside the owner sees what is committed', async () => {
    const store = open();
    const beside = createBooks({ file });
    stores.push(beside);
    await commit(store, passed('s1'));
    expect(valueFrom(await beside.counts()).jobs.passed).toBe(1);
    expect(valueFrom(await beside.unit('s1')).live?.serial).toBe('s1');
  });

  it('a closed store answers with a problem and hangs nobody', async () => {
    const store = open();
    await store.close();
    expect(await store.counts()).toMatchObject({ ok: false, problem: { code: 'database-failed' } });
    expect(await store.commit({ origin: testOrigin, at: testMoment, writes: [] })).toMatchObject({ ok: false });
  });
});

async function startChild(...args: string[]) {
  const script = fileURLToPath(new URL('../doubles/books-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { child, lines, exited, ready: JSON.parse(String(first.value)) as { folder: string; pid: number } };
}

describe('other processes', () => {
  it('one that was killed between two commits leaves everything that it had confirmed', async () => {
    const { child, lines, exited, ready } = await startChild('write');
    const confirmed: string[] = [];
    while (confirmed.length < 25) confirmed.push(String((await lines.next()).value));
    child.kill('SIGKILL');
    await exited;
    const store = open(join(ready.folder, 'station.db'));
    const jobs = await everything(async (after) => valueFrom(await store.listJobs({ after, limit: 100 })));
    expect(jobs.map((job) => job.serial)).toEqual(expect.arrayContaining(confirmed));
    const counts = valueFrom(await store.counts());
    expect(counts.items.pending).toBe(jobs.length); // job and item came together or not at all
    expect(counts.jobs).toMatchObject({ passed: jobs.length, running: 0 });
    expect(valueFrom(await store.integrity())).toEqual([]);
    expect(chainHolds(await journalOf(store))).toBe(true);
    await commit(store, passed('afterwards'));
    expect(chainHolds(await journalOf(store))).toBe(true);
  });

  it('a folder has one owner, who is named, and it is free again however the owner ended', async () => {
    const { child, exited, ready } = await startChild();
    expect(await openIdleStation(folder, 'training', 'second')).toMatchObject({
      ok: false,
      problem: { code: 'folder-owned', facts: { pid: ready.pid, door: 'child' } },
    });
    // Production shares no folder with training: here it gets as far as its missing service.
    expect(await openIdleStation(folder, 'production', 'second')).toMatchObject({ problem: { code: 'no-instance' } });
    child.kill('SIGKILL');
    await exited;
    await valueFrom(await openIdleStation(folder, 'training', 'second')).stop();
  });
});
