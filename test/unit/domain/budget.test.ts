import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, newBudget, takeFrom, usedOf } from '../../../src/main/domain/budget.ts';

describe('the quota of an instance', () => {
  it('gives out the limit at once and then waits for the window', () => {
    let budget = newBudget(3);
    for (let call = 0; call < 3; call++) {
      const taken = takeFrom(budget, 1, 1_000);
      if (!taken.taken) throw new Error('refused within the limit');
      budget = taken.budget;
    }
    for (let call = 0; call < 3; call++) budget = endOf(budget, 1, 1_100);
    expect(takeFrom(budget, 1, 2_000)).toEqual({ taken: false, waitInMs: 59_150 });
    expect(takeFrom(budget, 1, 61_150).taken).toBe(true);
  });

  it('counts what is under way and what ended within the window', () => {
    const first = takeFrom(newBudget(5), 2, 0);
    if (!first.taken) throw new Error('refused');
    const second = takeFrom(first.budget, 1, 0);
    if (!second.taken) throw new Error('refused');
    const ended = endOf(second.budget, 2, 1_000);
    const used = [0, 1_000, 61_049, 61_050].map((now) => usedOf(ended, now));
    expect(used).toEqual([3, 3, 3, 1]); // one is under way still; two count until 60 s and a margin after their end
  });

  it('waits a window, not an hour, after the clock was set back an hour', () => {
    const taken = takeFrom(newBudget(1), 1, 3_600_000);
    if (!taken.taken) throw new Error('refused');
    expect(takeFrom(endOf(taken.budget, 1, 3_600_000), 1, 0)).toEqual({ taken: false, waitInMs: 60_050 });
  });

  it('counts running calls however long they take', () => {
    const first = takeFrom(newBudget(1), 1, 0);
    if (!first.taken) throw new Error('refused');
    expect(takeFrom(first.budget, 1, 600_000)).toEqual({ taken: false, waitInMs: null });
  });

  it('lets a call that weighs more than the limit go alone', () => {
    expect(takeFrom(newBudget(5), 10, 0).taken).toBe(true);
  });

  it('never lets a service count more than the limit in any 60 seconds, wherever in a call it counts', () => {
    const call = fc.record({
      gap: fc.nat(9_000),
      length: fc.nat(70_000),
      counted: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(call, { minLength: 5, maxLength: 60 }), (limit, calls) => {
        let budget = newBudget(limit);
        let now = 0;
        const running: { end: number }[] = [];
        const counted: number[] = [];
        for (const { gap, length, counted: fraction } of calls) {
          now += gap;
          for (const one of [...running].sort((a, b) => a.end - b.end)) {
            if (one.end > now) continue;
            budget = endOf(budget, 1, one.end);
            running.splice(running.indexOf(one), 1);
          }
          const taken = takeFrom(budget, 1, now);
          if (!taken.taken) continue;
          budget = taken.budget;
          running.push({ end: now + length });
          counted.push(now + length * fraction);
        }
        for (const from of counted) {
          expect(counted.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});
