import type { Origin } from '../../../shared/job.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { OpenReturn, ReturnCase, ReturnWait } from '../../../shared/returns.ts';
import type { Pause } from '../../../shared/station-snapshot.ts';
import { decideReturn, type ReturnEvent, returnEffectOf } from '../../domain/return-machine.ts';
import { returnEventOf, targetOf } from '../../domain/return-rules.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { LiveRow } from '../../ports/return-books.ts';
import type { Asking, ReturnsDesk } from '../../ports/returns-desk.ts';
import type { StationStore, StoreWrite } from '../../ports/station-store.ts';
import { createAlarm } from '../alarm.ts';
import type { Instances } from '../instances.ts';
import type { LoadedRecipe } from '../loaded-recipe.ts';
import { firmwareForecast, measureOf } from './firmware-forecast.ts';
import type { RemoteSteps } from './remote-steps.ts';
import { idleUnit, noticeOf, openedCase } from './return-opening.ts';
import { createReturnWaits, parkedWait } from './return-waits.ts';

/** What a desk for returns needs. */
export type ReturnsDeskOptions = {
  readonly instances: Instances;
  readonly recipe: LoadedRecipe;
  readonly origin: Origin; // of what the station does by itself
  readonly store: StationStore;
  readonly steps: RemoteSteps;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction' | 'uuid'>;
  readonly logger: Logger;
  /** Why the courier sends nothing to an instance. */
  readonly pauseOf: (instance: string) => Pause | null;
};

/** The desk, and what its station tells it. */
export type RunningReturnsDesk = ReturnsDesk & {
  /** Takes up what was open at the last stop. */
  start(): Promise<void>;
  /** The books may say something new. */
  wake(): void;
  /** The board with this adapter has power. */
  expect(hardwareId: string): void;
  /** A unit is worked on under the station's recipe: what its image measures must be known for as long as the unit lives. */
  jobBegins(): void;
  /** A person says go: whatever waits is tried now. */
  flush(): void;
  stop(): Promise<void>;
};

const stepsAtOnce = 4;
const shownReturns = 200;

/** Makes a desk. Each turn of a return is committed before its effect; a stop loses none and repeats at most one step. */
export function createReturnsDesk(options: ReturnsDeskOptions): RunningReturnsDesk {
  const { store, clock, logger } = options;
  const listeners = new Set<() => void>();
  const waits = createReturnWaits(clock, options.random);
  const alarm = createAlarm(clock, wake);
  const turns = new Map<string, Promise<unknown>>();
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let open: number | null = null; // null: not counted yet

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  function wake(): void {
    if (open === 0 || stopped) return;
    again = true;
    running ??= rounds().finally(() => {
      running = null;
      if (again && !stopped) wake();
    });
  }

  async function rounds(): Promise<void> {
    while (again && !stopped) {
      again = false;
      const due = await store.dueReturns();
      if (!due.ok) return alarm.set(5_000);
      const left = [...due.value];
      const worker = async (): Promise<void> => {
        for (let one = left.shift(); one !== undefined && !stopped; one = left.shift()) await inTurn(one);
      };
      await Promise.all(Array.from({ length: stepsAtOnce }, worker));
    }
  }

  /** Work at one return never overlaps with what a person asks of it. */
  function turn<T>(id: string, task: () => Promise<T>): Promise<T> {
    const run = (turns.get(id) ?? Promise.resolve()).then(task);
    const ended = run.then(
      () => undefined,
      () => undefined,
    );
    turns.set(id, ended);
    void ended.then(() => {
      if (turns.get(id) === ended) turns.delete(id);
    });
    return run;
  }

  const inTurn = ({ case: { id }, live }: { readonly case: ReturnCase; readonly live: LiveRow | null }) =>
    turn(id, async () => {
      const fresh = await store.returnCase(id);
      if (!fresh.ok || fresh.value === null) return;
      await advance(fresh.value, live).catch((error: unknown) =>
        logger.error('a return failed in a way nobody named', { id, reason: String(error) }),
      );
    });

  async function advance(found: ReturnCase, live: LiveRow | null): Promise<void> {
    const news = returnEventOf(found, live);
    let current: ReturnCase | null = news === null ? found : await move(found, news, options.origin);
    while (current !== null && !stopped) {
      const effect = returnEffectOf(current);
      if (effect === null) return;
      const left = waits.until(current);
      if (left === null) return;
      if (left > 0) return alarm.set(left);
      const answer = await options.steps(effect, current);
      if (stopped) return;
      if (!answer.ok) return hold(current, answer.problem);
      waits.held(current);
      if (answer.value === null) {
        waits.lookLater(current);
        alarm.set(waits.until(current) ?? 0);
        return changed();
      }
      current = await move(current, answer.value, options.origin);
    }
  }

  /** Commits one turn; null when it did not belong here, or could not be written. */
  async function move(one: ReturnCase, event: ReturnEvent, origin: Origin): Promise<ReturnCase | null> {
    const state = decideReturn(one, one.state, event);
    if (state === null) return null;
    const at = isoNow(clock);
    const ended = state.step === 'done';
    const subject = event.event === 'entry-seen' ? { ...one.subject, found: event.found } : one.subject;
    const next: ReturnCase = { ...one, subject, state, finishedAt: ended ? at : null };
    const writes: StoreWrite[] = [{ write: 'return-changed', case: next, event: event.event }];
    if (ended && state.outcome === 'finished' && one.deed === 'retire') {
      writes.unshift({ write: 'job-retired', jobId: one.subject.jobId, reason: one.reason });
    }
    const committed = await store.commit({ origin, at, writes });
    if (!committed.ok) {
      logger.error('a return could not be written', { id: one.id, code: committed.problem.code });
      alarm.set(5_000);
      return null;
    }
    if (ended && open !== null) open -= 1;
    again = true; // the books may be further already
    changed();
    return next;
  }

  async function hold(one: ReturnCase, cause: Problem): Promise<void> {
    if (cause.code === 'station-stopping') return;
    const isNews = waits.failed(one, cause);
    const left = waits.until(one);
    if (left !== null) alarm.set(left);
    changed();
    if (!isNews) return;
    const facts = { return: one.id, step: one.state.step, code: cause.code };
    logger.warn('a return waits', facts);
    const writes = [{ write: 'noted', event: 'return-waits', serial: one.serial, facts }] as const;
    await store.commit({ origin: options.origin, at: isoNow(clock), writes });
  }

  /** What a person asks of one open return; `act` gets it as the books have it now. */
  function asked(
    id: string,
    { actor, permits }: Asking,
    act: (one: ReturnCase, origin: Origin) => Promise<Result<void, Problem>>,
  ): Promise<Result<void, Problem>> {
    return turn(id, async () => {
      const found = await store.returnCase(id);
      if (!found.ok) return found;
      const one = found.value;
      if (one === null || one.state.step === 'done') return fail(problem('return-not-found', { id }));
      const permitted = permits.permit(one.deed === 'retire' ? 'retire' : 'return', actor);
      if (!permitted.ok) return permitted;
      return act(one, { ...options.origin, actor: permitted.value });
    }).finally(wake);
  }

  async function cancel(one: ReturnCase, origin: Origin): Promise<Result<void, Problem>> {
    const { serial, state } = one;
    const unit = await idleUnit(serial, store);
    if (!unit.ok) return unit;
    const written = state.step === 'awaiting-board' && unit.value.live?.id !== one.subject.jobId;
    const moved = written ? null : await move(one, { event: 'cancel-asked' }, origin);
    return moved === null ? fail(problem('return-too-late', { serial, step: state.step })) : ok(undefined);
  }

  async function goOn(one: ReturnCase, leaveOut: boolean, origin: Origin): Promise<Result<void, Problem>> {
    waits.forget(one);
    const { serial, state } = one;
    if (leaveOut) {
      const unit = await idleUnit(serial, store);
      if (!unit.ok) return unit;
      const moved = await move(one, { event: 'left-out' }, origin);
      return moved === null ? fail(problem('return-step-needed', { serial, step: state.step })) : ok(undefined);
    }
    const writes = [{ write: 'noted', event: 'return-continued', serial, facts: { return: one.id } }] as const;
    return store.commit({ origin, at: isoNow(clock), writes });
  }

  function waitOf(one: ReturnCase): ReturnWait {
    if (returnEffectOf(one) !== null) return waits.view(one);
    const pause = one.state.step === 'delivering' ? options.pauseOf(targetOf(one)) : null;
    return {
      problem: pause?.problem ?? null,
      nextTryAt: pause?.until ?? null,
      needsPerson: pause !== null && pause.until === null,
    };
  }

  const { image, hash } = options.recipe;
  const ownMeasures = image === null ? [] : [{ recipeHash: hash, ...measureOf(image) }];
  let keeping: Promise<void> | null = null;

  async function keepMeasures(): Promise<void> {
    const kept = await store.measures();
    for (const measure of ownMeasures) {
      if (!kept.ok || kept.value.some(({ recipeHash }) => recipeHash === measure.recipeHash)) return;
      const writes = [{ write: 'measure-kept', measure }] as const;
      await store.commit({ origin: options.origin, at: isoNow(clock), writes });
    }
  }

  return {
    // A label that was scanned names its serial; everything else is looked for as it is.
    find: (text) => store.findUnits(options.recipe.matchLabel(text.trim())?.['serial'] || text.trim(), 20),
    open: async (order, asking) => {
      const made = await openedCase(order, asking, options);
      if (!made.ok) return made;
      const writes = [{ write: 'return-opened', case: made.value }] as const;
      const committed = await store.commit({ origin: made.value.origin, at: made.value.startedAt, writes });
      if (!committed.ok) return committed;
      if (open !== null) open += 1;
      changed();
      wake();
      return ok({ id: made.value.id, notice: noticeOf(made.value) });
    },
    detail: async (id) => {
      const found = await store.returnCase(id);
      if (!found.ok) return found;
      if (found.value === null) return fail(problem('return-not-found', { id }));
      const wait = (await parkedWait(found.value, store)) ?? waitOf(found.value);
      return ok({ case: found.value, wait, notice: noticeOf(found.value) });
    },
    cancel: (id, asking) => asked(id, asking, cancel),
    goOn: (id, leaveOut, asking) => asked(id, asking, (one, origin) => goOn(one, leaveOut, origin)),
    forecast: (query) => firmwareForecast({ ...query, known: [...query.known, ...ownMeasures] }, store),
    state: async () => {
      const page = await store.listReturns({ open: true, before: null, limit: shownReturns });
      if (!page.ok) return { open: open ?? 0, rows: [] };
      const rows = page.value.rows.map((one): OpenReturn => {
        const { id, serial, deed, reason, startedAt } = one;
        return { id, serial, deed, reason, step: one.state.step, startedAt, wait: waitOf(one) };
      });
      return { open: page.value.total, rows };
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: async () => {
      while (running !== null) await running;
    },
    jobBegins: () => {
      keeping ??= keepMeasures();
    },
    start: async () => {
      const counted = await store.countOpenReturns();
      open = counted.ok ? counted.value : null;
      wake();
    },
    wake,
    expect: (hardwareId) => {
      waits.expect(hardwareId);
      wake();
    },
    flush: () => {
      waits.forget(null);
      wake();
    },
    stop: async () => {
      stopped = true;
      alarm.clear();
      await running;
      await Promise.all([keeping, ...turns.values()]);
    },
  };
}
