import { constants } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { rememberChain } from './presented-chain.ts';
import { wholeFlights } from './whole-flights.ts';

/** An HTTPS server on loopback that asks for client certificates and leaves the judgement to the request handler. */
export type SecureListener = {
  readonly port: number;
  /** Cuts every open connection, busy or idle. */
  readonly cutConnections: () => void;
  /** Stops listening and cuts every connection. */
  readonly close: () => Promise<void>;
};

/** What {@link listenSecurely} needs. */
export type SecureListenerOptions = {
  readonly port: number;
  readonly certPem: string;
  readonly keyPem: string;
  readonly onRequest: RequestListener;
  /** Asked for each new connection; `false` cuts it before TLS begins. */
  readonly mayConnect: () => boolean;
};

const attemptsForAFreePort = 20;

/**
 * Listens on 127.0.0.1 and, where the machine has it, on ::1, both on the same port, so that the name `localhost`
 * works whichever address a client tries first. Port 0 takes any free one. Rejects with the system's error
 * (EADDRINUSE, EACCES).
 */
export async function listenSecurely(options: SecureListenerOptions): Promise<SecureListener> {
  const sockets = new Set<Socket>();
  const secure = createSecureServer(options);
  for (let attempt = 1; ; attempt += 1) {
    const first = await listenOn('127.0.0.1', options.port, secure, options.mayConnect, sockets);
    const { port } = first.address() as AddressInfo;
    try {
      const second = await listenOn('::1', port, secure, options.mayConnect, sockets).catch(ignoreMissingIPv6);
      return listenerFrom(port, second === null ? [first] : [first, second], sockets);
    } catch (error) {
      await closeServer(first);
      const retry = options.port === 0 && codeOf(error) === 'EADDRINUSE' && attempt < attemptsForAFreePort;
      if (!retry) throw error;
    }
  }
}

function listenerFrom(port: number, servers: readonly TcpServer[], sockets: Set<Socket>): SecureListener {
  const cutConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cutConnections,
    close: async () => {
      const closed = servers.map(closeServer);
      cutConnections();
      await Promise.all(closed);
    },
  };
}

/** It never listens itself: connections are handed to it with their handshakes put together. */
function createSecureServer(options: SecureListenerOptions): Server {
  const server = createServer(
    {
      cert: options.certPem,
      key: options.keyPem,
      requestCert: true,
      rejectUnauthorized: false,
      // No resumption: OpenSSL keeps the client's own certificate in a session, and not the chain above it.
      secureOptions: constants.SSL_OP_NO_TICKET,
      // Longer than the idle time of ordinary clients: they close first, so no request meets a closing connection.
      keepAliveTimeout: 120_000,
    },
    options.onRequest,
  );
  server.prependListener('secureConnection', rememberChain);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function listenOn(
  address: string,
  port: number,
  secure: Server,
  mayConnect: () => boolean,
  sockets: Set<Socket>,
): Promise<TcpServer> {
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // a client that resets its connection is no event here
    if (mayConnect()) secure.emit('connection', wholeFlights(socket));
    else socket.destroy();
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen({ host: address, port }, () => {
      server.off('error', failed);
      done();
    });
  });
  return server;
}

async function closeServer(server: TcpServer): Promise<void> {
  await new Promise<void>((done) => server.close(() => done()));
}

function ignoreMissingIPv6(error: unknown): null {
  if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error) ?? '')) return null;
  throw error;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
