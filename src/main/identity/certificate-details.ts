import { type KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateDetails } from '../../shared/records.ts';
import { sha1Thumbprint, sha256Thumbprint } from './thumbprint.ts';

/**
 * What a certificate says of itself, or null when `pem` holds none that can be read. Only members that the DevKit's
 * certificates spell right are looked at: their alternative name is malformed.
 */
export function certificateDetails(pem: string): CertificateDetails | null {
  try {
    const read = new X509Certificate(pem);
    return {
      subject: oneLine(read.subject),
      issuer: oneLine(read.issuer),
      serialNumber: read.serialNumber.toLowerCase(),
      notBefore: new Date(read.validFrom).toISOString(),
      notAfter: new Date(read.validTo).toISOString(),
      sha1Thumbprint: sha1Thumbprint(read.raw),
      sha256Thumbprint: sha256Thumbprint(read.raw),
      publicKey: keyName(read.publicKey),
      pem,
    };
  } catch {
    return null;
  }
}

/** A name comes as one attribute per line. */
function oneLine(name: string): string {
  return name.trim().split('\n').join(', ');
}

/** NIST names of the curves that OpenSSL calls otherwise (RFC 5480, 2.1.1.1). */
const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

function keyName(key: KeyObject): string {
  const kind = (key.asymmetricKeyType ?? 'unknown').toUpperCase();
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (namedCurve !== undefined) return `${kind} ${curves[namedCurve] ?? namedCurve}`;
  return modulusLength === undefined ? kind : `${kind} ${modulusLength}`;
}
