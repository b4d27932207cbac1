import { constants, createCipheriv, createHmac, publicEncrypt } from 'node:crypto';
import type { WrappingKey } from './public-area.ts';

/*
 * How a TPM protects what it is sent: TCG TPM 2.0 Library part 1, section 22 (protected storage), shared by credentials
 * (section 24) and duplication (section 23).
 */

/** A size of 16 bits, big-endian, and the bytes: every TPM2B structure. */
export function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

/**
 * KDFa (part 1, section 11.4.10.2): NIST SP 800-108 in counter mode with HMAC. The label counts with the zero byte at
 * its end.
 */
export function kdfa(hash: string, key: Buffer, label: string, context: Buffer, bits: number): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  let derived = Buffer.alloc(0);
  for (let counter = 1; derived.length * 8 < bits; counter += 1) {
    const input = Buffer.concat([number(counter), Buffer.from(`${label}\0`), context, number(bits)]);
    derived = Buffer.concat([derived, createHmac(hash, key).update(input).digest()]);
  }
  return derived.subarray(0, bits / 8);
}

/** AES in CFB mode with an initialisation vector of zeros, as protected storage uses it. */
export function encrypted(key: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-cfb`, key, Buffer.alloc(16));
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

/**
 * A seed encrypted to an RSA key (part 1, annex B.10.4): OAEP with the key's own hash. The label, with the zero byte at
 * its end, says what the seed is for.
 */
export function seedFor(parent: WrappingKey, label: 'IDENTITY' | 'DUPLICATE', seed: Buffer): Buffer {
  return publicEncrypt(
    {
      key: parent.key,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: parent.hash,
      oaepLabel: Buffer.from(`${label}\0`),
    },
    seed,
  );
}

/** The outer wrap (part 1, sections 22.4 and 23.3.2.3): encrypted under the seed, an HMAC over it and the object's name in front. */
export function outerWrapped(parent: WrappingKey, seed: Buffer, name: Buffer, inner: Buffer): Buffer {
  const symmetricKey = kdfa(parent.hash, seed, 'STORAGE', name, parent.symmetricBits);
  const hmacKey = kdfa(parent.hash, seed, 'INTEGRITY', Buffer.alloc(0), seed.length * 8);
  const content = encrypted(symmetricKey, inner);
  const integrity = createHmac(parent.hash, hmacKey).update(content).update(name).digest();
  return Buffer.concat([sized(integrity), content]);
}
