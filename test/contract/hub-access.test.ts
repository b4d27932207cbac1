import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedAccessAuthorization } from '../../src/main/adapters/dps/authorization.ts';
import { createServiceCaller } from '../../src/main/adapters/dps/service-caller.ts';
import { createHubRegistry, hubApiVersion } from '../../src/main/adapters/hub/hub-registry.ts';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { benchSecrets, benchSettings } from '../../src/main/bench/bench-settings.ts';
import { connectHubs } from '../../src/main/compose-hubs.ts';
import { type HubRegistry, hubNamed } from '../../src/main/ports/hub-registry.ts';
import type { Vault } from '../../src/main/ports/vault.ts';
import { benchReadySchema } from '../../src/shared/bench.ts';
import { parseConnectionString } from '../../src/shared/connection-string.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import type { HubDevice } from '../../src/simulation/hub/linked-hubs.ts';
import { valueFrom } from '../doubles/books.ts';
import { startConnectProxy } from '../doubles/connect-proxy.ts';
import { selfSigned } from '../interop/dps-bench.ts';
import {
  certificateDevice,
  deviceKeys,
  type HubBench,
  keyDevice,
  registryCaller,
  startHubBench,
} from '../interop/hub-bench.ts';

/* The station's way to the registry of an IoT Hub, judged by the simulated hub over HTTPS. */

const name = 'plant-hub.azure-devices.net';
let bench: HubBench;
beforeAll(async () => {
  bench = await startHubBench({ hubs: [{ hostName: name }] });
});
afterAll(() => bench.close());

function vaultOf(secrets: Readonly<Record<string, string>>): Vault {
  return {
    backend: 'double',
    get: async (asked) => {
      const text = secrets[asked];
      return text === undefined ? fail(problem('secret-not-found', { name: asked })) : ok(Buffer.from(text));
    },
    set: async () => ok(undefined),
  };
}

async function connected(change: object = {}, secret = bench.hub.serviceConnectionString, mode = 'training') {
  const hub = { connectionStringSecret: 'hub', port: bench.hub.port, caFile: bench.caFile, ...change };
  const settings = settingsSchema.parse({ mode, hubs: { [name.toUpperCase()]: hub } });
  return connectHubs({ settings, vault: vaultOf({ hub: secret }), clock: systemClock });
}

async function registry(change: object = {}, secret?: string): Promise<HubRegistry> {
  const { hubs, troubles } = await connected(change, secret);
  const found = hubNamed(hubs, 'Plant-Hub.Azure-Devices.Net');
  if (found === null) throw new Error(JSON.stringify(troubles));
  return found;
}

/** A caller as the station has it, for a client that comes in between. */
function plainCaller() {
  const { hostName, sharedAccessKeyName, sharedAccessKey } = valueFrom(
    parseConnectionString(bench.hub.serviceConnectionString),
  );
  const key = async () => ok(Buffer.from(sharedAccessKey, 'base64'));
  return createServiceCaller({
    hostName,
    port: bench.hub.port,
    authorization: sharedAccessAuthorization({ hostName, keyName: sharedAccessKeyName, key, clock: systemClock }),
    apiVersion: hubApiVersion,
    ca: readFileSync(bench.caFile, 'utf8'),
    clock: systemClock,
  });
}

const put = (device: HubDevice): void => bench.hubs.linked.put(name, device);
const raw = (id: string) => registryCaller(bench)('GET', `/devices/${id}`);

describe('a hub', () => {
  it('tells of a device what its registry has, and no key', async () => {
    const { certPem } = selfSigned('with-certificate');
    put(certificateDevice('with-certificate', certPem, 'sha256'));
    put(keyDevice('With.Key'));
    const hub = await registry();
    const heard = (await raw('with-certificate')).json;
    expect(valueFrom(await hub.get('with-certificate'))).toEqual({
      deviceId: 'with-certificate',
      status: 'enabled',
      connectionState: 'disconnected',
      lastActivityTime: null,
      generationId: heard.generationId,
      etag: heard.etag,
      authentication: 'selfSigned',
      thumbprints: { primary: heard.authentication.x509Thumbprint.primaryThumbprint, secondary: null },
    });
    const withKey = await hub.get('With.Key');
    expect(withKey).toMatchObject({ value: { authentication: 'sas', thumbprints: { primary: null } } });
    expect(JSON.stringify(withKey)).not.toContain(deviceKeys.primaryKey);
    expect(valueFrom(await hub.get('with.key'))).toBeNull(); // ids are told apart by letter case
    expect(valueFrom(await hub.get('nobody'))).toBeNull();
  });

  it('keeps a device out and lets it in again; everything else of it stays', async () => {
    put(keyDevice('in-and-out'));
    const hub = await registry();
    const before = (await raw('in-and-out')).json;
    const out = valueFrom(await hub.setEnabled('in-and-out', false));
    expect(out).toMatchObject({ status: 'disabled', generationId: before.generationId });
    expect((await raw('in-and-out')).json).toMatchObject({
      status: 'disabled',
      authentication: before.authentication,
      capabilities: before.capabilities,
    });
    // What is so already is not written again.
    expect(valueFrom(await hub.setEnabled('in-and-out', false))?.etag).toBe(out?.etag);
    expect(valueFrom(await hub.setEnabled('in-and-out', true))).toMatchObject({ status: 'enabled' });
    expect((await raw('in-and-out')).json.authentication).toEqual(before.authentication);
    expect(valueFrom(await hub.setEnabled('nobody', false))).toBeNull();
  });

  it('removes a device, once', async () => {
    put(keyDevice('to-go.there'));
    const hub = await registry();
    expect(valueFrom(await hub.remove('to-go.there'))).toBe(true);
    expect((await raw('to-go.there')).status).toBe(404);
    expect(valueFrom(await hub.remove('to-go.there'))).toBe(false);
  });

  it('refuses a policy that may only read to write, and says which one is needed', async () => {
    put(keyDevice('guarded'));
    await bench.hubs.linked.settled();
    const state = readFileSync(join(bench.folder, 'hubs.json'), 'utf8');
    const key = /"name":\s*"registryRead",\s*"primaryKey":\s*"([^"]+)"/.exec(state)?.[1];
    const reader = await registry({}, `HostName=localhost;SharedAccessKeyName=registryRead;SharedAccessKey=${key}`);
    expect(valueFrom(await reader.get('guarded'))?.status).toBe('enabled');
    const refused = { ok: false, problem: { problem: { code: 'hub-credentials-refused', facts: { host: name } } } };
    expect(await reader.setEnabled('guarded', false)).toMatchObject(refused);
    expect(await reader.remove('guarded')).toMatchObject(refused);
    const wrong = bench.hub.serviceConnectionString.replace(/SharedAccessKey=.{4}/, 'SharedAccessKey=AAAA');
    expect(await (await registry({}, wrong)).get('guarded')).toMatchObject(refused);
    expect((await raw('guarded')).json.status).toBe('enabled');
  });

  it.each([
    { what: 'nobody listens', change: { port: 9 }, code: 'hub-unreachable' },
    { what: 'its certificate is a stranger', change: { caFile: undefined }, code: 'hub-unreachable' },
  ])('that cannot be asked because $what is named', async ({ change, code }) => {
    expect(await (await registry(change)).get('x')).toMatchObject({
      problem: { problem: { code, facts: { host: name } } },
    });
  });

  it('says that somebody changed the device between its read and its write', async () => {
    put(keyDevice('contended'));
    const caller = plainCaller();
    const hub = createHubRegistry(name, {
      ...caller,
      send: async (request) => {
        const answer = await caller.send(request);
        if (request.method === 'GET') {
          const body = { ...(await raw('contended')).json, statusReason: 'another client' };
          await registryCaller(bench)('PUT', '/devices/contended', body, { 'If-Match': '*' });
        }
        return answer;
      },
    });
    const changed = { ok: false, problem: { problem: { code: 'hub-device-changed' } } };
    expect(await hub.setEnabled('contended', false)).toMatchObject(changed);
    expect(await hub.remove('contended')).toMatchObject(changed);
    expect((await raw('contended')).json).toMatchObject({ status: 'enabled', statusReason: 'another client' });
  });

  it('is reached through a proxy where there is one', async () => {
    const proxy = await startConnectProxy(null);
    const hub = await registry({ proxy: { url: proxy.url } });
    expect(valueFrom(await hub.get('nobody'))).toBeNull();
    expect(proxy.asked).toEqual([`localhost:${bench.hub.port}`]);
    await proxy.close();
  });
});

describe('settings of hubs', () => {
  it('of the embedded bench come from what it says when it is ready', async () => {
    const folder = bench.folder;
    for (const file of ['wifi', 'issuer']) writeFileSync(join(folder, file), 'not used here');
    const ready = benchReadySchema.parse({
      control: 'http://127.0.0.1:1/x',
      linesFolder: folder,
      scannerPath: null,
      recipeFile: 'recipe',
      recipesFolder: folder,
      issuerKeyFile: join(folder, 'issuer'),
      wifi: { ssid: 'bench', passwordFile: join(folder, 'wifi') },
      dps: {
        serviceConnectionString: 'HostName=localhost;SharedAccessKeyName=a;SharedAccessKey=AAAA',
        idScope: '0ne00000001',
        host: 'localhost',
        port: 1,
        caFile: bench.caFile,
        hubs: [bench.hub],
      },
    });
    put(keyDevice('at-the-bench'));
    const vault = vaultOf(Object.fromEntries(benchSecrets(ready)));
    const settings = benchSettings(ready, { station: 'station-1', slots: 1 });
    const { hubs, troubles } = await connectHubs({ settings, vault, clock: systemClock });
    expect(troubles).toEqual([]);
    expect(await hubNamed(hubs, name)?.get('at-the-bench')).toMatchObject({ value: { status: 'enabled' } });
  });

  it.each([
    { what: 'no secret in the vault', change: { connectionStringSecret: 'none' }, code: 'secret-not-found' },
    { what: 'what is no connection string', secret: 'abc', code: 'connection-string-invalid' },
    {
      what: 'a live hub in training',
      secret: `HostName=${name};SharedAccessKeyName=iothubowner;SharedAccessKey=AAAA`,
      code: 'service-in-training',
    },
    { what: 'the simulator in production', mode: 'production', code: 'simulator-in-production' },
    {
      what: 'another hub than its name',
      mode: 'production',
      change: { caFile: undefined },
      secret: 'HostName=other.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=AAAA',
      code: 'hub-other-name',
    },
  ])('with $what are a trouble, and the line goes on', async ({ change = {}, secret, mode, code }) => {
    const { hubs, troubles } = await connected(change, secret, mode);
    expect(hubs.size).toBe(0);
    expect(troubles.map((one) => one.code)).toEqual([code]);
  });
});
