import type { PlanOrder, SamplePlan } from '../../shared/lot.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/*
 * Single sampling plans for normal inspection, general inspection level II: ISO 2859-1:1999, tables 1 and 2-A (the same
 * numbers stand in ANSI/ASQ Z1.4 and MIL-STD-105E). Table 2-A is built on diagonals: sample sizes and AQLs both grow in
 * steps of the R5 series, so that what is accepted depends on the sum of the two places alone.
 */

/** Table 1, level II: lots up to this size have the code letter of the same place; larger ones the last. */
const lotSizes = [8, 15, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000];
/** Sample sizes of the code letters A to H, J to N, P and Q. */
const sampleSizes = [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1_250];
/** The preferred AQLs that these tables are used for here, in percent nonconforming. */
const aqls = [0.065, 0.1, 0.15, 0.25, 0.4, 0.65, 1, 1.5, 2.5, 4, 6.5];
/** Acceptance numbers along a row of table 2-A from its first one; a null is an arrow: up first, then down. */
const acceptanceNumbers = [0, 'up', 'down', 1, 2, 3, 5, 7, 10, 14, 21] as const;
/** Place of the letter whose plan accepts 0, for the first AQL: L (200) at 0.065. */
const firstZero = 10;

/** Sample size, acceptance and rejection number of the tables; null for an AQL or size that they do not have. */
export function isoPlan(lotSize: number, aql: number): Pick<SamplePlan, 'sampleSize' | 'accept' | 'reject'> | null {
  const column = aqls.indexOf(aql);
  if (column < 0 || !Number.isSafeInteger(lotSize) || lotSize < 1) return null;
  const place = lotSizes.findIndex((size) => lotSize <= size);
  let letter = place < 0 ? lotSizes.length : place;
  for (;;) {
    const step = letter + column - firstZero;
    // Above the diagonal of zeros the arrows point down to it, behind the last number up to that.
    const number = step < 0 ? 'down' : step < acceptanceNumbers.length ? acceptanceNumbers[step] : 'up';
    const sampleSize = sampleSizes[letter];
    if (sampleSize === undefined || number === undefined) return null;
    if (typeof number === 'number') {
      // "If the sample size equals or exceeds the lot size, carry out 100 % inspection" (table 2-A).
      return { sampleSize: Math.min(sampleSize, lotSize), accept: number, reject: number + 1 };
    }
    letter += number === 'up' ? -1 : 1;
  }
}

/** The plan that somebody ordered for a lot of this size. */
export function samplePlan(size: number, order: PlanOrder): Result<SamplePlan, Problem> {
  if (order.plan === 'given') {
    const { plan: _, ...numbers } = order;
    // With one sample the lot is decided when it is through: nothing lies between the two numbers.
    if (numbers.reject === numbers.accept + 1 && numbers.sampleSize <= size) {
      return ok({ ...numbers, source: 'given', aql: null });
    }
    return fail(problem('lot-plan-given-wrong', { size }));
  }
  const found = isoPlan(size, order.aql);
  if (found === null) return fail(problem('lot-plan-unusable', { size, aql: order.aql }));
  return ok({ ...found, source: 'iso-2859-1', aql: order.aql });
}
