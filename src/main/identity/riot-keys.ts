import { createECDH, createHash } from 'node:crypto';
import type { Problem } from '../../shared/problem.ts';
import { problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { fail, ok } from '../../shared/result.ts';
import { groupOrder } from './constant-nonce-signature.ts';
import { diceHash } from './dice-hash.ts';
import { wipe } from './uds.ts';

/*
 * The steps from the secret to the two keys (microsoft/devkit-sdk AZ3166/tools/dice_device_enrollment). Each is
 * exported, because each is compared with known answers. Buffers with secrets are unpooled; the caller wipes them.
 */

/** Which of the two keys a derivation makes. */
export type KeyLabel = 'Identity' | 'Alias';

/** A P-256 key: `privateKey` 32 big-endian bytes, to be wiped; `publicKey` the uncompressed point, 65 bytes. */
export type KeyPair = { readonly privateKey: Buffer; readonly publicKey: Buffer };

const orderBytes = Buffer.from(groupOrder.toString(16), 'hex');
const zeroScalar = Buffer.alloc(32);
/** Iteration counter of the KDF, little-endian where SP 800-108 would be big-endian. */
const counterOne = Uint8Array.of(1, 0, 0, 0);

/** SHA-256 (the standard one) over the parts one after another: 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The compound device identifier: D(D(UDS) || D(riot_core)), 32 bytes, secret. */
export function compoundDeviceIdentifier(uds: Uint8Array, riotCoreDigest: Uint8Array): Buffer {
  const udsDigest = diceHash(uds);
  const joined = Buffer.alloc(64);
  joined.set(udsDigest);
  joined.set(riotCoreDigest, 32);
  const cdi = diceHash(joined);
  wipe(udsDigest);
  wipe(joined);
  return cdi;
}

/** Seed of the Alias key: SHA-256(cdiDigest || FWID), 32 bytes, secret. */
export function aliasSeedFrom(cdiDigest: Uint8Array, fwid: Uint8Array): Buffer {
  return sha256(cdiDigest, fwid);
}

/** What the KDF hashes after its counter: label, a zero byte, and the length in bits (256), little-endian. */
export function kdfFixedInput(label: KeyLabel): Buffer {
  return Buffer.concat([Buffer.from(label, 'latin1'), Uint8Array.of(0, 0x00, 0x01, 0x00, 0x00)]);
}

const kdfInputs: Record<KeyLabel, Buffer> = {
  Identity: Buffer.concat([counterOne, kdfFixedInput('Identity')]),
  Alias: Buffer.concat([counterOne, kdfFixedInput('Alias')]),
};

/** HMAC-SHA-256 (RFC 2104) for keys up to 64 bytes. Written out: node's Hmac object costs as much as half a key here. */
function hmacSha256(key: Uint8Array, message: Uint8Array): Buffer {
  const inner = Buffer.alloc(64, 0x36);
  const outer = Buffer.alloc(64, 0x5c);
  for (let index = 0; index < key.length; index++) {
    inner[index] = (key[index] as number) ^ 0x36;
    outer[index] = (key[index] as number) ^ 0x5c;
  }
  const innerDigest = sha256(inner, message);
  const digest = sha256(outer, innerDigest);
  for (const secret of [inner, outer, innerDigest]) wipe(secret);
  return digest;
}

/**
 * One iteration of HMAC-SHA-256 keyed with `seed` (32 bytes): 32 bytes, secret. It looks like SP 800-108 in counter
 * mode, but counter and length are little-endian.
 */
export function kdf(seed: Uint8Array, label: KeyLabel): Buffer {
  return hmacSha256(seed, kdfInputs[label]);
}

/**
 * The key whose scalar is the KDF output read as a little-endian integer, neither reduced nor tried again.
 * Error: `key-out-of-range`, when the scalar is 0 or not below the group order (the board itself loops for ever then).
 */
export function keyPairFrom(kdfOutput: Uint8Array): Result<KeyPair, Problem<'key-out-of-range'>> {
  const privateKey = Buffer.alloc(32);
  privateKey.set(kdfOutput);
  privateKey.reverse();
  if (privateKey.equals(zeroScalar) || privateKey.compare(orderBytes) >= 0) {
    wipe(privateKey);
    return fail(problem('key-out-of-range'));
  }
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey);
  return ok({ privateKey, publicKey: curve.getPublicKey() });
}

function deriveKey(seed: Uint8Array, label: KeyLabel): Result<KeyPair, Problem<'key-out-of-range'>> {
  const output = kdf(seed, label);
  const keyPair = keyPairFrom(output);
  wipe(output);
  return keyPair;
}

/**
 * DeviceID and Alias key of a board with this UDS (32 bytes) and this firmware measurement. The caller wipes both
 * private keys; every intermediate secret is wiped here.
 */
export function deriveRiotKeys(parts: {
  readonly uds: Uint8Array;
  readonly riotCoreDigest: Uint8Array;
  readonly fwid: Uint8Array;
}): Result<{ readonly deviceId: KeyPair; readonly alias: KeyPair }, Problem<'key-out-of-range'>> {
  const cdi = compoundDeviceIdentifier(parts.uds, parts.riotCoreDigest);
  const cdiDigest = sha256(cdi);
  const aliasSeed = aliasSeedFrom(cdiDigest, parts.fwid);
  const deviceId = deriveKey(cdiDigest, 'Identity');
  const alias = deriveKey(aliasSeed, 'Alias');
  for (const secret of [cdi, cdiDigest, aliasSeed]) wipe(secret);
  if (deviceId.ok && alias.ok) return ok({ deviceId: deviceId.value, alias: alias.value });
  for (const key of [deviceId, alias]) if (key.ok) wipe(key.value.privateKey);
  return fail(problem('key-out-of-range'));
}
