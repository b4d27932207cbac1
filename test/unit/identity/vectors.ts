import { createHash } from 'node:crypto';
import vectors from '../../vectors/dice-vectors.json' with { type: 'json' };

/** The known answers: made with Microsoft's own C and compared with its shipped binaries. */
export const diceVectors = vectors;

type ImageName = keyof typeof vectors.images;

type ImageVector = {
  readonly bin: { readonly length: number; readonly sha256: string; readonly seed?: string; readonly fill?: number };
  readonly map: string;
};

/** The `.bin` of a vector image, made by the rule of the vectors: a SHA-256 counter stream, or one byte repeated. */
function binOf(image: ImageVector): Buffer {
  const { length, seed, fill } = image.bin;
  if (seed === undefined) return Buffer.alloc(length, fill ?? 0);
  const bin = Buffer.alloc(length);
  for (let counter = 0; counter * 32 < length; counter++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    createHash('sha256')
      .update(seed)
      .update(number)
      .digest()
      .copy(bin, counter * 32);
  }
  return bin;
}

/** `.bin` and `.map` of a vector image. */
export function imageFiles(name: string): { bin: Buffer; map: Buffer } {
  const image = vectors.images[name as ImageName] as ImageVector;
  return { bin: binOf(image), map: Buffer.from(image.map, 'latin1') };
}
