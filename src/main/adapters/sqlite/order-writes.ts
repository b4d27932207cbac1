import { type Problem, problem } from '../../../shared/problem.ts';
import type { OrderWrite } from '../../ports/order-books.ts';
import type { Change, CommitProblem } from '../../ports/station-store.ts';
import type { Database } from './database.ts';

/** A write about an order that the books do not take. */
class OrderRefusedError extends Error {
  readonly problem: Problem<'order-unknown' | 'order-exists'>;
  constructor(refusal: Problem<'order-unknown' | 'order-exists'>) {
    super(refusal.code);
    this.name = 'OrderRefusedError';
    this.problem = refusal;
  }
}

type Journal = (change: Change, event: string, jobId: null, serial: string | null, data: unknown) => void;

/** Applies writes about orders inside a transaction that the caller holds. */
export function createOrderWrites(
  database: Database,
  journal: Journal,
): { write(change: Change, one: OrderWrite): void } {
  let prepared: ReturnType<typeof prepareAll> | null = null;
  const statements = () => (prepared ??= prepareAll(database)); // many stations never have an order

  function put(change: Change, { order }: Extract<OrderWrite, { write: 'order-put' }>): void {
    const { serials } = order;
    const list = serials !== null && 'list' in serials ? serials.list : null;
    const range = serials !== null && 'range' in serials ? serials.range : null;
    const { station, actor, mode, softwareVersion } = change.origin;
    const values = [order.name, JSON.stringify(order), order.quantity, list === null ? 0 : 1] as const;
    const bounds = [range?.prefix ?? null, range?.from ?? null, range?.to ?? null, range?.digits ?? null] as const;
    const rest = [order.closesOn ?? null, change.at, station, actor, mode, softwareVersion] as const;
    if (statements().put.run(...values, ...bounds, ...rest).changes !== 1) {
      throw new OrderRefusedError(problem('order-exists', { order: order.name }));
    }
    statements().dropSerials.run(order.name);
    for (const serial of list ?? []) statements().addSerial.run(order.name, serial);
    journal(change, 'order-put', null, null, { order });
  }

  return {
    write: (change, one) => {
      switch (one.write) {
        case 'order-put':
          return put(change, one);
        case 'order-chosen':
          statements().rest.run();
          if (one.order !== null && statements().choose.run(one.closesOn, one.order).changes !== 1) {
            throw new OrderRefusedError(problem('order-unknown', { order: one.order }));
          }
          return journal(change, 'order-chosen', null, null, { order: one.order });
        case 'order-closed': {
          if (statements().close.run(change.at, one.order).changes !== 1) {
            throw new OrderRefusedError(problem('order-unknown', { order: one.order }));
          }
          const { order, countersignedBy } = one;
          return journal(change, 'order-closed', null, null, { order, countersignedBy });
        }
        case 'golden-judged': {
          const { serial, expected, found } = one;
          const { station, actor, mode, softwareVersion } = change.origin;
          statements().judge.run(change.at, serial, expected, found, station, actor, mode, softwareVersion);
          return journal(change, 'golden-judged', null, serial, { expected, found });
        }
      }
    },
  };
}

/** What the triggers of orders say, as a problem; null for other errors. */
export function brokenOrder(error: unknown, change: Change): CommitProblem | null {
  if (error instanceof OrderRefusedError) return error.problem;
  if (!(error instanceof Error)) return null;
  const job = change.writes.flatMap((one) => ('job' in one ? [one.job] : []))[0];
  const named = change.writes.flatMap((one) => (one.write === 'order-closed' ? [one.order] : []))[0];
  const order = named ?? job?.order ?? null;
  const serial = job?.serial ?? null;
  switch (error.message) {
    case 'order-closed':
      return problem('order-closed', { order });
    case 'order-full':
      return problem('order-full', { order });
    case 'serial-not-in-order':
      return problem('serial-not-in-order', { order, serial });
    case 'order-open-items':
      // Whoever closes an order asks for the serials first, and again after this.
      return problem('order-open-items', { order, count: 1, serials: 'begun just now', wanted: 'through' });
    default:
      return null;
  }
}

function prepareAll(database: Database) {
  return {
    put: database.prepare(
      `INSERT INTO work_order (name, definition, quantity, listed, prefix, first, last, digits, closes_on, state,
         added_at, station, actor, mode, software_version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, quantity = excluded.quantity,
         listed = excluded.listed, prefix = excluded.prefix, first = excluded.first, last = excluded.last,
         digits = excluded.digits, closes_on = excluded.closes_on, actor = excluded.actor
       WHERE work_order.state = 'open' AND work_order.active = 0
         AND NOT EXISTS (SELECT 1 FROM job WHERE job.order_name = excluded.name)`,
    ),
    dropSerials: database.prepare('DELETE FROM work_order_serial WHERE order_name = ?'),
    addSerial: database.prepare('INSERT INTO work_order_serial VALUES (?, ?)'),
    rest: database.prepare('UPDATE work_order SET active = 0 WHERE active = 1'),
    choose: database.prepare(
      `UPDATE work_order SET active = 1, closes_on = COALESCE(closes_on, ?) WHERE name = ? AND state = 'open'`,
    ),
    close: database.prepare(
      `UPDATE work_order SET state = 'closed', active = 0, closed_at = ? WHERE name = ? AND state = 'open'`,
    ),
    judge: database.prepare(
      `INSERT INTO golden_result (at, serial, expected, found, station, actor, mode, software_version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  };
}
