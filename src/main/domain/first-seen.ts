/** Remembers by hash in which row something stood first. A million things need about 24 MB, whatever they are. */
export type FirstSeen = {
  /**
   * The row in which this hash stood first, or null if it is this very call that brings it. `hash`: lower-case hex, of
   * which the first 64 bits count: among a million rows two different things meet with a chance of 1 in 30 million.
   */
  note(hash: string, row: number): number | null;
  /** As `note`, but remembers nothing. */
  find(hash: string): number | null;
};

const firstCapacity = 1 << 10;

/** Makes an empty memory: an open hash table in three flat arrays, at most 3/4 full. */
export function createFirstSeen(): FirstSeen {
  let high = new Uint32Array(firstCapacity);
  let low = new Uint32Array(firstCapacity);
  let rows = new Uint32Array(firstCapacity); // row + 1; 0: free
  let used = 0;

  function place(one: number, two: number): number {
    const mask = rows.length - 1;
    let at = two & mask;
    while (rows[at] !== 0 && (high[at] !== one || low[at] !== two)) at = (at + 1) & mask;
    return at;
  }

  function grow(): void {
    const old = { high, low, rows };
    high = new Uint32Array(old.rows.length * 2);
    low = new Uint32Array(high.length);
    rows = new Uint32Array(high.length);
    for (let from = 0; from < old.rows.length; from++) {
      const row = old.rows[from] ?? 0;
      if (row === 0) continue;
      const one = old.high[from] ?? 0;
      const two = old.low[from] ?? 0;
      const to = place(one, two);
      high[to] = one;
      low[to] = two;
      rows[to] = row;
    }
    // Given back at once: a collector has no haste with what is outside of its heap.
    for (const array of Object.values(old)) array.buffer.transfer(0);
  }

  const halves = (hash: string) =>
    [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8, 16), 16)] as const;

  return {
    note(hash, row) {
      const [one, two] = halves(hash);
      const at = place(one, two);
      const known = rows[at] ?? 0;
      if (known !== 0) return known - 1;
      high[at] = one;
      low[at] = two;
      rows[at] = row + 1;
      used += 1;
      if (used * 4 > rows.length * 3) grow();
      return null;
    },
    find(hash) {
      const [one, two] = halves(hash);
      const known = rows[place(one, two)] ?? 0;
      return known === 0 ? null : known - 1;
    },
  };
}
