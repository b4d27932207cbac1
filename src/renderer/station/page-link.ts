import type { Link } from '../../shared/link/link.ts';

/** Opens a link to the station; `onLost` is called once when it breaks. Resolves when messages can be sent. */
export function openPageLink(): Promise<Link> {
  return window.dpsStation === undefined ? openSocket() : Promise.resolve(preloadLink(window.dpsStation));
}

/** In the desktop app the link lasts as long as the page. */
function preloadLink(bridge: NonNullable<Window['dpsStation']>): Link {
  return { send: bridge.send, onMessage: (listener) => bridge.onMessage(listener), onClose: () => () => {} };
}

function openSocket(): Promise<Link> {
  const socket = new WebSocket(`${window.location.origin.replace(/^http/, 'ws')}/link`);
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('the station cannot be reached')), { once: true });
    socket.addEventListener('open', () => resolve(socketLink(socket)), { once: true });
  });
}

function socketLink(socket: WebSocket): Link {
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => {
      const pass = (event: MessageEvent): void => listener(JSON.parse(String(event.data)));
      socket.addEventListener('message', pass);
      return () => socket.removeEventListener('message', pass);
    },
    onClose: (listener) => {
      if (socket.readyState === WebSocket.CLOSED) listener();
      else socket.addEventListener('close', listener, { once: true });
      return () => socket.removeEventListener('close', listener);
    },
  };
}
