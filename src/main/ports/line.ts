import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** Ends what it was returned for; calling it twice does nothing. */
export type Unsubscribe = () => void;

/** Why a line could not be opened. */
export type LineOpenProblem = Problem<
  'port-not-found' | 'port-in-use' | 'port-no-permission' | 'port-failed' | 'simulator-in-production'
>;

/** Why an open line no longer works. `line-closed`: closed by this side; `line-lost`: cable, adapter or power. */
export type LineProblem = Problem<'line-lost' | 'line-closed'>;

/**
 * An open serial connection to one unit. Bytes only; no framing.
 * A listener is always attached underneath, so that an unplugged cable is noticed without a write.
 */
export interface Line {
  /** Resolves when the bytes have left for the operating system. The caller may overwrite `bytes` afterwards. */
  write(bytes: Uint8Array): Promise<Result<void, LineProblem>>;
  /** Calls back with each chunk as it comes; chunks split anywhere. Bytes that came before the first listener are kept for it. */
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  /** Calls back once when the line is over, at once if it already is. */
  onClose(listener: (problem: LineProblem) => void): Unsubscribe;
  /** Frees the port; resolves when it can be opened again. Closing twice is fine. */
  close(): Promise<void>;
}

/** How a line is opened: baud rate in bits per second, always 8N1 without flow control. */
export type LineOptions = { readonly baudRate: number };

/** Opens lines by path. */
export interface LineOpener {
  open(path: string, options: LineOptions): Promise<Result<Line, LineOpenProblem>>;
}

/** A place where a unit could be reached now. `usbSerial` is the adapter's, null where there is none. */
export type LinePresence = {
  readonly path: string;
  readonly usbSerial: string | null;
  readonly vendorId: string | null; // 4 lower-case hex digits
  readonly productId: string | null; // 4 lower-case hex digits
};

/** Knows which lines are there. */
export interface LineFinder {
  list(): Promise<Result<readonly LinePresence[], Problem<'ports-not-listable'>>>;
  /** Calls back with the whole list at once and after each change; `onTrouble` when it cannot be had, null when it can again. */
  watch(
    listener: (present: readonly LinePresence[]) => void,
    onTrouble?: (trouble: Problem<'ports-not-listable'> | null) => void,
  ): Unsubscribe;
}
