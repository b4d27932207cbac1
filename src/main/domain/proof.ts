import { compareServiceTimes, type EnrollmentAnswer } from '../../shared/enrollment.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { primaryThumbprint } from './enrollment.ts';

/** What one look at an enrollment says about the unit. */
export type Proof =
  | { readonly proof: 'registered' }
  | { readonly proof: 'not-yet' }
  | { readonly proof: 'gone'; readonly problem: Problem };

/**
 * A unit is proved when its board registered with the credential that this item carried. The record must be younger
 * than the credential: registration records outlive enrollments, so an old one proves nothing. Only times of the
 * service are compared, never the station's clock.
 */
export function judgeProof(item: OutboxItem, found: EnrollmentAnswer | null): Proof {
  const { registrationId } = item;
  if (found === null) return { proof: 'gone', problem: problem('enrollment-not-found', { registrationId }) };
  if (primaryThumbprint(found) !== item.sha256Thumbprint) {
    return { proof: 'gone', problem: problem('enrollment-conflict', { registrationId }) };
  }
  const state = found.registrationState;
  const since = item.proofAfter ?? found.createdDateTimeUtc;
  if (state?.status !== 'assigned' || state.lastUpdatedDateTimeUtc === undefined || since === undefined) {
    return { proof: 'not-yet' };
  }
  return { proof: compareServiceTimes(state.lastUpdatedDateTimeUtc, since) >= 0 ? 'registered' : 'not-yet' };
}
