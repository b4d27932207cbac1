import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSessions } from '../../src/main/web/sessions.ts';
import type { Handlers } from '../../src/shared/link/serve.ts';
import { enter, openSocket, openTestDoor } from '../doubles/web-client.ts';

/** No call is made in these tests: only who comes in. */
const nobody = { calls: {}, streams: {} } as unknown as Handlers;

/** A plain request with headers that `fetch` would not let a caller choose. */
function get(address: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(address, { headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    outgoing.on('error', reject).end();
  });
}

describe('who comes in by the web door', () => {
  it('opens one browser per address', async () => {
    const door = await openTestDoor(nobody);
    const address = door.address();
    const first = await fetch(address, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
    expect(door.address()).not.toBe(address);
    expect((await fetch(door.origin, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
  });

  it('gives nothing without a session', async () => {
    const door = await openTestDoor(nobody);
    for (const path of ['/', '/assets/x.js', '/?token=wrong', '/?token=']) {
      const answer = await fetch(`${door.origin}${path}`);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(await answer.text()).toContain('Open the address that the station prints');
    }
    const wrong = { cookie: `dps-station-${new URL(door.origin).port}=wrong` };
    expect((await fetch(door.origin, { headers: wrong })).status).toBe(403);
  });

  it('answers to its own name only, and to no page from elsewhere', async () => {
    const door = await openTestDoor(nobody);
    const cookie = await enter(door);
    const { port } = new URL(door.origin);
    for (const host of ['evil.example', `localhost:${port}`, '127.0.0.1', `evil.example:${port}`]) {
      expect([host, (await get(`${door.origin}/`, { host, cookie })).status]).toEqual([host, 421]);
    }
    const foreign = await get(`${door.origin}/`, { cookie, origin: 'http://evil.example' });
    expect(foreign.status).toBe(403);
    expect((await get(`${door.origin}/`, { cookie })).status).toBe(200);
  });

  it('opens its socket only with session, own origin and own name', async () => {
    const door = await openTestDoor(nobody);
    const cookie = await enter(door);
    const { origin } = door;
    const host = new URL(origin).host;
    const refused: readonly Record<string, string>[] = [
      { origin },
      { cookie },
      { cookie, origin: 'http://evil.example' },
      { cookie, origin: 'null' },
      { cookie, origin, host: 'evil.example' },
      { cookie: `${cookie}x`, origin },
    ];
    for (const headers of refused) await expect(openSocket(door, headers)).rejects.toThrow('403');
    const socket = await openSocket(door, { cookie, origin, host });
    socket.terminate();
  });

  it('sends the policy with a nonce of its own each time', async () => {
    const door = await openTestDoor(nobody);
    const cookie = await enter(door);
    const policies = await Promise.all(
      [1, 2].map(async () => {
        const answer = await fetch(door.origin, { headers: { cookie } });
        const policy = answer.headers.get('content-security-policy') ?? '';
        const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
        expect(await answer.text()).toContain(nonce);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        return policy;
      }),
    );
    expect(policies[0]).not.toBe(policies[1]);
    for (const policy of policies) {
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe-(inline|eval)/);
    }
  });

  it('answers an address that is none like any other', async () => {
    const door = await openTestDoor(nobody);
    const answer = await fetch(`${door.origin}/%zz`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe('This is no address.\n');
  });

  it('gives no file beside the page', async () => {
    const door = await openTestDoor(nobody);
    const cookie = await enter(door);
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/assets/../../x'])
      expect((await get(`${door.origin}${path}`, { cookie })).status).toBe(404);
  });
});

describe('sessions', () => {
  it('outlive a restart as hashes in a file that only the owner reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dps-station-sessions-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'web-door.json');
    const before = createSessions(file);
    const session = before.redeem(before.token()) ?? '';
    before.keep(12_345);
    const after = createSessions(file);
    expect(after.isValid(session)).toBe(true);
    expect(after.isValid('')).toBe(false);
    expect(after.lastPort).toBe(12_345);
    expect(readFileSync(file, 'utf8')).not.toContain(session);
    expect(statSync(file).mode & 0o077).toBe(0);
  });
});
