import type { Origin } from '../../shared/job.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pause } from '../../shared/station-snapshot.ts';
import { judgeFailedCall, planCalls } from '../domain/outbox-machine.ts';
import { pauseInMs, retryDelayInMs } from '../domain/retry-schedule.ts';
import { type Clock, isoNow } from '../ports/clock.ts';
import type { RegistryFailure } from '../ports/enrollment-registry.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { StationStore } from '../ports/station-store.ts';
import { createAlarm } from './alarm.ts';
import { deliver, type FinalVerdict } from './delivery.ts';
import type { Instances } from './instances.ts';

/** What a courier needs. */
export type CourierOptions = {
  readonly instances: Instances;
  readonly origin: Origin;
  readonly store: Pick<StationStore, 'dueItems' | 'nextDueAt' | 'commit' | 'wasEnrolled' | 'item'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly logger: Logger;
  readonly callsInFlight: number; // 1 to 4 bulks at once
  readonly onChange: () => void;
};

/** Delivers outbox items; the only one who retries. */
export type Courier = {
  /** Looks for work; call when items were queued. */
  wake(): void;
  /** An operator says go: ends any pause, forgets any wait of single items, and looks for work. */
  flush(): void;
  /** Puts a parked item back into the queue; `actor` is answerable. */
  retry(itemId: number, actor: string): Promise<Result<void, Problem>>;
  /** The pause that a person should hear of first, of all instances. */
  pause(): Pause | null;
  /** Why nothing is sent to one instance now. */
  pauseOf(instance: string): Pause | null;
  /** Resolves when nothing is under way and nothing more can go out now (drained, paused, or waiting for a time). */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

const windowOfItems = 200;
const endOfTime = '9999';

/** Makes a courier; it starts with the first `wake`. */
export function createCourier(options: CourierOptions): Courier {
  // Items of an instance that the settings do not know stay where they are.
  const known = [...options.instances.keys()];
  const underWay = new Set<string>();
  const calls = new Set<Promise<void>>();
  /** Trouble of one instance is nobody else's: pauses and failures in a row are kept apart. */
  const pauses = new Map<string, { readonly problem: Problem; readonly untilMs: number | null }>();
  const failures = new Map<string, number>();
  const inFlight = new Map<string, number>();
  let notBeforeCounts = true;
  let stopped = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  // Pauses of several instances and waits of items share it.
  const alarm = createAlarm(options.clock, wake);

  function wake(): void {
    lookAgain = true;
    looking ??= look().finally(() => {
      looking = null;
      if (lookAgain && !stopped) wake();
    });
  }

  async function look(): Promise<void> {
    while (lookAgain && !stopped) {
      lookAgain = false;
      const free = options.callsInFlight - calls.size;
      const open = known.filter(mayGo);
      if (free <= 0 || open.length === 0) return;
      const now = notBeforeCounts ? isoNow(options.clock) : endOfTime;
      const due = await options.store.dueItems(now, windowOfItems, open);
      if (!due.ok) return alarm.set(5_000);
      notBeforeCounts = true;
      const plan = planCalls(due.value, { now, underWay, callsFree: free }).filter(probing());
      for (const items of plan) begin(items);
      if (plan.length === 0 && calls.size === 0) await sleepUntilDue(open);
    }
  }

  /** After a failure one call goes ahead to see whether the way to that instance is free. */
  function probing(): (items: readonly OutboxItem[]) => boolean {
    const begun = new Map(inFlight);
    return ([first]) => {
      const instance = first?.instance ?? '';
      const running = begun.get(instance) ?? 0;
      if ((failures.get(instance) ?? 0) > 0 && running > 0) return false;
      begun.set(instance, running + 1);
      return true;
    };
  }

  function mayGo(instance: string): boolean {
    const pause = pauses.get(instance);
    if (pause === undefined) return true;
    if (pause.untilMs !== null && pause.untilMs <= options.clock.now()) {
      pauses.delete(instance);
      options.onChange();
      return true;
    }
    if (pause.untilMs !== null) alarm.set(pause.untilMs - options.clock.now());
    return false;
  }

  async function sleepUntilDue(open: readonly string[]): Promise<void> {
    const at = await options.store.nextDueAt(open);
    if (!at.ok || at.value === null || stopped) return;
    const waitInMs = Date.parse(at.value) - options.clock.now();
    if (waitInMs > 0) alarm.set(waitInMs);
  }

  function begin(items: readonly OutboxItem[]): void {
    const ids = items.map((item) => `${item.instance}\n${item.registrationId}`);
    const instance = items[0]?.instance ?? '';
    for (const id of ids) underWay.add(id);
    inFlight.set(instance, (inFlight.get(instance) ?? 0) + 1);
    const call = send(items)
      .catch((error: unknown) =>
        options.logger.error('the courier failed in a way nobody named', { reason: String(error) }),
      )
      .finally(() => {
        for (const id of ids) underWay.delete(id);
        inFlight.set(instance, (inFlight.get(instance) ?? 1) - 1);
        calls.delete(call);
        wake();
      });
    calls.add(call);
  }

  async function send(items: readonly OutboxItem[]): Promise<void> {
    const name = items[0]?.instance ?? '';
    const instance = options.instances.get(name);
    if (instance === undefined) return;
    const counted = items.map((item) => ({ ...item, attempts: item.attempts + 1, notBefore: null }));
    // Written down before it is done: whoever comes after a crash knows that these may have arrived.
    if (!(await record(counted, 'item-sent'))) return;
    const failure = await deliver(counted, { instance, store: options.store, report: settle });
    if (failure === null) failures.delete(name);
    else if (failure.problem.code !== 'station-stopping') await startPause(name, failure);
  }

  async function settle(item: OutboxItem, verdict: FinalVerdict): Promise<void> {
    const now = isoNow(options.clock);
    if (verdict.verdict === 'delivered') {
      const { proofAfter } = verdict;
      await record([{ ...item, state: 'delivered', deliveredAt: now, problem: null, proofAfter }], 'item-delivered');
    } else if (verdict.verdict === 'parked') {
      await record([{ ...item, state: 'parked', problem: stored(verdict.problem) }], 'item-parked');
    } else {
      const delay = retryDelayInMs({
        failures: item.attempts,
        firstInMs: 1_000,
        mostInMs: 300_000,
        fraction: options.random.fraction(),
      });
      const notBefore = new Date(options.clock.now() + delay).toISOString();
      await record([{ ...item, notBefore, problem: stored(verdict.problem) }], 'item-again');
    }
  }

  /** False: it could not be recorded; the item stays as the books have it and is sent, then compared, later. */
  async function record(items: readonly OutboxItem[], event: string): Promise<boolean> {
    const committed = await options.store.commit({
      origin: options.origin,
      at: isoNow(options.clock),
      writes: items.map((item) => ({ write: 'item-changed', item, event })),
    });
    if (!committed.ok) {
      options.logger.error('the outbox could not be written', { code: committed.problem.code });
      const untilMs = options.clock.now() + 5_000;
      for (const item of items) pauses.set(item.instance, { problem: committed.problem, untilMs });
    }
    options.onChange();
    return committed.ok;
  }

  async function startPause(instance: string, failure: RegistryFailure): Promise<void> {
    const verdict = judgeFailedCall(failure.problem, 1);
    const operator = verdict.verdict === 'pause' && verdict.until === 'operator';
    const before = pauses.get(instance);
    // Calls that fail together are one failure.
    const row = (failures.get(instance) ?? 0) + (before === undefined ? 1 : 0);
    failures.set(instance, row);
    const delay = pauseInMs(failure, row, options.random.fraction());
    const untilMs = operator ? null : options.clock.now() + delay;
    // A second failure never weakens what the first one asked for.
    const weaker = before !== undefined && (before.untilMs === null || (untilMs !== null && untilMs < before.untilMs));
    if (!weaker) pauses.set(instance, { problem: failure.problem, untilMs });
    options.onChange();
    if (before !== undefined) return;
    const facts = { instance, code: failure.problem.code, forInMs: operator ? null : delay };
    options.logger.warn('the courier pauses', facts);
    const writes = [{ write: 'noted', event: 'courier-paused', serial: null, facts }] as const;
    await options.store.commit({ origin: options.origin, at: isoNow(options.clock), writes });
  }

  /** The pause that a person should hear of first: one that waits for a person, else the longest. */
  function worstPause(): Pause | null {
    const worst = [...pauses.values()].sort((a, b) => (b.untilMs ?? Infinity) - (a.untilMs ?? Infinity))[0];
    return worst === undefined ? null : asPause(worst);
  }

  function flush(): void {
    pauses.clear();
    failures.clear();
    notBeforeCounts = false;
    alarm.clear();
    wake();
  }

  return {
    wake,
    flush,
    retry: async (itemId, actor) => {
      const found = await options.store.item(itemId);
      if (!found.ok) return found;
      const item = found.value;
      if (item === null) return fail(problem('item-not-found', { item: itemId }));
      if (item.state !== 'parked') return fail(problem('item-not-parked', { item: itemId, state: item.state }));
      const committed = await options.store.commit({
        origin: { ...options.origin, actor },
        at: isoNow(options.clock),
        writes: [
          { write: 'item-changed', item: { ...item, state: 'pending', notBefore: null }, event: 'item-retried' },
        ],
      });
      if (!committed.ok) return committed;
      flush();
      return ok(undefined);
    },
    pause: worstPause,
    pauseOf: (instance) => {
      const pause = pauses.get(instance);
      return pause === undefined ? null : asPause(pause);
    },
    settled: async () => {
      while (looking !== null || calls.size > 0) await Promise.all([looking, ...calls]);
    },
    stop: async () => {
      stopped = true;
      alarm.clear();
      for (const instance of options.instances.values()) instance.quota.stop();
      await Promise.all([looking, ...calls]);
    },
  };
}

function asPause({ problem: cause, untilMs }: { readonly problem: Problem; readonly untilMs: number | null }): Pause {
  return { problem: stored(cause), until: untilMs === null ? null : new Date(untilMs).toISOString() };
}

function stored(cause: Problem) {
  return { code: cause.code, facts: { ...cause.facts } };
}
