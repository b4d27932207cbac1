import type { EnrollmentAnswer } from '../../shared/enrollment.ts';
import type { EnrollmentGroup, GroupAnswer, SentEnrollment } from '../../shared/enrollment-group.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** What the service never returns, but a PUT must carry, because it replaces the whole record. */
export type HiddenParts = {
  /** Certificates (base64 DER) by the SHA-256 thumbprint of their DER, lower-case hex. */
  readonly certificates: ReadonlyMap<string, string>;
  readonly keys: { readonly primaryKey: string; readonly secondaryKey: string } | null;
};

/** Credentials of an individual enrollment. */
type Credential = SentEnrollment['attestation'];

/** What shall be otherwise. */
export type EntryChange = {
  readonly enabled?: boolean;
  /** New credential: the whole attestation. */
  readonly attestation?: Credential;
};

/** Why a record cannot be sent again: `certificate-not-kept` {registrationId, thumbprint}, `credential-not-readable` {registrationId}. */
export type ChangeProblem = Problem<'certificate-not-kept' | 'credential-not-readable'>;

/** SHA-256 thumbprints of the certificates that an entry holds, primary first, lower-case hex. */
export function heldThumbprints(found: EnrollmentAnswer): readonly string[] {
  const slots = found.attestation?.x509?.clientCertificates;
  return [slots?.primary, slots?.secondary].flatMap((slot) => thumbprintOf(slot) ?? []);
}

/** The same of a group's signing certificates. */
export function heldGroupThumbprints(found: GroupAnswer): readonly string[] {
  const slots = found.attestation?.x509?.signingCertificates;
  return [slots?.primary, slots?.secondary].flatMap((slot) => thumbprintOf(slot) ?? []);
}

function thumbprintOf(slot: { info?: { sha256Thumbprint?: string | undefined } | undefined } | null | undefined) {
  return slot?.info?.sha256Thumbprint?.replace(/[^0-9a-fA-F]/g, '').toLowerCase() ?? null;
}

/**
 * The whole record to send for a change: everything that was found, with what the service hides put back. A part that
 * cannot be put back is a refusal, because a PUT without it would take the credential away (dps.md, trap 7).
 */
export function changedEnrollment(
  found: EnrollmentAnswer,
  change: EntryChange,
  hidden: HiddenParts,
): Result<SentEnrollment, ChangeProblem> {
  const attestation = change.attestation === undefined ? credentialAgain(found, hidden) : ok(change.attestation);
  if (!attestation.ok) return attestation;
  const { registrationId, deviceId, optionalDeviceInformation } = found as Loose<EnrollmentAnswer>;
  return ok({
    registrationId,
    ...kept({ deviceId, optionalDeviceInformation }),
    attestation: attestation.value,
    ...commonFields(found, change),
  } as SentEnrollment);
}

/** The same for a group. */
export function changedGroup(
  found: GroupAnswer,
  change: Pick<EntryChange, 'enabled'>,
  hidden: HiddenParts,
): Result<EnrollmentGroup, ChangeProblem> {
  const attestation = groupCredentialAgain(found, hidden);
  if (!attestation.ok) return attestation;
  const { enrollmentGroupId } = found;
  return ok({ enrollmentGroupId, attestation: attestation.value, ...commonFields(found, change) } as EnrollmentGroup);
}

type Loose<T> = T & { readonly [name: string]: unknown };

/** Members that both kinds have; what is null or absent stays absent, so that the service keeps its defaults. */
function commonFields(found: { readonly [name: string]: unknown }, change: Pick<EntryChange, 'enabled'>) {
  const names = ['capabilities', 'allocationPolicy', 'iotHubs', 'customAllocationDefinition', 'initialTwin'] as const;
  const fields = Object.fromEntries([...names, 'reprovisionPolicy'].map((name) => [name, found[name]]));
  // The legacy form of one hub and the list exclude each other; the list is what the service answers.
  const legacy = found['iotHubs'] == null ? { iotHubHostName: found['iotHubHostName'] } : {};
  const enabled = change.enabled ?? found['provisioningStatus'] !== 'disabled';
  return { ...kept({ ...fields, ...legacy }), provisioningStatus: enabled ? 'enabled' : 'disabled' };
}

function kept(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function credentialAgain(found: EnrollmentAnswer, hidden: HiddenParts): Result<Credential, ChangeProblem> {
  const { registrationId } = found;
  const unreadable = problem('credential-not-readable', { registrationId });
  switch (found.attestation?.type ?? (found.attestation?.x509 ? 'x509' : null)) {
    case 'tpm': {
      const { endorsementKey, storageRootKey } = (found.attestation?.tpm ?? {}) as Record<string, string | undefined>;
      if (endorsementKey === undefined) return fail(unreadable);
      return ok({ type: 'tpm', tpm: { endorsementKey, ...(storageRootKey ? { storageRootKey } : {}) } });
    }
    case 'symmetricKey':
      return hidden.keys === null ? fail(unreadable) : ok({ type: 'symmetricKey', symmetricKey: { ...hidden.keys } });
    case 'x509': {
      const slots = slotsAgain(registrationId, heldThumbprints(found), hidden);
      return slots.ok ? ok({ type: 'x509', x509: { clientCertificates: slots.value } }) : slots;
    }
    default:
      return fail(unreadable);
  }
}

function groupCredentialAgain(
  found: GroupAnswer,
  hidden: HiddenParts,
): Result<EnrollmentGroup['attestation'], ChangeProblem> {
  const id = found.enrollmentGroupId;
  const unreadable = problem('credential-not-readable', { registrationId: id });
  const references = found.attestation?.x509?.caReferences;
  if (found.attestation?.type === 'symmetricKey') {
    return hidden.keys === null ? fail(unreadable) : ok({ type: 'symmetricKey', symmetricKey: { ...hidden.keys } });
  }
  if (references?.primary) {
    const secondary = references.secondary ? { secondary: references.secondary } : {};
    return ok({ type: 'x509', x509: { caReferences: { primary: references.primary, ...secondary } } });
  }
  const slots = slotsAgain(id, heldGroupThumbprints(found), hidden);
  return slots.ok ? ok({ type: 'x509', x509: { signingCertificates: slots.value } }) : slots;
}

type Slots = { primary: { certificate: string }; secondary?: { certificate: string } };

function slotsAgain(
  registrationId: string,
  thumbprints: readonly string[],
  { certificates }: HiddenParts,
): Result<Slots, ChangeProblem> {
  const [first, second] = thumbprints;
  if (first === undefined) return fail(problem('credential-not-readable', { registrationId }));
  const missing = thumbprints.find((one) => !certificates.has(one));
  if (missing !== undefined) return fail(problem('certificate-not-kept', { registrationId, thumbprint: missing }));
  const slot = (thumbprint: string) => ({ certificate: certificates.get(thumbprint) ?? '' });
  return ok({ primary: slot(first), ...(second === undefined ? {} : { secondary: slot(second) }) });
}
