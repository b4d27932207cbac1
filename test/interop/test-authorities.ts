import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { certificatePemFrom, publicKeyOf } from '../../src/simulation/tls/certificates.ts';
import type { Credential } from './dps-bench.ts';

/*
 * Certificates in chains, for tests of groups: authorities that sign authorities or devices, all ECDSA P-256, valid
 * from yesterday for ten years unless told.
 */

const dayInMs = 86_400_000;

/** A certificate with its key and name, able to sign others when it is an authority's. */
export type Issued = Credential & { readonly commonName: string };

/** When a certificate is valid. */
export type Validity = { readonly notBefore: Date; readonly notAfter: Date };

/** Valid from yesterday for ten years. */
export const validNow: Validity = {
  notBefore: new Date(Date.now() - dayInMs),
  notAfter: new Date(Date.now() + 3_650 * dayInMs),
};
/** Expired yesterday. */
export const expired: Validity = {
  notBefore: new Date(Date.now() - 30 * dayInMs),
  notAfter: new Date(Date.now() - dayInMs),
};
/** Begins tomorrow. */
export const notYetValid: Validity = {
  notBefore: new Date(Date.now() + dayInMs),
  notAfter: new Date(Date.now() + 30 * dayInMs),
};

function issue(
  commonName: string,
  issuer: Issued | null,
  role: 'authority' | 'client',
  { notBefore, notAfter }: Validity,
): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = issuer === null ? privateKey : createPrivateKey(issuer.keyPem);
  const certPem = certificatePemFrom({
    commonName,
    publicKey,
    issuer: issuer && { commonName: issuer.commonName, publicKey: publicKeyOf(signingKey) },
    signingKey,
    role,
    notBefore,
    notAfter,
  });
  return { commonName, certPem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** An authority's certificate; self-signed when `issuer` is null. */
export function authority(commonName: string, issuer: Issued | null = null, validity = validNow): Issued {
  return issue(commonName, issuer, 'authority', validity);
}

/** A device's certificate signed by `issuer`. */
export function deviceOf(commonName: string, issuer: Issued, validity = validNow): Issued {
  return issue(commonName, issuer, 'client', validity);
}

/** What a device presents in the handshake: its own certificate, then these. */
export function presenting(device: Issued, ...chain: readonly Issued[]): Credential {
  return { certPem: [device, ...chain].map((one) => one.certPem).join(''), keyPem: device.keyPem };
}
