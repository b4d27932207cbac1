import type { EnrollmentGroup, GroupAnswer, GroupOrder } from '../../../shared/enrollment-group.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { givenCertificate } from '../../identity/given-certificate.ts';
import type { EnrollmentService } from '../../ports/enrollment-service.ts';
import type { Random } from '../../ports/random.ts';
import type { Vault } from '../../ports/vault.ts';
import { vaultKey } from './vault-key.ts';

/** A group as it was ordered. */
type OrderedGroup = Omit<EnrollmentGroup, 'provisioningStatus'> & {
  readonly provisioningStatus?: EnrollmentGroup['provisioningStatus'] | undefined;
};

/** A group ready to be sent, and the certificates that the station must keep to be able to send it again. */
export type ReadyGroup = {
  readonly group: OrderedGroup;
  readonly certificates: readonly { readonly thumbprint: string; readonly der: string }[];
};

/** Turns an order into a group: reads its certificates, or takes its key from the vault (made when there is none). */
export async function readyGroup(
  order: GroupOrder,
  tools: { readonly vault: Pick<Vault, 'get' | 'set'>; readonly random: Pick<Random, 'secretBytes'> },
): Promise<Result<ReadyGroup, Problem>> {
  const { id, credential, settings } = order;
  const withAttestation = (attestation: EnrollmentGroup['attestation']): OrderedGroup => ({
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
    const key = await vaultKey(credential.secret, tools);
    if (!key.ok) return key;
    // The service makes the secondary key itself: it is the way in for whoever has to roll the primary one.
    const symmetricKey = { primaryKey: key.value };
    return ok({ group: withAttestation({ type: 'symmetricKey', symmetricKey }), certificates: [] });
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

/**
 * What a group that is there keeps through an order that does not name it: whether it lets devices in, and the secondary
 * key, from which devices may have derived theirs.
 */
export async function besideHeld(
  group: OrderedGroup,
  held: GroupAnswer | null,
  service: Pick<EnrollmentService, 'revealGroupKeys'>,
): Promise<Result<EnrollmentGroup, Problem>> {
  if (held === null) return ok({ ...group, provisioningStatus: group.provisioningStatus ?? 'enabled' });
  const { provisioningStatus = held.provisioningStatus === 'disabled' ? 'disabled' : 'enabled' } = group;
  const { attestation } = group;
  if (attestation.type !== 'symmetricKey' || held.attestation?.type !== 'symmetricKey') {
    return ok({ ...group, provisioningStatus });
  }
  const keys = await service.revealGroupKeys(group.enrollmentGroupId);
  if (!keys.ok) return fail(keys.problem.problem);
  const symmetricKey = { ...attestation.symmetricKey, ...(keys.value && { secondaryKey: keys.value.secondaryKey }) };
  return ok({ ...group, provisioningStatus, attestation: { type: 'symmetricKey', symmetricKey } });
}

/** A CA's certificate: a leaf in a group lets nobody in (Azure documentation, X.509 attestation). */
function authorityFrom(pem: string, id: string): Result<ReadyGroup['certificates'][number], Problem> {
  const refuse = (reason: string) => fail(problem('group-certificate-unusable', { id, reason }));
  const read = givenCertificate(pem);
  if (read === null) return refuse('it cannot be read; PEM is expected');
  return read.isAuthority ? ok(read) : refuse('it is not the certificate of a CA');
}
