import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { base64Bytes } from '../../identity/base64-bytes.ts';
import type { SigningKeys } from '../../ports/station-signer.ts';

/** Signing keys of the operating system's CSPRNG and OpenSSL. */
export const systemSigningKeys: SigningKeys = {
  newPrivateKey: () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    const text = base64Bytes(der);
    der.fill(0);
    return text;
  },
  publicKeyOf: (privateKey) => {
    try {
      const key = createPublicKey(keyFrom(privateKey));
      if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return null;
      return key.export({ type: 'spki', format: 'pem' }).toString();
    } catch {
      // OpenSSL's own words may quote the key: they are not repeated.
      return null;
    }
  },
  sign: (privateKey, bytes) => sign('sha256', bytes, keyFrom(privateKey)),
};

function keyFrom(privateKey: Buffer): KeyObject {
  const der = Buffer.from(privateKey.toString('latin1'), 'base64');
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}
