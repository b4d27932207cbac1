import type { Clock } from '../ports/clock.ts';

/** One alarm for several reasons to wake: the earliest wins, a later one never puts it off. */
export type Alarm = {
  set(delayInMs: number): void;
  clear(): void;
};

/** Makes an alarm that rings once for each time it was set to; at least 1 ms from now, so that no loop is tight. */
export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let ringsAt: number | null = null;
  let stop = (): void => {};
  const clear = (): void => {
    stop();
    ringsAt = null;
  };
  return {
    set: (delayInMs) => {
      const at = clock.now() + Math.max(1, delayInMs);
      if (ringsAt !== null && ringsAt <= at) return;
      clear();
      ringsAt = at;
      stop = clock.after(Math.max(1, delayInMs), () => {
        ringsAt = null;
        ring();
      });
    },
    clear,
  };
}
