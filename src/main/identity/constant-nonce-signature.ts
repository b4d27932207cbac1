import { createHash } from 'node:crypto';
import { element, tag, unsignedInteger } from './der.ts';

/*
 * ECDSA over P-256 as the DevKit does it: with one nonce for every signature. That is deliberate in the original, so
 * that the board makes the same certificate at each boot, and it must be repeated to the bit. It also means that anyone
 * with one certificate can compute the DeviceID private key, so BigInt copies of that key, which cannot be overwritten,
 * give nothing away that the certificate does not.
 */

/** Order of the group of P-256 (FIPS 186-4, D.1.2.3). */
export const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** `r` of every signature: the x coordinate of nonce times base point, 32 big-endian bytes. */
export const signatureR = Buffer.from('515c3d6eb9e396b904d3feca7f54fdcd0cc1e997bf375dca515ad0a6c3b4035f', 'hex');

/** The nonce: the bytes 1 to 32, big-endian (microsoft/devkit-sdk, RIoT sources before 2018-05-03). */
const nonce = 0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20n;

function powerModOrder(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % groupOrder;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % groupOrder;
    square = (square * square) % groupOrder;
  }
  return result;
}

/** By Fermat's little theorem: the order is prime. */
const nonceInverse = powerModOrder(nonce, groupOrder - 2n);
const r = unsignedFrom(signatureR);

/** The unsigned integer in 32 big-endian bytes. */
function unsignedFrom(bytes: Buffer): bigint {
  let value = 0n;
  for (let offset = 0; offset < 32; offset += 8) value = (value << 64n) | bytes.readBigUInt64BE(offset);
  return value;
}

/** 32 big-endian bytes of an unsigned integer below 2^256. */
function bytesFrom(value: bigint): Buffer {
  const bytes = Buffer.alloc(32);
  for (let offset = 24, rest = value; offset >= 0; offset -= 8, rest >>= 64n) {
    bytes.writeBigUInt64BE(rest & 0xffffffffffffffffn, offset);
  }
  return bytes;
}

/**
 * `s` of the signature over SHA-256(`message`) with the private scalar (32 big-endian bytes): 32 big-endian bytes,
 * leading zeros kept, high values left high. Together with {@link signatureR} an ordinary, verifiable ECDSA signature.
 */
export function signatureS(message: Uint8Array, privateKey: Buffer): Buffer {
  const digest = unsignedFrom(createHash('sha256').update(message).digest());
  return bytesFrom((nonceInverse * (digest + r * unsignedFrom(privateKey))) % groupOrder);
}

/** The signature value as X.509 holds it (RFC 3279, Ecdsa-Sig-Value): SEQUENCE of INTEGER r and INTEGER s. */
export function signatureValue(s: Uint8Array): Buffer {
  return element(tag.sequence, unsignedInteger(signatureR), unsignedInteger(s));
}
