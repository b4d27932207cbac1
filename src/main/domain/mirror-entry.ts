import type { EnrollmentAnswer, RegistrationState } from '../../shared/enrollment.ts';
import type { GroupAnswer } from '../../shared/enrollment-group.ts';
import type { KnownRegistration, MirrorEntry } from '../../shared/enrollment-list.ts';
import { attestationTypeOf, primaryThumbprint } from './enrollment.ts';

/** Characters of an endorsement key that a list shows and a search finds: all keys of one kind begin alike. */
const tailOfKey = 24;

/** An enrollment as the mirror keeps it. Null or absent provisioningStatus counts as enabled. */
export function entryFrom(found: EnrollmentAnswer): MirrorEntry {
  const endorsementKey = found.attestation?.tpm?.endorsementKey;
  const status = found['provisioningStatus'];
  return {
    kind: 'individual',
    id: found.registrationId,
    attestation: attestationTypeOf(found) ?? 'unknown',
    deviceId: found.deviceId ?? null,
    enabled: status !== 'disabled',
    credential: endorsementKey === undefined ? primaryThumbprint(found) : `…${endorsementKey.slice(-tailOfKey)}`,
    createdAt: found.createdDateTimeUtc ?? null,
    updatedAt: found.lastUpdatedDateTimeUtc ?? null,
    etag: found.etag ?? null,
    record: JSON.stringify(withoutKeys(withoutRegistration(found))),
  };
}

/** A group as the mirror keeps it. */
export function groupEntryFrom(found: GroupAnswer): MirrorEntry {
  const { signingCertificates, caReferences } = found.attestation?.x509 ?? {};
  const thumbprint = signingCertificates?.primary?.info?.sha256Thumbprint?.toLowerCase() ?? null;
  return {
    kind: 'group',
    id: found.enrollmentGroupId,
    attestation: found.attestation?.type ?? 'unknown',
    deviceId: null,
    enabled: found.provisioningStatus !== 'disabled',
    credential: thumbprint ?? caReferences?.primary ?? null,
    createdAt: found.createdDateTimeUtc ?? null,
    updatedAt: found.lastUpdatedDateTimeUtc ?? null,
    etag: found.etag ?? null,
    record: JSON.stringify(withoutKeys(found)),
  };
}

/** What a registration state says, as a list shows it; a device that never made contact is `unassigned`. */
export function knownRegistration(state: RegistrationState | null | undefined, askedAt: string): KnownRegistration {
  return {
    status: state?.status ?? 'unassigned',
    assignedHub: state?.assignedHub ?? null,
    deviceId: state?.deviceId ?? null,
    updatedAt: state?.lastUpdatedDateTimeUtc ?? null,
    askedAt,
  };
}

/** The answer to a PUT may hold symmetric keys (recorded traffic): they belong into no row. */
function withoutKeys<T extends { readonly attestation?: object | undefined }>(found: T): T {
  const { symmetricKey: _, ...attestation } = { symmetricKey: null, ...found.attestation };
  return found.attestation === undefined ? found : { ...found, attestation };
}

function withoutRegistration({ registrationState: _, keyFingerprint: __, ...rest }: EnrollmentAnswer) {
  return rest;
}
