/** Time of a simulated board, as an argument. */
export type BoardClock = {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Calls back once after `delayInMs`; the answer cancels it. */
  after(delayInMs: number, callback: () => void): () => void;
};

/** Real time. */
export const systemBoardClock: BoardClock = {
  now: () => Date.now(),
  after(delayInMs, callback) {
    const timer = setTimeout(callback, delayInMs);
    return () => clearTimeout(timer);
  },
};
