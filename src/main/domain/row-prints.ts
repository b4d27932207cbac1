/** Remembers the hash of what stood in each row. A million rows need 8 to 16 MB, whatever is in them. */
export type RowPrints = {
  /** `hash`: lower-case hex, of which the first 64 bits count; one whose bits are all 0 is not remembered. */
  note(row: number, hash: string): void;
  /** Whether this hash was noted for the row; never so for a row without one. */
  has(row: number, hash: string): boolean;
};

/** Makes an empty memory; it grows with the highest row in it. */
export function createRowPrints(): RowPrints {
  let prints = new BigUint64Array(1 << 10); // 0: none
  const printOf = (hash: string): bigint => BigInt(`0x${hash.slice(0, 16)}`);
  return {
    note(row, hash) {
      if (row >= prints.length) {
        const larger = new BigUint64Array(Math.max(prints.length * 2, row + 1));
        larger.set(prints);
        prints.buffer.transfer(0); // given back at once: a collector has no haste with what is outside of its heap
        prints = larger;
      }
      prints[row] = printOf(hash);
    },
    has(row, hash) {
      const print = printOf(hash);
      return print !== 0n && prints[row] === print;
    },
  };
}
