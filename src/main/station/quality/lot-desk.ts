import type { CallOutput } from '../../../shared/contract.ts';
import type { Origin } from '../../../shared/job.ts';
import type { Lot, LotMember, LotView, PlanOrder } from '../../../shared/lot.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { samplePlan } from '../../domain/lot-plan.ts';
import { nextOfSample } from '../../domain/lot-sample.ts';
import { leftOf, lotVerdict } from '../../domain/lot-verdict.ts';
import { sampleHash } from '../../identity/sample-hash.ts';
import type { ListPage, Stretch } from '../../ports/book-lists.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { StationStore, StoreWrite } from '../../ports/station-store.ts';
import { lotReport } from './lot-report.ts';

/** Lots of finished units: opened with a plan, filled by verifications, closed with what they came to. */
export type LotDesk = {
  open(order: {
    readonly name: string;
    readonly size: number;
    readonly plan: PlanOrder;
    readonly actor: string;
  }): Promise<Result<LotView, Problem>>;
  list(stretch: Stretch): Promise<Result<ListPage<LotView>, Problem>>;
  current(): Promise<Result<LotView | null, Problem>>;
  add(lot: string, serials: readonly string[], actor: string): Promise<Result<LotView, Problem>>;
  close(lot: string, actor: string): Promise<Result<LotView, Problem>>;
  /** What the sample still lacks, drawn among the named units. */
  sample(lot: string): Promise<Result<CallOutput<'lot-sample'>, Problem>>;
  report(
    lot: string,
    format: 'html' | 'csv',
  ): Promise<Result<{ readonly name: string; readonly text: string }, Problem>>;
};

/** Of a sample, what a person can take in hand from one answer. */
const shownAtMost = 200;

/** Makes the desk of lots. */
export function createLotDesk(options: {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
  readonly store: StationStore;
  readonly onChange: () => void;
}): LotDesk {
  const { store, clock } = options;

  async function found(id: string): Promise<Result<LotView, Problem>> {
    const lot = await store.lot(id);
    if (!lot.ok) return lot;
    return lot.value === null ? fail(problem('lot-unknown', { lot: id })) : ok(judged(lot.value));
  }

  async function change(id: string, actor: string, writes: readonly StoreWrite[]): Promise<Result<LotView, Problem>> {
    const committed = await store.commit({ origin: { ...options.origin, actor }, at: isoNow(clock), writes });
    if (!committed.ok) return committed;
    options.onChange();
    return found(id);
  }

  return {
    open: async ({ name, size, plan: order, actor }) => {
      const plan = samplePlan(size, order);
      if (!plan.ok) return plan;
      const lot: Lot = {
        id: options.random.uuid(),
        name,
        size,
        plan: plan.value,
        closed: null,
        origin: { ...options.origin, actor },
        openedAt: isoNow(clock),
        closedAt: null,
        closedBy: null,
      };
      return change(lot.id, actor, [{ write: 'lot-opened', lot }]);
    },
    list: async (stretch) => {
      const page = await store.listLots(stretch);
      return page.ok ? ok({ ...page.value, rows: page.value.rows.map(judged) }) : page;
    },
    current: async () => {
      const open = await store.openLot();
      return open.ok ? ok(open.value === null ? null : judged(open.value)) : open;
    },
    add: async (id, serials, actor) => {
      const view = await found(id);
      if (!view.ok) return view;
      const { lot } = view.value;
      return change(
        id,
        actor,
        serials.map((serial) => ({ write: 'lot-member-named', lot, serial }) as const),
      );
    },
    close: async (id, actor) => {
      // What is under way is asked first: what ends after that is in the count.
      const running = await store.runningVerifications();
      if (!running.ok) return running;
      const view = await found(id);
      if (!view.ok) return view;
      const { lot, verdict, count } = view.value;
      if (lot.closed !== null) return fail(problem('lot-closed', { lot: lot.name }));
      if (running.value.some((one) => one.lot === id)) return fail(problem('lot-busy', { lot: lot.name }));
      if (verdict === 'open') return fail(problem('lot-undecided', { lot: lot.name, left: count.left }));
      const closed: Lot = { ...lot, closed: verdict, closedAt: isoNow(clock), closedBy: actor };
      return change(id, actor, [{ write: 'lot-closed', lot: closed }]);
    },
    sample: async (id) => {
      const view = await found(id);
      if (!view.ok) return view;
      const members = await store.lotMembers(id);
      if (!members.ok) return members;
      const { name, plan, closed } = view.value.lot;
      const drawn = members.value.map((one) => ({ ...one, drawn: sampleHash(name, one.serial) }));
      const next = closed === null ? nextOfSample(drawn, plan) : [];
      const rows = next.slice(0, shownAtMost).map(({ serial, verdict }) => ({ serial, verdict }));
      return ok({ rows, total: next.length });
    },
    report: async (id, format) => {
      const view = await found(id);
      if (!view.ok) return view;
      const members = await store.lotMembers(id);
      if (!members.ok) return members;
      const failures = await failuresOf(members.value, store);
      if (!failures.ok) return failures;
      const { name } = view.value.lot;
      const file = `lot-${name.replace(/[^A-Za-z0-9._-]/g, '-')}.${format}`;
      return ok({ name: file, text: lotReport(format, view.value, failures.value, isoNow(clock)) });
    },
  };
}

/** What the bad and the open units of a lot were found to be. */
async function failuresOf(
  members: readonly LotMember[],
  store: Pick<StationStore, 'verification'>,
): Promise<Result<readonly (LotMember & { readonly causes: readonly string[] })[], Problem>> {
  const rows: (LotMember & { readonly causes: readonly string[] })[] = [];
  for (const member of members) {
    const looked = member.verification !== null && member.verdict !== 'pass';
    const found = looked ? await store.verification(member.verification ?? '') : ok(null);
    if (!found.ok) return found;
    const state = found.value?.state;
    const open = state?.step === 'done' ? state.checks.filter((one) => one.verdict !== 'pass') : [];
    const reason = state?.step === 'done' && open.length === 0 && state.reason !== null ? [state.reason.code] : [];
    rows.push({ ...member, causes: [...open.map((one) => one.check), ...reason] });
  }
  return ok(rows);
}

/** A lot's count as what it comes to; a closed one keeps what it was closed with. */
function judged(view: LotView): LotView {
  const { lot, count } = view;
  return {
    ...view,
    count: { ...count, left: leftOf(lot.plan, count) },
    verdict: lot.closed ?? lotVerdict(lot.plan, count),
  };
}
