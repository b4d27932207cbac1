import { createHmac, X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import { enrollmentNotFound, type Refusal, unauthorized } from './answer.ts';
import { authoritiesAbove, isSame } from './certificate-chain.ts';
import type { Instance } from './instance.ts';
import type { GroupAttestation, StoredGroup } from './records.ts';
import { isSignedBy, type SasToken } from './sas.ts';

/** A group that a device came through, with the keys derived for it (x509 groups have none). */
export type SymmetricMatch = {
  readonly group: StoredGroup;
  readonly primaryKey: string;
  readonly secondaryKey: string;
};

/**
 * The group of the authority nearest to the leaf; an authority further up decides only when no group has a nearer one
 * (Azure documentation, X.509 attestation). Whether the group is disabled does not matter here: the first match stands.
 */
export function x509GroupOf(instance: Instance, chain: readonly X509Certificate[]): Result<StoredGroup, Refusal> {
  const { book, switches, certificateTime } = instance;
  const groups = [...book.groups.all()].filter((group) => group.attestation.type === 'x509');
  const verified = [...book.authorities.all()].map(({ certificate }) => certificateOf(certificate));
  const signing = groups.flatMap((group) => signingCertificatesOf(group.attestation));
  const anchors = switches.groupChainEnd === 'verified-authority' ? verified : [...verified, ...signing];
  const authorities = authoritiesAbove(chain, anchors, certificateTime()) ?? [];
  for (const authority of authorities) {
    const match = groups.find((group) => authoritiesOf(instance, group).some((one) => isSame(one, authority)));
    if (match !== undefined) return ok(match);
  }
  return fail(unmatched(instance, groups.length));
}

function authoritiesOf({ book }: Instance, { attestation }: StoredGroup): readonly X509Certificate[] {
  if (attestation.type !== 'x509') return [];
  if (!('caReferences' in attestation.x509)) return signingCertificatesOf(attestation);
  const { primary, secondary } = attestation.x509.caReferences;
  return [primary, secondary].flatMap((name) => {
    const authority = name === undefined ? undefined : book.authorities.get(name);
    return authority === undefined ? [] : [certificateOf(authority.certificate)];
  });
}

function signingCertificatesOf(attestation: GroupAttestation): readonly X509Certificate[] {
  if (attestation.type !== 'x509' || !('signingCertificates' in attestation.x509)) return [];
  const { primary, secondary } = attestation.x509.signingCertificates;
  return [primary, secondary].flatMap((slot) => (slot === undefined ? [] : [certificateOf(slot.certificate)]));
}

function certificateOf(base64: string): X509Certificate {
  return new X509Certificate(Buffer.from(base64, 'base64'));
}

/** The group whose primary or secondary key the device's key was derived from; the group key itself signs nothing. */
export function symmetricGroupOf(
  instance: Instance,
  token: SasToken,
  registrationId: string,
): Result<SymmetricMatch, Refusal> {
  const id = instance.switches.groupKeyCase === 'lower' ? registrationId.toLowerCase() : registrationId;
  let groups = 0;
  for (const group of instance.book.groups.all()) {
    if (group.attestation.type !== 'symmetricKey') continue;
    groups += 1;
    const primaryKey = derivedKey(group.attestation.symmetricKey.primaryKey, id);
    const secondaryKey = derivedKey(group.attestation.symmetricKey.secondaryKey, id);
    if (isSignedBy(token, primaryKey) || isSignedBy(token, secondaryKey)) {
      return ok({ group, primaryKey, secondaryKey });
    }
  }
  return fail(unmatched(instance, groups));
}

/** Azure documentation, group enrollments: HMAC-SHA256 of the registration id under the decoded group key, base64. */
function derivedKey(groupKey: string, registrationId: string): string {
  return createHmac('sha256', Buffer.from(groupKey, 'base64')).update(registrationId).digest('base64');
}

/** Without any group of the kind the id is simply unknown; otherwise the switch decides how the refusal is worded. */
function unmatched(instance: Instance, groups: number): Refusal {
  return groups > 0 && instance.switches.unmatchedByGroups === 'unauthorized' ? unauthorized : enrollmentNotFound;
}
