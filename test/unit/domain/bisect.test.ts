import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continueBisect, nextBisectCall, startBisect } from '../../../src/main/domain/bisect.ts';

/** Plays a service that refuses a whole batch when it holds a bad item; says what was found in how many further calls. */
function search(items: readonly number[], bad: ReadonlySet<number>) {
  let step = startBisect(items);
  let calls = 0;
  let callsUntilKnown: number | null = step.bad.length > 0 ? 0 : null;
  const found = [...step.bad];
  const delivered: number[] = [];
  const sizes: number[] = [];
  while (step.next !== null) {
    const sent = nextBisectCall(step.next);
    calls += 1;
    sizes.push(sent.length);
    const accepted = !sent.some((item) => bad.has(item));
    if (accepted) delivered.push(...sent);
    step = continueBisect(step.next, accepted);
    found.push(...step.bad);
    if (found.length > 0) callsUntilKnown ??= calls;
  }
  return {
    found: found.sort((a, b) => a - b),
    delivered: delivered.sort((a, b) => a - b),
    calls,
    callsUntilKnown,
    sizes,
  };
}

const ten = Array.from({ length: 10 }, (_, index) => index);

describe('bisection after a whole-batch 400', () => {
  it.each(ten)(
    'finds the one bad item %i of ten in at most 4 further calls, the other nine delivered in at most 5',
    (bad) => {
      const { found, delivered, calls, callsUntilKnown } = search(ten, new Set([bad]));
      expect(found).toEqual([bad]);
      expect(delivered).toEqual(ten.filter((item) => item !== bad));
      expect(callsUntilKnown).toBeLessThanOrEqual(4);
      expect(calls).toBeLessThanOrEqual(5);
    },
  );

  it('parks a single refused item without another call', () => {
    expect(search([7], new Set([7]))).toMatchObject({ found: [7], calls: 0 });
  });

  it('falls back to single calls when several are bad', () => {
    const { found, delivered, sizes } = search(ten, new Set([0, 9]));
    expect(found).toEqual([0, 9]);
    expect(delivered).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    // Four calls find the first, one with the rest is refused, and from there each goes alone.
    expect(sizes.at(-10)).toBe(9);
    expect(sizes.slice(-9)).toEqual(Array(9).fill(1));
  });

  it('judges every item exactly once, whatever is bad', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 10 }),
        fc.infiniteStream(fc.boolean()),
        (items, coin) => {
          const bad = new Set(items.filter(() => coin.next().value));
          if (bad.size === 0) bad.add(items[0] as number);
          const { found, delivered, calls } = search(items, bad);
          expect([...found, ...delivered].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
          expect(found).toEqual([...bad].sort((a, b) => a - b));
          expect(calls).toBeLessThanOrEqual(items.length + 4);
        },
      ),
    );
  });
});
