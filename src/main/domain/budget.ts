/**
 * The quota of a DPS instance: at most `operationsPerMinute` operations in any 60 seconds.
 * An operation counts from its start until 60 seconds after its end: the service may have counted it at any moment in
 * between, so no window of the service can hold more than the limit, however slow the network was.
 */
export type Budget = {
  readonly limit: number; // operations in any 60 seconds
  readonly running: number; // weight of calls under way
  readonly ended: readonly { readonly at: number; readonly weight: number }[]; // ascending, ms since 1970
};

const windowInMs = 60_000;
/** The service's clock may tick a little faster; a window is held open this much longer. */
const marginInMs = 50;

/** A fresh budget. */
export function newBudget(limit: number): Budget {
  return { limit, running: 0, ended: [] };
}

/** Takes `weight` operations, or says how many milliseconds from `now` to ask again (null: when a running call has ended). */
export function takeFrom(
  budget: Budget,
  weight: number,
  now: number,
): { readonly taken: true; readonly budget: Budget } | { readonly taken: false; readonly waitInMs: number | null } {
  // After the clock was set back an end cannot lie in the future: it counts as now, and the window stays safe.
  const ended = budget.ended
    .map((entry) => (entry.at > now ? { ...entry, at: now } : entry))
    .filter((entry) => entry.at + windowInMs + marginInMs > now);
  let used = budget.running + ended.reduce((sum, entry) => sum + entry.weight, 0);
  // A single call that weighs more than the whole limit may only go into an empty window.
  const fits = (): boolean => used + weight <= budget.limit || used === 0;
  if (fits()) return { taken: true, budget: { ...budget, ended, running: budget.running + weight } };
  for (const entry of ended) {
    used -= entry.weight;
    if (fits()) return { taken: false, waitInMs: Math.max(1, entry.at + windowInMs + marginInMs - now) };
  }
  return { taken: false, waitInMs: null };
}

/** Operations that count at `now`: those under way, and those that ended within the last 60 seconds. */
export function usedOf(budget: Budget, now: number): number {
  return budget.ended.reduce(
    (sum, { at, weight }) => sum + (at + windowInMs + marginInMs > now ? weight : 0),
    budget.running,
  );
}

/** Records the end of a call that took `weight`. */
export function endOf(budget: Budget, weight: number, now: number): Budget {
  return { ...budget, running: budget.running - weight, ended: [...budget.ended, { at: now, weight }] };
}
