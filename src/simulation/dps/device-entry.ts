import { createHash, type X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, enrollmentNotFound, invalidCertificate, type Refusal, unauthorized } from './answer.ts';
import { thumbprintsOf } from './attestation.ts';
import { commonNameOf } from './certificate.ts';
import { isValidAt } from './certificate-chain.ts';
import { type DeviceAnswer, type DeviceCaller, finalReply, refusal } from './device-caller.ts';
import { isEntryId } from './entry.ts';
import { symmetricGroupOf, x509GroupOf } from './group-match.ts';
import type { Instance } from './instance.ts';
import type { EntrySettings, StoredEnrollment, StoredGroup } from './records.ts';
import { isSignedBy, isUnexpired, namesRegistration, type SasToken, sasTokenFrom } from './sas.ts';
import { newTpmKey, type TpmClaim, type TpmKeys } from './tpm/challenge.ts';

/** How a device has proved itself, with what its hub will know it by. */
export type Proof =
  | { readonly type: 'x509'; readonly certificate: X509Certificate }
  | { readonly type: 'symmetricKey'; readonly primaryKey: string; readonly secondaryKey: string }
  | { readonly type: 'tpm'; readonly keys: TpmKeys };

/** The enrollment or group that decides about a device, and the device's proof. */
export type Entry = {
  readonly registrationId: string;
  /** What the entry wants the device to be called in its hub. */
  readonly deviceId: string;
  readonly enrollmentGroupId: string | null;
  readonly rules: EntrySettings;
  readonly proof: Proof;
};

/**
 * The entry of a device that proved itself. An individual enrollment of the registration id decides alone, disabled or
 * not, so it shadows every group; else the groups are asked (Azure documentation, X.509 attestation). The problem is the
 * answer to give: a refusal, or the challenge of a TPM.
 */
export function entryOf(instance: Instance, caller: DeviceCaller, claim: TpmClaim | null): Result<Entry, DeviceAnswer> {
  const enrollment = instance.book.enrollments.get(caller.registrationId);
  if (enrollment?.attestation.type === 'tpm') return entryByTpm(instance, caller, enrollment, claim);
  const entry = entryWithoutTpm(instance, caller, enrollment, claim);
  return entry.ok ? entry : fail(refusal(entry.problem));
}

function entryWithoutTpm(
  instance: Instance,
  caller: DeviceCaller,
  enrollment: StoredEnrollment | undefined,
  claim: TpmClaim | null,
): Result<Entry, Refusal> {
  const [leaf] = caller.certificateChain;
  if (leaf !== undefined && leaf.raw.length > 0) return entryByCertificate(instance, caller, leaf, enrollment);
  if (caller.authorization !== null) return entryByKey(instance, caller, caller.authorization, enrollment);
  return fail(claim !== null && enrollment === undefined ? enrollmentNotFound : unauthorized);
}

/**
 * The certificate's common name must be the registration id. An individual enrollment must hold this very certificate,
 * as primary or secondary; whether a chain verifies does not matter then, so a self-signed leaf is as good as any.
 */
function entryByCertificate(
  instance: Instance,
  caller: DeviceCaller,
  leaf: X509Certificate,
  enrollment: StoredEnrollment | undefined,
): Result<Entry, Refusal> {
  if (!isSameId(instance, commonNameOf(leaf), caller.registrationId)) return fail(unauthorized);
  const proof: Proof = { type: 'x509', certificate: leaf };
  if (enrollment !== undefined) {
    const thumbprint = createHash('sha256').update(leaf.raw).digest('hex').toUpperCase();
    const held = thumbprintsOf(enrollment.attestation).includes(thumbprint);
    const dated = instance.switches.individualDates === 'ignore' || isValidAt(leaf, instance.certificateTime());
    return held && dated ? ok(individual(enrollment, proof)) : fail(invalidCertificate);
  }
  const group = x509GroupOf(instance, caller.certificateChain);
  return group.ok ? memberOf(instance, group.value, caller.registrationId, proof) : group;
}

/** A token of this device, signed with a key of its enrollment, or with one derived from a key of a group. */
function entryByKey(
  instance: Instance,
  caller: DeviceCaller,
  authorization: string,
  enrollment: StoredEnrollment | undefined,
): Result<Entry, Refusal> {
  const token = registrationTokenFrom(instance, caller, authorization);
  if (token === null) return fail(unauthorized);
  if (enrollment !== undefined) {
    if (enrollment.attestation.type !== 'symmetricKey') return fail(unauthorized);
    const keys = enrollment.attestation.symmetricKey;
    const signed = isSignedBy(token, keys.primaryKey) || isSignedBy(token, keys.secondaryKey);
    return signed ? ok(individual(enrollment, { type: 'symmetricKey', ...keys })) : fail(unauthorized);
  }
  const match = symmetricGroupOf(instance, token, caller.registrationId);
  if (!match.ok) return match;
  const { group, primaryKey, secondaryKey } = match.value;
  return memberOf(instance, group, caller.registrationId, { type: 'symmetricKey', primaryKey, secondaryKey });
}

/**
 * The first call, without a token, is answered with a challenge that only the TPM of the enrollment can use: HTTP 401,
 * and no failure. From then on the device signs with the key in it. Another endorsement key is refused plainly.
 */
function entryByTpm(
  instance: Instance,
  caller: DeviceCaller,
  enrollment: StoredEnrollment,
  claim: TpmClaim | null,
): Result<Entry, DeviceAnswer> {
  const id = enrollment.registrationId.toLowerCase();
  const expected = enrollment.attestation.type === 'tpm' ? enrollment.attestation.tpm.endorsementKey : null;
  if (claim !== null && claim.endorsementKeyText !== expected) return fail(refusal(unauthorized));
  if (caller.authorization === null) {
    if (claim === null) return fail(refusal(unauthorized));
    const { hmacKey, blob } = newTpmKey(claim.keys, `${instance.host}/${instance.idScope}/registrations/${id}`);
    instance.tpmChallenges.set(id, { ...claim.keys, hmacKey });
    return fail(finalReply(challengeBody(blob), 401));
  }
  const challenge = instance.tpmChallenges.get(id);
  const token = registrationTokenFrom(instance, caller, caller.authorization);
  if (challenge === undefined || token === null || !isSignedBy(token, challenge.hmacKey.toString('base64'))) {
    return fail(refusal(unauthorized));
  }
  return ok(individual(enrollment, { type: 'tpm', keys: challenge }));
}

/** As the Java client's own test data have it. */
function challengeBody(authenticationKey: string): unknown {
  return {
    message: 'Authorization required, resend request using supplied key',
    authenticationKey,
    unencryptedAuthenticationKey: null,
    keyName: 'registration',
  };
}

function individual(enrollment: StoredEnrollment, proof: Proof): Entry {
  const { registrationId, deviceId = registrationId } = enrollment;
  return { registrationId, deviceId, enrollmentGroupId: null, rules: enrollment, proof };
}

/** Nobody has looked at the id of a group's device before it comes. */
function memberOf(
  instance: Instance,
  group: StoredGroup,
  registrationId: string,
  proof: Proof,
): Result<Entry, Refusal> {
  if (!isEntryId(registrationId, instance.switches)) return fail(badRequest('registrationId: not valid.'));
  const { enrollmentGroupId } = group;
  return ok({ registrationId, deviceId: registrationId, enrollmentGroupId, rules: group, proof });
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
