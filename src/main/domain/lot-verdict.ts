import type { LotVerdict, LotView, SamplePlan } from '../../shared/lot.ts';

/** How many units of a lot came to what. */
export type LotTally = Pick<LotView['count'], 'members' | 'passed' | 'failed' | 'cannotTell'>;

/** How many units must still be looked at before the lot can be accepted; a unit that is open counts for nothing. */
export function leftOf(plan: SamplePlan, tally: LotTally): number {
  return Math.max(0, plan.sampleSize - tally.passed - tally.failed);
}

/** What a lot comes to: rejected as soon as the bad ones reach the rejection number, accepted when the sample is through. */
export function lotVerdict(plan: SamplePlan, tally: LotTally): LotVerdict {
  if (tally.failed >= plan.reject) return 'rejected';
  return leftOf(plan, tally) === 0 && tally.failed <= plan.accept ? 'accepted' : 'open';
}
