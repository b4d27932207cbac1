import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import { uploadedCertificateFrom } from './certificate.ts';
import type { StoredAttestation } from './records.ts';
import type { DpsSwitches } from './switches.ts';
import { isTpmPublic } from './tpm-public.ts';

const slotSchema = z.object({ certificate: z.string().nullish(), info: z.unknown().optional() });

/** The `attestation` member of a request; members that it does not name are ignored, nulls count as absent. */
export const attestationRequestSchema = z.object({
  type: z.enum(['x509', 'symmetricKey', 'tpm']),
  x509: z
    .object({
      clientCertificates: z.object({ primary: slotSchema.nullish(), secondary: slotSchema.nullish() }).nullish(),
      signingCertificates: z.unknown().optional(),
      caReferences: z.unknown().optional(),
    })
    .nullish(),
  symmetricKey: z.object({ primaryKey: z.string().nullish(), secondaryKey: z.string().nullish() }).nullish(),
  tpm: z.object({ endorsementKey: z.string().nullish(), storageRootKey: z.string().nullish() }).nullish(),
});
/** See {@link attestationRequestSchema}. */
export type AttestationRequest = z.infer<typeof attestationRequestSchema>;

type CertificateSlot = z.infer<typeof slotSchema>;
type X509 = Extract<StoredAttestation, { type: 'x509' }>;
type StoredSlot = X509['x509']['clientCertificates']['primary'];

/**
 * Checks the credential of an individual enrollment and completes it (generated keys). `existing` is what the service
 * holds for this id, or null at creation.
 */
export function attestationFrom(
  request: AttestationRequest,
  existing: StoredAttestation | null,
  switches: DpsSwitches,
): Result<StoredAttestation, Refusal> {
  const others = (['x509', 'symmetricKey', 'tpm'] as const).filter((name) => name !== request.type);
  if (others.some((name) => request[name] !== null && request[name] !== undefined)) {
    return fail(badRequest(`The attestation is of type ${request.type} but carries another one as well.`));
  }
  if (existing !== null && existing.type !== request.type && switches.attestationTypeChange === 'refuse') {
    return fail(badRequest('The attestation type of an enrollment cannot be changed.'));
  }
  if (request.type === 'x509') return x509From(request, existing, switches);
  return request.type === 'tpm' ? tpmFrom(request) : symmetricKeyFrom(request, existing, switches);
}

function x509From(
  request: AttestationRequest,
  existing: StoredAttestation | null,
  switches: DpsSwitches,
): Result<StoredAttestation, Refusal> {
  const x509 = request.x509;
  if ((x509?.signingCertificates ?? null) !== null || (x509?.caReferences ?? null) !== null) {
    return fail(badRequest('An individual enrollment takes clientCertificates only.'));
  }
  const held = existing?.type === 'x509' ? existing.x509.clientCertificates : null;
  const certificates = x509?.clientCertificates;
  const primary = slotFrom(certificates?.primary, held?.primary ?? null, switches);
  if (!primary.ok) return primary;
  if (primary.value === null) return fail(badRequest('The primary client certificate is missing.'));
  const secondary = slotFrom(certificates?.secondary, held?.secondary ?? null, switches);
  if (!secondary.ok) return secondary;
  const both = secondary.value === null ? {} : { secondary: secondary.value };
  return ok({ type: 'x509', x509: { clientCertificates: { primary: primary.value, ...both } } });
}

function slotFrom(
  slot: CertificateSlot | null | undefined,
  held: StoredSlot | null,
  switches: DpsSwitches,
): Result<StoredSlot | null, Refusal> {
  if (slot === null || slot === undefined) return ok(null);
  if (slot.certificate === null || slot.certificate === undefined) {
    if (slot.info !== undefined && held !== null && switches.certificateInfoOnly === 'keep') return ok(held);
    return fail(badRequest('A certificate slot without a certificate.'));
  }
  const uploaded = uploadedCertificateFrom(slot.certificate);
  if (!uploaded.ok) return uploaded;
  return ok({ certificate: uploaded.value.der.toString('base64'), info: uploaded.value.info });
}

function symmetricKeyFrom(
  request: AttestationRequest,
  existing: StoredAttestation | null,
  switches: DpsSwitches,
): Result<StoredAttestation, Refusal> {
  const keep = existing?.type === 'symmetricKey' && switches.symmetricKeysOmitted === 'keep';
  const held = keep && existing?.type === 'symmetricKey' ? existing.symmetricKey : null;
  const fresh = (): string => randomBytes(64).toString('base64'); // the service generates 64-byte keys
  const primaryKey = request.symmetricKey?.primaryKey ?? held?.primaryKey ?? fresh();
  const secondaryKey = request.symmetricKey?.secondaryKey ?? held?.secondaryKey ?? fresh();
  for (const key of [primaryKey, secondaryKey]) {
    const bytes = bytesOfBase64(key);
    if (bytes === null || bytes.length < 16 || bytes.length > 64) {
      return fail(badRequest('A symmetric key must be base64 of 16 to 64 bytes.'));
    }
  }
  return ok({ type: 'symmetricKey', symmetricKey: { primaryKey, secondaryKey } });
}

function tpmFrom(request: AttestationRequest): Result<StoredAttestation, Refusal> {
  const endorsementKey = request.tpm?.endorsementKey ?? '';
  const storageRootKey = request.tpm?.storageRootKey;
  const bytes = bytesOfBase64(endorsementKey);
  if (bytes === null || !isTpmPublic(bytes)) {
    return fail(badRequest('The endorsement key is not base64 of a TPM2B_PUBLIC.'));
  }
  if (storageRootKey === null || storageRootKey === undefined) return ok({ type: 'tpm', tpm: { endorsementKey } });
  if (bytesOfBase64(storageRootKey) === null) return fail(badRequest('The storage root key is not base64.'));
  return ok({ type: 'tpm', tpm: { endorsementKey, storageRootKey } });
}

function bytesOfBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null;
}

/** How an answer shows an attestation: certificate texts never, symmetric keys only `withKeys`. */
export function attestationView(attestation: StoredAttestation, withKeys: boolean): unknown {
  if (attestation.type === 'symmetricKey') return withKeys ? attestation : { type: 'symmetricKey' };
  if (attestation.type === 'tpm') return attestation;
  const { primary, secondary } = attestation.x509.clientCertificates;
  const slots = { primary: { info: primary.info }, ...(secondary && { secondary: { info: secondary.info } }) };
  return { type: 'x509', x509: { clientCertificates: slots } };
}

/** SHA-256 thumbprints (upper-case hex) that may register, primary first; none for other attestations. */
export function thumbprintsOf(attestation: StoredAttestation): readonly string[] {
  if (attestation.type !== 'x509') return [];
  const { primary, secondary } = attestation.x509.clientCertificates;
  return [primary, secondary].flatMap((slot) => (slot === undefined ? [] : [slot.info.sha256Thumbprint]));
}
