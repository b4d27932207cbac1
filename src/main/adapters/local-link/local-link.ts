import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Link } from '../../../shared/link/link.ts';
import { socketLink } from './socket-link.ts';

const announcementSchema = z.object({ address: z.string(), token: z.string() });
const helloSchema = z.strictObject({ token: z.string() });

/** Longest path that every system takes for a Unix socket. */
const longestSocketPath = 100;
const patienceInMs = 5_000;

/**
 * Lets other doors of the same account reach the owner of a station folder: a Unix socket (a named pipe on Windows)
 * whose address and token stand in a file of mode 0600 in the folder. Whoever cannot say the token is cut off.
 */
export async function openLocalLink(folder: string, onLink: (link: Link) => void): Promise<{ close(): Promise<void> }> {
  const token = randomBytes(24).toString('hex');
  const address = addressFor(folder);
  // What a killed owner left behind; the folder is ours by its lock.
  if (process.platform !== 'win32') rmSync(address, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const link = socketLink(socket);
    const timer = setTimeout(() => socket.destroy(), patienceInMs);
    const stop = link.onMessage((message) => {
      stop();
      clearTimeout(timer);
      const hello = helloSchema.safeParse(message);
      if (!hello.success || !sameToken(hello.data.token, token)) return void socket.destroy();
      onLink(link);
      link.send({ welcome: true });
    });
  });
  await listen(server, address);
  server.unref();
  writeFileSync(join(folder, 'link.json'), JSON.stringify({ address, token }), { mode: 0o600 });
  return {
    close: () =>
      new Promise((resolve) => {
        rmSync(join(folder, 'link.json'), { force: true });
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reaches the owner of a station folder, or null when it offers no link (any more). */
export function connectLocalLink(folder: string): Promise<{ readonly link: Link; close(): void } | null> {
  const announced = announcementOf(folder);
  if (announced === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = connect(announced.address);
    socket.setTimeout(patienceInMs, () => socket.destroy());
    socket.once('error', () => resolve(null));
    socket.once('close', () => resolve(null));
    socket.once('connect', () => {
      const link = socketLink(socket);
      const stop = link.onMessage(() => {
        stop();
        socket.setTimeout(0);
        resolve({ link, close: () => void socket.end() });
      });
      link.send({ token: announced.token });
    });
  });
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressFor(folder: string): string {
  const name = `dps-station-${randomBytes(12).toString('hex')}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const near = join(folder, 'link.sock');
  return near.length <= longestSocketPath ? near : join(tmpdir(), `${name}.sock`);
}

function announcementOf(folder: string): z.infer<typeof announcementSchema> | null {
  try {
    return announcementSchema.parse(JSON.parse(readFileSync(join(folder, 'link.json'), 'utf8')));
  } catch {
    return null;
  }
}

function sameToken(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
