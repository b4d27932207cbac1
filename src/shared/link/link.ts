/** Ends what it was returned for; calling it twice does nothing. */
export type Unsubscribe = () => void;

/** A way for messages between two processes, or two halves of one. Messages are plain JSON values. */
export interface Link {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): Unsubscribe;
  /** Calls back once when the other side is gone, at once if it already is. */
  onClose(listener: () => void): Unsubscribe;
}

/** Two ends of a link inside one process; what one sends the other gets, one turn of the event loop later. */
export function linkPair(): { readonly near: Link; readonly far: Link; close(): void } {
  const near = end();
  const far = end();
  let closed = false;
  const connectEnds = (from: ReturnType<typeof end>, to: ReturnType<typeof end>): Link => ({
    send: (message) => {
      // Copied as JSON, so that a test meets what a process border would do to it.
      const text = JSON.stringify(message);
      queueMicrotask(() => closed || to.deliver(JSON.parse(text)));
    },
    onMessage: from.onMessage,
    onClose: from.onClose,
  });
  return {
    near: connectEnds(near, far),
    far: connectEnds(far, near),
    close: () => {
      closed = true;
      near.close();
      far.close();
    },
  };
}

function end() {
  const listeners = new Set<(message: unknown) => void>();
  const closers = new Set<() => void>();
  let closed = false;
  return {
    onMessage: (listener: (message: unknown) => void): Unsubscribe => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: (listener: () => void): Unsubscribe => {
      if (closed) listener();
      else closers.add(listener);
      return () => closers.delete(listener);
    },
    deliver: (message: unknown): void => {
      for (const listener of [...listeners]) listener(message);
    },
    close: (): void => {
      if (closed) return;
      closed = true;
      for (const listener of [...closers]) listener();
    },
  };
}
