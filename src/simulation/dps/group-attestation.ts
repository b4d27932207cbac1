import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import { type AttestationRequest, attestationTypeFault, symmetricKeysFrom } from './attestation.ts';
import { certificatesFrom } from './certificate-slots.ts';
import type { GroupAttestation, StoredCertificates } from './records.ts';
import type { DpsSwitches } from './switches.ts';

/** What the credential of a group is judged against. */
export type GroupAttestationJudgement = {
  readonly existing: GroupAttestation | null;
  readonly switches: DpsSwitches;
  /** Whether the instance holds a verified authority of this name. */
  readonly isAuthority: (name: string) => boolean;
};

type X509Request = NonNullable<AttestationRequest['x509']>;

/** Checks the credential of an enrollment group and completes it (generated keys). */
export function groupAttestationFrom(
  request: AttestationRequest,
  against: GroupAttestationJudgement,
): Result<GroupAttestation, Refusal> {
  const { existing, switches } = against;
  const wrong = attestationTypeFault(request, existing, switches);
  if (wrong !== null) return fail(wrong);
  if (request.type === 'tpm') return fail(badRequest('An enrollment group cannot use TPM attestation.'));
  if (request.type === 'symmetricKey') {
    return symmetricKeysFrom(request, existing?.type === 'symmetricKey' ? existing : null, switches);
  }
  const x509 = request.x509 ?? {};
  const given = [x509.clientCertificates, x509.signingCertificates, x509.caReferences].filter(Boolean);
  if (x509.clientCertificates || given.length !== 1) {
    return fail(badRequest('An enrollment group takes either signingCertificates or caReferences.'));
  }
  return x509.caReferences ? referencesFrom(x509, against) : signingCertificatesFrom(x509, against);
}

function referencesFrom(request: X509Request, against: GroupAttestationJudgement): Result<GroupAttestation, Refusal> {
  const primary = request.caReferences?.primary ?? null;
  const secondary = request.caReferences?.secondary ?? null;
  const names = [primary, secondary].filter((name) => name !== null);
  if (names.length === 0) return fail(badRequest('caReferences: names no authority.'));
  const unknown = names.find((name) => !against.isAuthority(name));
  if (unknown !== undefined) {
    return fail(badRequest(`caReferences: ${unknown.slice(0, 128)} is no verified authority of this instance.`));
  }
  const caReferences = { ...(primary !== null && { primary }), ...(secondary !== null && { secondary }) };
  return ok({ type: 'x509', x509: { caReferences } });
}

function signingCertificatesFrom(
  request: X509Request,
  { existing, switches }: GroupAttestationJudgement,
): Result<GroupAttestation, Refusal> {
  const heldX509 = existing?.type === 'x509' ? existing.x509 : null;
  const held = heldX509 !== null && 'signingCertificates' in heldX509 ? heldX509.signingCertificates : null;
  const certificates = certificatesFrom(request.signingCertificates, held, switches, 'signing');
  if (!certificates.ok) return certificates;
  if (switches.signingCertificateRole === 'authority' && !areAuthorities(certificates.value)) {
    return fail(badRequest('A signing certificate must be the certificate of an authority.'));
  }
  return ok({ type: 'x509', x509: { signingCertificates: certificates.value } });
}

/** RFC 5280 4.2.1.9: only a certificate whose basic constraints say so may sign others. */
function areAuthorities({ primary, secondary }: StoredCertificates): boolean {
  return [primary, secondary].every(
    (slot) => slot === undefined || new X509Certificate(Buffer.from(slot.certificate, 'base64')).ca,
  );
}
