import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoopbackHost, parseConnectionString } from '../../src/shared/connection-string.ts';
import { ok } from '../../src/shared/result.ts';
import { enrollmentOf, valueFrom } from '../doubles/books.ts';
import { manualClock } from '../doubles/clock.ts';
import { type CourierCloud, registryFor, startCourierCloud } from '../doubles/courier-rig.ts';
import { connectionStringParts } from '../interop/dps-bench.ts';

/* The registry port over real HTTPS, judged by the simulated service; and the string that says where and as whom. */

let cloud: CourierCloud;
beforeAll(async () => {
  cloud = await startCourierCloud(manualClock(), 12);
});
afterAll(() => cloud.close());

const certificate = (index: number): string => cloud.certificates[index]?.base64 ?? '';

describe('enrollments', () => {
  it('createMany makes up to ten, and lists what was there already', async () => {
    const registry = registryFor(cloud);
    const ten = Array.from({ length: 10 }, (_, index) => enrollmentOf(`many-${index}`, certificate(index)));
    expect(valueFrom(await registry.createMany(ten))).toEqual([]);
    const again = valueFrom(await registry.createMany(ten.slice(0, 2)));
    expect(again.map(({ registrationId, errorCode }) => [registrationId, errorCode])).toEqual([
      ['many-0', 409201],
      ['many-1', 409201],
    ]);
    const eleven = [...ten, enrollmentOf('many-10', certificate(10))];
    expect(await registry.createMany(eleven)).toMatchObject({
      ok: false,
      problem: { problem: { code: 'request-refused', facts: { status: 400 } }, retryAfterInMs: null },
    });
  });

  it('get answers null for an id that is not there, and the thumbprint of one that is', async () => {
    const registry = registryFor(cloud);
    expect(valueFrom(await registry.get('nobody'))).toBeNull();
    valueFrom(await registry.createMany([enrollmentOf('get-1', certificate(0), { deviceId: 'd.1' })]));
    const found = valueFrom(await registry.get('get-1'));
    const { primary } = found?.attestation?.x509?.clientCertificates ?? {};
    expect(primary?.info?.sha256Thumbprint?.toLowerCase()).toBe(cloud.certificates[0]?.sha256);
    expect(found).toMatchObject({ deviceId: 'd.1', registrationState: { status: 'unassigned' } });
  });

  it('update needs the newest etag: a stale one changes nothing and is told as null', async () => {
    const registry = registryFor(cloud);
    valueFrom(await registry.createMany([enrollmentOf('up-1', certificate(0))]));
    const etag = valueFrom(await registry.get('up-1'))?.etag ?? '';
    const updated = valueFrom(await registry.update(enrollmentOf('up-1', certificate(1)), etag));
    expect(updated?.etag).not.toBe(etag);
    expect(valueFrom(await registry.update(enrollmentOf('up-1', certificate(2)), etag))).toBeNull();
    const row = cloud.bench.simulator.book().find((one) => one.registrationId === 'up-1');
    expect(row?.sha256Thumbprint).toBe(cloud.certificates[1]?.sha256);
    expect(valueFrom(await registry.update(enrollmentOf('never-made', certificate(2)), etag))).toBeNull();
  });

  it('an id with every legal character arrives whole', async () => {
    const registry = registryFor(cloud);
    const id = 'a-b.c_d:e-1';
    valueFrom(await registry.createMany([enrollmentOf(id, certificate(0))]));
    expect(valueFrom(await registry.get(id))?.registrationId).toBe(id);
  });
});

describe('the token', () => {
  it('is made anew when half of its hour is used or the clock was set back, and its key is overwritten each time', async () => {
    const keys: Buffer[] = [];
    const { SharedAccessKey = '' } = connectionStringParts(cloud.bench.ready.serviceConnectionString);
    const clock = { ...cloud.clock, now: () => cloud.clock.now() + shift };
    let shift = 0;
    const registry = registryFor(cloud, {
      clock,
      key: async () => {
        const key = Buffer.from(SharedAccessKey, 'base64');
        keys.push(key);
        return ok(key);
      },
    });
    const use = async () => valueFrom(await registry.get('nobody'));
    await use();
    await use();
    expect(keys).toHaveLength(1);
    shift = 29 * 60_000;
    await use();
    expect(keys).toHaveLength(1);
    shift = 31 * 60_000;
    await use();
    expect(keys).toHaveLength(2);
    shift = 0;
    await use();
    expect(keys).toHaveLength(3);
    expect(keys.every((key) => key.length === 64 && key.every((byte) => byte === 0))).toBe(true);
  });

  it('a vault that gives no key is a failure like any other', async () => {
    const problem = { code: 'credentials-refused' as const, facts: { trackingId: 'none' } };
    const refused = { ok: false as const, problem: { problem, retryAfterInMs: null } };
    expect(await registryFor(cloud, { key: async () => refused }).get('nobody')).toEqual(refused);
  });

  it('equals the published vector', async () => {
    // Key of 32 bytes 0x01, expiry 1700000000: HMAC-SHA256 over resource, line feed, expiry.
    const { serviceToken } = await import('../../src/main/identity/service-token.ts');
    const resource = 'mydps.azure-devices-provisioning.net';
    const token = serviceToken({ resource, keyName: 'owner', key: Buffer.alloc(32, 1), expiresAt: 1_700_000_000 });
    const fields = new URLSearchParams(token.replace('SharedAccessSignature ', ''));
    expect(Object.fromEntries(fields)).toEqual({
      sr: resource,
      sig: decodeURIComponent('kT3HDVEqODZu%2BzEA3jPFCPxmegkQY47dNBJJfxooDHM%3D'),
      se: '1700000000',
      skn: 'owner',
    });
    expect(fields.get('sig')).toBe(
      createHmac('sha256', Buffer.alloc(32, 1)).update(`${resource}\n1700000000`).digest('base64'),
    );
  });
});

describe('connection strings', () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
  const good = `HostName=plant.azure-devices-provisioning.net;SharedAccessKeyName=owner;SharedAccessKey=${key}`;

  it.each([
    [good],
    [`${good};`],
    [`  ${good}\r\n`],
    [`SharedAccessKey=${key};HostName=Plant.Azure-Devices-Provisioning.Net;SharedAccessKeyName=owner`],
    [good.replace('HostName', 'hostname').replace('SharedAccessKeyName', 'SHAREDACCESSKEYNAME')],
    [good.replaceAll(';', ' ; ')],
  ])('good: %s', (text) => {
    expect(parseConnectionString(text)).toEqual({
      ok: true,
      value: {
        hostName: 'plant.azure-devices-provisioning.net',
        port: null,
        sharedAccessKeyName: 'owner',
        sharedAccessKey: key,
      },
    });
  });

  it('a port is kept apart from the host', () => {
    expect(parseConnectionString(good.replace('.net', '.net:8443'))).toMatchObject({
      ok: true,
      value: { hostName: 'plant.azure-devices-provisioning.net', port: 8443 },
    });
  });

  it.each([
    ['', 'HostName is missing'],
    ['plant.azure-devices-provisioning.net', 'a part has no "="'],
    [key, 'HostName is missing'],
    [`${key};${key}`, 'twice'],
    [good.replace(/HostName=[^;]*;/, ''), 'HostName is missing'],
    [good.replace('HostName=plant.azure-devices-provisioning.net', 'HostName='), 'HostName is missing'],
    [good.replace(/SharedAccessKeyName=[^;]*;/, ''), 'SharedAccessKeyName is missing'],
    [good.replace(/;SharedAccessKey=.*/, ''), 'SharedAccessKey is missing'],
    [`${good};DeviceId=d1`, 'device'],
    [`${good};${good}`, 'twice'],
    [good.replace('plant.', 'https://plant.'), 'HostName is no host name'],
    [good.replace('plant.', 'plant /'), 'HostName is no host name'],
    [good.replace('.net', '.net:0'), 'port'],
    [good.replace('.net', '.net:99999'), 'port'],
    [`${good}!`, 'SharedAccessKey is no base64'],
    [good.slice(0, -1), 'SharedAccessKey is no base64'],
    [good.replace(`=${key}`, `=${key.slice(0, 12)} ${key.slice(12)}`), 'SharedAccessKey is no base64'],
  ])('malformed: %j is refused because of: %s', (text, reason) => {
    const parsed = parseConnectionString(text);
    if (parsed.ok) throw new Error('it was taken');
    expect(parsed.problem.code).toBe('connection-string-invalid');
    expect(String(parsed.problem.facts['reason'])).toContain(reason);
    expect(JSON.stringify(parsed.problem)).not.toContain(key.slice(0, 12));
  });

  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.9.8.7', true],
    ['::1', true],
    ['[::1]', true],
    ['dps.localhost', true],
    ['0.0.0.0', true],
    ['plant.azure-devices-provisioning.net', false],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
    ['128.0.0.1', false],
  ])('%s is this computer: %s', (host, loopback) => {
    expect(isLoopbackHost(host)).toBe(loopback);
  });
});
