import type { CallInput } from '../../../shared/contract.ts';
import type { OrderSerial } from '../../../shared/contract-orders.ts';
import type { Handlers } from '../../../shared/link/serve.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { OrderRow } from '../../../shared/work-order.ts';
import { serialCountOf, serialsOf } from '../../domain/order-admission.ts';
import type { SerialFacts } from '../../ports/order-books.ts';
import type { StationHandle } from '../../ports/station-handle.ts';
import { presentAt } from '../queue-view.ts';
import { createOrderView } from './order-view.ts';

/** The part of the contract about work orders. */
export type OrderHandlers = {
  readonly calls: Pick<
    Handlers['calls'],
    'order-list' | 'order-put' | 'order-choose' | 'order-close' | 'order-serials' | 'recall-list' | 'shift-report'
  >;
  readonly streams: Pick<Handlers['streams'], 'orders'>;
};

/** Answers the calls about work orders at a station in full work. */
export function createOrderHandlers(handle: StationHandle): OrderHandlers {
  const { orders, clock } = handle;
  const present = () => presentAt(handle.snapshot());
  return {
    calls: {
      'order-list': async (query) => {
        const rows = await orders.list(query);
        return rows.ok ? ok({ rows: rows.value }) : rows;
      },
      'order-put': async ({ order, choose, actor }) => done(await orders.put(order, choose, actor)),
      'order-choose': async ({ order, actor }) => done(await orders.choose(order, actor)),
      'order-close': async ({ order, countersign, actor }) => done(await orders.close(order, countersign, actor)),
      'order-serials': (query) => serialPage(handle, query),
      'recall-list': (query) => orders.recall(query, present()),
      'shift-report': ({ at }) => orders.shiftReport(at === null ? clock.now() : Date.parse(at), present()),
    },
    streams: { orders: createOrderView(handle) },
  };
}

type SerialPage = { rows: OrderSerial[]; next: number | null; total: number };

/** One page of an order's own serials; of an order that names none, of those that had a job in it. */
async function serialPage(
  { books, orders }: Pick<StationHandle, 'books' | 'orders'>,
  { order: name, after, limit }: CallInput<'order-serials'>,
): Promise<Result<SerialPage, Problem>> {
  const found = await books.order(name);
  if (!found.ok) return found;
  if (found.value === null) return fail(problem('order-unknown', { order: name }));
  const { order } = found.value;
  const own = serialsOf(order, after, limit);
  const page =
    own === null
      ? await books.orderSerials(name, { after, limit })
      : ok({ serials: own, total: serialCountOf(order) ?? 0 });
  if (!page.ok) return page;
  const { serials, total } = page.value;
  const facts = await books.serialFacts(serials);
  if (!facts.ok) return facts;
  const next = after + serials.length < total ? after + serials.length : null;
  return ok({ rows: facts.value.map((one) => serialRow(one, found.value, orders)), next, total });
}

function serialRow(
  { serial, running, live, failures }: SerialFacts,
  row: OrderRow | null,
  orders: Pick<StationHandle['orders'], 'isSample'>,
): OrderSerial {
  const job = running ?? live;
  const done = live?.state.step === 'done' ? live.state : null;
  return {
    serial,
    state: running !== null ? 'reserved' : live !== null ? 'used' : 'free',
    failures,
    slot: job?.slot ?? null,
    hardwareId: job?.hardwareId ?? null,
    outcome: running === null ? (done?.outcome ?? null) : null,
    sample: row !== null && orders.isSample(row.order, serial),
  };
}

function done(result: Result<void, Problem>): Result<Record<string, never>, Problem> {
  return result.ok ? ok({}) : result;
}
