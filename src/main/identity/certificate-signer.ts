import { createPublicKey, X509Certificate } from 'node:crypto';
import { objectIdentifier } from './der.ts';

/** Microsoft's RIoT identifier, 1.3.6.1.4.1.311.89.3.1: the name under which a DevKit's certificate holds its DeviceID key. */
const riotOid = objectIdentifier('2b060104018237590301');
/** INTEGER 1, then SubjectPublicKeyInfo of a P-256 key: 91 bytes. */
const version = Buffer.from('020101', 'hex');
const keyInfoLength = 91;

/**
 * The DeviceID public key in a DevKit's Alias certificate (microsoft/devkit-sdk, RiotX509Bldr), PEM;
 * null for any other certificate. No library reads it, because the name that holds it is malformed.
 */
export function deviceIdKeyOf(certificatePem: string): string | null {
  try {
    const { raw } = new X509Certificate(certificatePem);
    const at = raw.indexOf(riotOid);
    if (at < 0) return null;
    const versionAt = raw.indexOf(version, at + riotOid.length);
    // Behind the identifier stands the header of the sequence: two or three bytes.
    if (versionAt < 0 || versionAt - at - riotOid.length > 4) return null;
    const from = versionAt + version.length;
    const key = createPublicKey({ key: raw.subarray(from, from + keyInfoLength), format: 'der', type: 'spki' });
    return key.export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    return null;
  }
}

/** Whether this key (PEM) signed the certificate (PEM); false for what cannot be read. */
export function isSignedWith(certificatePem: string, publicKeyPem: string): boolean {
  try {
    return new X509Certificate(certificatePem).verify(createPublicKey(publicKeyPem));
  } catch {
    return false;
  }
}

/** Whether a certificate names itself as its issuer. */
export function namesItselfIssuer(certificatePem: string): boolean {
  try {
    const { subject, issuer } = new X509Certificate(certificatePem);
    return subject === issuer;
  } catch {
    return false;
  }
}

/** The public key of a certificate, PEM; null for what cannot be read. */
export function publicKeyOf(certificatePem: string): string | null {
  try {
    return new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    return null;
  }
}

/** The certificate in lines of 64 characters, which every tool reads; null for what is none. */
export function wrappedPem(certificatePem: string): string | null {
  try {
    return new X509Certificate(certificatePem).toString();
  } catch {
    return null;
  }
}
