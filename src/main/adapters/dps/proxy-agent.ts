import { type RequestOptions as HttpOptions, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, rootCertificates } from 'node:tls';

/** What a tunnel needs. */
export type ProxyOptions = {
  readonly url: string; // http or https, without name and password
  /** `user:password` in a Buffer that is overwritten after use; null: the proxy wants none. */
  readonly credentials: () => Promise<Buffer | null>;
  /** PEM of an authority besides the system's own: of the service, or of a proxy that inspects. */
  readonly ca?: string;
  readonly timeoutInMs?: number; // to make a tunnel, default 30 s
};

/** Why there is no tunnel; the HTTP client passes on nothing but `code` and `message`. */
class ProxyError extends Error {
  readonly code: string;
  constructor(code: string) {
    super('no tunnel through the proxy');
    this.code = code;
  }
}

/**
 * An agent whose connections go through a proxy by CONNECT (RFC 9110, 9.3.6). The policy of core-rest-pipeline is not
 * used, because it leaves out the extra authority behind a proxy.
 */
export function createProxyAgent(options: ProxyOptions): Agent {
  return new TunnelAgent(options);
}

class TunnelAgent extends Agent {
  readonly #proxy: ProxyOptions;

  constructor(proxy: ProxyOptions) {
    super({ keepAlive: true });
    this.#proxy = proxy;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const tell = callback as unknown as (error: Error | null, stream?: Duplex) => void;
    tunnel(this.#proxy, `${options.host}:${options.port}`).then(
      (socket) => {
        const { servername } = options;
        const ca = this.#proxy.ca === undefined ? {} : { ca: [...rootCertificates, this.#proxy.ca] };
        tell(null, connect({ socket, ...ca, ...(servername === undefined ? {} : { servername }) }));
      },
      (error: unknown) => tell(error instanceof Error ? error : new ProxyError('PROXY_UNREACHABLE')),
    );
    return undefined;
  }
}

async function tunnel(proxy: ProxyOptions, target: string): Promise<Socket> {
  const { protocol, hostname, port } = new URL(proxy.url);
  const secure = protocol === 'https:';
  const options: HttpOptions = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    method: 'CONNECT',
    path: target,
    headers: { Host: target, ...(await authorization(proxy)) },
    agent: false,
    timeout: proxy.timeoutInMs ?? 30_000,
  };
  const ca = secure && proxy.ca !== undefined ? { ca: [...rootCertificates, proxy.ca] } : {};
  return new Promise((resolve, reject) => {
    const request = secure ? httpsRequest({ ...options, ...ca }) : httpRequest(options);
    request.once('connect', ({ statusCode }: IncomingMessage, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new ProxyError(`PROXY_STATUS_${statusCode}`));
    });
    // A proxy that answers CONNECT as if it were a page.
    request.once('response', ({ statusCode }) => {
      request.destroy();
      reject(new ProxyError(`PROXY_STATUS_${statusCode}`));
    });
    request.once('timeout', () => request.destroy(new ProxyError('PROXY_UNREACHABLE_ETIMEDOUT')));
    request.once('error', (error: NodeJS.ErrnoException) =>
      reject(error instanceof ProxyError ? error : new ProxyError(`PROXY_UNREACHABLE_${error.code ?? 'UNKNOWN'}`)),
    );
    request.end();
  });
}

async function authorization({ credentials }: ProxyOptions): Promise<Record<string, string>> {
  const secret = await credentials();
  if (secret === null) return {};
  const header = `Basic ${secret.toString('base64')}`;
  secret.fill(0);
  return { 'Proxy-Authorization': header };
}
