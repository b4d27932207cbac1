import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createSessions } from '../../src/main/web/sessions.ts';
import { openWebDoor, type WebDoor } from '../../src/main/web/web-door.ts';
import { webLink } from '../../src/main/web/web-link.ts';
import type { Link } from '../../src/shared/link/link.ts';
import type { Handlers } from '../../src/shared/link/serve.ts';

/** A web door on a free port with a page of one sentence; closed when the test ends. */
export async function openTestDoor(handlers: Handlers, onBug: (error: unknown) => void = () => {}): Promise<WebDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-web-'));
  const door = await openWebDoor({
    handlers,
    onBug,
    sessions: createSessions(join(folder, 'web-door.json')),
    port: 0,
    readPage: async (path, nonce) =>
      path === '/' ? { body: Buffer.from(`<p>page ${nonce}</p>`), type: 'text/html; charset=utf-8' } : null,
  });
  onTestFinished(async () => {
    await door.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return door;
}

/** Comes in by the printed address and gives the session's cookie. */
export async function enter(door: WebDoor): Promise<string> {
  const answer = await fetch(door.address(), { redirect: 'manual' });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Opens the door's WebSocket with these headers; rejects with the status when it is refused. */
export function openSocket(door: WebDoor, headers: Readonly<Record<string, string>>): Promise<WebSocket> {
  const socket = new WebSocket(`${door.origin.replace('http', 'ws')}/link`, { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** A link to the door, as the page has it. */
export async function linkThrough(door: WebDoor): Promise<{ link: Link; close(): void }> {
  const socket = await openSocket(door, { cookie: await enter(door), origin: door.origin });
  return { link: webLink(socket), close: () => socket.terminate() };
}
