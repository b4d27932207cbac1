import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, groupExists, groupNotFound, type Refusal } from './answer.ts';
import { attestationView } from './attestation.ts';
import { entryRequestSchema, hubsFault, isEntryId, parsedEntry, settingsFrom } from './entry.ts';
import type { EntryContent, EntryKind, EntryView } from './entry-kind.ts';
import { groupAttestationFrom } from './group-attestation.ts';
import type { Instance } from './instance.ts';
import type { ServiceOwned, StoredGroup } from './records.ts';

const groupRequestSchema = entryRequestSchema.extend({
  enrollmentGroupId: z.string(),
  deviceId: z.unknown().optional(),
  optionalDeviceInformation: z.unknown().optional(),
});

function groupFrom(
  body: unknown,
  existing: StoredGroup | null,
  { hubs, switches, book }: Instance,
): Result<EntryContent<StoredGroup>, Refusal> {
  const parsed = parsedEntry(groupRequestSchema, body);
  if (!parsed.ok) return parsed;
  const request = parsed.value;
  if (!isEntryId(request.enrollmentGroupId, switches)) {
    return fail(badRequest('enrollmentGroupId: 1 to 128 letters, digits, and - . _ : inside.'));
  }
  const foreign = (['deviceId', 'optionalDeviceInformation'] as const).find((name) => (request[name] ?? null) !== null);
  if (foreign !== undefined && switches.groupForeignMembers === 'refuse') {
    return fail(badRequest(`${foreign}: belongs to individual enrollments only.`));
  }
  const fault = hubsFault(request, hubs.names());
  if (fault !== null) return fail(badRequest(fault));
  const attestation = groupAttestationFrom(request.attestation, {
    existing: existing?.attestation ?? null,
    switches,
    isAuthority: (name) => book.authorities.get(name) !== undefined,
  });
  if (!attestation.ok) return attestation;
  return ok({
    enrollmentGroupId: existing?.enrollmentGroupId ?? request.enrollmentGroupId,
    attestation: attestation.value,
    ...settingsFrom(request, body, switches),
  });
}

/** A group as the service shows it: masked like an individual enrollment, and without a registration state. */
function groupView(group: StoredGroup, view: EntryView): Record<string, unknown> {
  const { enrollmentGroupId, attestation, ...rest } = group;
  return { enrollmentGroupId, attestation: attestationView(attestation, view === 'put'), ...rest };
}

function storedFrom(content: EntryContent<StoredGroup>, owned: ServiceOwned): StoredGroup {
  const { enrollmentGroupId, attestation, ...rest } = content;
  return { enrollmentGroupId, attestation, ...owned, ...rest };
}

/** Enrollment groups, as one kind of entry. */
export const groupKind: EntryKind<StoredGroup> = {
  itemType: 'EnrollmentGroup',
  idKey: 'enrollmentGroupId',
  bulkKey: 'enrollmentGroups',
  listAll: /^\s*(?:\*|select\s+\*(?:\s+from\s+enrollmentgroups)?\s*;?)\s*$/i,
  notFound: groupNotFound,
  exists: groupExists,
  table: (book) => book.groups,
  contentFrom: groupFrom,
  storedFrom,
  view: groupView,
  count: (counters, deed) => {
    if (deed !== 'duplicates') counters.groupWrites += 1;
  },
};
