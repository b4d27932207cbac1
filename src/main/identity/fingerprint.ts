import { createHash } from 'node:crypto';

/** SHA-256 of a credential's bytes (TPM2B_PUBLIC, or a symmetric key) in lower-case hex: tells it from every other, and nothing else. */
export function fingerprintOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
