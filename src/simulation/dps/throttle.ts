import type { Refusal } from './answer.ts';
import type { DpsSwitches } from './switches.ts';

/** Counts what happened in the last 60 seconds (or another span), sliding, not by calendar minute. */
export type SlidingWindow = {
  /** Counts `weight` now when the total stays within `limit` (null: always). Else answers the milliseconds to wait. */
  readonly take: (weight: number, limit: number | null) => { readonly taken: true } | WaitAnswer;
  /** Highest total of any span so far. */
  readonly peak: () => number;
};

type WaitAnswer = { readonly taken: false; readonly waitInMs: number };

/** Makes a {@link SlidingWindow} over `spanInMs`. An event at t leaves the window at t + span. */
export function createSlidingWindow(nowInMs: () => number, spanInMs = 60_000): SlidingWindow {
  const events: { readonly at: number; readonly weight: number }[] = [];
  let total = 0;
  let highest = 0;
  let first = 0; // index of the oldest event still inside; the array is cut now and then
  const forgetOld = (now: number): void => {
    for (let event = events[first]; event !== undefined && event.at <= now - spanInMs; event = events[first]) {
      total -= event.weight;
      first += 1;
    }
    if (first > 1024) {
      events.splice(0, first);
      first = 0;
    }
  };
  const waitFor = (weight: number, limit: number, now: number): number => {
    let over = total + weight - limit;
    for (const event of events.slice(first)) {
      over -= event.weight;
      if (over <= 0) return Math.max(1, event.at + spanInMs - now);
    }
    return spanInMs; // heavier than the whole limit: no wait would do, so name a whole span
  };
  return {
    take: (weight, limit) => {
      const now = nowInMs();
      forgetOld(now);
      if (limit !== null && total + weight > limit) return { taken: false, waitInMs: waitFor(weight, limit, now) };
      events.push({ at: now, weight });
      total += weight;
      highest = Math.max(highest, total);
      return { taken: true };
    },
    peak: () => highest,
  };
}

/** 429 with the seconds until the sliding window has room again. */
export function throttledFor(switches: DpsSwitches, waitInMs: number): Refusal {
  const retryAfterInSeconds = Math.max(1, Math.ceil(waitInMs / 1000));
  return { errorCode: switches.throttledCode, message: 'Too many requests.', retryAfterInSeconds };
}
