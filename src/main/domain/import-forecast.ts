/**
 * Rows per minute and the time that is left. The quota is a sliding minute: its first calls go out at once, so that what
 * was seen so far promises too much; a slow service keeps what the quota promises from coming true. The worse one counts.
 */
export function forecast(run: {
  readonly left: number; // rows
  readonly doneInRun: number; // rows
  readonly elapsedInMs: number;
  readonly quotaPerMinute: number; // rows that the quota lets through
}): { readonly perMinute: number; readonly leftInMs: number } {
  const { left, doneInRun, elapsedInMs, quotaPerMinute } = run;
  const seen = doneInRun > 0 && elapsedInMs > 0 ? (doneInRun * 60_000) / elapsedInMs : quotaPerMinute;
  const perMinute = Math.min(seen, quotaPerMinute);
  return { perMinute: Math.round(perMinute), leftInMs: Math.round((left * 60_000) / perMinute) };
}
