import { describe, expect, it } from 'vitest';
import { type DrawnMember, nextOfSample } from '../../../src/main/domain/lot-sample.ts';
import type { SamplePlan } from '../../../src/shared/lot.ts';

/* The first eight digits that `printf 'L\nS1' | sha256sum` and so on print. */
const drawn = { S1: 'f2d3444b', S2: 'f7769a05', S3: '42ea2dcd', S4: '37d1a620', S5: '31cacb64', S6: '78556b40' };

const plan = (sampleSize: number): SamplePlan => ({ sampleSize, accept: 0, reject: 1, source: 'given', aql: null });
const members = (verdicts: Partial<Record<keyof typeof drawn, DrawnMember['verdict']>> = {}): DrawnMember[] =>
  Object.entries(drawn).map(([serial, hash]) => ({
    serial,
    drawn: hash,
    verdict: verdicts[serial as keyof typeof drawn] ?? null,
  }));
const next = (of: readonly DrawnMember[], size: number) => nextOfSample(of, plan(size)).map(({ serial }) => serial);

describe('what is looked at next', () => {
  it.each([
    ['the sample in the order of the draw', members(), 3, ['S5', 'S4', 'S3']],
    ['without what has a verdict', members({ S5: 'pass', S3: 'fail' }), 3, ['S4']],
    ['a unit that could not be told comes again in its place', members({ S4: 'cannot-tell' }), 2, ['S5', 'S4']],
    ['what was looked at out of turn counts', members({ S2: 'pass' }), 2, ['S5']],
    ['nothing when the sample is through', members({ S1: 'pass', S2: 'pass' }), 2, []],
    ['all that are named when they are fewer', members(), 10, ['S5', 'S4', 'S3', 'S6', 'S1', 'S2']],
    ['nothing of nobody', [], 3, []],
  ] as const)('%s', (_, of, size, serials) => {
    expect(next(of, size)).toEqual(serials);
  });
});
