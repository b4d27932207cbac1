import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, enrollmentExists, enrollmentNotFound, type Refusal } from './answer.ts';
import { attestationFrom, attestationView } from './attestation.ts';
import { entryRequestSchema, hubsFault, isEntryId, parsedEntry, settingsFrom } from './entry.ts';
import type { EntryContent, EntryKind, EntryView } from './entry-kind.ts';
import type { Instance } from './instance.ts';
import { jsonObjectSchema, type ServiceOwned, type StoredEnrollment, type StoredRegistration } from './records.ts';

const enrollmentRequestSchema = entryRequestSchema.extend({
  registrationId: z.string(),
  deviceId: z.string().nullish(),
  optionalDeviceInformation: jsonObjectSchema.nullish(),
});

/** What an enrollment is judged against: the record held for this id, or null, and the instance's rules. */
export type EnrollmentJudgement = {
  readonly existing: StoredEnrollment | null;
} & Pick<Instance, 'hubs' | 'switches'>;

// Azure documentation, hub device identity: no colon, although a registration id may hold one.
const deviceIdPattern = /^[A-Za-z0-9\-.+%_#*?!(),=@$']{1,128}$/;

/**
 * Checks a whole record and leaves nulls out (except an explicit null of provisioningStatus, which the service
 * echoes). Refuses with 400004 and the first fault found.
 */
export function enrollmentFrom(
  body: unknown,
  { existing, hubs, switches }: EnrollmentJudgement,
): Result<EntryContent<StoredEnrollment>, Refusal> {
  const parsed = parsedEntry(enrollmentRequestSchema, body);
  if (!parsed.ok) return parsed;
  const request = parsed.value;
  if (!isEntryId(request.registrationId, switches)) {
    return fail(badRequest('registrationId: 1 to 128 letters, digits, and - . _ : inside.'));
  }
  if (request.deviceId && !deviceIdPattern.test(request.deviceId)) {
    return fail(badRequest('deviceId: not a valid device id.'));
  }
  const fault = hubsFault(request, hubs.names());
  if (fault !== null) return fail(badRequest(fault));
  const attestation = attestationFrom(request.attestation, existing?.attestation ?? null, switches);
  if (!attestation.ok) return attestation;
  const { deviceId, optionalDeviceInformation } = request;
  return ok({
    registrationId: existing?.registrationId ?? request.registrationId,
    ...(deviceId && { deviceId }),
    attestation: attestation.value,
    ...settingsFrom(request, body, switches),
    ...(optionalDeviceInformation && { optionalDeviceInformation }),
  });
}

/** An enrollment as the service shows it (masking as in recorded traffic at api-version 2021-10-01). */
function enrollmentView(
  enrollment: StoredEnrollment,
  registration: StoredRegistration | undefined,
  view: EntryView,
): Record<string, unknown> {
  const { registrationId, deviceId, attestation, ...rest } = enrollment;
  return {
    registrationId,
    ...(deviceId !== undefined && { deviceId }),
    ...(view === 'get' && { registrationState: registrationView(registrationId, registration) }),
    attestation: attestationView(attestation, view === 'put'),
    ...rest,
  };
}

/** A registration record as the service shows it; a device that never made contact is `unassigned`. */
export function registrationView(
  registrationId: string,
  registration: StoredRegistration | undefined,
): Record<string, unknown> {
  if (registration === undefined) return { registrationId, status: 'unassigned' };
  const { operation: _operation, enrollmentGroupId: _group, earlierHubs: _hubs, ...shown } = registration;
  return shown;
}

function storedFrom(content: EntryContent<StoredEnrollment>, owned: ServiceOwned): StoredEnrollment {
  const { registrationId, deviceId, attestation, ...rest } = content;
  return { registrationId, ...(deviceId !== undefined && { deviceId }), attestation, ...owned, ...rest };
}

/** Individual enrollments, as one kind of entry. */
export const enrollmentKind: EntryKind<StoredEnrollment> = {
  itemType: 'Enrollment',
  idKey: 'registrationId',
  bulkKey: 'enrollments',
  listAll: /^\s*(?:\*|select\s+\*(?:\s+from\s+enrollments)?\s*;?)\s*$/i,
  notFound: enrollmentNotFound,
  exists: enrollmentExists,
  table: (book) => book.enrollments,
  contentFrom: (body, existing, instance) => enrollmentFrom(body, { ...instance, existing }),
  storedFrom,
  view: (row, view, { book }) =>
    enrollmentView(row, view === 'get' ? book.registrations.get(row.registrationId) : undefined, view),
  count: (counters, deed) => {
    counters[deed] += 1;
  },
};
