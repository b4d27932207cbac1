import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';
import { type Handlers, serve } from '../../shared/link/serve.ts';
import { contentSecurityPolicy } from '../../shared/page-policy.ts';
import type { ScreenTools } from '../ports/station-host.ts';
import type { Sessions } from './sessions.ts';
import { webLink } from './web-link.ts';

/** What the web door serves. */
export type WebDoorOptions = {
  readonly handlers: Handlers;
  readonly readPage: ScreenTools['readPage'];
  readonly onBug: ScreenTools['onBug'];
  readonly sessions: Sessions;
  /** Wanted port; when it is taken or 0, any free one. */
  readonly port: number;
  /** Somebody came in: the address that was printed is used up. */
  readonly onUsed?: () => void;
};

/** A listening web door. */
export type WebDoor = {
  readonly origin: string; // without a token
  /** Opens one browser, once. */
  address(): string;
  close(): Promise<void>;
};

const largestMessage = 6 * 1024 * 1024; // a firmware image and its map, base64
/** A browser that nobody used for a month needs a new address. */
const sessionInSeconds = 30 * 24 * 3_600;

/**
 * Serves the page and its WebSocket on 127.0.0.1 only. Host and Origin must be this door's own, so that a page from
 * elsewhere reaches it neither by its port nor by a name that it points here (DNS rebinding).
 */
export async function openWebDoor(options: WebDoorOptions): Promise<WebDoor> {
  const { handlers, sessions } = options;
  const server = fastify({
    logger: false,
    bodyLimit: 1024,
    // An address that is none never reaches the hooks.
    frameworkErrors: (_, __, reply) => void refuse(reply.headers(alwaysHeaders), 400, 'This is no address.'),
  });
  const own = (): { origin: string; host: string } => {
    const { port } = server.server.address() as AddressInfo;
    return { origin: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` };
  };
  const cookieName = (): string => `dps-station-${own().host.split(':')[1]}`;
  const mayEnter = (request: IncomingMessage): boolean => {
    const session = cookieOf(request, cookieName());
    return request.headers.host === own().host && session !== null && sessions.isValid(session);
  };

  server.addHook('onRequest', async (request, reply) => {
    void reply.headers(alwaysHeaders);
    if (request.headers.host !== own().host) return refuse(reply, 421, 'This door answers to its own address only.');
    const { origin } = request.headers;
    if (origin !== undefined && origin !== own().origin)
      return refuse(reply, 403, 'Another page has no business here.');
  });
  server.get('/*', async (request, reply) => {
    const token = tokenOf(request);
    if (token !== null) return enter(token, request, reply);
    if (!mayEnter(request.raw)) return refuse(reply, 403, needsToken);
    return givePage(request, reply);
  });
  server.setNotFoundHandler((_, reply) => refuse(reply, 404, 'There is nothing here.'));

  function enter(token: string, request: FastifyRequest, reply: FastifyReply) {
    const session = sessions.redeem(token);
    if (session === null && mayEnter(request.raw)) return reply.redirect('/', 303);
    if (session === null) return refuse(reply, 403, needsToken);
    options.onUsed?.();
    void reply.header(
      'set-cookie',
      `${cookieName()}=${session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionInSeconds}`,
    );
    return reply.redirect('/', 303);
  }

  async function givePage(request: FastifyRequest, reply: FastifyReply) {
    const nonce = randomBytes(16).toString('base64');
    const path = decodeURIComponent(request.url.split('?')[0] ?? '/');
    const file = await options.readPage(path, nonce);
    if (file === null)
      return refuse(
        reply,
        404,
        path === '/' ? 'The page is not built; run "npm run build".' : 'There is nothing here.',
      );
    const socket = own().origin.replace('http', 'ws');
    void reply.header('content-security-policy', contentSecurityPolicy(nonce, [socket])).type(file.type);
    // Built files carry their hash in the name; the page itself carries a nonce.
    void reply.header(
      'cache-control',
      path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
    );
    return reply.send(file.body);
  }

  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage });
  server.server.on('upgrade', (request, socket, head) => {
    const allowed = request.url === '/link' && request.headers.origin === own().origin && mayEnter(request);
    if (!allowed) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (accepted) => void serve(webLink(accepted), handlers, options.onBug));
  });

  await listen(server, options.port);
  const { origin } = own();
  sessions.keep(Number(origin.split(':').at(-1)));
  return {
    origin,
    address: () => `${origin}/?token=${sessions.token()}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.server.closeAllConnections();
      await server.close();
    },
  };
}

const needsToken = 'Open the address that the station prints when it starts; each address opens one browser.';

const alwaysHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
};

function refuse(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${sentence}\n`);
}

function tokenOf(request: FastifyRequest): string | null {
  const { token } = request.query as { readonly token?: unknown };
  return typeof token === 'string' ? token : null;
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

async function listen(server: ReturnType<typeof fastify>, port: number): Promise<void> {
  try {
    await server.listen({ host: '127.0.0.1', port });
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await server.listen({ host: '127.0.0.1', port: 0 });
  }
}
