import { describe, expect, it } from 'vitest';
import { isoPlan, samplePlan } from '../../../src/main/domain/lot-plan.ts';
import { leftOf, lotVerdict } from '../../../src/main/domain/lot-verdict.ts';
import type { SamplePlan } from '../../../src/shared/lot.ts';

/* Rows of ISO 2859-1:1999, tables 1 and 2-A (single sampling, normal inspection, level II), copied as they are printed. */
const printed: readonly (readonly [size: number, aql: number, sample: number, accept: number])[] = [
  // AQL 1.0, from letter E to Q: 13 (0), arrows, 50 (1), 80 (2), 125 (3), 200 (5), 315 (7), 500 (10), 800 (14), 1250 (21)
  [90, 1, 13, 0],
  [91, 1, 13, 0],
  [150, 1, 13, 0],
  [151, 1, 50, 1],
  [500, 1, 50, 1],
  [501, 1, 80, 2],
  [1_200, 1, 80, 2],
  [3_200, 1, 125, 3],
  [10_000, 1, 200, 5],
  [35_000, 1, 315, 7],
  [150_000, 1, 500, 10],
  [500_000, 1, 800, 14],
  [500_001, 1, 1_250, 21],
  // AQL 2.5: 5 (0), 20 (1), 32 (2), 50 (3), 80 (5), 125 (7), 200 (10), 315 (14), 500 (21)
  [20, 2.5, 5, 0],
  [50, 2.5, 5, 0],
  [90, 2.5, 20, 1],
  [150, 2.5, 20, 1],
  [280, 2.5, 32, 2],
  [500, 2.5, 50, 3],
  [1_200, 2.5, 80, 5],
  [3_200, 2.5, 125, 7],
  [10_000, 2.5, 200, 10],
  [35_000, 2.5, 315, 14],
  [150_000, 2.5, 500, 21],
  [500_001, 2.5, 500, 21], // the arrow points up
  // AQL 0.65: 20 (0), 80 (1), 125 (2), 200 (3), 315 (5)
  [150, 0.65, 20, 0],
  [280, 0.65, 20, 0],
  [500, 0.65, 80, 1],
  [1_200, 0.65, 80, 1],
  [3_200, 0.65, 125, 2],
  [10_000, 0.65, 200, 3],
  [35_000, 0.65, 315, 5],
  // AQL 6.5: 2 (0), arrows, 8 (1), 13 (2), 20 (3), 32 (5), 50 (7), 80 (10), 125 (14), 200 (21)
  [8, 6.5, 2, 0],
  [15, 6.5, 2, 0],
  [25, 6.5, 8, 1],
  [50, 6.5, 8, 1],
  [90, 6.5, 13, 2],
  [1_200, 6.5, 80, 10],
  [10_000, 6.5, 200, 21],
  [35_000, 6.5, 200, 21],
  // AQL 0.065: 200 (0), arrows, 800 (1), 1250 (2)
  [3_200, 0.065, 200, 0],
  [150_000, 0.065, 800, 1],
  [500_001, 0.065, 1_250, 2],
];

describe('single sampling plans', () => {
  it.each(printed)('a lot of %i units at AQL %d: %i units, accept %i', (size, aql, sampleSize, accept) => {
    expect(isoPlan(size, aql)).toEqual({ sampleSize, accept, reject: accept + 1 });
  });

  it('look at every unit of a lot that is smaller than the sample', () => {
    expect(isoPlan(5, 1)).toEqual({ sampleSize: 5, accept: 0, reject: 1 });
    expect(isoPlan(150, 0.065)).toEqual({ sampleSize: 150, accept: 0, reject: 1 });
  });

  it('are refused where the tables have none, and where numbers do not fit', () => {
    expect(samplePlan(100, { plan: 'aql', aql: 3 })).toMatchObject({ problem: { code: 'lot-plan-unusable' } });
    const given = { plan: 'given', sampleSize: 10, accept: 1, reject: 2 } as const;
    expect(samplePlan(10, given)).toMatchObject({ value: { sampleSize: 10, source: 'given', aql: null } });
    for (const wrong of [{ sampleSize: 11 }, { reject: 1 }, { reject: 3 }])
      expect(samplePlan(10, { ...given, ...wrong })).toMatchObject({ problem: { code: 'lot-plan-given-wrong' } });
  });
});

describe('the verdict of a lot', () => {
  const plan: SamplePlan = { sampleSize: 5, accept: 1, reject: 2, source: 'given', aql: null };
  it.each([
    [0, 0, 0, 'open', 5],
    [4, 0, 0, 'open', 1],
    [5, 0, 0, 'accepted', 0],
    [4, 1, 0, 'accepted', 0],
    [0, 2, 0, 'rejected', 3], // the rest need not be looked at
    [3, 1, 9, 'open', 1], // units that are open count for nothing
    [6, 1, 0, 'accepted', 0],
  ] as const)('%i good, %i bad, %i open: %s', (passed, failed, cannotTell, verdict, left) => {
    const tally = { members: passed + failed + cannotTell, passed, failed, cannotTell };
    expect(lotVerdict(plan, tally)).toBe(verdict);
    expect(leftOf(plan, tally)).toBe(left);
  });
});
