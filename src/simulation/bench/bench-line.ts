/** A board's side of a serial line: a computer opens `path`, the simulation reads and writes here. */
export type BenchLine = {
  readonly path: string;
  /** Sends to whoever has the line open; to nobody, the bytes are gone. */
  write(bytes: Uint8Array): void;
  /** Takes the line away, its name first; resolves when nothing of it is left. */
  close(): Promise<void>;
};

/** Makes a line appear under `path`. Rejects with a sentence when that is not possible. */
export type OpenBenchLine = (path: string, onData: (bytes: Uint8Array) => void) => Promise<BenchLine>;
