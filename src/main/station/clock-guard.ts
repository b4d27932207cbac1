import type { Clock } from '../ports/clock.ts';
import type { Unsubscribe } from '../ports/line.ts';

const looksEveryMs = 30_000;

/**
 * Notices that the computer's clock was set back. What waits for a time of day would then wait until that time comes once
 * more, a day later for instance; `onSetBack` lets it go at once. A step of less than the time between two looks is one
 * that nobody has to wait for long.
 */
export function guardClock(clock: Clock, onSetBack: (byInMs: number) => void): Unsubscribe {
  let last = clock.now();
  let stop: Unsubscribe = () => {};
  const later = (): void => {
    stop = clock.after(looksEveryMs, () => {
      const now = clock.now();
      const back = last - now;
      last = now;
      later();
      if (back > 0) onSetBack(back + looksEveryMs);
    });
  };
  later();
  return () => stop();
}
