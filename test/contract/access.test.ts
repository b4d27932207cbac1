import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { entraAuthorization, type SignInPrompt } from '../../src/main/adapters/dps/entra-authorization.ts';
import { createProxyAgent } from '../../src/main/adapters/dps/proxy-agent.ts';
import { createTransport } from '../../src/main/adapters/dps/transport.ts';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { connectInstances } from '../../src/main/compose-instances.ts';
import type { Vault } from '../../src/main/ports/vault.ts';
import type { Instance } from '../../src/main/station/instances.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { openCertificateAuthority } from '../../src/simulation/tls/certificate-authority.ts';
import { enrollmentOf, valueFrom } from '../doubles/books.ts';
import { startConnectProxy } from '../doubles/connect-proxy.ts';
import { contributor, pemOf, startTokenAuthority, type TokenAuthority } from '../doubles/token-authority.ts';
import { connectionStringParts, type DpsBench, send, startDpsBench } from '../interop/dps-bench.ts';

/* As whom and how the service is called: Entra ID over a behaving authority, a real CONNECT proxy, policies. */

let folder: string;
let authority: TokenAuthority;
let bench: DpsBench;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  authority = await startTokenAuthority(folder);
  bench = await startDpsBench({ folder, bearer: { issuer: authority.issuer, key: authority.key } });
});
afterAll(async () => {
  await bench.close();
  await authority.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() =>
  authority.set({
    roles: [contributor],
    lifetimeInSeconds: 3_599,
    secretRanOut: false,
    audience: 'https://azure-devices-provisioning.net',
  }),
);

function vaultOf(secrets: Readonly<Record<string, string>>): Vault {
  return {
    backend: 'double',
    get: async (name) => {
      const text = secrets[name];
      return text === undefined ? fail(problem('secret-not-found', { name })) : ok(Buffer.from(text));
    },
    set: async () => ok(undefined),
  };
}

const proxySecret = 'proxy-person:proxy-password-4711';
const secretsOf = () =>
  vaultOf({
    'client-secret': authority.clientSecret,
    'wrong-secret': 'not-the-secret-at-all',
    dps: bench.ready.serviceConnectionString,
    proxy: proxySecret,
  });

/** Connects one instance as its settings say. */
async function instanceWith(access: object, more: object = {}): Promise<Instance> {
  const settings = settingsSchema.parse({
    mode: 'training',
    bench: 'off',
    dps: {
      main: {
        ...access,
        idScope: bench.ready.idScope,
        globalEndpoint: bench.ready.host,
        port: bench.ready.port,
        caFile: bench.ready.caFile,
        ...more,
      },
    },
  });
  const connected = valueFrom(await connectInstances({ settings, vault: secretsOf(), clock: systemClock }));
  const instance = connected.get('main');
  if (instance === undefined) throw new Error('not connected');
  return instance;
}

const principal = (change: object = {}) => ({
  auth: {
    kind: 'entra',
    host: 'localhost',
    credential: 'service-principal',
    tenantId: authority.tenantId,
    clientId: authority.clientId,
    clientSecret: 'client-secret',
    authorityHost: authority.address,
    ...change,
  },
});

describe('a service principal', () => {
  it('reads and writes enrollments, with one token for many calls', async () => {
    const { registry } = await instanceWith(principal());
    const before = authority.tokens.length;
    const certificate = (await import('../interop/dps-bench.ts')).selfSigned('entra-1').certPem;
    valueFrom(await registry.createMany([enrollmentOf('entra-1', certificate.replace(/-----[^-]+-----|\s/g, ''))]));
    expect(valueFrom(await registry.get('entra-1'))?.registrationId).toBe('entra-1');
    expect(valueFrom(await registry.get('nobody'))).toBeNull();
    expect(authority.tokens.length - before).toBe(1);
  });

  it.each([
    { name: 'a wrong secret', change: { clientSecret: 'wrong-secret' }, code: 'entra-secret-wrong' },
    { name: 'no secret in the vault', change: { clientSecret: 'nowhere' }, code: 'entra-secret-wrong' },
    {
      name: 'an application that nobody knows',
      change: { clientId: '00000000-0000-4000-8000-000000000000' },
      code: 'entra-refused',
    },
    {
      name: 'an authority that is not there',
      change: { authorityHost: 'https://dps-station.invalid' },
      code: 'name-not-found',
    },
    { name: 'an authority without a server', change: { authorityHost: 'https://localhost:9' }, code: 'network-down' },
  ])('with $name fails as $code, and quotes nothing secret', async ({ change, code }) => {
    const { registry } = await instanceWith(principal(change));
    const answer = await registry.get('nobody');
    expect(answer).toMatchObject({ ok: false, problem: { problem: { code } } });
    expect(JSON.stringify(answer)).not.toContain('not-the-secret-at-all');
  });

  it('whose secret has run out is told so', async () => {
    authority.set({ secretRanOut: true });
    const { registry } = await instanceWith(principal());
    expect(await registry.get('nobody')).toMatchObject({ problem: { problem: { code: 'entra-secret-wrong' } } });
  });

  it.each([
    { name: 'without a role', changes: { roles: [] } },
    { name: 'of another resource', changes: { audience: 'https://iothubs.azure.net' } },
  ])('$name hears of the roles it needs', async ({ changes }) => {
    authority.set(changes);
    const { registry } = await instanceWith(principal());
    expect(await registry.get('nobody')).toMatchObject({ problem: { problem: { code: 'entra-role-missing' } } });
  });

  it('that may only read cannot write', async () => {
    authority.set({ roles: ['Device Provisioning Service Data Reader'] });
    const { registry } = await instanceWith(principal());
    expect(valueFrom(await registry.get('nobody'))).toBeNull();
    expect(await registry.createMany([enrollmentOf('entra-2', 'AAAA')])).toMatchObject({
      problem: { problem: { code: 'entra-role-missing' } },
    });
  });
});

describe('a token', () => {
  it('is asked for anew shortly before it ends, not later and not at each call', async () => {
    let shift = 0;
    const entraOf = () =>
      entraAuthorization({
        identity: {
          credential: 'service-principal',
          tenantId: authority.tenantId,
          clientId: authority.clientId,
          clientSecret: async () => ok(Buffer.from(authority.clientSecret)),
        },
        authorityHost: authority.address,
        transport: createTransport({ ca: pemOf(authority) }),
        clock: { now: () => Date.now() + shift },
      });
    const authorization = entraOf();
    const [first, second] = [valueFrom(await authorization()), valueFrom(await authorization())];
    expect(second).toBe(first);
    shift = 54 * 60_000;
    expect(valueFrom(await authorization())).toBe(first);
    expect(first).toMatch(/^Bearer /);
    // One that ends within the margin is good for one call.
    authority.set({ lifetimeInSeconds: 200 });
    shift = 60 * 60_000;
    const before = authority.tokens.length;
    const short = entraOf();
    valueFrom(await short());
    valueFrom(await short());
    expect(authority.tokens.length - before).toBe(2);
  });

  it('of anybody else proves nothing, and without an issuer none is taken', async () => {
    const { registry } = await instanceWith(principal());
    await registry.get('nobody');
    const token = authority.tokens.at(-1) ?? '';
    const call = (of: DpsBench, bearer: string) =>
      send(of.ready, {
        method: 'GET',
        path: '/enrollments/nobody?api-version=2021-10-01',
        headers: { Authorization: `Bearer ${bearer}` },
      });
    expect((await call(bench, token)).status).toBe(404);
    const [head, body, signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, roles: [contributor, 'more'] })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const wrong of [`${head}.${forged}.${signature}`, `${none}.${body}.`, `${none}.${body}.${signature}`, 'x'])
      expect((await call(bench, wrong)).status).toBe(401);
    authority.set({ lifetimeInSeconds: -1 });
    const strict = await startDpsBench();
    onTestFinished(() => strict.close());
    expect((await call(strict, token)).status).toBe(401);
  });
});

describe('a person with a device code', () => {
  const device = () => ({
    identity: { credential: 'device-code', tenantId: authority.tenantId, clientId: authority.clientId } as const,
    authorityHost: authority.address,
    transport: createTransport({ ca: pemOf(authority) }),
    clock: systemClock,
  });

  it('is told where and with which code, and the calls go on by themselves', async () => {
    const authorization = entraAuthorization(device());
    const first = await authorization();
    if (first.ok) throw new Error('signed in by nobody');
    expect(first.problem.problem).toMatchObject({
      code: 'sign-in-needed',
      facts: { url: `${authority.address}/device`, code: expect.stringMatching(/^[0-9A-F]{8}$/) },
    });
    const again = await authorization();
    expect(again.ok ? null : again.problem.problem.facts).toEqual(first.problem.problem.facts);
    authority.approve(String(first.problem.problem.facts['code']));
    await expect.poll(async () => (await authorization()).ok, { timeout: 20_000 }).toBe(true);
  }, 30_000);

  it('is told by all calls that wait, not by the last of them alone', async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const authorization = entraAuthorization({ ...device(), signal: stop.signal });
    const told = await Promise.all([authorization(), authorization(), authorization()]);
    const prompts = told.map((answer) => (answer.ok ? null : answer.problem.problem));
    expect(prompts).toEqual(Array(3).fill(expect.objectContaining({ code: 'sign-in-needed' })));
    expect(new Set(prompts.map((prompt) => prompt?.facts['code'])).size).toBe(1);
  }, 30_000);

  it('at a terminal is waited for', async () => {
    const shown: SignInPrompt[] = [];
    const authorization = entraAuthorization({
      ...device(),
      onSignIn: (prompt) => {
        shown.push(prompt);
        authority.approve(prompt.code);
      },
    });
    expect(valueFrom(await authorization())).toMatch(/^Bearer /);
    expect(shown).toHaveLength(1);
  }, 30_000);

  it('who never comes does not keep a station that stops', async () => {
    const stop = new AbortController();
    const authorization = entraAuthorization({ ...device(), signal: stop.signal, onSignIn: () => stop.abort() });
    const stopping = { ok: false, problem: { problem: { code: 'station-stopping' } } };
    expect(await authorization()).toMatchObject(stopping);
    expect(await authorization()).toMatchObject(stopping); // and nobody is asked once more
  }, 30_000);
});

describe('a managed identity', () => {
  it('is asked at the endpoint of this computer, past proxy and authority', async () => {
    const asked: string[] = [];
    const endpoint = createServer((request, response) => {
      asked.push(`${request.headers['x-identity-header']} ${request.url}`);
      const body = { access_token: 'managed', expires_on: Math.floor(Date.now() / 1000) + 3_600, token_type: 'Bearer' };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    // How App Service and Azure Arc tell a program where its identity is.
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/token`;
    process.env['IDENTITY_HEADER'] = 'header-of-this-test';
    onTestFinished(() => {
      delete process.env['IDENTITY_ENDPOINT'];
      delete process.env['IDENTITY_HEADER'];
      endpoint.close();
    });
    const authorization = entraAuthorization({
      identity: { credential: 'managed-identity', clientId: null },
      authorityHost: null,
      transport: { sendRequest: async () => Promise.reject(new Error('nobody may be asked here')) },
      clock: systemClock,
    });
    expect(valueFrom(await authorization())).toBe('Bearer managed');
    expect(asked).toHaveLength(1);
    expect(decodeURIComponent(asked[0] ?? '')).toContain('https://azure-devices-provisioning.net');
  });
});

describe('a proxy', () => {
  const string = { connectionStringSecret: 'dps' };

  it.each(['http', 'https'] as const)(
    'of kind %s carries all calls, with name and password from the vault',
    async (kind) => {
      const tls = kind === 'https' ? (await openCertificateAuthority(folder)).issueServer(['localhost']) : null;
      const proxy = await startConnectProxy(proxySecret, tls);
      onTestFinished(() => proxy.close());
      const { registry } = await instanceWith(string, { proxy: { url: proxy.url, secret: 'proxy' } });
      expect(valueFrom(await registry.get('nobody'))).toBeNull();
      expect(valueFrom(await registry.get('nobody-else'))).toBeNull();
      // The authority of the settings is trusted behind the proxy too, and connections are kept.
      expect(proxy.asked).toEqual([`localhost:${bench.ready.port}`]);
    },
  );

  it('carries the sign-in as well', async () => {
    const proxy = await startConnectProxy(null);
    onTestFinished(() => proxy.close());
    const { registry } = await instanceWith(principal(), { proxy: { url: proxy.url } });
    expect(valueFrom(await registry.get('nobody'))).toBeNull();
    const ports = new Set(
      [new URL(authority.address).port, String(bench.ready.port)].map((port) => `localhost:${port}`),
    );
    expect(new Set(proxy.asked)).toEqual(ports);
    expect(proxy.shown.every((header) => header === null)).toBe(true);
  });

  it('does not make a stranger trusted', async () => {
    const proxy = await startConnectProxy(null);
    onTestFinished(() => proxy.close());
    const { registry } = await instanceWith(string, { caFile: undefined, proxy: { url: proxy.url } });
    expect(await registry.get('nobody')).toMatchObject({ problem: { problem: { code: 'tls-failed' } } });
  });

  it('that wants another password, or is not there, is named', async () => {
    const proxy = await startConnectProxy('somebody:else');
    const refused = await instanceWith(string, { proxy: { url: proxy.url, secret: 'proxy' } });
    const answer = await refused.registry.get('nobody');
    expect(answer).toMatchObject({ problem: { problem: { code: 'proxy-refused', facts: { status: 407 } } } });
    expect(JSON.stringify(answer)).not.toContain('4711');
    await proxy.close();
    const gone = await instanceWith(string, { proxy: { url: proxy.url } });
    expect(await gone.registry.get('nobody')).toMatchObject({ problem: { problem: { code: 'proxy-unreachable' } } });
  });

  it('of the environment is not looked at', async () => {
    const proxy = await startConnectProxy(null);
    process.env['HTTPS_PROXY'] = proxy.url;
    onTestFinished(async () => {
      delete process.env['HTTPS_PROXY'];
      await proxy.close();
    });
    expect(valueFrom(await (await instanceWith(string)).registry.get('nobody'))).toBeNull();
    expect(proxy.asked).toEqual([]);
  });

  it('takes no name or password in its address', () => {
    const dps = { main: { ...string, idScope: '0ne1', proxy: { url: 'http://name:password@proxy:3128' } } };
    expect(settingsSchema.safeParse({ dps }).success).toBe(false);
    expect(createProxyAgent({ url: 'http://proxy', credentials: async () => null })).toBeDefined();
  });
});

describe('a policy', () => {
  it('that may do everything gets advice, one that is enough gets none', async () => {
    expect((await instanceWith({ connectionStringSecret: 'dps' })).advice).toEqual([
      { code: 'policy-too-strong', facts: { instance: 'main' } },
    ]);
    const policies: { name: string; primaryKey: string }[] = JSON.parse(
      readFileSync(join(folder, 'policies.json'), 'utf8'),
    );
    const station = policies.find(({ name }) => name === 'station');
    const { HostName } = connectionStringParts(bench.ready.serviceConnectionString);
    const small = `HostName=${HostName};SharedAccessKeyName=station;SharedAccessKey=${station?.primaryKey}`;
    const dps = {
      main: {
        auth: { kind: 'connection-string', secret: 'small' },
        idScope: bench.ready.idScope,
        globalEndpoint: bench.ready.host,
        port: bench.ready.port,
        caFile: bench.ready.caFile,
      },
    };
    const settings = settingsSchema.parse({ mode: 'training', bench: 'off', dps });
    const connected = await connectInstances({ settings, vault: vaultOf({ small }), clock: systemClock });
    const instance = valueFrom(connected).get('main');
    expect(instance?.advice).toEqual([]);
    expect(await instance?.registry.get('nobody')).toEqual({ ok: true, value: null });
  });

  it('is either named in "auth" or in the older form, not both and not neither', () => {
    const auth = { kind: 'connection-string', secret: 'dps' };
    const of = (access: object) => settingsSchema.safeParse({ dps: { main: { idScope: '0ne1', ...access } } }).success;
    expect([of({ auth }), of({ connectionStringSecret: 'dps' })]).toEqual([true, true]);
    expect([of({}), of({ auth, connectionStringSecret: 'dps' })]).toEqual([false, false]);
  });
});
