import { canonicalJson } from '../../../shared/canonical-json.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { StationSnapshot } from '../../../shared/station-snapshot.ts';
import type { WorkOrder } from '../../../shared/work-order.ts';
import { judgeAdmission, judgeLoaded, type LoadedFacts } from '../../domain/order-admission.ts';
import { isSample } from '../../domain/sampling.ts';
import { sampleHash } from '../../identity/sample-hash.ts';
import { isoNow } from '../../ports/clock.ts';
import type { AdmittingOrder, OrderDesk } from '../../ports/order-desk.ts';
import { closeOrder } from './close-order.ts';
import { createGoldenGate } from './golden-gate.ts';
import { checkGround, takeIn } from './open-orders.ts';
import { createOrderFigures } from './order-figures.ts';
import type { CommitBy, OrderDeskOptions } from './order-options.ts';
import { orderFrom, summaryOf } from './order-text.ts';

/** Makes the desk of work orders; it is to be opened before anything is asked of it. */
export function createOrderDesk(options: OrderDeskOptions): OrderDesk {
  const { store, settings, clock, origin } = options;
  const { recipe, hash } = options.recipe;
  const loaded: LoadedFacts = { recipe: recipe.name, hash, fits: options.fits };
  const seen = new Map<string, WorkOrder>(); // for what is shown between two reads
  let warnings: readonly Problem[] = [];
  // Two changes that arrive together are judged one after the other.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const run = turn.then(task);
    turn = run.catch(() => undefined);
    return run;
  };

  const commit: CommitBy = async (actor, ...writes) => {
    const committed = await store.commit({ origin: { ...origin, actor }, at: isoNow(clock), writes });
    if (committed.ok) options.onChange();
    return committed;
  };
  const gate = createGoldenGate(options, commit);
  const figures = createOrderFigures(options, gate);

  async function admit(serial: string): Promise<Result<AdmittingOrder | null, Problem>> {
    const active = await store.activeOrder();
    if (!active.ok) return active;
    const order = active.value?.order ?? null;
    const taken = order === null ? ok(0) : await store.takenInOrder(order.name);
    if (!taken.ok) return taken;
    const { orders } = settings;
    const refusal = judgeAdmission({ serial, active: active.value, orders, loaded, taken: taken.value });
    if (refusal !== null) return fail(refusal);
    const golden = await gate.mayStart();
    if (!golden.ok) return golden;
    return ok(order === null ? null : { name: order.name, instance: order.instance });
  }

  async function choose(name: string | null, actor: string): Promise<Result<void, Problem>> {
    const closesOn = recipe.closesOn ?? 'delivered';
    if (name === null) return commit(actor, { write: 'order-chosen', order: null, closesOn });
    const found = await store.order(name);
    if (!found.ok) return found;
    if (found.value === null) return fail(problem('order-unknown', { order: name }));
    if (found.value.state === 'closed') return fail(problem('order-closed', { order: name }));
    const other = judgeLoaded(found.value.order, loaded);
    if (other !== null) return fail(other);
    seen.set(name, found.value.order);
    return found.value.active ? ok(undefined) : commit(actor, { write: 'order-chosen', order: name, closesOn });
  }

  async function put(order: WorkOrder, chosen: boolean, actor: string): Promise<Result<void, Problem>> {
    const found = await store.order(order.name);
    if (!found.ok) return found;
    if (found.value === null || canonicalJson(found.value.order) !== canonicalJson(order)) {
      const added = await commit(actor, { write: 'order-put', order });
      if (!added.ok) return added;
      seen.set(order.name, order);
    }
    return chosen ? choose(order.name, actor) : ok(undefined);
  }

  /** A scanner may hang at a station where nobody may choose orders. */
  async function scanned(
    actor: string | null,
    task: (by: string) => Promise<Result<void, Problem>>,
  ): Promise<Result<void, Problem>> {
    const permitted = options.permits.permit('run-order', actor ?? origin.actor);
    return permitted.ok ? inTurn(() => task(permitted.value)) : permitted;
  }

  const isSampleOf = ({ sampling }: WorkOrder, serial: string): boolean =>
    sampling !== undefined && isSample(sampleHash(sampling.lot, serial), sampling.perThousand);

  function marked(snapshot: StationSnapshot): StationSnapshot {
    const slots = snapshot.slots.map((slot) => {
      const order = slot.order === undefined ? undefined : seen.get(slot.order);
      const passed = slot.verdict?.outcome === 'passed' && slot.serial !== null;
      const sampled = order !== undefined && passed && isSampleOf(order, slot.serial ?? '');
      return sampled ? { ...slot, sampled: true as const } : slot;
    });
    return { ...snapshot, slots };
  }

  return {
    open: async (files) => {
      const ground = await checkGround(options);
      if (!ground.ok) return ground;
      const known = await store.orders({ state: 'all', limit: 1_000 });
      if (!known.ok) return known;
      for (const { order } of known.value) seen.set(order.name, order);
      const refused = await takeIn(files, (order) => put(order, false, origin.actor));
      warnings = [...ground.value, ...refused];
      return ok(undefined);
    },
    warnings: () => warnings,
    admit,
    chooseScanned: (name, actor) => scanned(actor, (by) => choose(name, by)),
    putScanned: (text, actor) =>
      scanned(actor, async (by) => {
        const order = orderFrom(text, 'that was scanned');
        return order.ok ? put(order.value, true, by) : order;
      }),
    put: (order, chosen, actor) => inTurn(() => put(order, chosen, actor)),
    choose: (name, actor) => inTurn(() => choose(name, actor)),
    close: (name, countersign, actor) => inTurn(() => closeOrder(options, commit, { name, countersign, actor })),
    list: async (query) => {
      const rows = await store.orders(query);
      return rows.ok ? ok(rows.value.map(summaryOf)) : rows;
    },
    mayStart: gate.mayStart,
    judgeGolden: gate.judge,
    isGolden: gate.isGolden,
    marked,
    isSample: isSampleOf,
    ...figures,
  };
}
