import type { Problem } from '../../shared/problem.ts';
import { problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { fail, ok } from '../../shared/result.ts';
import { aliasCertificateTbs, signedCertificate } from './alias-certificate.ts';
import type { FirmwareImage } from './firmware-image.ts';
import { certificatePem } from './pem.ts';
import type { RegistrationIdProblem } from './registration-id.ts';
import { encodableRegistrationId } from './registration-id.ts';
import { deriveRiotKeys } from './riot-keys.ts';
import { sha1Thumbprint, sha256Thumbprint } from './thumbprint.ts';
import { udsBytes, wipe } from './uds.ts';

/** The public identity of one DevKit: what is enrolled and recorded. Nothing in it is secret. */
export type MxchipIdentity = {
  readonly registrationId: string;
  readonly certificateDer: Buffer;
  readonly certificatePem: string; // one line of base64, LF, final newline
  readonly sha1Thumbprint: string; // 40 lower-case hex digits
  readonly sha256Thumbprint: string; // 64 lower-case hex digits
  readonly deviceIdPublicKey: Buffer; // uncompressed point, 65 bytes
  readonly aliasPublicKey: Buffer; // uncompressed point, 65 bytes
  readonly fwid: Buffer; // 32 bytes, shared with the image
};

/** What a derivation gives: the identity, and apart from it the key that the caller wipes (32 big-endian bytes). */
export type DerivedMxchipIdentity = { readonly identity: MxchipIdentity; readonly aliasPrivateKey: Buffer };

/**
 * Derives the identity of a DevKit that holds `uds` (32 bytes) and runs `image`: the Alias certificate is equal to
 * that of Microsoft's `dps_cert_gen` to the last bit. The id may have up to 126 characters here; the station's own
 * limit of 64 is a check of its own. `uds` stays the caller's to wipe; intermediate secrets are wiped here.
 */
export function deriveMxchipIdentity(parts: {
  readonly uds: Uint8Array;
  readonly image: Pick<FirmwareImage, 'riotCoreDigest' | 'fwid'>;
  readonly registrationId: string;
}): Result<DerivedMxchipIdentity, Problem<'uds-wrong-length' | 'key-out-of-range'> | RegistrationIdProblem> {
  const { uds, image } = parts;
  if (uds.length !== udsBytes) return fail(problem('uds-wrong-length', { length: uds.length * 2 }));
  const registrationId = encodableRegistrationId(parts.registrationId);
  if (!registrationId.ok) return registrationId;
  const keys = deriveRiotKeys({ uds, riotCoreDigest: image.riotCoreDigest, fwid: image.fwid });
  if (!keys.ok) return keys;
  const { deviceId, alias } = keys.value;
  const tbs = aliasCertificateTbs({
    registrationId: registrationId.value,
    aliasPublicKey: alias.publicKey,
    deviceIdPublicKey: deviceId.publicKey,
    fwid: image.fwid,
  });
  const certificateDer = signedCertificate(tbs, deviceId.privateKey);
  wipe(deviceId.privateKey);
  const identity: MxchipIdentity = {
    registrationId: registrationId.value,
    certificateDer,
    certificatePem: certificatePem(certificateDer),
    sha1Thumbprint: sha1Thumbprint(certificateDer),
    sha256Thumbprint: sha256Thumbprint(certificateDer),
    deviceIdPublicKey: deviceId.publicKey,
    aliasPublicKey: alias.publicKey,
    fwid: image.fwid,
  };
  return ok({ identity, aliasPrivateKey: alias.privateKey });
}
