import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { connectLocalLink, openLocalLink } from '../../src/main/adapters/local-link/local-link.ts';
import { type CallName, contract, namesActor } from '../../src/shared/contract.ts';
import { type Client, connect } from '../../src/shared/link/connect.ts';
import { type Link, linkPair } from '../../src/shared/link/link.ts';
import { type Handlers, serve } from '../../src/shared/link/serve.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import type { StationSnapshot } from '../../src/shared/station-snapshot.ts';
import { linkThrough, openTestDoor } from '../doubles/web-client.ts';

const snapshot = (revision: number): StationSnapshot => ({
  revision,
  station: 's',
  mode: 'training',
  recipe: 'r',
  steps: [],
  waitingScan: null,
  scanProblem: null,
  scanCount: 0,
  abortAsked: null,
  qaOn: false,
  slots: [],
  pause: null,
});

const refuse = async () => fail(problem('wrong-use', { reason: 'not part of this double' }));

const allRefused = Object.fromEntries(
  Object.keys(contract.calls).map((name) => [name, refuse]),
) as unknown as Handlers['calls'];

/** A station that remembers what it was told. */
function told() {
  const scans: string[] = [];
  const listeners = new Set<(value: StationSnapshot) => void>();
  const bugs: unknown[] = [];
  const handlers: Handlers = {
    calls: {
      ...allRefused,
      scan: async ({ text, actor }) => {
        if (text === 'BUG') throw new Error('broken with a secret in its words');
        if (text === 'SECOND') return fail(problem('scan-waiting-for-board', { waiting: 'SN1' }));
        scans.push(`${actor}: ${text}`);
        return ok({});
      },
      rework: async () => ok({}),
      abort: async () => ok({}),
      'type-mac': async () => ok({}),
      'outbox-flush': async () => ok({ items: { pending: 1, delivered: 2, parked: 3, superseded: 4 }, pause: null }),
      'outbox-retry': async () => ok({}),
      'outbox-list': async () => ok({ rows: [], next: null }),
      'job-list': async () => ok({ rows: [], next: null }),
    },
    streams: {
      host: () => () => {},
      queue: () => () => {},
      bench: () => () => {},
      mirror: () => () => {},
      people: () => () => {},
      orders: () => () => {},
      quality: () => () => {},
      returns: () => () => {},
      station: (listener) => {
        listeners.add(listener);
        listener(snapshot(1));
        return () => listeners.delete(listener);
      },
    },
  };
  const tell = (value: StationSnapshot): void => {
    for (const listener of listeners) listener(value);
  };
  return { scans, handlers, bugs, tell, listeners };
}

type Setup = { readonly client: Client; readonly raw: Link; readonly station: ReturnType<typeof told>; close(): void };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function overClosures(): Promise<Setup> {
  const station = told();
  const { near, far, close } = linkPair();
  serve(far, station.handlers, (error) => station.bugs.push(error));
  return { client: connect(near), raw: near, station, close };
}

async function overSocket(): Promise<Setup> {
  const station = told();
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-link-'));
  folders.push(folder);
  const server = await openLocalLink(folder, (link) =>
    serve(link, station.handlers, (error) => station.bugs.push(error)),
  );
  const connected = await connectLocalLink(folder);
  if (connected === null) throw new Error('no link');
  onTestFinished(async () => {
    connected.close();
    await server.close();
  });
  return { client: connect(connected.link), raw: connected.link, station, close: connected.close };
}

async function overWebSocket(): Promise<Setup> {
  const station = told();
  const door = await openTestDoor(station.handlers, (error) => station.bugs.push(error));
  const { link, close } = await linkThrough(door);
  return { client: connect(link), raw: link, station, close };
}

describe.each([
  ['closures', overClosures],
  ['a local socket', overSocket],
  ['a WebSocket of the web door', overWebSocket],
] as const)('the contract over %s', (_, setup) => {
  it('answers a call with its value and carries the actor', async () => {
    const { client, station } = await setup();
    expect(await client.call('scan', { actor: 'badge 7', text: 'SN1' })).toEqual({ ok: true, value: {} });
    expect(station.scans).toEqual(['badge 7: SN1']);
  });

  it('answers a call with its problem', async () => {
    const { client } = await setup();
    const answer = await client.call('scan', { actor: 'a', text: 'SECOND' });
    expect(answer).toEqual({ ok: false, problem: { code: 'scan-waiting-for-board', facts: { waiting: 'SN1' } } });
  });

  it('keeps answers apart when calls overlap', async () => {
    const { client } = await setup();
    const [flush, scan] = await Promise.all([
      client.call('outbox-flush', { actor: 'a' }),
      client.call('scan', { actor: 'a', text: 'x' }),
    ]);
    expect(flush).toMatchObject({ ok: true, value: { items: { pending: 1, parked: 3 }, pause: null } });
    expect(scan.ok).toBe(true);
  });

  it('refuses input that does not fit, unknown calls, and tells a bug without its words', async () => {
    const { client, station } = await setup();
    expect(await client.call('scan', { actor: '', text: 'x' })).toMatchObject({
      ok: false,
      problem: { code: 'wrong-use' },
    });
    expect(await client.call('toString' as never, {} as never)).toMatchObject({
      ok: false,
      problem: { code: 'wrong-use' },
    });
    const bug = await client.call('scan', { actor: 'a', text: 'BUG' });
    expect(bug).toMatchObject({ ok: false, problem: { code: 'bug' } });
    expect(JSON.stringify(bug)).not.toContain('secret');
    expect(station.bugs).toHaveLength(1);
    expect(station.scans).toEqual([]);
  });

  it('ignores messages that are none', async () => {
    const { client, raw } = await setup();
    for (const junk of [1, null, 'x', { do: 'call' }, { do: 'fly', id: 1 }, []]) raw.send(junk);
    expect((await client.call('scan', { actor: 'a', text: 'x' })).ok).toBe(true);
  });

  it('sends the latest value of a stream at once and ends in the newest', async () => {
    const { client, station } = await setup();
    const seen: number[] = [];
    const newest = new Promise<void>((resolve) => {
      client.watch('station', (value) => {
        const revision = value?.revision ?? 0;
        seen.push(revision);
        if (revision === 1) for (let next = 2; next <= 100; next++) station.tell(snapshot(next));
        if (revision === 100) resolve();
      });
    });
    await newest;
    expect(seen[0]).toBe(1);
    // A burst becomes one value, not a hundred.
    expect(seen.length).toBeLessThanOrEqual(4);
  });

  it('stops a stream that nobody watches any more', async () => {
    const { client, station } = await setup();
    const stop = await new Promise<() => void>((resolve) => {
      const unwatch = client.watch('station', () => queueMicrotask(() => resolve(unwatch)));
    });
    expect(station.listeners.size).toBe(1);
    stop();
    await client.call('scan', { actor: 'a', text: 'after' });
    expect(station.listeners.size).toBe(0);
  });

  it('answers what is under way when the link closes', async () => {
    const { client, close } = await setup();
    const call = client.call('scan', { actor: 'a', text: 'BUG' });
    close();
    expect(await call).toMatchObject({ ok: false });
    await expect.poll(async () => (await client.call('scan', { actor: 'a', text: 'x' })).ok).toBe(false);
  });
});

describe('the local link', () => {
  it('keeps its token from others and cuts off whoever does not know it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dps-station-link-'));
    folders.push(folder);
    const links: Link[] = [];
    const server = await openLocalLink(folder, (link) => links.push(link));
    onTestFinished(() => server.close());
    expect(statSync(join(folder, 'link.json')).mode & 0o777).toBe(0o600);
    const { address } = JSON.parse(readFileSync(join(folder, 'link.json'), 'utf8')) as { address: string };
    for (const hello of ['{"token":"wrong"}\n', 'no json\n', '{"token":1}\n']) {
      const socket = connectSocket(address);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => {});
      socket.write(hello);
      await closed;
    }
    expect(links).toEqual([]);
  });

  it('says null where nobody answers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dps-station-link-'));
    folders.push(folder);
    expect(await connectLocalLink(folder)).toBeNull();
    writeFileSync(join(folder, 'link.json'), JSON.stringify({ address: join(folder, 'gone.sock'), token: 'x' }));
    expect(await connectLocalLink(folder)).toBeNull();
  });
});

it('knows which calls name a person: every one that changes something', () => {
  const names = (Object.keys(contract.calls) as CallName[]).filter(namesActor);
  expect(names.sort()).toEqual(
    [
      'abort',
      'badge-in',
      'badge-out',
      'audit-checkpoint',
      'backup-now',
      'bench',
      'entry-operate',
      'entry-replace-credential',
      'evidence-pack',
      'group-exclude',
      'group-put',
      'lot-add',
      'lot-close',
      'lot-put',
      'mirror-refresh',
      'order-choose',
      'order-close',
      'order-put',
      'outbox-flush',
      'outbox-retry',
      'people-list',
      'person-erase-name',
      'person-put',
      'person-retire',
      'pin-set',
      'recipe-approve',
      'reopen',
      'return-cancel',
      'return-continue',
      'return-open',
      'rework',
      'scan',
      'secret-set',
      'settings-set',
      'type-mac',
      'vault-move',
      'vault-unlock',
      'verify',
      'verify-stop',
    ].sort(),
  );
});
