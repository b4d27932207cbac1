import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aliasVectors,
  type Credential,
  type DpsBench,
  deviceCaller,
  registerDevice,
  type ServiceCaller,
  selfSigned,
  send,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
  x509Enrollment,
} from '../interop/dps-bench.ts';

/*
 * The device API over HTTPS with client certificates. Expectations come from Microsoft's documentation of device
 * registration and from official clients' tests.
 */

let bench: DpsBench;
let call: ServiceCaller;
beforeAll(async () => {
  bench = await startDpsBench();
  call = serviceCaller(bench.ready);
});
afterAll(() => bench.close());

const enroll = async (id: string, credential: Credential, more: object = {}): Promise<void> => {
  const heard = await call('PUT', `/enrollments/${id}`, x509Enrollment(id, credential.certPem, more));
  expect(heard.status).toBe(200);
};

describe('registration', () => {
  it('is 202, then assigning, then assigned', async () => {
    const credential = selfSigned('plain-1');
    await enroll('plain-1', credential, { deviceId: 'SN-1' });
    const { register, polls, last } = await registerDevice(deviceCaller(bench.ready, 'plain-1', credential), 'plain-1');
    expect(register.status).toBe(202);
    expect(register.headers['retry-after']).toMatch(/^\d+$/);
    expect(register.headers.location).toMatch(
      /^https:\/\/localhost(:\d+)?\/0ne00000001\/registrations\/plain-1\/register$/,
    );
    expect(register.json.status).toBe('assigning');
    expect(register.json.operationId).toMatch(/^\d\.[0-9a-f]{16}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(polls.map((poll) => poll.status)).toEqual([202, 200]);
    expect(last.json).toMatchObject({
      operationId: register.json.operationId,
      status: 'assigned',
      registrationState: {
        x509: {},
        registrationId: 'plain-1',
        assignedHub: 'training-hub.azure-devices.net',
        deviceId: 'SN-1',
        status: 'assigned',
        substatus: 'initialAssignment',
      },
    });
    const { x509: _x509, ...state } = last.json.registrationState;
    expect((await call('GET', '/registrations/plain-1')).json).toEqual(state);
    expect((await call('GET', '/enrollments/plain-1')).json.registrationState).toEqual(state);
  });

  const versions = ['TLSv1.2', 'TLSv1.3'] as const;
  it.each(versions)(
    'works over %s with every certificate of the DevKit tool, malformed name and all',
    async (version) => {
      const fresh = await startDpsBench();
      const service = serviceCaller(fresh.ready);
      for (const vector of aliasVectors()) {
        await service('DELETE', `/enrollments/${vector.registrationId}`);
        const put = await service(
          'PUT',
          `/enrollments/${vector.registrationId}`,
          x509Enrollment(vector.registrationId, vector.certPem),
        );
        expect(put.status).toBe(200);
        const device = deviceCaller(fresh.ready, vector.registrationId, vector, version);
        expect((await registerDevice(device, vector.registrationId)).last.json?.status).toBe('assigned');
      }
      await fresh.close();
    },
  );

  it('keeps the date of creation, and a device id until the record is deleted', async () => {
    const credential = selfSigned('again-1');
    const device = deviceCaller(bench.ready, 'again-1', credential);
    await enroll('again-1', credential);
    const first = (await registerDevice(device, 'again-1')).last.json.registrationState;
    expect(first.deviceId).toBe('again-1');
    const renamed = x509Enrollment('again-1', credential.certPem, { deviceId: 'renamed' });
    await call('PUT', '/enrollments/again-1', renamed, { 'If-Match': '*' });
    const second = (await registerDevice(device, 'again-1')).last.json.registrationState;
    expect(second).toMatchObject({ createdDateTimeUtc: first.createdDateTimeUtc, deviceId: 'again-1' });
    expect(second.etag).not.toBe(first.etag);
    expect((await call('DELETE', '/registrations/again-1')).status).toBe(204);
    expect((await registerDevice(device, 'again-1')).last.json.registrationState.deviceId).toBe('renamed');
  });

  it('accepts the secondary certificate too', async () => {
    const [primary, secondary] = [selfSigned('both-1'), selfSigned('both-1')];
    const clientCertificates = {
      primary: { certificate: primary.certPem },
      secondary: { certificate: secondary.certPem },
    };
    const attestation = { type: 'x509', x509: { clientCertificates } };
    await call('PUT', '/enrollments/both-1', { registrationId: 'both-1', attestation });
    for (const credential of [primary, secondary]) {
      const { last } = await registerDevice(deviceCaller(bench.ready, 'both-1', credential), 'both-1');
      expect(last.json.status).toBe('assigned');
    }
  });

  it('trap 15: answers a disabled entry with HTTP 200 and keeps the record', async () => {
    const credential = selfSigned('off-1');
    await enroll('off-1', credential, { provisioningStatus: 'disabled' });
    const { last } = await registerDevice(deviceCaller(bench.ready, 'off-1', credential), 'off-1');
    expect([last.status, last.json.status]).toEqual([200, 'disabled']);
    expect((await call('GET', '/registrations/off-1')).json.status).toBe('disabled');
    expect(bench.simulator.book().find((row) => row.registrationId === 'off-1')?.registrationStatus).toBe('disabled');
  });

  it('fails with HTTP 200 when no hub can be found', async () => {
    const credential = selfSigned('lost-1');
    const customAllocationDefinition = { webhookUrl: 'https://example.org/hook', apiVersion: '2021-10-01' };
    await enroll('lost-1', credential, { allocationPolicy: 'custom', customAllocationDefinition });
    const { last } = await registerDevice(deviceCaller(bench.ready, 'lost-1', credential), 'lost-1');
    expect([last.status, last.json.status]).toEqual([200, 'failed']);
    expect(last.json.registrationState).toMatchObject({ status: 'failed', errorCode: 400208 });
  });

  it('outlives its enrollment, and look-up tells it to the device', async () => {
    const credential = selfSigned('stay-1');
    await enroll('stay-1', credential);
    const device = deviceCaller(bench.ready, 'stay-1', credential);
    await registerDevice(device, 'stay-1');
    const lookedUp = await device('POST', '', { registrationId: 'stay-1' });
    expect(lookedUp.json).toMatchObject({ registrationId: 'stay-1', status: 'assigned' });
    await call('DELETE', '/enrollments/stay-1');
    expect((await call('GET', '/registrations/stay-1')).json.status).toBe('assigned');
  });

  it('lists no registrations of a group, since there are no groups', async () => {
    const heard = await call('POST', '/registrations/some-group/query');
    expect([heard.status, heard.json, heard.headers['x-ms-item-type']]).toEqual([200, [], 'DeviceRegistration']);
  });
});

describe('registration is refused', () => {
  const right = selfSigned('unit-a');
  beforeAll(() => enroll('unit-a', right));
  const register = (id: string, credential: Credential | null, body: unknown = { registrationId: id }) =>
    deviceCaller(bench.ready, id, credential)('PUT', '/register', body);

  const cases: [string, () => Promise<{ json: unknown }>, object][] = [
    ['without a certificate', () => register('unit-a', null), { errorCode: 401002 }],
    [
      'when the common name is another id (trap 12)',
      () => register('unit-a', selfSigned('unit-b')),
      { errorCode: 401002 },
    ],
    [
      'when the body names another id',
      () => register('unit-a', right, { registrationId: 'unit-b' }),
      { errorCode: 401002 },
    ],
    ['for an unknown id', () => register('unit-b', selfSigned('unit-b')), { errorCode: 404201 }],
    [
      'with another certificate of the same name',
      () => register('unit-a', selfSigned('unit-a')),
      { errorCode: 401002, message: 'Invalid certificate' },
    ],
    ['without a body', () => register('unit-a', right, '{'), { errorCode: 400004 }],
  ];
  it.each(cases)('%s', async (_name, attempt, error) => {
    expect((await attempt()).json).toMatchObject(error);
  });

  it('for an enrollment of another kind', async () => {
    await call('PUT', '/enrollments/keyed', symmetricEnrollment('keyed'));
    expect((await register('keyed', selfSigned('keyed'))).json).toMatchObject({ errorCode: 401002 });
  });

  it('in another ID scope, without api-version, and for an operation that is not there', async () => {
    const path = `/0ne99999999/registrations/unit-a/register?api-version=2019-03-31`;
    const body = { registrationId: 'unit-a' };
    expect((await send(bench.ready, { method: 'PUT', path, body, credential: right })).status).toBe(404);
    const bare = `/${bench.ready.idScope}/registrations/unit-a/register`;
    expect((await send(bench.ready, { method: 'PUT', path: bare, body, credential: right })).status).toBe(400);
    expect((await deviceCaller(bench.ready, 'unit-a', right)('GET', '/operations/5.0.0', {})).status).toBe(404);
  });
});
