import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aliasVectors,
  type Credential,
  type DpsBench,
  sasToken,
  selfSigned,
  serviceCaller,
  startDpsBench,
  x509Enrollment,
} from '../interop/dps-bench.ts';
import { type MqttAddress, mqttOverTls, mqttOverWebSocket, type PlainMqtt } from '../interop/plain-mqtt.ts';

/*
 * Expectations: Azure documentation, communicate with DPS by MQTT; what the Node device client sends; users' reports
 * that a wrong token shows only at the registration.
 */

const key = Buffer.alloc(32, 3).toString('base64');
const refusedFilter = 0x80;

let bench: DpsBench;
beforeAll(async () => {
  bench = await startDpsBench({ mqttPort: 0, registrationRetryAfterInSeconds: 3 });
});
afterAll(() => bench.close());

type Way = (more?: Partial<MqttAddress>) => Promise<PlainMqtt>;
const overTls: Way = (more = {}) =>
  mqttOverTls({ port: bench.ready.mqttPort ?? 0, caFile: bench.ready.caFile, ...more });
const overWebSocket: Way = (more = {}) =>
  mqttOverWebSocket({ port: bench.ready.port, caFile: bench.ready.caFile, ...more });
const ways: [string, Way][] = [
  ['TLS', overTls],
  ['WebSocket', overWebSocket],
];

const userNameOf = (id: string, idScope = bench.ready.idScope): string =>
  `${idScope}/registrations/${id}/api-version=2019-03-31&ClientVersion=test%2F1`;
const tokenOf = (id: string, signedBy = key): string =>
  sasToken(`${bench.ready.idScope}/registrations/${id}`, 'registration', signedBy);

async function enroll(enrollment: object & { registrationId?: string }): Promise<void> {
  const { registrationId } = enrollment as { registrationId: string };
  const call = serviceCaller(bench.ready);
  await call('DELETE', `/enrollments/${registrationId}`);
  await call('DELETE', `/registrations/${registrationId}`);
  expect((await call('PUT', `/enrollments/${registrationId}`, enrollment)).status).toBe(200);
}

const keyEnrollment = (registrationId: string, more: object = {}) => ({
  registrationId,
  attestation: { type: 'symmetricKey', symmetricKey: { primaryKey: key, secondaryKey: key } },
  ...more,
});

/** A connection that is logged in and hears answers. */
async function listening(open: Way, id: string, password?: string, credential?: Credential, more = {}) {
  const device = await open({ ...(credential && { credential }), ...more });
  const login = { clientId: id, userName: userNameOf(id), ...(password !== undefined && { password }) };
  expect(await device.login(login)).toBe(0);
  expect(await device.subscribe('$dps/registrations/res/#')).toBe(1);
  return device;
}

/** Status, parameters and body of an answer. */
async function answered(device: PlainMqtt) {
  const { topic, payload } = await device.message();
  const [, status = '', query = ''] = /^\$dps\/registrations\/res\/(\d{3})\/\?(.*)$/.exec(topic) ?? [];
  return {
    status: Number(status),
    parameters: Object.fromEntries(new URLSearchParams(query)),
    json: JSON.parse(payload),
  };
}

async function ask(device: PlainMqtt, id: string, requestId = 'one', body: object = { registrationId: id }) {
  await device.publish(`$dps/registrations/PUT/iotdps-register/?$rid=${requestId}`, JSON.stringify(body));
  return await answered(device);
}

async function register(device: PlainMqtt, id: string) {
  const begun = await ask(device, id);
  expect(begun.status).toBe(202);
  const poll = `$dps/registrations/GET/iotdps-get-operationstatus/?$rid=two&operationId=${begun.json.operationId}`;
  let last = begun;
  while (last.status === 202) {
    await device.publish(poll, ' ');
    last = await answered(device);
  }
  return { begun, last };
}

describe.each(ways)('over %s', (_way, open) => {
  it('registers with a symmetric key', async () => {
    await enroll(keyEnrollment('keyed', { deviceId: 'SN-1' }));
    const device = await listening(open, 'keyed', tokenOf('keyed'));
    const { begun, last } = await register(device, 'keyed');
    expect(begun.parameters).toEqual({ $rid: 'one', 'retry-after': '3' });
    expect(begun.json).toEqual({ operationId: expect.stringMatching(/^5\.[0-9a-f]{16}\./), status: 'assigning' });
    expect(last).toMatchObject({ status: 200, parameters: { $rid: 'two' } });
    expect(last.json).toMatchObject({
      operationId: begun.json.operationId,
      status: 'assigned',
      registrationState: {
        registrationId: 'keyed',
        deviceId: 'SN-1',
        assignedHub: 'training-hub.azure-devices.net',
        status: 'assigned',
        substatus: 'initialAssignment',
      },
    });
    device.end();
    const state = (await serviceCaller(bench.ready)('GET', '/registrations/keyed')).json;
    expect(state).toMatchObject({ status: 'assigned', deviceId: 'SN-1' });
  });

  it('registers with a certificate', async () => {
    const credential = selfSigned('certified');
    await enroll(x509Enrollment('certified', credential.certPem));
    const device = await listening(open, 'certified', undefined, credential);
    expect((await register(device, 'certified')).last.json.status).toBe('assigned');
    device.end();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'registers DevKits with their malformed certificates, %s',
    async (version) => {
      for (const vector of aliasVectors().slice(0, 6)) {
        const { registrationId: id, certPem } = vector;
        await enroll(x509Enrollment(id, certPem));
        const device = await listening(open, id, undefined, vector, { tlsVersion: version });
        expect((await register(device, id)).last.json.status).toBe('assigned');
        device.end();
      }
    },
  );

  it('lets a wrong token connect and refuses it at the registration', async () => {
    await enroll(keyEnrollment('guarded'));
    const wrong = Buffer.alloc(32, 9).toString('base64');
    for (const password of [tokenOf('guarded', wrong), tokenOf('another'), 'no token', undefined]) {
      const device = await listening(open, 'guarded', password);
      const { status, parameters, json } = await ask(device, 'guarded');
      expect({ status, parameters }).toEqual({ status: 401, parameters: { $rid: 'one' } });
      expect(json).toMatchObject({ errorCode: 401002, message: expect.any(String), trackingId: expect.any(String) });
      device.end();
    }
  });
});

describe('errors arrive as status in the topic', () => {
  const connected = (id: string, password = tokenOf(id)) => listening(overTls, id, password);

  it('for an unknown registration, a wrong body, a foreign scope and TPM', async () => {
    const unknown = await connected('nobody');
    expect(await ask(unknown, 'nobody')).toMatchObject({ status: 404, json: { errorCode: 404201 } });
    unknown.end();

    await enroll(keyEnrollment('known'));
    const known = await connected('known');
    expect(await ask(known, 'known', 'a', {})).toMatchObject({ status: 400, parameters: { $rid: 'a' } });
    expect(await ask(known, 'known', 'b', { registrationId: 'other' })).toMatchObject({ status: 401 });
    const tpm = { registrationId: 'known', tpm: { endorsementKey: 'AToAAQALAAMAsgAg' } };
    expect(await ask(known, 'known', 'c', tpm)).toMatchObject({ status: 400, json: { errorCode: 400004 } });
    await known.publish('$dps/registrations/PUT/iotdps-register/?$rid=d', 'no json');
    expect(await answered(known)).toMatchObject({ status: 400, parameters: { $rid: 'd' } });
    await known.publish('$dps/registrations/GET/iotdps-get-operationstatus/?$rid=e&operationId=5.x', ' ');
    expect(await answered(known)).toMatchObject({ status: 404, parameters: { $rid: 'e' } });
    known.end();

    const foreign = await overTls();
    await foreign.login({ clientId: 'known', userName: userNameOf('known', '0neFOREIGN'), password: tokenOf('known') });
    await foreign.subscribe('$dps/registrations/res/#');
    expect((await ask(foreign, 'known')).status).toBe(404);
    foreign.end();
  });

  it('and a disabled entry as 200 that says so', async () => {
    await enroll(keyEnrollment('off', { provisioningStatus: 'disabled' }));
    const device = await connected('off');
    expect(await ask(device, 'off')).toMatchObject({ status: 200, json: { status: 'disabled' } });
    device.end();
  });
});

describe('connections', () => {
  it('are refused when user name and client id are something else', async () => {
    const logins = [
      { clientId: 'one', userName: `${bench.ready.idScope}/registrations/one` },
      { clientId: 'one', userName: userNameOf('two') },
      { clientId: 'one', userName: 'one' },
      { clientId: 'one' },
    ];
    for (const login of logins) {
      const device = await overTls();
      expect(await device.login(login)).toBe(5);
      await device.closed;
    }
  });

  it('hear no other topic and are cut when they speak on one', async () => {
    const device = await listening(overTls, 'curious');
    for (const filter of ['#', '$dps/#', '$dps/registrations/PUT/#']) {
      expect(await device.subscribe(filter)).toBe(refusedFilter);
    }
    void device.publish('$dps/registrations/res/200/?$rid=one', '{}').catch(() => {});
    await device.closed;
  });

  it('hear nothing of what they have not subscribed to, nor of other devices', async () => {
    await enroll(keyEnrollment('deaf'));
    const other = await listening(overTls, 'other');
    const device = await overTls();
    await device.login({ clientId: 'deaf', userName: userNameOf('deaf'), password: tokenOf('deaf') });
    await device.publish('$dps/registrations/PUT/iotdps-register/?$rid=unheard', '{"registrationId":"deaf"}');
    expect(await device.subscribe('$dps/registrations/res/#')).toBe(1);
    expect((await ask(device, 'deaf', 'heard')).parameters['$rid']).toBe('heard');
    expect((await ask(other, 'other', 'own')).parameters['$rid']).toBe('own');
    device.end();
    other.end();
  });
});

describe('faults of the bench', () => {
  it('throttle registrations with 429 and the seconds to wait', async () => {
    await enroll(keyEnrollment('hasty'));
    const device = await listening(overTls, 'hasty', tokenOf('hasty'));
    const before = bench.simulator.counters().throttled;
    bench.simulator.setFaults({ registrationsPerMinute: 0 });
    const { status, parameters, json } = await ask(device, 'hasty');
    bench.simulator.setFaults({ registrationsPerMinute: null });
    expect(status).toBe(429);
    expect(Number(parameters['retry-after'])).toBeGreaterThan(0);
    expect(json.errorCode).toBe(429001);
    expect(bench.simulator.counters().throttled).toBe(before + 1);
    expect((await ask(device, 'hasty')).status).toBe(202);
    device.end();
  });

  it('delay answers, and refuse them while the service is unavailable', async () => {
    await enroll(keyEnrollment('patient'));
    const device = await listening(overTls, 'patient', tokenOf('patient'));
    bench.simulator.setFaults({ latencyInMs: 120 });
    const start = performance.now();
    expect((await ask(device, 'patient')).status).toBe(202);
    expect(performance.now() - start).toBeGreaterThanOrEqual(119); // timers may fire a fraction early
    bench.simulator.setFaults({ latencyInMs: 0, outage: 'service-unavailable' });
    expect(await ask(device, 'patient')).toMatchObject({ status: 503, json: { errorCode: 503000 } });
    bench.simulator.setFaults({ outage: 'none' });
    device.end();
  });

  it('cut everybody, and refuse connections, while the network is away', async () => {
    const devices = await Promise.all(ways.map(([, open], place) => listening(open, `cut-${place}`)));
    bench.simulator.setFaults({ outage: 'refuse' });
    await Promise.all(devices.map((device) => device.closed));
    for (const [, open] of ways) await expect(open()).rejects.toThrow();
    bench.simulator.setFaults({ outage: 'none' });
    (await listening(overTls, 'cut-0')).end();
  });
});

it('ends with devices connected', async () => {
  const other = await startDpsBench({ mqttPort: 0 });
  const device = await mqttOverTls({ port: other.ready.mqttPort ?? 0, caFile: other.ready.caFile });
  await device.login({ clientId: 'last', userName: userNameOf('last', other.ready.idScope) });
  await other.close();
  await device.closed;
});
