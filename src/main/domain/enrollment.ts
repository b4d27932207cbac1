import { anchorText, auditHeadMember, auditStationMember, type ChainHead } from '../../shared/audit.ts';
import {
  type Attestation,
  type AttestationType,
  type Enrollment,
  type EnrollmentAnswer,
  enrollmentSchema,
} from '../../shared/enrollment.ts';
import type { PublicIdentity } from '../../shared/job.ts';
import type { EnrollmentPlan } from '../../shared/recipe.ts';
import { fillTemplate } from '../../shared/template.ts';

/**
 * The enrollment of a unit: its credential and what the recipe plans; null where a group takes the unit in. `values`
 * fill the templates of the plan. `anchor`: the head of the station's audit chain, which the service keeps for it.
 */
export function enrollmentFrom(
  identity: Pick<PublicIdentity, 'registrationId'>,
  attestation: Attestation,
  plan: EnrollmentPlan,
  values: Readonly<Record<string, string | null>>,
  anchor: { readonly head: ChainHead; readonly station: string } | null = null,
): Enrollment | null {
  if (plan.group !== undefined) return null;
  const { instance: _instance, group: _group, deviceId: template, iotEdge, initialTwin, ...planned } = plan;
  const deviceId =
    template === undefined ? null : fillTemplate(template, { ...values, registrationId: identity.registrationId });
  const all = {
    registrationId: identity.registrationId,
    deviceId: deviceId === null || deviceId === '' ? undefined : deviceId,
    attestation,
    capabilities: iotEdge === undefined ? undefined : { iotEdge },
    initialTwin: initialTwin === undefined ? undefined : withoutUndefined(initialTwin),
    ...planned,
    ...(anchor === null ? {} : { optionalDeviceInformation: anchored(planned.optionalDeviceInformation, anchor) }),
  };
  return enrollmentSchema.parse(withoutUndefined(all));
}

function anchored(
  planned: EnrollmentPlan['optionalDeviceInformation'],
  { head, station }: { readonly head: ChainHead; readonly station: string },
) {
  return { ...planned, [auditHeadMember]: anchorText(head), [auditStationMember]: station };
}

/**
 * A certificate as the service takes it: bare base64 DER (PEM header lines gave error 400004 in the past, the bare form
 * is taken everywhere).
 */
export function x509Attestation(primaryPem: string, secondaryPem: string | null = null): Attestation {
  const slot = (pem: string) => ({ certificate: base64DerFromPem(pem) });
  const secondary = secondaryPem === null ? {} : { secondary: slot(secondaryPem) };
  return { type: 'x509', x509: { clientCertificates: { primary: slot(primaryPem), ...secondary } } };
}

function withoutUndefined<T>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return JSON.parse(JSON.stringify(value));
}

/** The base64 between the header lines of a PEM certificate, without line breaks. */
export function base64DerFromPem(pem: string): string {
  return pem.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '');
}

/** How an enrollment in the service compares with what the station wanted to send. */
export type Comparison =
  | { readonly verdict: 'same' }
  | { readonly verdict: 'other-credential' }
  | { readonly verdict: 'drift'; readonly fields: readonly string[] };

/** Fields of the record that a station may set besides the credential. */
const comparedFields = [
  'deviceId',
  'capabilities',
  'iotHubHostName',
  'allocationPolicy',
  'iotHubs',
  'customAllocationDefinition',
  'initialTwin',
  'optionalDeviceInformation',
  'provisioningStatus',
  'reprovisionPolicy',
] as const;
/** A field that is compared. */
export type ComparedField = (typeof comparedFields)[number];

/** What is compared of an enrollment that was sent; which keys it held is said by a fingerprint. */
type ComparedEnrollment = Pick<Enrollment, ComparedField> & {
  readonly attestation: Pick<Attestation, 'type'>;
};

/**
 * Compares every field that the station set. The service never returns certificate text, so thumbprints decide about
 * certificates; symmetric keys must have been asked for apart ({@link EnrollmentAnswer} `keyFingerprint`). Null or
 * absent provisioningStatus counts as enabled (the service echoes an explicit null).
 */
export function compareEnrollment(sent: ComparedEnrollment, fingerprint: string, found: EnrollmentAnswer): Comparison {
  if (!holdsCredential(sent.attestation, fingerprint, found)) return { verdict: 'other-credential' };
  const fields = comparedFields.filter(
    (field) => sent[field] !== undefined && !fieldAgrees(field, sent[field], found[field]),
  );
  return fields.length === 0 ? { verdict: 'same' } : { verdict: 'drift', fields };
}

/** Whether the service has what the station set in a field; members that only the service set do not count. */
export function fieldAgrees(field: ComparedField, sent: unknown, found: unknown): boolean {
  return contains(field === 'provisioningStatus' ? (found ?? 'enabled') : found, sent);
}

/** The settings of an entry that a station may set, as the service told them. */
export function comparedSettings(found: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    comparedFields.filter((field) => found[field] != null).map((field) => [field, found[field]]),
  );
}

/**
 * Whether an enrollment in the service holds this very credential as its primary one, or as the second one where that is
 * how it was sent: beside an older credential until it is proved.
 */
export function holdsCredential(
  attestation: Pick<Attestation, 'type'>,
  fingerprint: string,
  found: EnrollmentAnswer,
): boolean {
  if (attestationTypeOf(found) !== attestation.type) return false;
  const held: Record<AttestationType, string | null> = {
    x509: primaryThumbprint(found),
    tpm: found.attestation?.tpm?.endorsementKey ?? null,
    symmetricKey: found.keyFingerprint ?? null,
  };
  if (sentAsSecond(attestation) && secondaryThumbprint(found) === fingerprint.toLowerCase()) return true;
  const wanted = attestation.type === 'tpm' ? endorsementKeyOf(attestation) : fingerprint.toLowerCase();
  return wanted !== null && held[attestation.type] === wanted;
}

function endorsementKeyOf(attestation: Pick<Attestation, 'type'>): string | null {
  return 'tpm' in attestation ? (attestation as Extract<Attestation, { type: 'tpm' }>).tpm.endorsementKey : null;
}

/** Kind of the credential that an answer tells of; answers of old recordings leave the type out beside a certificate. */
export function attestationTypeOf(found: EnrollmentAnswer): string | null {
  return found.attestation?.type ?? (found.attestation?.x509 ? 'x509' : null);
}

function sentAsSecond(attestation: Pick<Attestation, 'type'>): boolean {
  if (!('x509' in attestation)) return false;
  return (attestation as Extract<Attestation, { type: 'x509' }>).x509.clientCertificates.secondary !== undefined;
}

/** SHA-256 thumbprint of the primary certificate in lower-case hex, or null. */
export function primaryThumbprint(found: EnrollmentAnswer): string | null {
  return thumbprintFrom(found.attestation?.x509?.clientCertificates?.primary);
}

/** The same of the secondary certificate. */
export function secondaryThumbprint(found: EnrollmentAnswer): string | null {
  return thumbprintFrom(found.attestation?.x509?.clientCertificates?.secondary);
}

function thumbprintFrom(
  slot: { info?: { sha256Thumbprint?: string | undefined } | undefined } | null | undefined,
): string | null {
  const thumbprint = slot?.info?.sha256Thumbprint;
  return thumbprint === undefined ? null : thumbprint.replace(/[^0-9a-fA-F]/g, '').toLowerCase();
}

/** Whether `found` holds all that `wanted` says; members that only the service set do not count. */
function contains(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) && found.length === wanted.length && wanted.every((value, i) => contains(found[i], value))
    );
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return Object.keys(wanted).length === 0;
    return Object.entries(wanted).every(([key, value]) => contains((found as Record<string, unknown>)[key], value));
  }
  return found === wanted;
}
