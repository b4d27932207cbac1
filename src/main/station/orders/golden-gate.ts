import type { GoldenView } from '../../../shared/contract-orders.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { WorkOrder } from '../../../shared/work-order.ts';
import { goldenState } from '../../domain/golden-check.ts';
import { shiftAt } from '../../domain/shift.ts';
import type { GoldenVerdict } from '../../ports/order-books.ts';
import type { CommitBy, OrderDeskOptions } from './order-options.ts';

/** Keeps units from being begun while golden units were not judged right. */
export type GoldenGate = {
  state(order: WorkOrder | null): Promise<Result<GoldenView, Problem>>;
  mayStart(): Promise<Result<void, Problem>>;
  /** See `OrderGate.isGolden`. */
  isGolden(serial: string): boolean;
  /** See `OrderDesk.judgeGolden`. */
  judge(serial: string, found: GoldenVerdict, actor: string): Promise<Result<boolean, Problem>>;
};

/** Makes the gate; it is open where the active order asks for no golden check. */
export function createGoldenGate(options: OrderDeskOptions, commit: CommitBy): GoldenGate {
  const { store, settings, clock, offset } = options;

  async function state(order: WorkOrder | null): Promise<Result<GoldenView, Problem>> {
    if (order?.goldenCheck === undefined) return ok({ state: 'none', serials: [], goodUntil: null });
    const now = clock.now();
    const shiftStartedAt = new Date(shiftAt(now, settings.shiftStarts, offset).since).toISOString();
    const results = await store.goldenResults(shiftStartedAt);
    if (!results.ok) return results;
    const { everyHours } = order.goldenCheck;
    const facts = { units: settings.goldenUnits, results: results.value, shiftStartedAt, everyHours, now };
    const judged = goldenState(facts);
    return ok({ ...judged, serials: [...judged.serials] });
  }

  return {
    state,
    mayStart: async () => {
      const active = await store.activeOrder();
      if (!active.ok) return active;
      const now = await state(active.value?.order ?? null);
      if (!now.ok) return now;
      const serials = now.value.serials.join(', ');
      if (now.value.state === 'failed') return fail(problem('golden-check-failed', { serials }));
      const late = now.value.state === 'due' || now.value.state === 'expired';
      return late ? fail(problem('golden-check-due', { serials })) : ok(undefined);
    },
    isGolden: (serial) => settings.goldenUnits.some((unit) => unit.serial === serial),
    judge: async (serial, found, actor) => {
      const unit = settings.goldenUnits.find((one) => one.serial === serial);
      if (unit === undefined) return ok(false);
      const judged = await commit(actor, { write: 'golden-judged', serial, expected: unit.expect, found });
      return judged.ok ? ok(true) : judged;
    },
  };
}
