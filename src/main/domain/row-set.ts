/** A set of row numbers, one bit each. */
export type RowSet = {
  add(row: number): void;
  remove(row: number): void;
  has(row: number): boolean;
  size(): number;
};

/** Makes an empty set; it grows with the highest row in it. */
export function createRowSet(): RowSet {
  let bits = new Uint8Array(128);
  let count = 0;
  const has = (row: number): boolean => ((bits[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
  return {
    has,
    add(row) {
      if (has(row)) return;
      if (row >> 3 >= bits.length) {
        const larger = new Uint8Array(Math.max(bits.length * 2, (row >> 3) + 1));
        larger.set(bits);
        bits = larger;
      }
      bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
      count += 1;
    },
    remove(row) {
      if (!has(row)) return;
      bits[row >> 3] = (bits[row >> 3] ?? 0) & ~(1 << (row & 7));
      count -= 1;
    },
    size: () => count,
  };
}
