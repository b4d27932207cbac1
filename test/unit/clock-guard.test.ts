import { describe, expect, it } from 'vitest';
import { guardClock } from '../../src/main/station/clock-guard.ts';

/** A clock whose hands a test sets, apart from the timers that run on. */
function settableClock() {
  let now = Date.UTC(2026, 10, 26, 12);
  let timer: { readonly inMs: number; readonly run: () => void } | null = null;
  const clock = {
    now: () => now,
    after: (inMs: number, run: () => void) => {
      timer = { inMs, run };
      return () => {
        timer = null;
      };
    },
  };
  return {
    clock,
    armed: () => timer !== null,
    /** The next timer rings; meanwhile the hands were moved by `byInMs`. */
    ring(byInMs = 0): void {
      const due = timer;
      if (due === null) throw new Error('no timer');
      timer = null;
      now += due.inMs + byInMs;
      due.run();
    },
  };
}

describe('a clock that is looked after', () => {
  it.each([
    ['goes on', 0, []],
    ['is set ahead by a day', 86_400_000, []],
    ['is set back by ten seconds', -10_000, []],
    ['is set back by a day', -86_400_000, [86_400_000]],
    ['is set back by an hour', -3_600_000, [3_600_000]],
  ])('%s', (_, byInMs, told) => {
    const hands = settableClock();
    const backs: number[] = [];
    const stop = guardClock(hands.clock, (by) => backs.push(by));
    hands.ring();
    hands.ring(byInMs);
    hands.ring();
    expect(backs).toEqual(told);
    stop();
    expect(hands.armed()).toBe(false);
  });
});
