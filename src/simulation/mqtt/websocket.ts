import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { splitOnce } from '../http/call.ts';
import { chainPresentedOn } from '../tls/presented-chain.ts';

/** Where Azure's services speak MQTT over WebSocket (Azure documentation, MQTT support). */
const path = '/$iothub/websocket';

/**
 * Makes what takes over HTTPS connections that ask for MQTT over WebSocket (subprotocol `mqtt`) and hands them to
 * `serve`. Other paths hear 404, other protocols 400.
 */
export function createWebSocketUpgrade(
  serve: (stream: Duplex, certificates: readonly X509Certificate[]) => void,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => 'mqtt' });
  return (request, socket, head) => {
    const protocols = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    if (decoded(splitOnce(request.url ?? '', '?')[0]) !== path) return refuse(socket, '404 Not Found');
    if (!protocols.includes('mqtt')) return refuse(socket, '400 Bad Request');
    const certificates = chainPresentedOn(socket);
    server.handleUpgrade(request, socket, head, (webSocket) => {
      serve(createWebSocketStream(webSocket), certificates);
    });
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {}); // whoever asked may have gone
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
