/** A file of a pack. */
export type PackedFile = { readonly name: string; readonly bytes: Uint8Array };

/** Makes one file of many. */
export interface EvidencePacker {
  /** Script that judges a pack with nothing but openssl and coreutils. */
  verifier(): Uint8Array;
  /** A ZIP file; equal files give equal bytes. */
  pack(files: readonly PackedFile[]): Uint8Array;
}
