import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/**
 * Signs in the station's name: ECDSA on P-256 over SHA-256. The private key is made once, stays in the vault and is in
 * memory only while it signs. A vault that is locked or broken is a problem, and nothing that a line has to wait for.
 */
export interface StationSigner {
  /** The public key, SubjectPublicKeyInfo in PEM; the key is made where there is none. */
  publicKeyPem(): Promise<Result<string, Problem>>;
  /** The signature in DER (RFC 3279, section 2.2.3), as `openssl dgst -sha256 -verify` takes it. */
  sign(bytes: Uint8Array): Promise<Result<Buffer, Problem>>;
}

/** Makes and uses keys; where they are kept is another matter. */
export interface SigningKeys {
  /** A new private key, PKCS#8 in base64, in a Buffer that the caller overwrites. */
  newPrivateKey(): Buffer;
  /** The public half, SubjectPublicKeyInfo in PEM; null for bytes that are no P-256 key. */
  publicKeyOf(privateKey: Buffer): string | null;
  /** ECDSA over SHA-256, DER. */
  sign(privateKey: Buffer, bytes: Uint8Array): Buffer;
}

/** Public keys of the station beside its books, oldest first: a key that was lost with a vault still proves what it signed. */
export interface PublicKeyFile {
  read(): Result<readonly string[], Problem<'file-unreadable'>>;
  /** Adds a key that is not there yet. */
  add(publicKeyPem: string): Result<void, Problem<'file-unwritable'>>;
}
