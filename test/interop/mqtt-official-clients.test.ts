import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudBench, startCloudBench } from './cloud-bench.ts';
import { aliasVectors, selfSigned, serviceCaller, x509Enrollment } from './dps-bench.ts';

/* Microsoft's MQTT transports of the provisioning client, unmodified, against the simulated DPS. */

let bench: CloudBench;
let aheadInMs = 0;
beforeAll(async () => {
  bench = await startCloudBench({ port: 443, now: () => new Date(Date.now() + aheadInMs) });
});
afterAll(() => bench.close());

const transports = ['Mqtt', 'MqttWs'] as const;
const deviceKey = Buffer.alloc(32, 5).toString('base64');
const groupKey = Buffer.alloc(64, 6).toString('base64');

async function put(path: string, body: object): Promise<void> {
  const { status, text } = await serviceCaller(bench.ready)('PUT', path, body);
  expect(status, text).toBe(200);
}

const symmetricKey = (key: string) => ({
  type: 'symmetricKey',
  symmetricKey: { primaryKey: key, secondaryKey: key },
});

describe.each(transports)('azure-iot-provisioning-device-mqtt, %s', (transport) => {
  it('registers with a certificate', async () => {
    const registrationId = `certified-${transport.toLowerCase()}`;
    const credential = selfSigned(registrationId);
    await put(`/enrollments/${registrationId}`, x509Enrollment(registrationId, credential.certPem));
    const outcome = await bench.device({ transport, registrationId, credential });
    expect(outcome).toMatchObject({
      ok: true,
      result: { status: 'assigned', assignedHub: bench.hub.hostName, deviceId: registrationId },
    });
    expect(bench.cloud.hubs.linked.device(bench.hub.hostName, registrationId)?.authentication.type).toBe('selfSigned');
  });

  it('registers with a symmetric key', async () => {
    const registrationId = `keyed-${transport.toLowerCase()}`;
    const deviceId = `SN-${transport}`;
    const attestation = symmetricKey(deviceKey);
    await put(`/enrollments/${registrationId}`, { registrationId, deviceId, attestation });
    const outcome = await bench.device({ transport, registrationId, key: deviceKey });
    expect(outcome).toMatchObject({ ok: true, result: { status: 'assigned', deviceId } });
    expect(bench.cloud.hubs.linked.device(bench.hub.hostName, deviceId)?.authentication).toEqual({
      type: 'sas',
      symmetricKey: { primaryKey: deviceKey, secondaryKey: deviceKey },
    });
  });

  it('registers with a key derived from a group', async () => {
    const enrollmentGroupId = `group-${transport.toLowerCase()}`;
    const registrationId = `member-${transport.toLowerCase()}`;
    await put(`/enrollmentGroups/${enrollmentGroupId}`, { enrollmentGroupId, attestation: symmetricKey(groupKey) });
    // Azure documentation, symmetric key attestation: HMAC-SHA256 of the registration id with the group's key.
    const key = createHmac('sha256', Buffer.from(groupKey, 'base64')).update(registrationId).digest('base64');
    const outcome = await bench.device({ transport, registrationId, key });
    expect(outcome).toMatchObject({ ok: true, result: { status: 'assigned', deviceId: registrationId } });
    expect(await bench.device({ transport, registrationId, key: groupKey })).toMatchObject({ ok: false });
  });

  it.each([
    ['TLS 1.2', '--tls-max-v1.2'],
    ['TLS 1.3', '--tls-min-v1.3'],
  ])('registers the DevKit over %s, with the certificate that its firmware derives', async (_version, option) => {
    const vector = aliasVectors()[transports.indexOf(transport)];
    if (vector === undefined) throw new Error('no vectors');
    const { registrationId } = vector;
    await serviceCaller(bench.ready)('DELETE', `/enrollments/${registrationId}`);
    await put(`/enrollments/${registrationId}`, x509Enrollment(registrationId, vector.certPem));
    const outcome = await bench.device({ transport, registrationId, credential: vector }, [option]);
    expect(outcome).toMatchObject({ ok: true, result: { status: 'assigned', deviceId: registrationId } });
  });

  it('is told at the registration that its key is wrong', async () => {
    const registrationId = `refused-${transport.toLowerCase()}`;
    await put(`/enrollments/${registrationId}`, { registrationId, attestation: symmetricKey(deviceKey) });
    const outcome = await bench.device({ transport, registrationId, key: groupKey });
    expect(outcome).toEqual({ ok: false, error: 'UnauthorizedError' });
  });
});

it('waits as a throttle tells it, and registers then', async () => {
  const registrationId = 'hasty';
  await put(`/enrollments/${registrationId}`, { registrationId, attestation: symmetricKey(deviceKey) });
  const before = bench.cloud.counters().throttled;
  const register = () => bench.device({ transport: 'Mqtt', registrationId, key: deviceKey });
  await register();
  aheadInMs = 58_000; // of the minute that the limit counts, two seconds are left
  bench.cloud.setFaults({ registrationsPerMinute: 1 });
  expect(await register()).toMatchObject({ ok: true, result: { status: 'assigned' } });
  expect(bench.cloud.counters().throttled).toBe(before + 1);
  bench.cloud.setFaults({ registrationsPerMinute: null });
});
