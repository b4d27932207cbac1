import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import {
  certificateSlotsRequestSchema,
  certificatesFrom,
  certificatesView,
  thumbprintsIn,
} from './certificate-slots.ts';
import type { GroupAttestation, StoredAttestation } from './records.ts';
import type { DpsSwitches } from './switches.ts';
import { isTpmPublic } from './tpm/public-area.ts';

/** The `attestation` member of a request; members that it does not name are ignored, nulls count as absent. */
export const attestationRequestSchema = z.object({
  type: z.enum(['x509', 'symmetricKey', 'tpm']),
  x509: z
    .object({
      clientCertificates: certificateSlotsRequestSchema.nullish(),
      signingCertificates: certificateSlotsRequestSchema.nullish(),
      caReferences: z.object({ primary: z.string().nullish(), secondary: z.string().nullish() }).nullish(),
    })
    .nullish(),
  symmetricKey: z.object({ primaryKey: z.string().nullish(), secondaryKey: z.string().nullish() }).nullish(),
  tpm: z.object({ endorsementKey: z.string().nullish(), storageRootKey: z.string().nullish() }).nullish(),
});
/** See {@link attestationRequestSchema}. */
export type AttestationRequest = z.infer<typeof attestationRequestSchema>;

type SymmetricKeys = Extract<StoredAttestation, { type: 'symmetricKey' }>;

/** A request that carries two attestations, or another type than the one held. */
export function attestationTypeFault(
  request: AttestationRequest,
  existing: StoredAttestation | GroupAttestation | null,
  switches: DpsSwitches,
): Refusal | null {
  const others = (['x509', 'symmetricKey', 'tpm'] as const).filter((name) => name !== request.type);
  if (others.some((name) => request[name] !== null && request[name] !== undefined)) {
    return badRequest(`The attestation is of type ${request.type} but carries another one as well.`);
  }
  if (existing !== null && existing.type !== request.type && switches.attestationTypeChange === 'refuse') {
    return badRequest('The attestation type of an enrollment cannot be changed.');
  }
  return null;
}

/**
 * Checks the credential of an individual enrollment and completes it (generated keys). `existing` is what the service
 * holds for this id, or null at creation.
 */
export function attestationFrom(
  request: AttestationRequest,
  existing: StoredAttestation | null,
  switches: DpsSwitches,
): Result<StoredAttestation, Refusal> {
  const wrong = attestationTypeFault(request, existing, switches);
  if (wrong !== null) return fail(wrong);
  if (request.type === 'tpm') return tpmFrom(request);
  if (request.type === 'symmetricKey') {
    return symmetricKeysFrom(request, existing?.type === 'symmetricKey' ? existing : null, switches);
  }
  const x509 = request.x509;
  if ((x509?.signingCertificates ?? null) !== null || (x509?.caReferences ?? null) !== null) {
    return fail(badRequest('An individual enrollment takes clientCertificates only.'));
  }
  const held = existing?.type === 'x509' ? existing.x509.clientCertificates : null;
  const certificates = certificatesFrom(x509?.clientCertificates, held, switches, 'client');
  return certificates.ok ? ok({ type: 'x509', x509: { clientCertificates: certificates.value } }) : certificates;
}

/** Keys as sent, or generated; `held` are the present ones of an update, kept only if the switch says so. */
export function symmetricKeysFrom(
  request: AttestationRequest,
  held: SymmetricKeys | null,
  switches: DpsSwitches,
): Result<SymmetricKeys, Refusal> {
  const kept = switches.symmetricKeysOmitted === 'keep' ? held?.symmetricKey : undefined;
  const fresh = (): string => randomBytes(64).toString('base64'); // the service generates 64-byte keys
  const primaryKey = request.symmetricKey?.primaryKey ?? kept?.primaryKey ?? fresh();
  const secondaryKey = request.symmetricKey?.secondaryKey ?? kept?.secondaryKey ?? fresh();
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

/** The bytes of canonical base64 (RFC 4648 section 4, padded); null for anything else and for nothing. */
export function bytesOfBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null;
}

/** How an answer shows an attestation: certificate texts never, symmetric keys only `withKeys`. */
export function attestationView(attestation: StoredAttestation | GroupAttestation, withKeys: boolean): unknown {
  if (attestation.type === 'symmetricKey') return withKeys ? attestation : { type: 'symmetricKey' };
  if (attestation.type === 'tpm') return attestation;
  const { x509 } = attestation;
  if ('caReferences' in x509) return attestation;
  if ('signingCertificates' in x509) {
    return { type: 'x509', x509: { signingCertificates: certificatesView(x509.signingCertificates) } };
  }
  return { type: 'x509', x509: { clientCertificates: certificatesView(x509.clientCertificates) } };
}

/** SHA-256 thumbprints (upper-case hex) that may register, primary first; none for other attestations. */
export function thumbprintsOf(attestation: StoredAttestation): readonly string[] {
  return attestation.type === 'x509' ? thumbprintsIn(attestation.x509.clientCertificates) : [];
}
