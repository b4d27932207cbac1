import { createHash, X509Certificate } from 'node:crypto';

/** A certificate that a person gave, ready for a field of the service. */
export type GivenCertificate = {
  readonly thumbprint: string; // SHA-256 over the DER, lower-case hex
  readonly der: string; // base64 without header lines
  readonly isAuthority: boolean; // basicConstraints cA (RFC 5280, 4.2.1.9)
  readonly commonName: string | null;
};

/** Reads a certificate from PEM; null when it is none. */
export function givenCertificate(pem: string): GivenCertificate | null {
  let read: X509Certificate;
  try {
    read = new X509Certificate(pem);
  } catch {
    return null;
  }
  return {
    thumbprint: createHash('sha256').update(read.raw).digest('hex'),
    der: read.raw.toString('base64'),
    isAuthority: read.ca,
    commonName: /^CN=(.+)$/m.exec(read.subject)?.[1] ?? null,
  };
}
