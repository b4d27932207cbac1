import {
  type Answer,
  badRequest,
  enrollmentExists,
  enrollmentNotFound,
  noContent,
  type Refusal,
  refuse,
  reply,
} from './answer.ts';
import { attestationView } from './attestation.ts';
import { enrollmentFrom, enrollmentView, registrationIdFrom } from './enrollment.ts';
import type { Call, Instance } from './instance.ts';
import type { EnrollmentContent, StoredEnrollment } from './records.ts';
import { jsonBodyOf } from './request-body.ts';
import { etagMatches } from './service-clock.ts';

/**
 * PUT /enrollments/{id}: creates without If-Match and replaces with it. PUT without If-Match on an id that is there
 * is 409201, never an overwrite (users' reports; recorded for bulk).
 */
export function putEnrollment(instance: Instance, call: Call, id: string): Answer {
  const body = jsonBodyOf(call);
  if (!body.ok) return refuse(body.problem);
  const planted = plantedFault(instance, id);
  if (planted !== null) return refuse(planted);
  const existing = instance.book.enrollment(id) ?? null;
  const content = enrollmentFrom(body.value, { ...instance, existing });
  if (!content.ok) return refuse(content.problem);
  if (registrationIdFrom(body.value)?.toLowerCase() !== id.toLowerCase()) {
    return refuse(badRequest('registrationId: not the one in the path.'));
  }
  const ifMatch = call.header('if-match');
  const wrong = ifMatch === null ? creationFault(instance, existing) : updateFault(instance, existing, ifMatch);
  if (wrong !== null) return refuse(wrong);
  return reply(enrollmentView(writeEnrollment(instance, existing, content.value), undefined, 'put'));
}

function creationFault(instance: Instance, existing: StoredEnrollment | null): Refusal | null {
  if (existing === null) return null;
  instance.counters.duplicates += 1;
  return enrollmentExists;
}

function updateFault(instance: Instance, existing: StoredEnrollment | null, ifMatch: string): Refusal | null {
  if (existing === null) return instance.switches.putIfMatchOfAbsent === 'create' ? null : enrollmentNotFound;
  return etagMatches(ifMatch, existing.etag) ? null : preconditionFailed(instance);
}

/** 412: the etag is not the present one. */
export function preconditionFailed(instance: Instance): Refusal {
  return { errorCode: instance.switches.preconditionFailedCode, message: 'Precondition failed.' };
}

/** Stores a checked record with a new etag, keeps the date of creation, and counts. */
export function writeEnrollment(
  instance: Instance,
  existing: StoredEnrollment | null,
  content: EnrollmentContent,
): StoredEnrollment {
  const now = instance.clock.timestamp();
  const { registrationId, attestation, deviceId, initialTwin, provisioningStatus, reprovisionPolicy, ...rest } =
    content;
  const stored: StoredEnrollment = {
    registrationId,
    ...(deviceId !== undefined && { deviceId }),
    attestation,
    ...(initialTwin !== undefined && { initialTwin }),
    etag: instance.clock.etag(),
    ...(provisioningStatus !== undefined && { provisioningStatus }),
    ...(reprovisionPolicy !== undefined && { reprovisionPolicy }),
    createdDateTimeUtc: existing?.createdDateTimeUtc ?? now,
    lastUpdatedDateTimeUtc: now,
    ...rest,
  };
  instance.book.putEnrollment(stored);
  instance.counters[existing === null ? 'created' : 'updated'] += 1;
  return stored;
}

/** GET /enrollments/{id}. */
export function getEnrollment(instance: Instance, id: string): Answer {
  const enrollment = instance.book.enrollment(id);
  if (enrollment === undefined) return refuse(enrollmentNotFound);
  return reply(enrollmentView(enrollment, instance.book.registration(id), 'get'));
}

/** DELETE /enrollments/{id}: 204; the registration record and the hub identity stay. */
export function deleteEnrollment(instance: Instance, call: Call, id: string): Answer {
  const rejected = rejection(instance, id);
  if (rejected !== null) return refuse(rejected);
  const refusal = removeEnrollment(instance, id, call.header('if-match'));
  return refusal === null ? noContent : refuse(refusal);
}

/** Deletes and counts, or says why not; `ifMatch` null deletes any version. */
export function removeEnrollment(instance: Instance, id: string, ifMatch: string | null): Refusal | null {
  const existing = instance.book.enrollment(id);
  if (existing === undefined) return enrollmentNotFound;
  if (ifMatch !== null && !etagMatches(ifMatch, existing.etag)) return preconditionFailed(instance);
  instance.book.deleteEnrollment(id);
  instance.counters.deleted += 1;
  return null;
}

/** POST /enrollments/{id}/attestationmechanism: the one place that reveals symmetric keys later. */
export function revealAttestation(instance: Instance, id: string): Answer {
  const enrollment = instance.book.enrollment(id);
  return enrollment === undefined ? refuse(enrollmentNotFound) : reply(attestationView(enrollment.attestation, true));
}

/**
 * What the bench has planted for writes of this id: a poisoned id is refused as a malformed record would be, a
 * rejected id with an error of its own. Reads stay truthful, so that a station can look at what is there.
 */
export function plantedFault(instance: Instance, id: string): Refusal | null {
  return isPoisoned(instance, id) ? badRequest('The enrollment is not valid.') : rejection(instance, id);
}

/** Whether the bench has poisoned this id; see {@link plantedFault}. */
export function isPoisoned(instance: Instance, id: string): boolean {
  return instance.faults.current().poisonIds.some((poisoned) => poisoned.toLowerCase() === id.toLowerCase());
}

/** The error that the bench has planted for this id, or null; see {@link plantedFault}. */
export function rejection(instance: Instance, id: string): Refusal | null {
  const planted = instance.faults
    .current()
    .rejectIds.find((rejected) => rejected.registrationId.toLowerCase() === id.toLowerCase());
  return planted === undefined ? null : { errorCode: planted.errorCode, message: planted.message };
}
