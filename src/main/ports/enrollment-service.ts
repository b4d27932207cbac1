import type { EnrollmentAnswer, RegistrationState } from '../../shared/enrollment.ts';
import type { EnrollmentGroup, GroupAnswer, SentEnrollment } from '../../shared/enrollment-group.ts';
import type { Result } from '../../shared/result.ts';
import type { BulkError, RegistryFailure } from './enrollment-registry.ts';

/** How a bulk call treats its items (DPS REST API 2021-10-01, BulkEnrollmentOperation). `updateIfMatchETag` takes each item's own ETag. */
export type BulkMode = 'create' | 'updateIfMatchETag' | 'delete';

/** One page of a query. `continuation` asks for the next one; null at the end. Rows come in no order and are no snapshot. */
export type QueryPage<T> = { readonly rows: readonly T[]; readonly continuation: string | null };

/** What answers a write: the record as it is now, or what stood against it. */
export type Written<T> =
  | { readonly written: 'done'; readonly now: T }
  | { readonly written: 'changed-meanwhile' } // 412: the ETag is not the newest
  | { readonly written: 'exists' } // 409: a PUT without an ETag only creates
  | { readonly written: 'missing' }; // 404

/**
 * All of the DPS service API that managing enrollments needs (REST API 2021-10-01). One call, one request: nothing is
 * retried here, and whoever calls takes quota first. Certificates and keys never come back but where a method says so.
 */
export interface EnrollmentService {
  /** Up to 10 enrollments in one call; the answer lists those that failed (HTTP 200 may hide failures). */
  bulk(mode: BulkMode, enrollments: readonly SentEnrollment[]): Promise<Result<readonly BulkError[], RegistryFailure>>;
  /** The enrollment with its registration state, or null. */
  get(registrationId: string): Promise<Result<EnrollmentAnswer | null, RegistryFailure>>;
  /** Creates (`etag` null) or replaces the whole record while its ETag is `etag`. */
  put(enrollment: SentEnrollment, etag: string | null): Promise<Result<Written<EnrollmentAnswer>, RegistryFailure>>;
  /** Deletes the entry alone; registration record and hub identity stay. `etag` null: whatever version. */
  remove(registrationId: string, etag: string | null): Promise<Result<Written<null>, RegistryFailure>>;
  query(page: {
    readonly size: number;
    readonly continuation: string | null;
  }): Promise<Result<QueryPage<EnrollmentAnswer>, RegistryFailure>>;
  /** The symmetric keys of an enrollment, base64; null when it has none or is not there. The one place that reveals them. */
  revealKeys(
    registrationId: string,
  ): Promise<Result<{ readonly primaryKey: string; readonly secondaryKey: string } | null, RegistryFailure>>;
  /** The registration record of a device, or null before its first contact. */
  registration(registrationId: string): Promise<Result<RegistrationState | null, RegistryFailure>>;
  /** Deletes the registration record; true when there was one. */
  removeRegistration(registrationId: string): Promise<Result<boolean, RegistryFailure>>;
  getGroup(groupId: string): Promise<Result<GroupAnswer | null, RegistryFailure>>;
  putGroup(group: EnrollmentGroup, etag: string | null): Promise<Result<Written<GroupAnswer>, RegistryFailure>>;
  removeGroup(groupId: string, etag: string | null): Promise<Result<Written<null>, RegistryFailure>>;
  queryGroups(page: {
    readonly size: number;
    readonly continuation: string | null;
  }): Promise<Result<QueryPage<GroupAnswer>, RegistryFailure>>;
  /** The keys of a group, as {@link revealKeys}. */
  revealGroupKeys(
    groupId: string,
  ): Promise<Result<{ readonly primaryKey: string; readonly secondaryKey: string } | null, RegistryFailure>>;
  /** Devices that came in through a group. */
  groupRegistrations(
    groupId: string,
    page: { readonly size: number; readonly continuation: string | null },
  ): Promise<Result<QueryPage<RegistrationState>, RegistryFailure>>;
}
