import type { Enrollment, EnrollmentAnswer } from '../../shared/enrollment.ts';
import type { PublicIdentity } from '../../shared/job.ts';
import type { EnrollmentPlan } from '../../shared/recipe.ts';

/** Fills `{name}` in a template; null when a name has no value. */
export function fillTemplate(template: string, values: Readonly<Record<string, string | null>>): string | null {
  let missing = false;
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === null) missing = true;
    return value ?? '';
  });
  return missing ? null : text;
}

/**
 * The enrollment of a unit: its certificate as bare base64 DER (PEM header lines gave error 400004 in the past, the
 * bare form is taken everywhere) and what the recipe plans. `values` fill the templates of the plan.
 */
export function enrollmentFrom(
  identity: Pick<PublicIdentity, 'registrationId' | 'certificatePem'>,
  plan: EnrollmentPlan,
  values: Readonly<Record<string, string | null>>,
): Enrollment {
  const deviceId =
    plan.deviceId === undefined
      ? undefined
      : fillTemplate(plan.deviceId, { ...values, registrationId: identity.registrationId });
  return {
    registrationId: identity.registrationId,
    ...(deviceId ? { deviceId } : {}),
    attestation: {
      type: 'x509',
      x509: { clientCertificates: { primary: { certificate: base64DerFromPem(identity.certificatePem) } } },
    },
    ...(plan.iotEdge === undefined ? {} : { capabilities: { iotEdge: plan.iotEdge } }),
    ...(plan.allocationPolicy === undefined ? {} : { allocationPolicy: plan.allocationPolicy }),
    ...(plan.iotHubs === undefined ? {} : { iotHubs: [...plan.iotHubs] }),
    ...(plan.initialTwin === undefined ? {} : { initialTwin: withoutUndefined(plan.initialTwin) }),
    ...(plan.optionalDeviceInformation === undefined
      ? {}
      : { optionalDeviceInformation: plan.optionalDeviceInformation }),
    provisioningStatus: plan.provisioningStatus,
    ...(plan.reprovisionPolicy === undefined ? {} : { reprovisionPolicy: plan.reprovisionPolicy }),
  };
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
  'allocationPolicy',
  'iotHubs',
  'initialTwin',
  'optionalDeviceInformation',
  'provisioningStatus',
  'reprovisionPolicy',
] as const;

/**
 * Compares every field that the station set. The service never returns certificate text, so thumbprints decide about
 * the credential; null or absent provisioningStatus counts as enabled (the service echoes an explicit null).
 */
export function compareEnrollment(sent: Enrollment, sha256Thumbprint: string, found: EnrollmentAnswer): Comparison {
  if (primaryThumbprint(found) !== sha256Thumbprint.toLowerCase()) return { verdict: 'other-credential' };
  const fields = comparedFields.filter((field) => {
    const wanted = sent[field];
    return (
      wanted !== undefined &&
      !contains(field === 'provisioningStatus' ? (found[field] ?? 'enabled') : found[field], wanted)
    );
  });
  return fields.length === 0 ? { verdict: 'same' } : { verdict: 'drift', fields };
}

/** SHA-256 thumbprint of the primary certificate in lower-case hex, or null. */
export function primaryThumbprint(found: EnrollmentAnswer): string | null {
  const thumbprint = found.attestation?.x509?.clientCertificates?.primary?.info?.sha256Thumbprint;
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
