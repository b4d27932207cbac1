import { problemSchema } from '../../../shared/job.ts';
import { type QueueRow, type QueueView, queueRowSchema } from '../../../shared/queue.ts';
import { type RecordFilter, type RecordRow, recordSchema } from '../../../shared/records.ts';
import type { ListPage, Present, QueueNumbers, Stretch } from '../../ports/book-lists.ts';
import type { Database } from './database.ts';
import type { Row } from './rows.ts';

type Value = string | number;

/** Reads of the queue and the records. Filters and counts touch only indexes and narrow rows (see `schema-lists.ts`). */
export function createListReads(database: Database) {
  const all = (sql: string, ...values: Value[]): Row[] => database.prepare(sql).all(...values);
  const number = (sql: string, ...values: Value[]): number =>
    Number(Object.values(database.prepare(sql).get(...values) ?? {})[0] ?? 0);

  /** Page and total of one moment. */
  function atOnce<T>(task: () => T): T {
    database.exec('BEGIN');
    try {
      return task();
    } finally {
      database.exec('COMMIT');
    }
  }

  function totals(): (name: string) => number {
    const found = new Map(
      all('SELECT name, value FROM total').map((row) => [String(row['name']), Number(row['value'])]),
    );
    return (name) => found.get(name) ?? 0;
  }

  /** Parked items whose board is at the bench: at most a handful, found from the boards. */
  function parkedHere({ hardwareIds, jobIds }: Present): number[] {
    const found = [
      ...all(
        `SELECT outbox.id FROM job CROSS JOIN outbox ON outbox.job_id = job.id
         WHERE job.hardware_id IN (${marks(hardwareIds)}) AND outbox.state = 'parked'`,
        ...hardwareIds,
      ),
      ...all(`SELECT id FROM outbox WHERE job_id IN (${marks(jobIds)}) AND state = 'parked'`, ...jobIds),
    ];
    return [...new Set(found.map((row) => Number(row['id'])))];
  }

  function viewTotal(view: QueueView, here: readonly number[]): number {
    const total = totals();
    switch (view) {
      case 'waiting':
        return total('item-pending');
      case 'parked':
        return total('item-parked');
      case 'recall':
        return total('item-parked') - here.length;
      case 'delivered':
        return total('item-delivered') - total('item-proved');
      case 'proved':
        return total('item-proved');
    }
  }

  function listQueue(stretch: Stretch, view: QueueView, search: string, present: Present): ListPage<QueueRow> {
    return atOnce(() => {
      const here = view === 'recall' ? parkedHere(present) : [];
      const where = new Conditions().and('view = ?', view === 'recall' ? 'parked' : view);
      if (here.length > 0) where.and(`id NOT IN (${marks(here)})`, ...here);
      if (search !== '') where.and('instr(find, lower(?)) > 0', search);
      const { sql, values } = where;
      const total =
        search === '' ? viewTotal(view, here) : number(`SELECT COUNT(*) FROM outbox WHERE ${sql}`, ...values);
      const keys = pageKeys('outbox', 'id', where, stretch);
      const rows = all(
        `SELECT id, job_id, serial, instance, registration_id, mode, fingerprint, state, attempts, not_before,
           problem, created_at, delivered_at, proved_at
         FROM outbox WHERE id IN (${marks(keys.page)}) ORDER BY id DESC`,
        ...keys.page,
      );
      return { rows: rows.map(queueRowFrom), next: keys.next, total };
    });
  }

  function listRecords(stretch: Stretch, filter: RecordFilter): ListPage<RecordRow> {
    return atOnce(() => {
      const where = new Conditions();
      const { search, outcome, delivery, since, until } = filter;
      if (search !== undefined && search !== '') where.and('instr(find, lower(?)) > 0', search);
      if (outcome !== undefined) where.and('outcome = ?', outcome);
      if (delivery !== undefined) where.and('delivery = ?', delivery);
      if (since !== undefined) where.and('started_at >= ?', since);
      if (until !== undefined) where.and('started_at < ?', until);
      const { sql, values } = where;
      const total = where.none
        ? number(`SELECT SUM(value) FROM total WHERE name LIKE 'job-%' AND name <> 'job-proved'`)
        : number(`SELECT COUNT(*) FROM record WHERE ${sql}`, ...values);
      const keys = pageKeys('record', 'row', where, stretch);
      const rows = all(
        `SELECT record.row AS row_number, record.delivery, job.*,
           job.state ->> '$.problem' AS job_problem, outbox.state AS item_state, outbox.problem AS item_problem,
           COALESCE(job.proved_at, outbox.proved_at) AS registered_at
         FROM record CROSS JOIN job ON job.id = record.job_id LEFT JOIN outbox ON outbox.id = record.item
         WHERE record.row IN (${marks(keys.page)}) ORDER BY record.row DESC`,
        ...keys.page,
      );
      return { rows: rows.map(recordFrom), next: keys.next, total };
    });
  }

  /** Keys of one page; one more is looked up to learn whether the list goes on. */
  function pageKeys(table: string, key: string, where: Conditions, { before, skip, limit }: Stretch) {
    const rest = new Conditions(where);
    if (before !== null) rest.and(`${key} < ?`, before);
    const found = all(
      `SELECT ${key} AS key FROM ${table} WHERE ${rest.sql} ORDER BY ${key} DESC LIMIT ? OFFSET ?`,
      ...rest.values,
      limit + 1,
      skip,
    ).map((row) => Number(row['key']));
    const page = found.slice(0, limit);
    return { page, next: found.length > limit ? (page.at(-1) ?? null) : null };
  }

  return {
    queueNumbers: (present: Present): QueueNumbers =>
      atOnce(() => {
        const total = totals();
        const oldest = all(`SELECT created_at FROM outbox WHERE state = 'pending' ORDER BY id LIMIT 1`)[0];
        return {
          waiting: total('item-pending'),
          parked: total('item-parked'),
          delivered: total('item-delivered'),
          proved: total('item-proved'),
          recall: viewTotal('recall', parkedHere(present)),
          newestLine: number('SELECT MAX(seq) FROM journal'),
          oldestWaitingAt: oldest === undefined ? null : String(oldest['created_at']),
        };
      }),
    listQueue,
    listRecords,
  };
}

/** Conditions that must all hold, with their values in order. */
class Conditions {
  readonly #all: string[];
  readonly values: Value[];
  constructor(from?: Conditions) {
    this.#all = [...(from?.parts ?? [])];
    this.values = [...(from?.values ?? [])];
  }
  get parts(): readonly string[] {
    return this.#all;
  }
  get none(): boolean {
    return this.#all.length === 0;
  }
  get sql(): string {
    return this.none ? 'TRUE' : this.#all.join(' AND ');
  }
  and(condition: string, ...values: readonly Value[]): this {
    this.#all.push(condition);
    this.values.push(...values);
    return this;
  }
}

function queueRowFrom(row: Row): QueueRow {
  return queueRowSchema.parse({
    id: row['id'],
    jobId: row['job_id'],
    serial: row['serial'],
    instance: row['instance'],
    registrationId: row['registration_id'],
    mode: row['mode'],
    fingerprint: row['fingerprint'],
    state: row['state'],
    attempts: row['attempts'],
    notBefore: row['not_before'],
    problem: storedProblem(row['problem']),
    createdAt: row['created_at'],
    deliveredAt: row['delivered_at'],
    provedAt: row['proved_at'],
  });
}

function recordFrom(row: Row): RecordRow {
  const parked = row['item_state'] === 'parked' ? storedProblem(row['item_problem']) : null;
  return recordSchema.parse({
    row: row['row_number'],
    jobId: row['id'],
    kind: row['kind'],
    serial: row['serial'],
    slot: row['slot'],
    hardwareId: row['hardware_id'],
    registrationId: row['registration_id'],
    fingerprint: row['fingerprint'],
    step: row['step'],
    outcome: row['outcome'],
    superseded: row['superseded_by'] !== null,
    problem: storedProblem(row['job_problem']) ?? parked,
    delivery: row['delivery'],
    recipe: row['recipe'],
    actor: row['actor'],
    mode: row['mode'],
    startedAt: row['started_at'],
    finishedAt: row['finished_at'],
    provedAt: row['registered_at'],
  });
}

function storedProblem(text: unknown) {
  return typeof text === 'string' ? problemSchema.parse(JSON.parse(text)) : null;
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
