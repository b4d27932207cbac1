import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { PinHash } from '../../ports/people.ts';

/**
 * Cost of a guess: 32 MiB and some tenths of a second (OWASP Password Storage: scrypt N=2^15, r=8, p=3 at least). It makes
 * guessing at the station slow; whoever has the file tries all PINs of a few digits in spite of it.
 */
const cost = { N: 2 ** 15, r: 8, p: 3 } as const;
const keyLength = 32;

const keptSchema = z.strictObject({
  N: z
    .int()
    .min(2)
    .max(2 ** 20),
  r: z.int().min(1).max(64),
  p: z.int().min(1).max(64),
  salt: z.base64(),
  hash: z.base64(),
});
type Cost = { readonly N: number; readonly r: number; readonly p: number };

/** Makes a {@link PinHash} of scrypt; what is kept names its own cost, so that a later version may raise it. */
export function createPinHash(ofNew: Cost = cost): PinHash {
  const nobody = { ...ofNew, salt: randomBytes(16), hash: randomBytes(keyLength) };
  return {
    make: async (pin) => {
      const salt = randomBytes(16);
      const hash = await derive(pin, salt, ofNew);
      const kept = { ...ofNew, salt: salt.toString('base64'), hash: hash.toString('base64') };
      hash.fill(0);
      return JSON.stringify(kept);
    },
    matches: async (pin, kept) => {
      const parsed = kept === null ? null : keptSchema.safeParse(parsedJson(kept));
      const against = parsed?.success
        ? {
            ...parsed.data,
            salt: Buffer.from(parsed.data.salt, 'base64'),
            hash: Buffer.from(parsed.data.hash, 'base64'),
          }
        : nobody;
      const hash = await derive(pin, against.salt, against);
      const same = hash.length === against.hash.length && timingSafeEqual(hash, against.hash);
      hash.fill(0);
      return same && against !== nobody;
    },
  };
}

function derive(pin: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  const bytes = Buffer.from(pin, 'utf8');
  return new Promise((resolve, reject) => {
    // Room for the 128*N*r bytes of the function, twice as its documentation suggests, and for its lanes.
    scrypt(bytes, salt, keyLength, { N, r, p, maxmem: 256 * r * (N + p + 64) }, (error, key) => {
      bytes.fill(0);
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
