import type { OrderProgress } from '../../shared/contract-orders.ts';

/** What the books say of one order; see `OrderFigures` of the port. */
export type ProgressFacts = {
  readonly quantity: number;
  readonly running: number;
  readonly passed: number;
  readonly unsettled: number;
  readonly failed: number;
  readonly aborted: number;
  readonly delivered: number;
  readonly proved: number;
  readonly units: number;
  readonly firstPass: number;
  readonly firstStartedAt: string | null;
  readonly passedAt: readonly string[]; // newest first
  readonly passedSince: number; // in the last hour
  readonly taktTargetInS: number | null;
};

/** Units per hour count over the last hour, or over the order's own time where that is shorter. */
export const rateWindowInMs = 3_600_000;
/** A rate of less time than this says nothing. */
const shortestInMs = 60_000;

/** How an order goes at `now` (milliseconds since 1970 UTC). */
export function progressOf(facts: ProgressFacts, now: number): OrderProgress {
  const { passedAt, passedSince, firstStartedAt, taktTargetInS, quantity, ...counts } = facts;
  const taktInS = taktOf(passedAt);
  const left = Math.max(0, quantity - facts.passed);
  const pace = taktInS ?? taktTargetInS;
  return {
    ...counts,
    quantity,
    unitsPerHour: rateOf(passedSince, firstStartedAt, now),
    taktInS,
    taktTargetInS,
    endsAt: left === 0 || pace === null ? null : new Date(now + left * pace * 1_000).toISOString(),
  };
}

function rateOf(passed: number, firstStartedAt: string | null, now: number): number | null {
  if (firstStartedAt === null) return null;
  const window = Math.min(rateWindowInMs, now - Date.parse(firstStartedAt));
  return window < shortestInMs ? null : (passed * 3_600_000) / window;
}

/** Median of the seconds from one pass to the next; null before the second pass. */
function taktOf(passedAt: readonly string[]): number | null {
  const gaps = passedAt
    .slice(1)
    .map((earlier, index) => (Date.parse(passedAt[index] ?? earlier) - Date.parse(earlier)) / 1_000)
    .sort((one, other) => one - other);
  if (gaps.length === 0) return null;
  const right = gaps[Math.floor(gaps.length / 2)] ?? 0;
  const left = gaps[Math.ceil(gaps.length / 2) - 1] ?? 0;
  return (left + right) / 2;
}
