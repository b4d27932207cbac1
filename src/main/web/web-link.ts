import type { WebSocket } from 'ws';
import type { Link } from '../../shared/link/link.ts';

/** A link over a WebSocket: one JSON value per text message. A peer that sends anything else is cut off. */
export function webLink(socket: WebSocket): Link {
  const listeners = new Set<(message: unknown) => void>();
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? undefined : parsed(String(data));
    if (message === undefined) return socket.close(1003, 'JSON text only');
    for (const listener of [...listeners]) listener(message);
  });
  // A broken connection is an ordinary end; "close" follows.
  socket.on('error', () => {});
  return {
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: (listener) => {
      if (socket.readyState === socket.CLOSED) listener();
      else socket.once('close', listener);
      return () => socket.off('close', listener);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
