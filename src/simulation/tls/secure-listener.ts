import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

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
  for (let attempt = 1; ; attempt += 1) {
    const first = await listenOn('127.0.0.1', options.port, options, sockets);
    const { port } = first.address() as AddressInfo;
    try {
      const second = await listenOn('::1', port, options, sockets).catch(ignoreMissingIPv6);
      return listenerFrom(port, second === null ? [first] : [first, second], sockets);
    } catch (error) {
      await closeServer(first);
      const retry = options.port === 0 && codeOf(error) === 'EADDRINUSE' && attempt < attemptsForAFreePort;
      if (!retry) throw error;
    }
  }
}

function listenerFrom(port: number, servers: readonly Server[], sockets: Set<Socket>): SecureListener {
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

async function listenOn(
  address: string,
  port: number,
  options: SecureListenerOptions,
  sockets: Set<Socket>,
): Promise<Server> {
  const server = createServer(
    {
      cert: options.certPem,
      key: options.keyPem,
      requestCert: true,
      rejectUnauthorized: false,
      // Longer than the idle time of ordinary clients: they close first, so no request meets a closing connection.
      keepAliveTimeout: 120_000,
    },
    options.onRequest,
  );
  // The DevKit's Alias certificate has a malformed subject alternative name. OpenSSL leaves an error on its queue for
  // it, which Node would take for a failure of the next read; reading the certificate here empties that queue.
  server.prependListener('secureConnection', (socket) => {
    socket.getPeerX509Certificate();
  });
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // a client that resets its connection is no event here
    if (!options.mayConnect()) socket.destroy();
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
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

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((done) => server.close(() => done()));
}

function ignoreMissingIPv6(error: unknown): null {
  if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error) ?? '')) return null;
  throw error;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
