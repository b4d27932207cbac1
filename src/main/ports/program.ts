/** A program that runs beside the station. */
export interface Program {
  /** Calls back with pieces of its standard output, or of its standard error. Only when they are read. */
  onText(from: 'output' | 'errors', listener: (text: string) => void): void;
  /** Calls back once, when it has ended: its exit code, or null and why there is none. */
  onEnd(listener: (end: { readonly code: number | null; readonly reason: string }) => void): void;
  /** Asks it to end; it puts its things away first. */
  stop(): void;
}

/**
 * Starts a JavaScript file as a process of its own that ends with this one at the latest. With `inherit` it writes to
 * this process's own standard streams; with `read` they are heard by `onText`.
 */
export type StartProgram = (request: {
  readonly file: string;
  readonly args: readonly string[];
  readonly streams: 'read' | 'inherit';
}) => Program;
