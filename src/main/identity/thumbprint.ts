import { createHash } from 'node:crypto';

/** SHA-1 over the DER of a certificate, 40 lower-case hex digits (DPS shows it in upper case). */
export function sha1Thumbprint(certificateDer: Uint8Array): string {
  return createHash('sha1').update(certificateDer).digest('hex');
}

/** SHA-256 over the DER of a certificate, 64 lower-case hex digits (DPS shows it in upper case). */
export function sha256Thumbprint(certificateDer: Uint8Array): string {
  return createHash('sha256').update(certificateDer).digest('hex');
}
