import { element, objectIdentifier, tag } from './der.ts';

/** PEM as Microsoft's Linux tool writes it: all base64 on one line, LF, final newline. */
export function pemFrom(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
}

/** The one-line PEM of a certificate, byte for byte the content of the tool's `<registration id>.pem`. */
export function certificatePem(der: Buffer): string {
  return pemFrom('CERTIFICATE', der);
}

/**
 * A P-256 private key as ECPrivateKey (RFC 5915, "SEC1"), 121 bytes, in a Buffer that the caller wipes.
 * `privateKey`: 32 big-endian bytes; `publicKey`: uncompressed point, 65 bytes.
 */
export function ecPrivateKeyDer(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  const secretPart = element(tag.octetString, privateKey);
  const der = element(
    tag.sequence,
    Uint8Array.of(tag.integer, 1, 1),
    secretPart,
    element(tag.context0, objectIdentifier('2a8648ce3d030107')),
    element(tag.context1, Uint8Array.of(tag.bitString, publicKey.length + 1, 0), publicKey),
  );
  secretPart.fill(0);
  return der;
}

/** The same key as one-line PEM, the form the board gives its TLS stack. A string cannot be wiped: for boards and tests. */
export function ecPrivateKeyPem(privateKey: Uint8Array, publicKey: Uint8Array): string {
  return pemFrom('EC PRIVATE KEY', ecPrivateKeyDer(privateKey, publicKey));
}
