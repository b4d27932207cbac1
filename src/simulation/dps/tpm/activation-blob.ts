import { createHash, randomBytes } from 'node:crypto';
import type { WrappingKey } from './public-area.ts';
import { encrypted, outerWrapped, seedFor, sized } from './wrapping.ts';

/* Only the TPM that holds both keys can use what is in such a blob. */

/** Size of the encrypted address in a blob of the real service. */
const addressLength = 154;

/** An HMAC key to get into a TPM, and the two keys that it has shown. */
export type Activation = {
  readonly endorsementKey: WrappingKey;
  readonly storageRootKey: WrappingKey;
  /** 32 bytes. */
  readonly hmacKey: Buffer;
  /** Travels encrypted; clients only log it. */
  readonly address: string;
};

/**
 * Wraps an HMAC key so that a TPM can activate, import and load it: a credential for the endorsement key, which releases
 * the AES key of the inner wrap, and a duplicate for the storage root key. Parts and sizes are those of a blob of the
 * real service: each is a TPM2B.
 */
export function activationBlobFor({ endorsementKey, storageRootKey, hmacKey, address }: Activation): Buffer {
  const innerKey = randomBytes(16);
  const credentialSeed = randomBytes(digestSize(endorsementKey.hash));
  const duplicationSeed = randomBytes(digestSize(storageRootKey.hash));
  const obfuscation = randomBytes(32);
  const publicArea = hmacKeyPublicArea(obfuscation, hmacKey);
  const name = Buffer.concat([Buffer.from([0x00, 0x0b]), sha256(publicArea)]);
  const inner = innerWrapped(innerKey, sensitiveArea(obfuscation, hmacKey), name);
  const plainAddress = Buffer.alloc(addressLength);
  plainAddress.write(address);
  return Buffer.concat(
    [
      // Part 1, section 24 (credential protection); bound to the storage root key by its name.
      outerWrapped(endorsementKey, credentialSeed, storageRootKey.name, sized(innerKey)),
      seedFor(endorsementKey, 'IDENTITY', credentialSeed),
      outerWrapped(storageRootKey, duplicationSeed, name, inner),
      seedFor(storageRootKey, 'DUPLICATE', duplicationSeed),
      publicArea,
      encrypted(innerKey, plainAddress),
    ].map(sized),
  );
}

/** TPMT_PUBLIC of an HMAC-SHA256 key (part 2, section 12.2.4). */
function hmacKeyPublicArea(obfuscation: Buffer, hmacKey: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('0008000b', 'hex'), // keyed hash, named by SHA-256
    Buffer.from('00040440', 'hex'), // sign, noDA, userWithAuth
    sized(Buffer.alloc(0)), // no policy
    Buffer.from('0005000b', 'hex'), // HMAC with SHA-256
    sized(sha256(Buffer.concat([obfuscation, hmacKey]))), // part 1, section 27.5.3.3: hash of obfuscation and key
  ]);
}

/** TPM2B_SENSITIVE (part 2, section 12.3.2.4): type, no authorisation value, obfuscation, key. */
function sensitiveArea(obfuscation: Buffer, hmacKey: Buffer): Buffer {
  return sized(Buffer.concat([Buffer.from('0008', 'hex'), sized(Buffer.alloc(0)), sized(obfuscation), sized(hmacKey)]));
}

/** The inner wrap of a duplicate (part 1, section 23.3.2.2): a digest over sensitive area and name in front, all encrypted. */
function innerWrapped(innerKey: Buffer, sensitive: Buffer, name: Buffer): Buffer {
  const integrity = sha256(Buffer.concat([sensitive, name]));
  return encrypted(innerKey, Buffer.concat([sized(integrity), sensitive]));
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function digestSize(hash: string): number {
  return createHash(hash).digest().length;
}
