import { createPublicKey, verify } from 'node:crypto';

/**
 * What a board is given to sign: the purpose, so that the signature is good for nothing else, the serial, and bytes that
 * nobody could guess. One line of letters that no shell takes for anything else.
 */
export function challengeText(serial: string, bytes: Uint8Array): string {
  return `dps-station/challenge/1 ${Buffer.from(serial).toString('base64url')} ${Buffer.from(bytes).toString('hex')}`;
}

/** Whether this key (PEM) made the signature (DER, over SHA-256) of the text; false for what cannot be read. */
export function signedChallenge(text: string, signature: Uint8Array, publicKeyPem: string): boolean {
  try {
    return verify('sha256', Buffer.from(text), createPublicKey(publicKeyPem), signature);
  } catch {
    return false;
  }
}
