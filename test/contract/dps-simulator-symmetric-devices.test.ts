import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DpsBench,
  keyedCaller,
  registerDevice,
  type ServiceCaller,
  sasToken,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
} from '../interop/dps-bench.ts';

/*
 * Devices that prove themselves with a key of their own. Expectations come from Microsoft's documentation of symmetric
 * key attestation; tokens are made by the test's own code.
 */

let bench: DpsBench;
let call: ServiceCaller;
beforeAll(async () => {
  bench = await startDpsBench();
  call = serviceCaller(bench.ready);
});
afterAll(() => bench.close());

const enroll = async (id: string, more: object = {}): Promise<{ primaryKey: string; secondaryKey: string }> => {
  const heard = await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id, more));
  expect(heard.status).toBe(200);
  return heard.json.attestation.symmetricKey;
};
const resourceOf = (id: string): string => `${bench.ready.idScope}/registrations/${id}`;

describe('a device with a key of its own', () => {
  it.each(['primaryKey', 'secondaryKey'] as const)('registers with its %s', async (which) => {
    const id = `keyed-${which.toLowerCase()}`;
    const keys = await enroll(id, { deviceId: `SN-${which}` });
    const token = sasToken(resourceOf(id), 'registration', keys[which]);
    const { register, polls, last } = await registerDevice(keyedCaller(bench.ready, id, token), id);
    expect([register.status, ...polls.map((poll) => poll.status)]).toEqual([202, 202, 200]);
    expect(last.json).toMatchObject({
      status: 'assigned',
      registrationState: { symmetricKey: {}, registrationId: id, deviceId: `SN-${which}`, status: 'assigned' },
    });
    expect(last.json.registrationState).not.toHaveProperty('x509');
  });

  it('trap 14: the signature covers the resource as it was written, raw or percent-encoded', async () => {
    const { primaryKey } = await enroll('raw-1');
    for (const resource of [resourceOf('raw-1'), encodeURIComponent(resourceOf('raw-1'))]) {
      const device = keyedCaller(bench.ready, 'raw-1', sasToken(resource, 'registration', primaryKey));
      expect((await registerDevice(device, 'raw-1')).last.json.status).toBe('assigned');
    }
    const signedRaw = sasToken(resourceOf('raw-1'), 'registration', primaryKey);
    const rewritten = signedRaw.replace(resourceOf('raw-1'), encodeURIComponent(resourceOf('raw-1')));
    const device = keyedCaller(bench.ready, 'raw-1', rewritten);
    expect((await device('PUT', '/register', { registrationId: 'raw-1' })).json.errorCode).toBe(401002);
  });

  const wrongTokens: [string, (key: string) => string][] = [
    ['with another key', () => sasToken(resourceOf('wrong-1'), 'registration', Buffer.alloc(64, 1).toString('base64'))],
    ['for another device', (key) => sasToken(resourceOf('wrong-2'), 'registration', key)],
    ['for all devices', (key) => sasToken(`${bench.ready.idScope}/registrations`, 'registration', key)],
    ['under another key name', (key) => sasToken(resourceOf('wrong-1'), 'provisioningserviceowner', key)],
    ['that has expired', (key) => sasToken(resourceOf('wrong-1'), 'registration', key, 1_700_000_000)],
    ['that is no token', () => 'Bearer abc'],
    [
      'of the key as text instead of its bytes',
      (key) => {
        const signature = createHmac('sha256', key)
          .update(`${resourceOf('wrong-1')}\n4102444800`)
          .digest('base64');
        return `SharedAccessSignature sr=${resourceOf('wrong-1')}&sig=${encodeURIComponent(signature)}&se=4102444800&skn=registration`;
      },
    ],
  ];
  it.each(wrongTokens)('is refused with a token %s', async (_name, tokenOf) => {
    const again = await call('GET', '/enrollments/wrong-1');
    if (again.status === 404) await enroll('wrong-1');
    const key = (await call('POST', '/enrollments/wrong-1/attestationmechanism')).json.symmetricKey.primaryKey;
    const heard = await keyedCaller(bench.ready, 'wrong-1', tokenOf(key))('PUT', '/register', {
      registrationId: 'wrong-1',
    });
    expect([heard.status, heard.json.errorCode]).toEqual([401, 401002]);
  });

  it('is not known without an enrollment', async () => {
    const token = sasToken(resourceOf('nobody'), 'registration', Buffer.alloc(64, 2).toString('base64'));
    const heard = await keyedCaller(bench.ready, 'nobody', token)('PUT', '/register', { registrationId: 'nobody' });
    expect([heard.status, heard.json.errorCode]).toEqual([404, 404201]);
  });
});
