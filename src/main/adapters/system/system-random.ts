import { randomFillSync, randomUUID } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** The operating system's CSPRNG. */
export const systemRandom: Random = {
  // allocUnsafeSlow: memory of its own, so that overwriting it later overwrites the only copy.
  secretBytes: (length) => randomFillSync(Buffer.allocUnsafeSlow(length)),
  uuid: () => randomUUID(),
  fraction: () => Math.random(),
};
