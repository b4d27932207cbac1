import { type Budget, endOf, newBudget, takeFrom, usedOf } from '../domain/budget.ts';
import type { Clock } from '../ports/clock.ts';

/** Who asks; the courier goes before the watcher, the watcher before lists. */
export type QuotaUser = 'courier' | 'watcher' | 'list';
const order: readonly QuotaUser[] = ['courier', 'watcher', 'list'];

/** Gives out operations of one DPS instance. */
export type Quota = {
  /** Waits for `weight` operations; resolves to a function that must be called when the call has ended, or null when stopped. */
  take(user: QuotaUser, weight: number): Promise<(() => void) | null>;
  readonly limit: number; // operations in any 60 seconds
  /** Operations that count now. */
  used(): number;
  /** Ends all waiting. */
  stop(): void;
};

/** One budget for everybody who calls this instance. `operationsPerMinute` counts in any 60 seconds. */
export function createQuota(operationsPerMinute: number, clock: Clock): Quota {
  let budget: Budget = newBudget(operationsPerMinute);
  let stopped = false;
  let stopTimer = (): void => {};
  const waiting: { user: QuotaUser; weight: number; give: (release: (() => void) | null) => void }[] = [];

  function serve(): void {
    stopTimer();
    while (waiting.length > 0) {
      waiting.sort((a, b) => order.indexOf(a.user) - order.indexOf(b.user));
      const first = waiting[0];
      if (first === undefined) return;
      const taken = takeFrom(budget, first.weight, clock.now());
      if (!taken.taken) {
        if (taken.waitInMs !== null) stopTimer = clock.after(taken.waitInMs, serve);
        return;
      }
      waiting.shift();
      budget = taken.budget;
      first.give(releaseOf(first.weight));
    }
  }

  function releaseOf(weight: number): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      budget = endOf(budget, weight, clock.now());
      serve();
    };
  }

  return {
    take: (user, weight) =>
      new Promise((resolve) => {
        if (stopped) return resolve(null);
        waiting.push({ user, weight, give: resolve });
        serve();
      }),
    limit: operationsPerMinute,
    used: () => usedOf(budget, clock.now()),
    stop: () => {
      stopped = true;
      stopTimer();
      for (const one of waiting.splice(0)) one.give(null);
    },
  };
}
