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

/** When to ask the service again whether a unit registered: soon after delivery, then ever more
 * seldom, down to four times a day: units may lie in a warehouse for months, and the quota is everybody's. */
export function watchDelayInMs(asked: number): number {
  return Math.min(21_600_000, 2_000 * 2 ** Math.min(20, asked));
}
