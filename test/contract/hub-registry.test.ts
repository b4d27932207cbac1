import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sasToken, selfSigned, send } from '../interop/dps-bench.ts';
import {
  certificateDevice,
  deviceKeys,
  type HubBench,
  keyDevice,
  ownerToken,
  type RegistryCaller,
  registryCaller,
  startHubBench,
} from '../interop/hub-bench.ts';

/* Expectations: Azure REST reference of the identity registry (2021-04-12) and answers published with it. */

let bench: HubBench;
let call: RegistryCaller;
let name = '';
beforeAll(async () => {
  bench = await startHubBench({ hubs: [{ hostName: 'Hub-A.azure-devices.net' }, { hostName: 'hub-b' }] });
  call = registryCaller(bench);
  name = bench.hub.hostName;
});
afterAll(() => bench.close());

const never = '0001-01-01T00:00:00';

describe('an identity', () => {
  it('shows a device that never connected, with keys', async () => {
    bench.hubs.linked.put(name, keyDevice('Fresh', { tags: { line: 'L3' }, desired: { rate: 30 } }));
    const { status, headers, json } = await call('GET', '/devices/Fresh');
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('application/json');
    expect(json).toEqual({
      deviceId: 'Fresh',
      generationId: expect.stringMatching(/^\d{18}$/),
      etag: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
      connectionState: 'Disconnected',
      status: 'enabled',
      statusReason: null,
      connectionStateUpdatedTime: never,
      statusUpdatedTime: never,
      lastActivityTime: never,
      cloudToDeviceMessageCount: 0,
      capabilities: { iotEdge: false },
      authentication: {
        type: 'sas',
        symmetricKey: deviceKeys,
        x509Thumbprint: { primaryThumbprint: null, secondaryThumbprint: null },
      },
    });
  });

  it('shows a device with a certificate as selfSigned', async () => {
    bench.hubs.linked.put(name, certificateDevice('Certified', selfSigned('Certified').certPem));
    const { json } = await call('GET', '/devices/Certified');
    expect(json.authentication).toMatchObject({
      type: 'selfSigned',
      symmetricKey: { primaryKey: null, secondaryKey: null },
      x509Thumbprint: { primaryThumbprint: expect.stringMatching(/^[0-9A-F]{40}$/) },
    });
  });

  it('knows letter case and other hubs', async () => {
    bench.hubs.linked.put(name, keyDevice('Cased'));
    expect((await call('GET', '/devices/cased')).status).toBe(404);
    const [, second] = bench.hubs.ready;
    if (second === undefined) throw new Error('no second hub');
    expect((await registryCaller(bench, ownerToken(second), second)('GET', '/devices/Cased')).status).toBe(404);
    expect((await registryCaller(bench, ownerToken(bench.hub), second)('GET', '/devices/Cased')).status).toBe(401);
    expect(bench.hubs.linked.names()).toEqual(['hub-a.azure-devices.net', 'hub-b']);
    expect(bench.hubs.linked.device('HUB-A.azure-devices.net', 'Cased')).toEqual(keyDevice('Cased'));
    expect(bench.hubs.linked.device('hub-b', 'Cased')).toBeNull();
    expect(() => bench.hubs.linked.put('hub-c', keyDevice('x'))).toThrow('not linked');
  });

  it('answers 404 in the words of a hub', async () => {
    const { status, headers, json } = await call('GET', '/devices/nobody');
    expect(status).toBe(404);
    expect(headers['iothub-errorcode']).toBe('DeviceNotFound');
    expect(json.Message).toBe('ErrorCode:DeviceNotFound;nobody');
    expect(json.ExceptionMessage).toMatch(/^Tracking ID:[0-9a-f]{32}/);
  });

  it('is created without If-Match, updated with it, and deleted', async () => {
    const created = await call('PUT', '/devices/made%231', { deviceId: 'made#1' });
    expect(created.json).toMatchObject({ deviceId: 'made#1', status: 'enabled', authentication: { type: 'sas' } });
    expect(created.json.authentication.symmetricKey.primaryKey).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect((await call('PUT', '/devices/made%231', { deviceId: 'made#1' })).status).toBe(409);

    const off = { ...created.json, status: 'disabled', statusReason: 'returned' };
    const current = { 'If-Match': `"${created.json.etag}"` };
    const updated = await call('PUT', '/devices/made%231', off, current);
    expect(updated.json).toMatchObject({ status: 'disabled', statusReason: 'returned' });
    expect(updated.json.statusUpdatedTime).not.toBe(never);
    expect(updated.json.authentication).toEqual(created.json.authentication);
    expect(updated.json.generationId).toBe(created.json.generationId);
    const stale = await call('PUT', '/devices/made%231', off, current);
    expect(stale).toMatchObject({ status: 412, json: { Message: 'ErrorCode:PreconditionFailed;made#1' } });

    expect((await call('DELETE', '/devices/made%231', undefined, current)).status).toBe(412);
    expect((await call('DELETE', '/devices/made%231')).status).toBe(400);
    expect((await call('DELETE', '/devices/made%231', undefined, { 'If-Match': '*' })).status).toBe(204);
    expect((await call('DELETE', '/devices/made%231', undefined, { 'If-Match': '*' })).status).toBe(404);
    expect((await call('PUT', '/devices/made%231', off, { 'If-Match': '*' })).status).toBe(404);
    const again = await call('PUT', '/devices/made%231', { deviceId: 'made#1' });
    expect(again.json.generationId).not.toBe(created.json.generationId); // deleted and made again: another one
  });

  it('is refused when the body is wrong', async () => {
    const bodies: unknown[] = [
      { deviceId: 'other' },
      { deviceId: 'wrong', status: 'paused' },
      { deviceId: 'wrong', authentication: { type: 'selfSigned', x509Thumbprint: { primaryThumbprint: 'AB' } } },
      { deviceId: 'wrong', authentication: { type: 'sas', symmetricKey: { primaryKey: 'short', secondaryKey: '' } } },
      'no json',
      undefined,
    ];
    for (const body of bodies) {
      expect(await call('PUT', '/devices/wrong', body)).toMatchObject({
        status: 400,
        headers: { 'iothub-errorcode': 'ArgumentInvalid' },
      });
    }
  });

  it('keeps what a provisioning service changes, and is gone when it removes it', async () => {
    bench.hubs.linked.put(name, keyDevice('moved'));
    const before = (await call('GET', '/devices/moved')).json;
    bench.hubs.linked.put(name, certificateDevice('moved', selfSigned('moved').certPem, 'sha256'));
    const after = (await call('GET', '/devices/moved')).json;
    expect(after.generationId).toBe(before.generationId);
    expect(after.etag).not.toBe(before.etag);
    expect(after.authentication.type).toBe('selfSigned');
    bench.hubs.linked.remove(name, 'moved');
    expect((await call('GET', '/devices/moved')).status).toBe(404);
  });
});

describe('credentials of the registry', () => {
  const tokenOf = (policy: string, resource = 'localhost', expiry?: number): string => {
    const state = JSON.parse(readFileSync(join(bench.folder, 'hubs.json'), 'utf8'));
    const keys = state.hubs[0].policies.find((one: { name: string }) => one.name === policy);
    return sasToken(resource, policy, keys.secondaryKey, expiry);
  };
  beforeAll(() => bench.hubs.linked.put(name, keyDevice('guarded')));

  it('are over the hub name or a name of loopback, in time, and with either key', async () => {
    const hour = Math.floor(Date.now() / 1000) + 3600;
    const accepted = ['localhost', 'hub-a.azure-devices.net', 'HUB-A.azure-devices.net', 'localhost%2Fdevices'];
    for (const resource of accepted) {
      const caller = registryCaller(bench, tokenOf('iothubowner', resource, hour));
      expect((await caller('GET', '/devices/guarded')).status).toBe(200);
    }
    const refused = [
      tokenOf('iothubowner', 'hub-b', hour),
      tokenOf('iothubowner', 'localhost/twins', hour),
      tokenOf('iothubowner', 'localhost', hour - 7200),
      tokenOf('iothubowner').replace(/sig=[^&]+/, 'sig=AAAA'),
      tokenOf('iothubowner').replace('skn=iothubowner', 'skn=device'),
      'Bearer x',
    ];
    for (const token of refused) {
      const { status, json } = await registryCaller(bench, token)('GET', '/devices/guarded');
      expect(status).toBe(401);
      expect(json.Message).toBe('ErrorCode:IotHubUnauthorizedAccess;Unauthorized');
    }
  });

  it('carry the rights of their policy', async () => {
    const body = { deviceId: 'guarded' };
    const query = { query: 'SELECT * FROM devices' };
    const attempts = async (policy: string): Promise<number[]> => {
      const caller = registryCaller(bench, tokenOf(policy));
      const answers = [
        await caller('GET', '/devices/guarded'),
        await caller('PUT', '/devices/guarded', body, { 'If-Match': '*' }),
        await caller('GET', '/twins/guarded'),
        await caller('POST', '/devices/query', query),
      ];
      return answers.map(({ status }) => status);
    };
    expect(await attempts('iothubowner')).toEqual([200, 200, 200, 200]);
    expect(await attempts('registryReadWrite')).toEqual([200, 200, 401, 401]);
    expect(await attempts('registryRead')).toEqual([200, 401, 401, 401]);
    expect(await attempts('service')).toEqual([401, 401, 200, 200]);
  });

  it('need an api-version beside them', async () => {
    const address = { host: 'localhost', port: bench.hub.port, caFile: bench.caFile };
    const headers = { Authorization: ownerToken(bench.hub) };
    expect((await send(address, { method: 'GET', path: '/devices/guarded', headers })).status).toBe(400);
    expect((await call('PATCH', '/devices/guarded', {})).status).toBe(404);
  });
});

describe('queries', () => {
  beforeAll(() => {
    for (let index = 0; index < 25; index += 1) bench.hubs.linked.put('hub-b', keyDevice(`q-${index}`));
    queryOf = registryCaller(bench, ownerToken(second()), second());
  });
  const second = () => bench.hubs.ready[1] ?? bench.hub;
  let queryOf: RegistryCaller;
  const ask = (text: string, headers: Record<string, string> = {}) =>
    queryOf('POST', '/devices/query', { query: text }, headers);

  it('page by size and opaque token, without an order by id', async () => {
    const ids: string[] = [];
    const sizes: number[] = [];
    let token: string | undefined;
    do {
      const page = await ask('SELECT deviceId, connectionState FROM devices', {
        'x-ms-max-item-count': '10',
        ...(token !== undefined && { 'x-ms-continuation': token }),
      });
      expect(page.headers['x-ms-item-type']).toBe('Raw');
      for (const row of page.json) expect(Object.keys(row)).toEqual(['deviceId', 'connectionState']);
      ids.push(...page.json.map((row: { deviceId: string }) => row.deviceId));
      sizes.push(page.json.length);
      token = page.headers['x-ms-continuation'] as string | undefined;
    } while (token !== undefined);
    expect(sizes).toEqual([10, 10, 5]);
    const wanted = Array.from({ length: 25 }, (_, index) => `q-${index}`);
    expect(ids).not.toEqual(wanted);
    expect(ids.sort()).toEqual(wanted.sort());
  });

  it('answer whole twins for a star', async () => {
    bench.hubs.linked.put('hub-b', keyDevice('q-0', { tags: { line: 'L3' }, desired: { rate: 30 } }));
    const { headers, json } = await ask("select * from devices where deviceId = 'q-0'");
    expect(headers['x-ms-item-type']).toBe('Twin');
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({
      deviceId: 'q-0',
      etag: expect.stringMatching(/^AAAAA.*=$/),
      status: 'enabled',
      statusUpdateTime: `${never}Z`,
      lastActivityTime: `${never}Z`,
      connectionState: 'Disconnected',
      authenticationType: 'sas',
      tags: { line: 'L3' },
      properties: { desired: { rate: 30, $version: 2 }, reported: { $version: 1 } },
    });
    expect((await queryOf('GET', '/twins/q-0')).json).toEqual(json[0]);
    expect((await queryOf('GET', '/twins/nobody')).status).toBe(404);
  });

  it('select by id and status', async () => {
    await queryOf('PUT', '/devices/q-3', { deviceId: 'q-3', status: 'disabled' }, { 'If-Match': '*' });
    const idsFor = async (where: string): Promise<string[]> => {
      const { json } = await ask(`SELECT deviceId FROM devices WHERE ${where}`);
      return json.map((row: { deviceId: string }) => row.deviceId).sort();
    };
    expect(await idsFor("status = 'disabled'")).toEqual(['q-3']);
    expect(await idsFor("deviceId IN ['q-3', 'q-4', 'nobody']")).toEqual(['q-3', 'q-4']);
    expect(await idsFor("deviceId IN ['q-3','q-4'] AND status != 'disabled'")).toEqual(['q-4']);
  });

  it('are refused when they are something else, and so are foreign tokens', async () => {
    for (const text of ['SELECT COUNT() FROM devices', "SELECT * FROM devices WHERE tags.a = 'b'", 'DROP', '']) {
      expect((await ask(text)).status).toBe(400);
    }
    expect((await ask('SELECT * FROM devices', { 'x-ms-continuation': 'abc' })).status).toBe(400);
    expect((await ask('SELECT * FROM devices', { 'x-ms-max-item-count': 'ten' })).status).toBe(400);
  });

  it('list identities without a query', async () => {
    const { json } = await queryOf('GET', '/devices');
    expect(json).toHaveLength(25);
    expect(json[0]).toHaveProperty('generationId');
  });
});
