import type { Problem } from '../../shared/problem.ts';

/**
 * How long to wait before the next try: doubles from `firstInMs` to `mostInMs`, spread over its upper half by
 * `fraction` (0 to 1) so that many stations do not come back at once.
 */
export function retryDelayInMs(options: {
  readonly failures: number; // in a row, 1 for the first
  readonly firstInMs: number;
  readonly mostInMs: number;
  readonly fraction: number;
}): number {
  const full = Math.min(options.mostInMs, options.firstInMs * 2 ** Math.min(30, options.failures - 1));
  return Math.round(full / 2 + (full / 2) * options.fraction);
}

/** How long to wait after the call that failed `failures` times in a row: as the service asks, else by the kind of failure. */
export function pauseInMs(
  failure: { readonly problem: Problem; readonly retryAfterInMs: number | null },
  failures: number,
  fraction: number,
): number {
  if (failure.retryAfterInMs !== null) return failure.retryAfterInMs + Math.round(250 * fraction);
  const { code } = failure.problem;
  if (code === 'service-failed') return retryDelayInMs({ failures, firstInMs: 5_000, mostInMs: 60_000, fraction });
  // A network that is back should be used soon; trying costs the service nothing.
  const unreachable = code === 'network-down' || code === 'name-not-found';
  return retryDelayInMs({ failures, firstInMs: 1_000, mostInMs: unreachable ? 15_000 : 60_000, fraction });
}

/** When to ask the service again whether a unit registered: soon after delivery, then ever more
 * seldom, down to four times a day: units may lie in a warehouse for months, and the quota is everybody's. */
export function watchDelayInMs(asked: number): number {
  return Math.min(21_600_000, 2_000 * 2 ** Math.min(20, asked));
}
