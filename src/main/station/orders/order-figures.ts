import type { OrderProgress, OrderState, RecallRow, ShiftReport } from '../../../shared/contract-orders.ts';
import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { OrderRow, WorkOrder } from '../../../shared/work-order.ts';
import { serialCountOf } from '../../domain/order-admission.ts';
import { progressOf, rateWindowInMs } from '../../domain/order-progress.ts';
import { isSample } from '../../domain/sampling.ts';
import { shiftAt } from '../../domain/shift.ts';
import { sampleHash } from '../../identity/sample-hash.ts';
import type { Present } from '../../ports/book-lists.ts';
import type { OrderDesk } from '../../ports/order-desk.ts';
import type { GoldenGate } from './golden-gate.ts';
import type { OrderDeskOptions } from './order-options.ts';
import { summaryOf } from './order-text.ts';

/** The takt is that of so many newest units. */
const taktOver = 21;
/** So many rows of the recall list, and of causes, stand on a report. */
const onReport = { recall: 1_000, causes: 10 } as const;

/** Reads what screens and reports show of the line. */
export function createOrderFigures(
  options: OrderDeskOptions,
  golden: Pick<GoldenGate, 'state'>,
): Pick<OrderDesk, 'state' | 'recall' | 'shiftReport'> {
  const { store, settings, clock, offset, origin } = options;
  const { recipe, hash } = options.recipe;
  const loaded = { recipe: recipe.name, hash, instance: recipe.enrollment.instance };

  async function progress(row: OrderRow | null): Promise<Result<OrderProgress | null, Problem>> {
    if (row === null) return ok(null);
    const { order } = row;
    const now = clock.now();
    const since = new Date(now - rateWindowInMs).toISOString();
    const figures = await store.orderFigures(order.name, { since, latest: taktOver });
    if (!figures.ok) return figures;
    const { quantity, taktTargetInS = null } = order;
    return ok(progressOf({ ...figures.value, quantity, taktTargetInS }, now));
  }

  async function serials(order: WorkOrder | null): Promise<Result<OrderState['serials'], Problem>> {
    if (order === null) return ok(null);
    const taken = await store.takenSerials(order.name);
    if (!taken.ok) return taken;
    const count = serialCountOf(order);
    const { reserved, used } = taken.value;
    return ok({ free: count === null ? null : count - reserved - used, reserved, used });
  }

  const state: OrderDesk['state'] = async (snapshot, present) => {
    const active = await store.activeOrder();
    if (!active.ok) return active;
    const order = active.value?.order ?? null;
    const parts = await Promise.all([
      progress(active.value),
      serials(order),
      golden.state(order),
      store.queueNumbers(present),
    ]);
    const [made, where, check, queue] = parts;
    if (!made.ok) return made;
    if (!where.ok) return where;
    if (!check.ok) return check;
    if (!queue.ok) return queue;
    return ok({
      revision: queue.value.newestLine,
      orders: settings.orders,
      loaded: { ...loaded },
      active: active.value === null ? null : summaryOf(active.value),
      progress: made.value,
      serials: where.value,
      recall: queue.value.recall,
      golden: check.value,
      samplingDue: snapshot.slots.flatMap(({ slot, serial, sampled, path }) =>
        sampled === true && serial !== null && path !== null ? [{ slot, serial }] : [],
      ),
    });
  };

  const recall: OrderDesk['recall'] = async ({ before, limit }, present) => {
    const page = await store.listQueue({ view: 'recall', search: '', before, skip: 0, limit, present });
    if (!page.ok) return page;
    const orders = await store.ordersOf(page.value.rows.map(({ jobId }) => jobId));
    if (!orders.ok) return orders;
    const orderOf = new Map(orders.value);
    const rows = page.value.rows.map(
      ({ id, serial, jobId, registrationId, problem, createdAt }): RecallRow => ({
        item: id,
        serial,
        order: orderOf.get(jobId) ?? null,
        registrationId,
        problem,
        queuedAt: createdAt,
      }),
    );
    return ok({ rows, next: page.value.next, total: page.value.total });
  };

  const shiftReport = async (at: number, present: Present): Promise<Result<ShiftReport, Problem>> => {
    const shift = shiftAt(at, settings.shiftStarts, offset);
    const stretch = { since: new Date(shift.since).toISOString(), until: new Date(shift.until).toISOString() };
    const work = await store.workFigures({ ...stretch, timedJobs: 0 });
    if (!work.ok) return work;
    const active = await store.activeOrder();
    if (!active.ok) return active;
    const made = await progress(active.value);
    if (!made.ok) return made;
    const samples = await samplesOf(stretch);
    if (!samples.ok) return samples;
    const left = await recall({ before: null, limit: onReport.recall }, present);
    if (!left.ok) return left;
    const check = await golden.state(active.value?.order ?? null);
    if (!check.ok) return check;
    const head = await store.journalHead();
    if (!head.ok) return head;
    const sum = (of: 'passed' | 'failed') => work.value.perHour.reduce((all, hour) => all + hour[of], 0);
    return ok({
      station: origin.station,
      line: origin.line ?? null,
      number: origin.number ?? null,
      mode: origin.mode,
      ...stretch,
      order: active.value === null ? null : summaryOf(active.value),
      progress: made.value,
      passed: sum('passed'),
      failed: sum('failed'),
      units: work.value.units,
      firstPass: work.value.firstPass,
      topFailures: work.value.causes.slice(0, onReport.causes).map((cause) => ({ ...cause })),
      samples: samples.value,
      recall: { total: left.value.total, rows: left.value.rows },
      golden: check.value,
      auditHead: head.value,
    });
  };

  async function samplesOf({ since, until }: { readonly since: string; readonly until: string }) {
    const passed = await store.passedInOrders(since, until);
    if (!passed.ok) return passed;
    const plans = new Map<string, WorkOrder['sampling']>();
    for (const name of new Set(passed.value.map(({ order }) => order))) {
      const found = await store.order(name);
      if (!found.ok) return found;
      plans.set(name, found.value?.order.sampling);
    }
    return ok(
      passed.value.flatMap(({ serial, order }) => {
        const plan = plans.get(order);
        return plan !== undefined && isSample(sampleHash(plan.lot, serial), plan.perThousand)
          ? [{ serial, order }]
          : [];
      }),
    );
  }

  return { state, recall, shiftReport };
}
