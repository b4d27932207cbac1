import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSignedBy, sasTokenFrom } from '../../src/simulation/dps/sas.ts';
import {
  connectionStringParts,
  type DpsBench,
  type Heard,
  sasToken,
  send,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
} from '../interop/dps-bench.ts';

/*
 * Who may call the simulated service, and how it words refusals. Expectations come from Microsoft's documentation,
 * the REST specification 2021-10-01, recorded traffic of official clients, and vectors computed apart from this code.
 */

const policies = (bench: DpsBench): { name: string; primaryKey: string; secondaryKey: string }[] =>
  JSON.parse(readFileSync(join(bench.folder, 'policies.json'), 'utf8'));

const keyOf = (bench: DpsBench, name: string, which: 'primaryKey' | 'secondaryKey' = 'primaryKey'): string =>
  policies(bench).find((policy) => policy.name === name)?.[which] ?? '';

describe('signatures, against vectors made apart', () => {
  const key = Buffer.alloc(32, 1).toString('base64');
  const vectors: [string, string][] = [
    ['mydps.azure-devices-provisioning.net', 'kT3HDVEqODZu%2BzEA3jPFCPxmegkQY47dNBJJfxooDHM%3D'],
    ['0ne00000000/registrations/dev-0001', 'YW8SyP2bQ4kKYy3GTgaK1EqtTNqOqmlz2qS7o94AWws%3D'],
    ['0ne00000000%2Fregistrations%2Fdev-0001', '8DJahoMfKPVVhpX8tm%2Febyx3jY%2FLwTzGgK6dAeiRD08%3D'],
  ];
  it.each(vectors)('accepts the signature over %s exactly as written', (resource, signature) => {
    const token = sasTokenFrom(`SharedAccessSignature sr=${resource}&sig=${signature}&se=1700000000&skn=any`);
    expect(token).not.toBeNull();
    expect(token && isSignedBy(token, key)).toBe(true);
    const later = sasTokenFrom(`SharedAccessSignature sr=${resource}&sig=${signature}&se=1700000001&skn=any`);
    expect(later && isSignedBy(later, key)).toBe(false);
  });
});

describe('credentials of a service call', () => {
  let bench: DpsBench;
  beforeAll(async () => {
    bench = await startDpsBench();
    await serviceCaller(bench.ready)('PUT', '/enrollments/unit-1', symmetricEnrollment('unit-1'));
  });
  afterAll(() => bench.close());

  const ask = (authorization: string | null, path = '/enrollments/unit-1', method = 'GET'): Promise<Heard> =>
    send(bench.ready, {
      method,
      path: `${path}?api-version=2021-10-01`,
      headers: authorization === null ? {} : { Authorization: authorization },
    });
  const owner = (resource: string, expiry?: number): string =>
    sasToken(resource, 'provisioningserviceowner', keyOf(bench, 'provisioningserviceowner'), expiry);

  const accepted: [string, () => string][] = [
    ['the host name', () => owner('localhost')],
    ['the host name in capitals', () => owner('LOCALHOST')],
    ['the host name with a port', () => owner(`localhost:${bench.ready.port}`)],
    ['the host name with a port, percent-encoded', () => owner(`localhost%3A${bench.ready.port}`)],
    ['a path that covers the request', () => owner('localhost/enrollments')],
    ['that path percent-encoded', () => owner('localhost%2fenrollments%2funit-1')],
    ['another order of the parts', () => reordered(owner('localhost'))],
    [
      'the secondary key',
      () => sasToken('localhost', 'provisioningserviceowner', keyOf(bench, 'provisioningserviceowner', 'secondaryKey')),
    ],
    ['a smaller policy with the right', () => sasToken('localhost', 'station', keyOf(bench, 'station'))],
  ];
  it.each(accepted)('accepts a token over %s', async (_name, token) => {
    expect((await ask(token())).status).toBe(200);
  });

  const refused: [string, () => string | null][] = [
    ['no header', () => null],
    ['a bearer token', () => 'Bearer eyJ0eXAi'],
    ['junk', () => 'SharedAccessSignature sr=%&sig=%&se=x&skn='],
    ['an expired token', () => owner('localhost', 1_700_000_000)],
    ['another host', () => owner('other.azure-devices-provisioning.net')],
    ['a path beside the request', () => owner('localhost/enrollments/unit')],
    ['an unknown policy', () => sasToken('localhost', 'nobody', keyOf(bench, 'station'))],
    [
      'another policy than the one that signed',
      () => sasToken('localhost', 'provisioningserviceowner', keyOf(bench, 'station')),
    ],
    ['a changed expiry', () => owner('localhost').replace('se=4102444800', 'se=4102444801')],
  ];
  it.each(refused)('refuses %s with 401002', async (_name, token) => {
    const heard = await ask(token());
    expect(heard.status).toBe(401);
    expect(heard.json).toMatchObject({ errorCode: 401002, message: 'Unauthorized' });
    expect(heard.headers['x-ms-error-code']).toBe('401002');
    expect(heard.headers['x-ms-request-id']).toBe(heard.json.trackingId);
  });

  it('refuses a policy without the right', async () => {
    const station = sasToken('localhost', 'station', keyOf(bench, 'station'));
    expect((await ask(station, '/registrations/unit-1', 'DELETE')).status).toBe(401);
  });

  it('judges the expiry by its own clock', async () => {
    const inAnHour = Math.floor(Date.now() / 1000) + 3600;
    bench.simulator.setFaults({ clockSkewInSeconds: 7200 });
    const heard = await ask(owner('localhost', inAnHour));
    bench.simulator.setFaults({ clockSkewInSeconds: 0 });
    expect(heard.status).toBe(401);
    expect(Math.abs(Date.parse(heard.headers.date ?? '') - Date.now() - 7_200_000)).toBeLessThan(600_000);
    expect((await ask(owner('localhost', inAnHour))).status).toBe(200);
  });

  it('names the instance without port, with the policy that has all rights', () => {
    expect(connectionStringParts(bench.ready.serviceConnectionString)).toEqual({
      HostName: 'localhost',
      SharedAccessKeyName: 'provisioningserviceowner',
      SharedAccessKey: keyOf(bench, 'provisioningserviceowner'),
    });
  });
});

describe('requests that are not what they should be', () => {
  let bench: DpsBench;
  beforeAll(async () => {
    bench = await startDpsBench();
  });
  afterAll(() => bench.close());

  const cases: [string, string, string, unknown, Record<string, string>, number][] = [
    ['an unknown enrollment', 'GET', '/enrollments/nobody', undefined, {}, 404201],
    ['deleting an unknown enrollment', 'DELETE', '/enrollments/nobody', undefined, {}, 404201],
    ['revealing an unknown enrollment', 'POST', '/enrollments/nobody/attestationmechanism', undefined, {}, 404201],
    [
      'PUT with If-Match where nothing is',
      'PUT',
      '/enrollments/a',
      symmetricEnrollment('a'),
      { 'If-Match': '*' },
      404201,
    ],
    ['a body that is no JSON', 'PUT', '/enrollments/a', '{"registrationId":', {}, 400004],
    ['a body that is no object', 'PUT', '/enrollments/a', '[]', {}, 400004],
    ['no body', 'PUT', '/enrollments/a', '', { 'Content-Type': 'application/json' }, 400004],
    ['another media type', 'PUT', '/enrollments/a', '{}', { 'Content-Type': 'text/plain' }, 415000],
    ['a path that disagrees with the body', 'PUT', '/enrollments/a', symmetricEnrollment('b'), {}, 400004],
    ['a method that means nothing', 'PATCH', '/enrollments/a', {}, {}, 405000],
    ['a missing id', 'GET', '/enrollments', undefined, {}, 405000],
    ['a path that cannot be decoded', 'GET', '/enrollments/%zz', undefined, {}, 400004],
    [
      'more than 96 KB',
      'PUT',
      '/enrollments/a',
      symmetricEnrollment('a', { optionalDeviceInformation: { x: 'x'.repeat(98_304) } }),
      {},
      413000,
    ],
    [
      'deep nesting',
      'PUT',
      '/enrollments/a',
      `{"initialTwin":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_001)}`,
      {},
      400004,
    ],
  ];
  it.each(cases)('%s', async (_name, method, path, body, headers, code) => {
    const heard = await serviceCaller(bench.ready)(method, path, body, headers);
    expect(heard.json).toMatchObject({ errorCode: code });
    expect(heard.status).toBe(Math.floor(code / 1000));
    expect(heard.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(heard.json.timestampUtc).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/);
  });

  it('refuses a call without api-version', async () => {
    expect((await send(bench.ready, { method: 'GET', path: '/enrollments/a' })).json).toMatchObject({
      errorCode: 400004,
    });
  });
});

const reordered = (token: string): string => {
  const [scheme = '', parts = ''] = token.split(' ');
  return `${scheme} ${parts.split('&').reverse().join('&')}`;
};
