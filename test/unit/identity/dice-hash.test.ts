import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceHash } from '../../../src/main/identity/dice-hash.ts';
import { diceVectors } from './vectors.ts';

const mask = 0xffffffffn;
const rotate = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (32n - n))) & mask;

function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((p) => n % p !== 0n)) found.push(n);
  return found;
}

/** floor(root * 2^32) mod 2^32 of a prime, by bisection: SHA-2's constants from their definition (FIPS 180-4, 4.2.2). */
function rootFraction(prime: bigint, degree: number): bigint {
  let low = 0n;
  let high = prime << 32n;
  const target = prime << (32n * BigInt(degree));
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** BigInt(degree) <= target) low = middle;
    else high = middle;
  }
  return low & mask;
}

const cubeRoots = primes(64).map((prime) => rootFraction(prime, 3));
const squareRoots = primes(8).map((prime) => rootFraction(prime, 2));

/** The same hash written a second time, slowly and differently: arrays of BigInt, padding as a plain list. */
function slowDiceHash(message: Uint8Array): string {
  const bytes = [...message, 0x80];
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let i = 0n, bits = BigInt(message.length) * 8n; i < 8n; i++) bytes.push(Number((bits >> (8n * i)) & 255n));
  const state = [...squareRoots];
  for (let at = 0; at < bytes.length; at += 64) {
    const w: bigint[] = [];
    for (let i = 0; i < 16; i++)
      w.push([3, 2, 1, 0].reduce((v, j) => v * 256n + BigInt(bytes[at + 4 * i + j] ?? 0), 0n));
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15] ?? 0n, w[i - 2] ?? 0n];
      const s0 = rotate(x, 7n) ^ rotate(x, 18n) ^ (x >> 3n);
      const s1 = rotate(y, 17n) ^ rotate(y, 19n) ^ (y >> 10n);
      w.push(((w[i - 16] ?? 0n) + s0 + (w[i - 7] ?? 0n) + s1) & mask);
    }
    let v = [...state];
    for (let i = 0; i < 64; i++) {
      const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = v;
      const t1 =
        h +
        (rotate(e, 6n) ^ rotate(e, 11n) ^ rotate(e, 25n)) +
        ((e & f) ^ ((mask ^ e) & g)) +
        (cubeRoots[i] ?? 0n) +
        (w[i] ?? 0n);
      const t2 = (rotate(a, 2n) ^ rotate(a, 13n) ^ rotate(a, 22n)) + ((a & b) ^ (a & c) ^ (b & c));
      v = [(t1 + t2) & mask, a, b, c, (d + t1) & mask, e, f, g];
    }
    for (let i = 0; i < 8; i++) state[i] = ((state[i] ?? 0n) + (v[i] ?? 0n)) & mask;
  }
  const words = state.map((word) => Buffer.from(word.toString(16).padStart(8, '0'), 'hex').reverse());
  return Buffer.concat(words).toString('hex');
}

describe('the DICE hash', () => {
  it.each(diceVectors.diceHashKnownAnswers)('answers $diceHash', ({ message, diceHash: expected }) => {
    expect(diceHash(Buffer.from(message, 'hex')).toString('hex')).toBe(expected);
  });

  it('has 23 known answers', () => {
    expect(diceVectors.diceHashKnownAnswers).toHaveLength(23);
  });

  it.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 127, 128, 129, 1580])(
    'agrees with a second implementation at %i bytes',
    (length) => {
      const message = Buffer.alloc(length, 'chunk boundary ');
      expect(diceHash(message).toString('hex')).toBe(slowDiceHash(message));
    },
  );

  it('agrees with a second implementation on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
        const before = Buffer.from(message);
        expect(diceHash(message).toString('hex')).toBe(slowDiceHash(message));
        expect(Buffer.from(message).equals(before)).toBe(true);
      }),
    );
  });
});
