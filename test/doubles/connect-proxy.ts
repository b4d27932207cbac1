import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { CertificateAuthority } from '../../src/simulation/tls/certificate-authority.ts';

/** Certificate and key of a server, PEM. */
type ServerCredentials = ReturnType<CertificateAuthority['issueServer']>;

/** A proxy that makes tunnels (RFC 9110, CONNECT) for those who show the right name and password. */
export type ConnectProxy = {
  readonly url: string;
  /** Where it was asked to connect to, in order; refused ones too. */
  readonly asked: readonly string[];
  /** Every Proxy-Authorization header that it saw. */
  readonly shown: readonly (string | null)[];
  close(): Promise<void>;
};

/** Starts a proxy on loopback; `credentials` as `user:password`, null: everybody may. With `tls` it is an https proxy. */
export async function startConnectProxy(
  credentials: string | null,
  tls: ServerCredentials | null = null,
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const shown: (string | null)[] = [];
  const sockets = new Set<Socket>();
  const server = tls === null ? createHttpServer() : createHttpsServer({ cert: tls.certPem, key: tls.keyPem });
  const wanted = credentials === null ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket) => {
    const target = request.url ?? '';
    const header = request.headers['proxy-authorization'] ?? null;
    asked.push(target);
    shown.push(header);
    if (wanted !== null && header !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="plant"\r\n\r\n');
      return;
    }
    const at = target.lastIndexOf(':');
    const upstream = connect(Number(target.slice(at + 1)), target.slice(0, at), () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `${tls === null ? 'http' : 'https'}://localhost:${(server.address() as AddressInfo).port}`,
    asked,
    shown,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
