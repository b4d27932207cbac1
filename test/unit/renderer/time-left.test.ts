import { describe, expect, it } from 'vitest';
import { type LeftAt, remember, timeLeftInMs } from '../../../src/renderer/ui/time-left.ts';

const at = (...pairs: readonly (readonly [number, number])[]): LeftAt[] =>
  pairs.map(([seconds, left]) => ({ at: seconds * 1_000, left }));

describe('time left', () => {
  it.each([
    ['half done in 10 s', at([0, 100], [10, 50]), 10_000],
    ['a tenth done in 6 s', at([0, 1_000], [3, 950], [6, 900]), 54_000],
    ['too early to say', at([0, 100], [1, 50]), null],
    ['nothing done', at([0, 100], [60, 100]), null],
    ['nothing left', at([0, 100], [60, 0]), null],
    ['nothing known', [], null],
  ] as const)('%s', (_, moments, expected) => {
    expect(timeLeftInMs(moments)).toBe(expected);
  });

  it('starts anew with more work, and forgets what is long ago', () => {
    const some = at([0, 100], [10, 80]);
    expect(remember(some, { at: 11_000, left: 120 })).toEqual(at([11, 120]));
    expect(remember(some, { at: 125_000, left: 70 })).toEqual(at([10, 80], [125, 70]));
  });
});
