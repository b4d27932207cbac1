import type { LotMember, SamplePlan } from '../../shared/lot.ts';
import { leftOf } from './lot-verdict.ts';

/** A named unit of a lot, with its number in the draw: SHA-256 over lot, line feed and serial, lower-case hex. */
export type DrawnMember = Pick<LotMember, 'serial' | 'verdict'> & { readonly drawn: string };

/**
 * The units to look at next, in the order of the draw: as many as the sample still lacks, of those without a good or bad
 * verdict. Nobody chooses; whoever knows the lot's serials draws the same ones (see `isSample`).
 */
export function nextOfSample(members: readonly DrawnMember[], plan: SamplePlan): readonly DrawnMember[] {
  const of = (verdict: LotMember['verdict']): number => members.filter((one) => one.verdict === verdict).length;
  const tally = { members: members.length, passed: of('pass'), failed: of('fail'), cannotTell: of('cannot-tell') };
  return members
    .filter(({ verdict }) => verdict === null || verdict === 'cannot-tell')
    .toSorted((one, other) => (one.drawn < other.drawn ? -1 : 1))
    .slice(0, leftOf(plan, tally));
}
