/** Minutes that local time is ahead of UTC at a moment (milliseconds since 1970 UTC). */
export type ZoneOffset = (at: number) => number;

/** One shift, from its start (inclusive) to the next (exclusive); milliseconds since 1970 UTC. */
export type Shift = { readonly since: number; readonly until: number };

const minuteInMs = 60_000;
const dayInMs = 24 * 60 * minuteInMs;

/**
 * The shift of a moment. `starts` are local times `HH:MM`. A start that the clock skips in spring comes as much later;
 * of one that comes twice in autumn the first counts, so that no shift is cut in two.
 */
export function shiftAt(at: number, starts: readonly string[], offset: ZoneOffset): Shift {
  const midnight = Math.floor((at + offset(at) * minuteInMs) / dayInMs) * dayInMs; // as if local time were UTC
  const begins = [-2, -1, 0, 1, 2]
    .flatMap((day) =>
      starts.map((start) => instantOf(midnight + day * dayInMs + minutesOf(start) * minuteInMs, offset)),
    )
    .sort((one, other) => one - other);
  const since = begins.findLast((begin) => begin <= at) ?? at;
  return { since, until: begins.find((begin) => begin > at) ?? at };
}

/** The moment at which clocks in the zone show `local` (a time as if it were UTC). */
function instantOf(local: number, offset: ZoneOffset): number {
  const before = offset(local - dayInMs);
  const after = offset(local + dayInMs);
  const shows = [before, after]
    .map((minutes) => local - minutes * minuteInMs)
    .filter((instant) => instant + offset(instant) * minuteInMs === local)
    .sort((one, other) => one - other);
  return shows[0] ?? local - before * minuteInMs;
}

function minutesOf(start: string): number {
  const [hours = 0, minutes = 0] = start.split(':').map(Number);
  return hours * 60 + minutes;
}
