/** Chance. `secretBytes` comes from the operating system's CSPRNG, always; no seed reaches it. */
export interface Random {
  /** `length` bytes in an unpooled Buffer that the caller overwrites after use. */
  secretBytes(length: number): Buffer;
  /** A random UUID (RFC 9562, version 4). */
  uuid(): string;
  /** A number from 0 up to, not including, 1, for spreading retries. */
  fraction(): number;
}
