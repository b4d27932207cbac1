import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { fail, ok, type Result } from '../../../shared/result.ts';

/*
 * TPM2B_PUBLIC as endorsement keys and storage root keys come (TCG TPM 2.0 Library part 2, section 12.2). The service
 * seems to check the structure: official tests had placeholder texts replaced by real endorsement keys.
 */

const algorithm = { rsa: 0x0001, aes: 0x0006, nothing: 0x0010, ecc: 0x0023, cfb: 0x0043 } as const;
const hashNames: Readonly<Record<number, string>> = { 4: 'sha1', 11: 'sha256', 12: 'sha384', 13: 'sha512' };

/** A restricted decryption key of a TPM: something can be wrapped to it. */
export type WrappingKey = {
  readonly key: KeyObject;
  /** Name of its hash for node:crypto; also the one of its OAEP and of its key derivations. */
  readonly hash: string;
  /** Size of the AES key that protects its children. */
  readonly symmetricBits: number;
  /** Name algorithm and digest of the public area (part 1, section 16). */
  readonly name: Buffer;
};

type Reader = {
  readonly u16: () => number;
  readonly u32: () => number;
  readonly sized: () => Buffer;
  readonly atEnd: () => boolean;
};
type PublicArea = {
  readonly nameAlgorithm: number;
  readonly symmetric: { readonly algorithm: number; readonly bits: number; readonly mode: number };
  /** Absent for elliptic curves. */
  readonly rsa: { readonly modulus: Buffer; readonly exponent: number } | null;
};

function readerOf(bytes: Buffer): Reader {
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw new RangeError('shorter than it says');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const u16 = (): number => take(2).readUInt16BE();
  return { u16, u32: () => take(4).readUInt32BE(), sized: () => take(u16()), atEnd: () => at === bytes.length };
}

/** Whether the bytes are structurally a TPM2B_PUBLIC of an RSA or elliptic-curve key, with nothing left over. */
export function isTpmPublic(bytes: Buffer): boolean {
  return publicAreaFrom(bytes) !== null;
}

function publicAreaFrom(bytes: Buffer): PublicArea | null {
  try {
    const reader = readerOf(bytes);
    if (reader.u16() !== bytes.length - 2) return null;
    const type = reader.u16();
    const nameAlgorithm = reader.u16();
    if (hashNames[nameAlgorithm] === undefined) return null;
    reader.u32(); // object attributes
    reader.sized(); // authorisation policy digest
    const symmetric = symmetricFrom(reader);
    skipScheme(reader);
    if (type === algorithm.rsa) return rsaFrom(reader, nameAlgorithm, symmetric);
    return type === algorithm.ecc && readsPoint(reader) ? { nameAlgorithm, symmetric, rsa: null } : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function symmetricFrom(reader: Reader): PublicArea['symmetric'] {
  const symmetric = reader.u16();
  if (symmetric === algorithm.nothing) return { algorithm: symmetric, bits: 0, mode: 0 };
  return { algorithm: symmetric, bits: reader.u16(), mode: reader.u16() };
}

function skipScheme(reader: Reader): void {
  if (reader.u16() !== algorithm.nothing) reader.u16(); // hash
}

function rsaFrom(reader: Reader, nameAlgorithm: number, symmetric: PublicArea['symmetric']): PublicArea | null {
  const keyBits = reader.u16();
  const exponent = reader.u32();
  const modulus = reader.sized();
  if (modulus.length !== keyBits / 8 || !reader.atEnd()) return null;
  return { nameAlgorithm, symmetric, rsa: { modulus, exponent: exponent === 0 ? 65_537 : exponent } };
}

function readsPoint(reader: Reader): boolean {
  reader.u16(); // curve
  skipScheme(reader); // key derivation
  return reader.sized().length > 0 && reader.sized().length > 0 && reader.atEnd();
}

/** The key in a TPM2B_PUBLIC when something can be wrapped to it: RSA, with AES in CFB mode for what it protects. */
export function wrappingKeyFrom(bytes: Buffer): Result<WrappingKey, 'not a key that can be wrapped to'> {
  const area = publicAreaFrom(bytes);
  const hash = hashNames[area?.nameAlgorithm ?? 0];
  if (area?.rsa == null || hash === undefined) return fail('not a key that can be wrapped to');
  const { algorithm: symmetric, mode, bits } = area.symmetric;
  const protects = symmetric === algorithm.aes && mode === algorithm.cfb && [128, 192, 256].includes(bits);
  if (!protects || !isUsable(area.rsa)) return fail('not a key that can be wrapped to');
  const exponent = Buffer.alloc(4);
  exponent.writeUInt32BE(area.rsa.exponent);
  const jwk = { kty: 'RSA', n: area.rsa.modulus.toString('base64url'), e: exponent.toString('base64url') };
  return ok({
    key: createPublicKey({ key: jwk, format: 'jwk' }),
    hash,
    symmetricBits: bits,
    name: nameOf(bytes.subarray(2), area.nameAlgorithm, hash),
  });
}

/** Bytes of a stranger: only what can be a modulus of 2048 bits or more, and its exponent, goes to OpenSSL. */
function isUsable({ modulus, exponent }: NonNullable<PublicArea['rsa']>): boolean {
  const [first = 0] = modulus;
  return (
    modulus.length >= 256 && first >= 0x80 && (modulus.at(-1) ?? 0) % 2 === 1 && exponent > 1 && exponent % 2 === 1
  );
}

function nameOf(publicArea: Buffer, nameAlgorithm: number, hash: string): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(nameAlgorithm);
  return Buffer.concat([prefix, createHash(hash).update(publicArea).digest()]);
}
