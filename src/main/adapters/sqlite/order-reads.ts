import type { Job } from '../../../shared/job.ts';
import type { ClosesOn, OrderRow } from '../../../shared/work-order.ts';
import { orderRowSchema } from '../../../shared/work-order.ts';
import type { GoldenResult, OpenInOrder, OrderFigures, SerialFacts } from '../../ports/order-books.ts';
import type { Database } from './database.ts';
import { jobFromRow, type Row } from './rows.ts';
import { openInOrder } from './schema-orders.ts';

const keepsPlace = `superseded_by IS NULL AND (step <> 'done' OR outcome IN ('passed', 'unsettled'))`;

/** Reads about work orders. */
export function createOrderReads(database: Database) {
  type Value = string | number;
  const one = (sql: string, ...values: Value[]): Row | undefined => database.prepare(sql).get(...values);
  const all = (sql: string, ...values: Value[]): Row[] => database.prepare(sql).all(...values);
  const job = (row: Row | undefined): Job | null => (row === undefined ? null : jobFromRow(row));
  const order = (row: Row | undefined): OrderRow | null => (row === undefined ? null : orderFrom(row));
  const number = (row: Row | undefined, name: string): number => Number(row?.[name] ?? 0);

  function figures(name: string, since: string, latest: number): OrderFigures {
    const now = one(
      `SELECT SUM(step <> 'done') AS running,
         SUM(outcome = 'passed' AND superseded_by IS NULL) AS passed,
         SUM(outcome = 'unsettled' AND superseded_by IS NULL) AS unsettled,
         SUM(outcome = 'failed') AS failed, SUM(outcome = 'aborted') AS aborted, MIN(started_at) AS first
       FROM job WHERE order_name = ?`,
      name,
    );
    // Jobs that were aborted say nothing about how good the first attempt was.
    const first = one(
      `SELECT COUNT(*) AS units, SUM(outcome = 'passed') AS passed FROM (SELECT outcome, MIN(rowid) FROM job
         WHERE order_name = ? AND outcome IS NOT NULL AND outcome <> 'aborted' GROUP BY serial)`,
      name,
    );
    const sent = one(
      `SELECT COUNT(*) AS delivered, SUM(record.delivery = 'proved' OR job.proved_at IS NOT NULL) AS proved
       FROM job JOIN record ON record.job_id = job.id AND record.delivery IN ('delivered', 'proved')
       WHERE job.order_name = ? AND job.outcome = 'passed' AND job.superseded_by IS NULL`,
      name,
    );
    const passed = `FROM job WHERE order_name = ? AND outcome = 'passed' AND superseded_by IS NULL`;
    return {
      running: number(now, 'running'),
      passed: number(now, 'passed'),
      unsettled: number(now, 'unsettled'),
      failed: number(now, 'failed'),
      aborted: number(now, 'aborted'),
      delivered: number(sent, 'delivered'),
      proved: number(sent, 'proved'),
      units: number(first, 'units'),
      firstPass: number(first, 'passed'),
      firstStartedAt: now?.['first'] == null ? null : String(now['first']),
      passedAt: all(`SELECT finished_at ${passed} ORDER BY finished_at DESC LIMIT ?`, name, latest).map((row) =>
        String(row['finished_at']),
      ),
      passedSince: number(one(`SELECT COUNT(*) AS count ${passed} AND finished_at >= ?`, name, since), 'count'),
    };
  }

  function open(name: string, closesOn: ClosesOn, first: number): OpenInOrder {
    const where = `FROM job WHERE order_name = ?1 AND ${keepsPlace} AND ${openInOrder('?2')}`;
    return {
      count: number(one(`SELECT COUNT(*) AS count ${where}`, name, closesOn), 'count'),
      serials: all(`SELECT serial ${where} ORDER BY serial LIMIT ?3`, name, closesOn, first).map((row) =>
        String(row['serial']),
      ),
    };
  }

  const facts = (serial: string): SerialFacts => ({
    serial,
    running: job(one(`SELECT * FROM job WHERE serial = ? AND step <> 'done'`, serial)),
    live: job(
      one(
        `SELECT * FROM job WHERE serial = ? AND outcome IN ('passed', 'unsettled') AND superseded_by IS NULL`,
        serial,
      ),
    ),
    failures: number(one(`SELECT COUNT(*) AS count FROM job WHERE serial = ? AND outcome = 'failed'`, serial), 'count'),
  });

  /** Serials in text order are in the order of their numbers: all of a range have the same length. */
  function taken(name: string): { reserved: number; used: number } {
    const asked = one('SELECT * FROM work_order WHERE name = ?', name);
    const range = asked?.['prefix'] == null ? null : bounds(asked);
    const own =
      asked?.['listed'] === 1 ? 'serial IN (SELECT serial FROM work_order_serial WHERE order_name = ?1)' : null;
    const [where, values] =
      range === null
        ? [own ?? 'order_name = ?1', [name]]
        : ['serial BETWEEN ?1 AND ?2 AND length(serial) = length(?1)', [...range]];
    return {
      reserved: number(one(`SELECT COUNT(*) AS count FROM job WHERE ${where} AND step <> 'done'`, ...values), 'count'),
      used: number(
        one(
          `SELECT COUNT(*) AS count FROM job WHERE ${where} AND outcome IN ('passed', 'unsettled')
             AND superseded_by IS NULL`,
          ...values,
        ),
        'count',
      ),
    };
  }

  return {
    order: (name: string) => order(one('SELECT * FROM work_order WHERE name = ?', name)),
    activeOrder: () => order(one('SELECT * FROM work_order WHERE active = 1')),
    orders: (state: string, limit: number) =>
      (state === 'all'
        ? all('SELECT * FROM work_order ORDER BY rowid DESC LIMIT ?', limit)
        : all('SELECT * FROM work_order WHERE state = ? ORDER BY rowid DESC LIMIT ?', state, limit)
      ).map(orderFrom),
    orderFigures: figures,
    takenInOrder: (name: string) =>
      number(
        one(`SELECT COUNT(DISTINCT serial) AS count FROM job WHERE order_name = ? AND ${keepsPlace}`, name),
        'count',
      ),
    openInOrder: open,
    serialFacts: (serials: readonly string[]) => serials.map(facts),
    orderSerials: (name: string, after: number, limit: number) => ({
      serials: all(
        'SELECT DISTINCT serial FROM job WHERE order_name = ? ORDER BY serial LIMIT ? OFFSET ?',
        name,
        limit,
        after,
      ).map((row) => String(row['serial'])),
      total: number(one('SELECT COUNT(DISTINCT serial) AS count FROM job WHERE order_name = ?', name), 'count'),
    }),
    takenSerials: taken,
    ordersOf: (jobIds: readonly string[]) =>
      all(
        `SELECT id, order_name FROM job WHERE order_name IS NOT NULL AND id IN (${jobIds.map(() => '?').join(', ')})`,
        ...jobIds,
      ).map((row) => [String(row['id']), String(row['order_name'])] as const),
    passedInOrders: (since: string, until: string) =>
      all(
        `SELECT serial, order_name FROM job WHERE order_name IS NOT NULL AND outcome = 'passed'
           AND superseded_by IS NULL AND finished_at >= ? AND finished_at < ? ORDER BY finished_at`,
        since,
        until,
      ).map((row) => ({ serial: String(row['serial']), order: String(row['order_name']) })),
    newestJob: () => job(one('SELECT * FROM job ORDER BY rowid DESC LIMIT 1')),
    goldenResults: (since: string): GoldenResult[] =>
      all('SELECT at, serial, expected, found FROM golden_result WHERE at >= ? ORDER BY id', since).map((row) => ({
        at: String(row['at']),
        serial: String(row['serial']),
        expected: row['expected'] as GoldenResult['expected'],
        found: row['found'] as GoldenResult['found'],
      })),
    journalHead: (): string | null => {
      const head = one('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1');
      return head === undefined ? null : `${String(head['seq'])}:${String(head['hash'])}`;
    },
  };
}

function bounds(row: Row): [string, string] {
  const text = (number: unknown) => `${String(row['prefix'])}${String(number).padStart(Number(row['digits']), '0')}`;
  return [text(row['first']), text(row['last'])];
}

function orderFrom(row: Row): OrderRow {
  return orderRowSchema.parse({
    order: JSON.parse(String(row['definition'])),
    state: row['state'],
    active: row['active'] === 1,
    closesOn: row['closes_on'],
    addedAt: row['added_at'],
    closedAt: row['closed_at'],
  });
}
