import type { Clock } from '../../src/main/ports/clock.ts';

/** A clock that stands still until the test moves it. */
export type ManualClock = Clock & {
  /** Goes to the moment of the next timer and runs it; false when no timer is set. */
  next(): boolean;
  /** Lets `inMs` pass; timers that fall due run in their order. */
  pass(inMs: number): void;
  /** Resolves when a timer is set, at once if there is one. */
  armed(): Promise<void>;
};

type Timer = { readonly at: number; readonly run: () => void };

/** Makes a {@link ManualClock}. `startInMs` in milliseconds since 1970 UTC. */
export function manualClock(startInMs = Date.UTC(2026, 10, 20, 10, 0, 0)): ManualClock {
  let now = startInMs;
  const timers = new Set<Timer>();
  const waiting = new Set<() => void>();
  const earliest = (): Timer | undefined => [...timers].sort((one, other) => one.at - other.at)[0];
  const run = (timer: Timer): void => {
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.run();
  };
  return {
    now: () => now,
    after(delayInMs, callback) {
      const timer = { at: now + delayInMs, run: callback };
      timers.add(timer);
      for (const tell of [...waiting]) tell();
      waiting.clear();
      return () => void timers.delete(timer);
    },
    next() {
      const timer = earliest();
      if (timer !== undefined) run(timer);
      return timer !== undefined;
    },
    pass(inMs) {
      const end = now + inMs;
      for (let timer = earliest(); timer !== undefined && timer.at <= end; timer = earliest()) run(timer);
      now = end;
    },
    armed: () => (timers.size > 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
  };
}
