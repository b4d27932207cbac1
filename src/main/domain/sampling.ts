/**
 * Whether a unit is a sample: the first 64 bits of the SHA-256 over lot, line feed and serial (lower-case hex), as a
 * fraction of 2^64, lie below `perThousand`/1000. Anybody can draw the same sample again:
 * `printf 'LOT\nSERIAL' | sha256sum`, first 16 digits.
 */
export function isSample(sha256Hex: string, perThousand: number): boolean {
  return BigInt(`0x${sha256Hex.slice(0, 16)}`) * 1000n < BigInt(perThousand) << 64n;
}
