import type { Socket } from 'node:net';
import type { Link } from '../../../shared/link/link.ts';

const longestMessage = 16 * 1024 * 1024;

/** A link over a socket: one JSON value per line. A peer that sends no JSON, or no end of line, is cut off. */
export function socketLink(socket: Socket): Link {
  const listeners = new Set<(message: unknown) => void>();
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    if (text.length > longestMessage) return void socket.destroy();
    for (const line of lines) {
      const message = parsed(line);
      if (message === undefined) return void socket.destroy();
      for (const listener of [...listeners]) listener(message);
    }
  });
  // A reset by the peer is an ordinary end.
  socket.on('error', () => {});
  return {
    send: (message) => {
      if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: (listener) => {
      if (socket.destroyed) listener();
      else socket.once('close', listener);
      return () => socket.off('close', listener);
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
