import type { Enrollment, EnrollmentAnswer, RegistrationState } from '../../shared/enrollment.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { VaultTrouble } from './vault.ts';

/** Why a call to the service gave no answer to work with. */
export type RegistryProblem =
  | VaultTrouble // the key of the call, or of an enrollment, cannot be had
  | Problem<
      | 'network-down'
      | 'name-not-found'
      | 'tls-failed'
      | 'service-timeout'
      | 'service-throttled'
      | 'service-failed'
      | 'credentials-refused'
      | 'clock-wrong'
      | 'access-forbidden'
      | 'request-refused' // whole call 4xx; facts: status, errorCode, message, trackingId
      | 'answer-unreadable'
      | 'key-root-missing' // symmetric keys cannot be derived again
      | 'key-root-changed' // facts: registrationId; the vault's key root is not the one its keys were made from
      | 'station-stopping'
      | 'proxy-refused'
      | 'proxy-unreachable'
      | 'entra-refused' // facts: code, as Entra ID numbers its errors
      | 'entra-secret-wrong'
      | 'entra-role-missing'
      | 'identity-unavailable'
      | 'sign-in-needed' // facts: url and code, for a person
    >;

/** A failed call. `retryAfterInMs`: as the service asked. It may have been carried out all the same. */
export type RegistryFailure = {
  readonly problem: RegistryProblem;
  readonly retryAfterInMs: number | null;
};

/** One line of a bulk answer: a registration id that failed. Ids that are not listed are done. */
export type BulkError = { readonly registrationId: string; readonly errorCode: number; readonly message: string };

/**
 * Individual enrollments of one DPS instance (REST API 2021-10-01). One call, one request: nothing is retried here,
 * the courier is the only retrier.
 */
export interface EnrollmentRegistry {
  /** Creates up to 10 enrollments; the answer lists those that failed (HTTP 200 may hide failures). */
  createMany(enrollments: readonly Enrollment[]): Promise<Result<readonly BulkError[], RegistryFailure>>;
  /** The enrollment with its registration state, or null when there is none. Symmetric keys are not in it. */
  get(registrationId: string): Promise<Result<EnrollmentAnswer | null, RegistryFailure>>;
  /** Replaces the enrollment if its ETag is still `etag`; null when it changed meanwhile (412). */
  update(enrollment: Enrollment, etag: string): Promise<Result<EnrollmentAnswer | null, RegistryFailure>>;
  /** SHA-256 (lower-case hex) of the primary symmetric key of an enrollment; null when there is none. The key itself stays here. */
  keyFingerprint(registrationId: string): Promise<Result<string | null, RegistryFailure>>;
  /** The registration record of a device, or null before its first contact. */
  registration(registrationId: string): Promise<Result<RegistrationState | null, RegistryFailure>>;
}
