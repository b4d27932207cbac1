import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { schemaSteps } from '../../src/main/adapters/sqlite/schema.ts';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import type { Present } from '../../src/main/ports/book-lists.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import type { QueueView } from '../../src/shared/queue.ts';
import type { RecordFilter } from '../../src/shared/records.ts';
import { closeTestBooks, openTestBooks, type TestBooks, testMoment, testOrigin, valueFrom } from '../doubles/books.ts';
import { minute, storyTeller } from '../doubles/story.ts';

/* Lists of the books, judged by one story whose every page is worked out by hand. */

const conflict = { code: 'enrollment-conflict', facts: { registrationId: 'x' } } as const;
const nobody: Present = { hardwareIds: [], jobIds: [] };
const newest = { before: null, skip: 0, limit: 100 } as const;

let books: TestBooks;
beforeEach(() => {
  books = openTestBooks();
});
afterEach(() => closeTestBooks(books));

/**
 * Items 1 to 7 in this order: A waits, B parked (board HW-B), C parked (no hardware id), D delivered, E proved,
 * F parked (board HW-F), then G's item 7 takes the place of its own item (same id) and waits. H failed, I is at work.
 * Records 1 to 10.
 */
async function tellStory(store: Pick<StationStore, 'commit' | 'listItems'>): Promise<void> {
  const { ended, queued, started, commit } = storyTeller(store);
  const parked = { state: 'parked', problem: conflict, attempts: 1 } as const;
  await queued(await ended('SN-A', 'passed', 0, 1), 1); // record 1, item 1
  await queued(await ended('SN-B', 'passed', 2, 3, { hardwareId: 'HW-B' }), 3, parked); // 2
  await queued(await ended('SN-C', 'passed', 4, 5), 5, parked); // 3
  await queued(await ended('SN-D', 'passed', 6, 7), 7, { state: 'delivered', deliveredAt: minute(7), attempts: 1 }); // 4
  const proved = { state: 'delivered', deliveredAt: minute(9), provedAt: minute(10), attempts: 1 } as const;
  await queued(await ended('SN-E', 'passed', 8, 9), 9, proved); // 5
  await queued(await ended('SN-F', 'passed', 10, 11, { hardwareId: 'HW-F' }), 11, parked); // 6
  const first = await ended('SN-G', 'unsettled', 12, 13, { id: 'job-g1', problem: { code: 'line-lost', facts: {} } }); // 7
  await queued(first, 13); // item 7
  await started({ ...first, id: 'job-g2', state: { step: 'connecting' }, finishedAt: null, slot: 3 }, 14); // record 8
  await commit(
    15,
    { write: 'job-superseded', jobId: 'job-g1', by: 'job-g2', reason: 'rework' },
    {
      write: 'job-changed',
      job: { ...first, id: 'job-g2', slot: 3, finishedAt: minute(15), state: passedState('sn-g', 'g2') },
      event: 'restarted',
    },
  );
  await queued({ ...first, id: 'job-g2' }, 15); // item 8
  await ended('SN-H', 'failed', 16, 17, { problem: { code: 'board-silent', facts: {} }, hardwareId: 'hw-h' }); // 9
  await started({ ...first, id: 'job-i', serial: 'SN-I', state: { step: 'connecting' }, finishedAt: null }, 18); // 10
}

function passedState(registrationId: string, thumbprint: string) {
  return {
    step: 'done',
    outcome: 'passed',
    problem: null,
    provedAt: null,
    identity: {
      registrationId,
      certificatePem: 'none',
      sha1Thumbprint: thumbprint.padEnd(40, '0'),
      fingerprint: thumbprint.padEnd(64, '0'),
      attestation: 'x509',
      group: null,
      replaces: true,
    },
  } as const;
}

const itemsIn = async (store: StationStore, view: QueueView, change: { search?: string; present?: Present } = {}) => {
  const page = valueFrom(await store.listQueue({ ...newest, view, search: '', present: nobody, ...change }));
  expect(page.next).toBeNull();
  expect(page.total).toBe(page.rows.length);
  return page.rows.map((row) => row.serial);
};

const recordsOf = async (store: StationStore, filter: RecordFilter) => {
  const page = valueFrom(await store.listRecords({ ...newest, filter }));
  expect(page.total).toBe(page.rows.length);
  return page.rows.map((row) => row.row);
};

const views: readonly (readonly [QueueView, { search?: string; present?: Present }, readonly string[]])[] = [
  ['waiting', {}, ['SN-G', 'SN-A']],
  ['parked', {}, ['SN-F', 'SN-C', 'SN-B']],
  ['delivered', {}, ['SN-D']],
  ['proved', {}, ['SN-E']],
  ['recall', {}, ['SN-F', 'SN-C', 'SN-B']],
  ['recall', { present: { hardwareIds: ['HW-F', 'HW-elsewhere'], jobIds: [] } }, ['SN-C', 'SN-B']],
  ['recall', { present: { hardwareIds: ['HW-F'], jobIds: ['job-SN-C', 'job-SN-F'] } }, ['SN-B']],
  ['parked', { present: { hardwareIds: ['HW-F'], jobIds: [] } }, ['SN-F', 'SN-C', 'SN-B']],
  ['parked', { search: 'sn-c' }, ['SN-C']],
  ['parked', { search: 'Sn-' }, ['SN-F', 'SN-C', 'SN-B']],
  ['parked', { search: 'sn-a' }, []],
  ['parked', { search: '%' }, []],
  ['recall', { search: 'sn', present: { hardwareIds: ['HW-B'], jobIds: [] } }, ['SN-F', 'SN-C']],
];

const filters: readonly (readonly [RecordFilter, readonly number[]])[] = [
  [{}, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
  [{ outcome: 'running' }, [10]],
  [{ outcome: 'failed' }, [9]],
  [{ outcome: 'unsettled' }, [7]],
  [{ outcome: 'passed' }, [8, 6, 5, 4, 3, 2, 1]],
  [{ delivery: 'parked' }, [6, 3, 2]],
  [{ delivery: 'waiting' }, [8, 1]],
  [{ delivery: 'delivered' }, [4]],
  [{ delivery: 'proved' }, [5]],
  [{ search: 'hw-' }, [9, 6, 2]],
  [{ search: 'HW-H' }, [9]],
  [{ search: 'sn-g' }, [8, 7]],
  [{ search: '' }, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
  [{ since: minute(8) }, [10, 9, 8, 7, 6, 5]],
  [{ since: minute(8), until: minute(12) }, [6, 5]],
  [{ search: 'hw-', outcome: 'passed', until: minute(10) }, [2]],
];

async function judgeLists(store: StationStore): Promise<void> {
  for (const [view, change, serials] of views) expect(await itemsIn(store, view, change), view).toEqual(serials);
  for (const [filter, rows] of filters) expect(await recordsOf(store, filter), JSON.stringify(filter)).toEqual(rows);
  const { newestLine, ...numbers } = valueFrom(await store.queueNumbers({ hardwareIds: ['HW-B'], jobIds: [] }));
  expect(numbers).toEqual({
    waiting: 2,
    parked: 3,
    delivered: 2, // D, and E which is proved
    proved: 1,
    recall: 2,
    oldestWaitingAt: minute(1),
  });
  expect(newestLine).toBeGreaterThan(0);
}

describe('lists of the books', () => {
  it('show what the story says, in lists and in numbers', async () => {
    await tellStory(books.store);
    await judgeLists(books.store);
  });

  it('say the same of books that an older version wrote', async () => {
    const file = `${books.folder}/older.db`;
    await tellStory(books.store);
    const database = new DatabaseSync(file);
    database.exec(`${schemaSteps[0]}; PRAGMA user_version = 1`);
    // The same rows as the older version had them: fewer columns, and another name for the fingerprint.
    database.exec(`ATTACH '${books.file}' AS newer`);
    for (const table of ['job', 'outbox', 'journal', 'total']) {
      const columns = database.prepare(`PRAGMA main.table_info(${table})`).all();
      const names = columns.map((column) => String(column['name']));
      const from = names.map((name) => (name === 'sha256_thumbprint' ? 'fingerprint' : name));
      database.exec(`DELETE FROM main.${table}`);
      database.exec(`INSERT INTO main.${table} (${names}) SELECT ${from} FROM newer.${table} ORDER BY rowid`);
    }
    // What was counted while rows went in is not what the older version had counted.
    database.exec('DELETE FROM main.total; INSERT INTO main.total SELECT * FROM newer.total');
    database.exec(`DELETE FROM main.total WHERE name = 'item-proved'; DETACH newer`);
    database.exec(`UPDATE job SET state = json_remove(json_set(state, '$.identity.sha256Thumbprint',
      state ->> '$.identity.fingerprint'), '$.identity.fingerprint', '$.identity.attestation', '$.identity.group')
      WHERE json_type(state, '$.identity') = 'object'`);
    database.close();
    valueFrom(prepareDatabase(file));
    const store = createStationStore({ file });
    await judgeLists(store);
    expect(valueFrom(await store.unit('SN-E')).live?.state).toMatchObject({
      identity: { attestation: 'x509', group: null, fingerprint: expect.stringMatching(/^[0-9a-z-]{64}$/) },
    });
    // What is written after the upgrade is seen as well.
    const { ended, queued } = storyTeller(store);
    await queued(await ended('SN-J', 'passed', 20, 21, { slot: 5 }), 21);
    expect(await itemsIn(store, 'waiting')).toEqual(['SN-J', 'SN-G', 'SN-A']);
    expect((await recordsOf(store, { search: 'sn-j' }))[0]).toBe(11);
    expect(valueFrom(await store.integrity())).toEqual([]);
    await store.close();
  });

  it('come in pages that neither leave out nor repeat a row', async () => {
    await tellStory(books.store);
    const seen: number[] = [];
    const walk = async (before: number | null): Promise<void> => {
      const { rows, next, total } = valueFrom(await books.store.listRecords({ before, skip: 0, limit: 3, filter: {} }));
      expect(total).toBe(10);
      seen.push(...rows.map((row) => row.row));
      if (next !== null) await walk(next);
    };
    await walk(null);
    expect(seen).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const jump = valueFrom(await books.store.listRecords({ before: null, skip: 6, limit: 3, filter: {} }));
    expect(jump.rows.map((row) => row.row)).toEqual([4, 3, 2]);
    expect(jump.next).toBe(2);
    const last = valueFrom(await books.store.listRecords({ before: 2, skip: 0, limit: 1, filter: {} }));
    expect({ rows: last.rows.map((row) => row.row), next: last.next }).toEqual({ rows: [1], next: null });
    const beyond = valueFrom(await books.store.listRecords({ before: null, skip: 10, limit: 3, filter: {} }));
    expect(beyond).toEqual({ rows: [], next: null, total: 10 });
  });

  it('give a record with what became of its enrollment', async () => {
    await tellStory(books.store);
    const { rows } = valueFrom(await books.store.listRecords({ ...newest, filter: {} }));
    const row = (number: number) => rows.find((one) => one.row === number);
    expect(row(2)).toEqual({
      row: 2,
      jobId: 'job-SN-B',
      kind: 'provision',
      serial: 'SN-B',
      slot: 1,
      hardwareId: 'HW-B',
      registrationId: 'sn-b',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      step: 'done',
      outcome: 'passed',
      superseded: false,
      problem: conflict, // the job has none of its own: what its enrollment waits for
      delivery: 'parked',
      recipe: 'test-recipe',
      actor: testOrigin.actor,
      mode: 'training',
      startedAt: minute(2),
      finishedAt: minute(3),
      provedAt: null,
    });
    expect(row(5)).toMatchObject({ delivery: 'proved', provedAt: minute(10), problem: null });
    expect(row(7)).toMatchObject({
      superseded: true,
      outcome: 'unsettled',
      problem: { code: 'line-lost' },
      delivery: null,
    });
    expect(row(9)).toMatchObject({ outcome: 'failed', problem: { code: 'board-silent' }, delivery: null });
    expect(row(10)).toMatchObject({ outcome: null, step: 'connecting', finishedAt: null });
  });

  it('let an item leave one view for the next as it goes its way', async () => {
    const { ended, queued, commit } = storyTeller(books.store);
    const item = await queued(await ended('SN-A', 'passed', 0, 1), 1);
    const step = async (change: Partial<typeof item>) =>
      commit(2, { write: 'item-changed', item: { ...item, ...change }, event: 'test' });
    const whereabouts = async () => {
      const all = ['waiting', 'parked', 'delivered', 'proved'] as const;
      const lists = await Promise.all(all.map((view) => itemsIn(books.store, view)));
      const { newestLine: _, oldestWaitingAt: __, ...numbers } = valueFrom(await books.store.queueNumbers(nobody));
      expect([numbers.waiting, numbers.parked, numbers.delivered - numbers.proved, numbers.proved]).toEqual(
        lists.map((list) => list.length),
      );
      const [record] = valueFrom(await books.store.listRecords({ ...newest, filter: {} })).rows;
      const view = all.filter((_, index) => lists[index]?.length === 1);
      expect(view).toEqual([record?.delivery]);
      return view[0];
    };
    expect(await whereabouts()).toBe('waiting');
    await step({ state: 'parked', problem: conflict });
    expect(await whereabouts()).toBe('parked');
    await step({ state: 'pending' });
    expect(await whereabouts()).toBe('waiting');
    await step({ state: 'delivered', deliveredAt: testMoment });
    expect(await whereabouts()).toBe('delivered');
    await step({ state: 'delivered', deliveredAt: testMoment, provedAt: testMoment });
    expect(await whereabouts()).toBe('proved');
  });
});
