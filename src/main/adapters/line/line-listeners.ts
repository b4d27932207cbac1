import type { LineProblem, Unsubscribe } from '../../ports/line.ts';

/** The listening half of a line: who hears of bytes and of the end. */
export type LineListeners = {
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  onClose(listener: (problem: LineProblem) => void): Unsubscribe;
  /** Hands bytes to all listeners, or keeps them for the first one. Ignored after {@link LineListeners.end}. */
  deliver(bytes: Uint8Array): void;
  /** Tells the end, once; later calls do nothing. */
  end(problem: LineProblem): void;
  /** Why the line is over; null while it works. */
  ended(): LineProblem | null;
};

/** Makes the listening half of a line, as the port describes it. */
export function createLineListeners(): LineListeners {
  const dataListeners = new Set<(bytes: Uint8Array) => void>();
  const closeListeners = new Set<(problem: LineProblem) => void>();
  let kept: Uint8Array[] | null = [];
  let over: LineProblem | null = null;
  return {
    onData(listener) {
      // A wrapper of its own, so that one function listening twice is two listeners.
      const entry = (bytes: Uint8Array) => listener(bytes);
      dataListeners.add(entry);
      const early = kept;
      kept = null;
      for (const bytes of early ?? []) entry(bytes);
      return () => void dataListeners.delete(entry);
    },
    onClose(listener) {
      if (over !== null) {
        listener(over);
        return () => {};
      }
      const entry = (problem: LineProblem) => listener(problem);
      closeListeners.add(entry);
      return () => void closeListeners.delete(entry);
    },
    deliver(bytes) {
      if (over !== null) return;
      if (kept !== null) kept.push(bytes);
      else for (const listener of [...dataListeners]) listener(bytes);
    },
    end(problem) {
      if (over !== null) return;
      over = problem;
      const told = [...closeListeners];
      closeListeners.clear();
      for (const listener of told) listener(problem);
    },
    ended: () => over,
  };
}
