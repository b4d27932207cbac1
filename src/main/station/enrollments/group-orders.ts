import { createHash, X509Certificate } from 'node:crypto';
import type { EnrollmentGroup, GroupOrder } from '../../../shared/enrollment-group.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { base64Bytes } from '../../identity/base64-bytes.ts';
import { symmetricKeyFrom } from '../../identity/symmetric-keys.ts';
import type { Random } from '../../ports/random.ts';
import type { Vault } from '../../ports/vault.ts';

/** A group ready to be sent, and the certificates that the station must keep to be able to send it again. */
export type ReadyGroup = {
  readonly group: EnrollmentGroup;
  readonly certificates: readonly { readonly thumbprint: string; readonly der: string }[];
};

/** Bytes of a group key that the station makes: as many as the service makes itself (Azure documentation, symmetric key attestation). */
const groupKeyBytes = 64;

/** Turns an order into a group: reads its certificates, or takes its key from the vault (made when there is none). */
export async function readyGroup(
  order: GroupOrder,
  tools: { readonly vault: Pick<Vault, 'get' | 'set'>; readonly random: Pick<Random, 'secretBytes'> },
): Promise<Result<ReadyGroup, Problem>> {
  const { id, credential, settings } = order;
  const withAttestation = (attestation: EnrollmentGroup['attestation']): EnrollmentGroup => ({
    enrollmentGroupId: id,
    attestation,
    ...settings,
  });
  if (credential.kind === 'ca-references') {
    const { primary, secondary } = credential;
    const caReferences = { primary, ...(secondary === undefined ? {} : { secondary }) };
    return ok({ group: withAttestation({ type: 'x509', x509: { caReferences } }), certificates: [] });
  }
  if (credential.kind === 'key') {
    const keys = await groupKeys(credential.secret, tools);
    if (!keys.ok) return keys;
    return ok({ group: withAttestation({ type: 'symmetricKey', symmetricKey: keys.value }), certificates: [] });
  }
  const primary = authorityFrom(credential.primary, id);
  if (!primary.ok) return primary;
  const secondary = credential.secondary === undefined ? null : authorityFrom(credential.secondary, id);
  if (secondary !== null && !secondary.ok) return secondary;
  const slots = [primary.value, ...(secondary === null ? [] : [secondary.value])];
  const [first, second] = slots.map(({ der }) => ({ certificate: der }));
  const signingCertificates = {
    primary: first ?? { certificate: '' },
    ...(second === undefined ? {} : { secondary: second }),
  };
  return ok({ group: withAttestation({ type: 'x509', x509: { signingCertificates } }), certificates: slots });
}

async function groupKeys(
  name: string,
  { vault, random }: { readonly vault: Pick<Vault, 'get' | 'set'>; readonly random: Pick<Random, 'secretBytes'> },
): Promise<Result<{ primaryKey: string }, Problem>> {
  let kept: Result<Buffer, Problem> = await vault.get(name);
  if (!kept.ok && kept.problem.code === 'secret-not-found') {
    const made = random.secretBytes(groupKeyBytes);
    const text = base64Bytes(made);
    made.fill(0);
    const stored = await vault.set(name, text);
    text.fill(0);
    if (!stored.ok) return stored;
    kept = await vault.get(name);
  }
  if (!kept.ok) return kept;
  const key = symmetricKeyFrom(kept.value.toString('latin1'));
  kept.value.fill(0);
  if (key === null) return fail(problem('symmetric-key-invalid', { what: name }));
  const primaryKey = key.toString('base64');
  key.fill(0);
  // The service makes the secondary key itself: it is the way in for whoever has to roll the primary one.
  return ok({ primaryKey });
}

/** A CA's certificate: a leaf in a group lets nobody in (Azure documentation, X.509 attestation). */
function authorityFrom(pem: string, id: string): Result<ReadyGroup['certificates'][number], Problem> {
  let read: X509Certificate;
  try {
    read = new X509Certificate(pem);
  } catch {
    return fail(problem('group-certificate-unusable', { id, reason: 'it cannot be read; PEM is expected' }));
  }
  if (!read.ca) return fail(problem('group-certificate-unusable', { id, reason: 'it is not the certificate of a CA' }));
  const thumbprint = createHash('sha256').update(read.raw).digest('hex');
  return ok({ thumbprint, der: read.raw.toString('base64') });
}
