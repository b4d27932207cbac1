import { createHmac, hkdfSync } from 'node:crypto';

/** Length of a derived key in bytes; DPS takes 16 to 64 (Azure documentation, symmetric key attestation). */
const keyBytes = 32;

/** Two keys of one device. The caller wipes both. */
export type SymmetricKeys = { readonly primary: Buffer; readonly secondary: Buffer };

/**
 * The symmetric keys of one unit: HKDF with SHA-256 (RFC 5869) from the station's key root, salted for this unit. They
 * are derived again whenever they are needed, so that nothing but the root has to be kept.
 */
export function unitSymmetricKeys(parts: {
  readonly root: Uint8Array; // at least 32 bytes
  readonly salt: Uint8Array; // 16 random bytes, made for this unit
  readonly registrationId: string;
}): SymmetricKeys {
  const derive = (which: string): Buffer => {
    const info = `dps-station symmetric key 1\n${which}\n${parts.registrationId}`;
    return Buffer.from(hkdfSync('sha256', parts.root, parts.salt, info, keyBytes));
  };
  return { primary: derive('primary'), secondary: derive('secondary') };
}

/**
 * The key of a device that comes in through a group with symmetric keys: HMAC-SHA256 of the registration id, byte for
 * byte as it is, with the decoded group key (Azure documentation, symmetric key attestation). 32 bytes; the caller
 * wipes them.
 */
export function groupDerivedKey(groupKey: Uint8Array, registrationId: string): Buffer {
  return createHmac('sha256', groupKey).update(registrationId, 'utf8').digest();
}

/** Decodes a symmetric key: base64 of 16 to 64 bytes, exactly; null for anything else. The caller wipes it. */
export function symmetricKeyFrom(base64: string): Buffer | null {
  const text = base64.trim();
  const key = Buffer.from(text, 'base64');
  return key.length >= 16 && key.length <= 64 && key.toString('base64') === text ? key : null;
}
