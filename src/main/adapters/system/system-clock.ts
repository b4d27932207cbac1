import type { Clock } from '../../ports/clock.ts';

/** The computer's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayInMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayInMs, 2_147_483_647));
    return () => clearTimeout(timer);
  },
};
