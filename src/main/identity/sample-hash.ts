import { createHash } from 'node:crypto';

/** SHA-256 (lower-case hex) over lot, line feed and serial in UTF-8: draws samples (see `domain/sampling`). */
export function sampleHash(lot: string, serial: string): string {
  return createHash('sha256').update(`${lot}\n${serial}`, 'utf8').digest('hex');
}
