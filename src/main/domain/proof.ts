import { compareServiceTimes, type EnrollmentAnswer, type RegistrationState } from '../../shared/enrollment.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { holdsCredential } from './enrollment.ts';

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
  if (item.enrollment !== null && !holdsCredential(item.enrollment.attestation, item.fingerprint, found)) {
    return { proof: 'gone', problem: problem('enrollment-conflict', { registrationId }) };
  }
  return judgeRegistration(found.registrationState ?? null, item.proofAfter ?? found.createdDateTimeUtc ?? null);
}

/**
 * Whether a registration record tells of a registration since a time. A unit that comes in through a group has no
 * enrollment whose time could be asked for: its record is compared with the station's own time of the write.
 */
export function judgeRegistration(
  state: RegistrationState | null,
  since: string | null,
): Extract<Proof, { proof: 'registered' | 'not-yet' }> {
  if (state?.status !== 'assigned' || state.lastUpdatedDateTimeUtc === undefined || since === null) {
    return { proof: 'not-yet' };
  }
  return { proof: compareServiceTimes(state.lastUpdatedDateTimeUtc, since) >= 0 ? 'registered' : 'not-yet' };
}
