import type { EnrollmentAnswer } from '../../../shared/enrollment.ts';
import type { SentEnrollment } from '../../../shared/enrollment-group.ts';
import type { CredentialOrder, OperationResult } from '../../../shared/enrollment-list.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { type HiddenParts, heldThumbprints } from '../../domain/enrollment-change.ts';
import { givenCertificate } from '../../identity/given-certificate.ts';
import { endorsementKeyFrom } from '../../identity/tpm-public.ts';
import type { Random } from '../../ports/random.ts';
import type { Vault } from '../../ports/vault.ts';
import { changeEntry, type OperationTools } from './entry-changes.ts';
import { removeAtHub, resultOf, step } from './entry-steps.ts';
import { vaultKey } from './vault-key.ts';

type Attestation = SentEnrollment['attestation'];
type Certificate = { readonly thumbprint: string; readonly der: string };

/** What a replacement needs besides the tools of every operation. */
export type ReplacementTools = {
  readonly vault: Pick<Vault, 'get' | 'set'>;
  readonly random: Pick<Random, 'secretBytes'>;
  /** Keeps a certificate that may have to be sent again. */
  readonly keep: (certificate: Certificate) => Promise<Result<void, Problem>>;
};

/**
 * Gives an individual entry a new credential of the kind it has (Azure documentation, how-to-roll-certificates). With
 * overlap the old one stays first and the new one is second until it is promoted. Without, as after a compromise, the
 * old one is gone at once and the hub identity with it, because the hub would go on believing the old credential.
 */
export async function replaceCredential(
  tools: OperationTools,
  id: string,
  order: CredentialOrder,
  more: ReplacementTools,
): Promise<Result<OperationResult, Problem>> {
  const made = await newCredential(id, order, more);
  if (!made.ok) return made;
  const entry = await step('entry', () =>
    changeEntry(tools, id, async (found, hidden) => {
      const attestation = made.value.beside(found, hidden, order.overlap);
      return attestation.ok ? ok({ attestation: attestation.value }) : attestation;
    }),
  );
  if (order.overlap || entry.outcome === 'failed') return ok(resultOf(id, [entry]));
  return ok(resultOf(id, [entry, await step('hub-identity', () => removeAtHub(tools, id))]));
}

type NewCredential = {
  /** The attestation of the entry with the new credential in it. */
  readonly beside: (found: EnrollmentAnswer, hidden: HiddenParts, overlap: boolean) => Result<Attestation, Problem>;
};

async function newCredential(
  id: string,
  { credential, overlap }: CredentialOrder,
  { keep, ...secrets }: ReplacementTools,
): Promise<Result<NewCredential, Problem>> {
  switch (credential.kind) {
    case 'endorsement-key': {
      if (overlap) return fail(problem('no-overlap', { id }));
      const key = endorsementKeyFrom(credential.endorsementKey);
      if (!key.ok) return key;
      const attestation = { type: 'tpm', tpm: { endorsementKey: key.value.base64 } } as const;
      return ok({ beside: (found) => (found.attestation?.type === 'tpm' ? ok(attestation) : otherKind(id)) });
    }
    case 'certificate': {
      const certificate = deviceCertificate(credential.pem, id);
      if (!certificate.ok) return certificate;
      // Sent without being kept it could never be sent again.
      const kept = await keep(certificate.value);
      if (!kept.ok) return kept;
      return ok({ beside: (...entry) => besideCertificate(id, certificate.value.der, ...entry) });
    }
    case 'key': {
      const key = await vaultKey(credential.secret, secrets);
      if (!key.ok) return key;
      return ok({ beside: (_found, hidden, withOverlap) => besideKey(id, key.value, hidden, withOverlap) });
    }
  }
}

function otherKind(id: string): Result<never, Problem> {
  return fail(problem('credential-of-other-kind', { id }));
}

function besideCertificate(
  id: string,
  der: string,
  found: EnrollmentAnswer,
  hidden: HiddenParts,
  overlap: boolean,
): Result<Attestation, Problem> {
  if (!found.attestation?.x509?.clientCertificates) return otherKind(id);
  const fresh = { certificate: der };
  if (!overlap) return ok(x509({ primary: fresh }));
  const [first = '', second] = heldThumbprints(found);
  if (second !== undefined && hidden.certificates.get(second) !== der) {
    return fail(problem('second-credential-held', { id }));
  }
  const kept = hidden.certificates.get(first);
  if (kept === undefined) return fail(problem('certificate-not-kept', { registrationId: id, thumbprint: first }));
  return ok(x509({ primary: { certificate: kept }, secondary: fresh }));
}

function x509(clientCertificates: { primary: { certificate: string }; secondary?: { certificate: string } }) {
  return { type: 'x509', x509: { clientCertificates } } as const;
}

function besideKey(id: string, key: string, { keys }: HiddenParts, overlap: boolean): Result<Attestation, Problem> {
  if (keys === null) return otherKind(id);
  // Without the second key the service makes one: no old key opens the door any more.
  const symmetricKey = overlap ? { primaryKey: keys.primaryKey, secondaryKey: key } : { primaryKey: key };
  return ok({ type: 'symmetricKey', symmetricKey });
}

/** The registration goes by the common name: a certificate of another name lets nobody in under this entry. */
function deviceCertificate(pem: string, id: string): Result<Certificate, Problem> {
  const refuse = (reason: string) => fail(problem('device-certificate-unusable', { id, reason }));
  const read = givenCertificate(pem);
  if (read === null) return refuse('it cannot be read; PEM is expected');
  if (read.isAuthority) return refuse('it is the certificate of a CA');
  if (read.commonName !== id) {
    return refuse(`its common name is ${read.commonName ?? 'missing'}, not the registration id`);
  }
  return ok(read);
}
