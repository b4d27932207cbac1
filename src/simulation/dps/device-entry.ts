import { createHash, type X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import { enrollmentNotFound, invalidCertificate, type Refusal, unauthorized } from './answer.ts';
import { thumbprintsOf } from './attestation.ts';
import { commonNameOf } from './certificate.ts';
import type { DeviceCaller } from './device-caller.ts';
import type { Instance } from './instance.ts';
import type { StoredEnrollment } from './records.ts';
import { isSignedBy, isUnexpired, namesRegistration, type SasToken, sasTokenFrom } from './sas.ts';

/** How a device has proved itself, with what its hub will know it by. */
export type Proof =
  | { readonly type: 'x509'; readonly certificate: X509Certificate }
  | { readonly type: 'symmetricKey'; readonly primaryKey: string; readonly secondaryKey: string };

/** The entry that decides about a device, and the device's proof. */
export type Entry = { readonly enrollment: StoredEnrollment; readonly proof: Proof };

/** The entry of a device that proved itself, or why there is none. */
export function entryOf(instance: Instance, caller: DeviceCaller): Result<Entry, Refusal> {
  const [leaf] = caller.certificateChain;
  if (leaf !== undefined && leaf.raw.length > 0) return entryByCertificate(instance, caller.registrationId, leaf);
  if (caller.authorization !== null) return entryByKey(instance, caller, caller.authorization);
  return fail(unauthorized);
}

/**
 * The certificate's common name must be the registration id, and the enrollment must hold this very certificate as
 * primary or secondary. Whether a chain verifies does not matter for an individual enrollment, so a self-signed leaf
 * is as good as any.
 */
function entryByCertificate(instance: Instance, id: string, leaf: X509Certificate): Result<Entry, Refusal> {
  if (!isSameId(instance, commonNameOf(leaf), id)) return fail(unauthorized);
  const enrollment = instance.book.enrollments.get(id);
  if (enrollment === undefined) return fail(enrollmentNotFound);
  const thumbprint = createHash('sha256').update(leaf.raw).digest('hex').toUpperCase();
  if (!thumbprintsOf(enrollment.attestation).includes(thumbprint)) return fail(invalidCertificate);
  return ok({ enrollment, proof: { type: 'x509', certificate: leaf } });
}

/** A token of this device, signed with the enrollment's primary or secondary key (Azure documentation, symmetric keys). */
function entryByKey(instance: Instance, caller: DeviceCaller, authorization: string): Result<Entry, Refusal> {
  const token = registrationTokenFrom(instance, caller, authorization);
  if (token === null) return fail(unauthorized);
  const enrollment = instance.book.enrollments.get(caller.registrationId);
  if (enrollment === undefined) return fail(enrollmentNotFound);
  if (enrollment.attestation.type !== 'symmetricKey') return fail(unauthorized);
  const keys = enrollment.attestation.symmetricKey;
  const signed = isSignedBy(token, keys.primaryKey) || isSignedBy(token, keys.secondaryKey);
  return signed ? ok({ enrollment, proof: { type: 'symmetricKey', ...keys } }) : fail(unauthorized);
}

/** The token when it is of the device API, for this very device, and not expired; whose key signed it is not judged. */
function registrationTokenFrom(instance: Instance, caller: DeviceCaller, authorization: string): SasToken | null {
  const token = sasTokenFrom(authorization);
  if (token === null || token.policy !== 'registration' || !isUnexpired(token, instance.clock.now())) return null;
  return namesRegistration(token, instance.idScope, caller.registrationId) ? token : null;
}

/** Whether a name stands for a registration id; see the switch `commonNameCase`. */
export function isSameId(instance: Instance, name: string | null, id: string): boolean {
  if (name === null) return false;
  return instance.switches.commonNameCase === 'exact' ? name === id : name.toLowerCase() === id.toLowerCase();
}
