import { createHmac, X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Credential,
  type DpsBench,
  deviceCaller,
  keyedCaller,
  registerDevice,
  type ServiceCaller,
  sasToken,
  selfSigned,
  send,
  serviceCaller,
  startDpsBench,
  x509Enrollment,
} from '../interop/dps-bench.ts';
import { authority, deviceOf, expired, type Issued, notYetValid, presenting } from '../interop/test-authorities.ts';

/*
 * Devices that come through a group. Expectations come from Microsoft's documentation of X.509 and symmetric key
 * attestation, and of disabling and revoking devices.
 */

const root = authority('Plant root');
const line = authority('Line 3', root);
const station = authority('Station 7', line);
const other = authority('Another plant');
const benches: DpsBench[] = [];

type Scene = { readonly bench: DpsBench; readonly call: ServiceCaller };
async function scene(options: Parameters<typeof startDpsBench>[0] = {}): Promise<Scene> {
  const bench = await startDpsBench({ authorities: [{ name: 'plant-root', certificate: root.certPem }], ...options });
  benches.push(bench);
  return { bench, call: serviceCaller(bench.ready) };
}
afterAll(async () => {
  for (const bench of benches) await bench.close();
});

const signing = (primary: Issued, secondary?: Issued): object => ({
  signingCertificates: {
    primary: { certificate: primary.certPem },
    ...(secondary && { secondary: { certificate: secondary.certPem } }),
  },
});
async function putGroup({ call }: Scene, id: string, attestation: object, more: object = {}) {
  const heard = await call('PUT', `/enrollmentGroups/${id}`, { enrollmentGroupId: id, attestation, ...more });
  expect(heard.status).toBe(200);
  return heard.json;
}
const x509Group = (on: Scene, id: string, x509: object, more: object = {}) =>
  putGroup(on, id, { type: 'x509', x509 }, more);
const register = async ({ bench }: Scene, id: string, credential: Credential) =>
  (await registerDevice(deviceCaller(bench.ready, id, credential), id)).last;

describe('a device with a certificate of the plant', () => {
  it('comes through the group of its signing certificate, and the answer names the group', async () => {
    const on = await scene();
    await x509Group(on, 'line-3', signing(line));
    const device = deviceOf('unit-1', line);
    const last = await register(on, 'unit-1', presenting(device, line));
    expect(last.json).toMatchObject({
      status: 'assigned',
      registrationState: {
        x509: { enrollmentGroupId: 'line-3' },
        registrationId: 'unit-1',
        deviceId: 'unit-1',
        substatus: 'initialAssignment',
      },
    });
    expect((await on.call('GET', '/registrations/unit-1')).json).toMatchObject({ status: 'assigned' });
    expect((await on.call('GET', '/enrollments/unit-1')).status).toBe(404);
  });

  it('trap 31: the hub gets the thumbprint of the certificate that was presented, as selfSigned', async () => {
    const on = await scene({ linkedHubs: ['a.azure-devices.net'] });
    await x509Group(on, 'line-3', signing(line));
    for (const device of [deviceOf('unit-1', line), deviceOf('unit-1', line)]) {
      await register(on, 'unit-1', presenting(device, line));
      const thumbprint = new X509Certificate(device.certPem).fingerprint256.replaceAll(':', '');
      expect(on.bench.simulator.linkedHubs.device('a.azure-devices.net', 'unit-1')?.authentication).toEqual({
        type: 'selfSigned',
        x509Thumbprint: { primaryThumbprint: thumbprint, secondaryThumbprint: null },
      });
    }
  });

  it('comes through an authority that the group names, with or without the root in its chain', async () => {
    const on = await scene();
    await x509Group(on, 'plant', { caReferences: { primary: 'plant-root' } });
    const chains = [
      [station, line],
      [station, line, root],
      [line, root, station],
    ];
    for (const [index, chain] of chains.entries()) {
      const id = `unit-${index}`;
      const last = await register(on, id, presenting(deviceOf(id, station), ...chain));
      expect(last.json.registrationState.x509).toEqual({ enrollmentGroupId: 'plant' });
    }
    const direct = await register(on, 'unit-d', deviceOf('unit-d', root));
    expect(direct.json.status).toBe('assigned');
  });

  it('comes through the secondary authority or certificate of a group that is being rolled', async () => {
    const on = await scene();
    await on.bench.simulator.uploadAuthority({ name: 'new-root', certificate: other.certPem });
    await x509Group(on, 'rolled', { caReferences: { primary: 'plant-root', secondary: 'new-root' } });
    expect((await register(on, 'unit-1', deviceOf('unit-1', root))).json.status).toBe('assigned');
    expect((await register(on, 'unit-1', deviceOf('unit-1', other))).json.status).toBe('assigned');
  });

  it('belongs to the group of the nearest authority, whichever group is older', async () => {
    const on = await scene();
    await x509Group(on, 'plant', { caReferences: { primary: 'plant-root' } });
    await x509Group(on, 'line', signing(line));
    await x509Group(on, 'station', signing(station));
    const groupOf = async (id: string, ...chain: Issued[]) => {
      const [issuer = root] = chain;
      const last = await register(on, id, presenting(deviceOf(id, issuer), ...chain));
      return last.json.registrationState.x509.enrollmentGroupId;
    };
    expect(await groupOf('unit-s', station, line)).toBe('station');
    expect(await groupOf('unit-l', line)).toBe('line');
    expect(await groupOf('unit-r')).toBe('plant');
  });

  it('is stopped by the first match when that is disabled: HTTP 200, status disabled', async () => {
    const on = await scene();
    await x509Group(on, 'plant', { caReferences: { primary: 'plant-root' } });
    await x509Group(on, 'line', signing(line), { provisioningStatus: 'disabled' });
    const device = presenting(deviceOf('unit-1', line), line);
    const last = await register(on, 'unit-1', device);
    expect([last.status, last.json.status]).toEqual([200, 'disabled']);
    // Deleting the group of a blocked authority lets the group above take over (documentation, revoking).
    await on.call('DELETE', '/enrollmentGroups/line');
    expect((await register(on, 'unit-1', device)).json.status).toBe('assigned');
  });

  it('traps 15 and 22: a disabled enrollment of its own shadows the group; deleting it lets the device in again', async () => {
    const on = await scene();
    await x509Group(on, 'line', signing(line));
    const device = presenting(deviceOf('unit-1', line), line);
    await on.call(
      'PUT',
      '/enrollments/unit-1',
      x509Enrollment('unit-1', deviceOf('unit-1', line).certPem, { provisioningStatus: 'disabled' }),
    );
    expect((await register(on, 'unit-1', device)).status).toBe(401); // another certificate than the enrolled one
    await on.call('DELETE', '/enrollments/unit-1');
    const leaf = new X509Certificate(device.certPem).toString(); // the first of the chain
    const shadow = x509Enrollment('unit-1', leaf, { provisioningStatus: 'disabled' });
    await on.call('PUT', '/enrollments/unit-1', shadow);
    const last = await register(on, 'unit-1', device);
    expect([last.status, last.json.status]).toEqual([200, 'disabled']);
    await on.call('DELETE', '/enrollments/unit-1');
    const attestation = { type: 'symmetricKey', symmetricKey: {} };
    const body = { registrationId: 'unit-1', attestation, provisioningStatus: 'disabled' };
    await on.call('PUT', '/enrollments/unit-1', body);
    expect((await register(on, 'unit-1', device)).status).not.toBe(202);
    expect((await register(on, 'unit-1', device)).json.status).not.toBe('assigned');
    await on.call('DELETE', '/enrollments/unit-1');
    expect((await register(on, 'unit-1', device)).json.status).toBe('assigned');
  });

  it('is still known by its chain when the TLS session is resumed', async () => {
    const on = await scene();
    await x509Group(on, 'line', signing(line));
    const credential = presenting(deviceOf('unit-1', line), line);
    const agent = new Agent({ keepAlive: false });
    for (const tlsVersion of ['TLSv1.2', 'TLSv1.3', 'TLSv1.2', 'TLSv1.3'] as const) {
      const heard = await send(on.bench.ready, {
        method: 'PUT',
        path: `/${on.bench.ready.idScope}/registrations/unit-1/register?api-version=2019-03-31`,
        body: { registrationId: 'unit-1' },
        credential,
        tlsVersion,
        agent,
      });
      expect(heard.status).toBe(202);
    }
    agent.destroy();
  });
});

describe('a device with a certificate is refused', () => {
  const elsewhere = authority('Line 3', other); // the name of an authority of the plant, another key
  const late = authority('Late line', root, notYetValid);
  const old = authority('Old line', root, expired);
  const poser = deviceOf('poser', line); // a device that signs others
  const cases: [string, Credential][] = [
    ['without the certificate between it and the verified authority', deviceOf('unit-1', line)],
    ['when the chain ends at an authority that is not verified', presenting(deviceOf('unit-1', other), other)],
    ['when only the names match', presenting(deviceOf('unit-1', elsewhere), line)],
    ['when it signed itself', selfSigned('unit-1')],
    ['when it has expired', presenting(deviceOf('unit-1', line, expired), line)],
    ['before it is valid', presenting(deviceOf('unit-1', line, notYetValid), line)],
    ['when an authority between has expired', presenting(deviceOf('unit-1', old), old)],
    ['when an authority between is not valid yet', presenting(deviceOf('unit-1', late), late)],
    ['when a device signed it', presenting(deviceOf('unit-1', poser), poser, line)],
  ];
  let on: Scene;
  beforeAll(async () => {
    on = await scene();
    await x509Group(on, 'plant', { caReferences: { primary: 'plant-root' } });
    await x509Group(on, 'line', signing(line));
  });
  it.each(cases)('%s', async (_name, credential) => {
    const heard = await register(on, 'unit-1', credential);
    expect([heard.status, heard.json.errorCode]).toEqual([401, 401002]);
  });

  it('when its own enrolled certificate has expired, unless the switch ignores dates', async () => {
    const old = deviceOf('unit-1', line, expired);
    const answers = [];
    for (const individualDates of ['check', 'ignore'] as const) {
      const here = await scene({ switches: { individualDates } });
      await here.call('PUT', '/enrollments/unit-1', x509Enrollment('unit-1', old.certPem));
      answers.push((await register(here, 'unit-1', old)).status);
    }
    expect(answers).toEqual([401, 200]);
  });

  it('trap 12: when its common name is another id', async () => {
    const heard = await register(on, 'unit-2', presenting(deviceOf('unit-1', line), line));
    expect([heard.status, heard.json.errorCode]).toEqual([401, 401002]);
  });

  it('when there is only its own authority and that is not verified, unless the switch trusts it', async () => {
    const device = presenting(deviceOf('unit-1', other), other);
    const answers = [];
    for (const groupChainEnd of ['verified-authority', 'signing-certificate'] as const) {
      const here = await scene({ switches: { groupChainEnd } });
      await x509Group(here, 'foreign', signing(other));
      answers.push((await register(here, 'unit-1', device)).status);
    }
    expect(answers).toEqual([401, 200]);
  });

  it('as unknown (404201) where no group has certificates', async () => {
    const empty = await scene();
    const heard = await register(empty, 'unit-1', presenting(deviceOf('unit-1', line), line));
    expect([heard.status, heard.json.errorCode]).toEqual([404, 404201]);
  });
});

// Azure documentation, symmetric key attestation: group key, registration id and the key derived from them.
const documented = {
  groupKey: '8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==',
  registrationId: 'sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6',
  deviceKey: 'Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=',
};

describe('a device with a derived key', () => {
  const symmetric = (primaryKey: string, secondaryKey?: string): object => ({
    type: 'symmetricKey',
    symmetricKey: { primaryKey, ...(secondaryKey && { secondaryKey }) },
  });
  const registerKeyed = async ({ bench }: Scene, id: string, key: string) => {
    const token = sasToken(`${bench.ready.idScope}/registrations/${encodeURIComponent(id)}`, 'registration', key);
    return (await registerDevice(keyedCaller(bench.ready, id, token), id)).last;
  };
  const derive = (key: string, id: string): string =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(id, 'utf8').digest('base64');

  it('registers with the documented key, and the hub gets the keys derived from both group keys', async () => {
    const on = await scene({ linkedHubs: ['a.azure-devices.net'] });
    const { groupKey, registrationId, deviceKey } = documented;
    const group = await putGroup(on, 'keyed', symmetric(groupKey));
    const last = await registerKeyed(on, registrationId, deviceKey);
    expect(last.json.registrationState.symmetricKey).toEqual({ enrollmentGroupId: 'keyed' });
    const secondaryKey = derive(group.attestation.symmetricKey.secondaryKey, registrationId);
    expect(on.bench.simulator.linkedHubs.device('a.azure-devices.net', registrationId)?.authentication).toEqual({
      type: 'sas',
      symmetricKey: { primaryKey: deviceKey, secondaryKey },
    });
    expect((await registerKeyed(on, registrationId, secondaryKey)).json.status).toBe('assigned');
  });

  it('trap 10: is derived from the exact bytes of the id, or from lower case where the switch says so', async () => {
    const answers = [];
    for (const groupKeyCase of ['as-sent', 'lower'] as const) {
      const on = await scene({ switches: { groupKeyCase } });
      await putGroup(on, 'keyed', symmetric(documented.groupKey));
      for (const from of ['Unit-A', 'unit-a']) {
        answers.push((await registerKeyed(on, 'Unit-A', derive(documented.groupKey, from))).status);
      }
    }
    expect(answers).toEqual([200, 401, 401, 200]);
  });

  it('is refused with the group key itself, with another id derived, and with a key of no group', async () => {
    const on = await scene();
    await putGroup(on, 'keyed', symmetric(documented.groupKey));
    const strange = Buffer.alloc(32, 9).toString('base64');
    for (const key of [documented.groupKey, derive(documented.groupKey, 'unit-2'), strange]) {
      const heard = await registerKeyed(on, 'unit-1', key);
      expect([heard.status, heard.json.errorCode]).toEqual([401, 401002]);
    }
  });

  it('is refused with an id that no enrollment could have', async () => {
    const on = await scene();
    await putGroup(on, 'keyed', symmetric(documented.groupKey));
    for (const id of ['a b', '.a', 'a/b', 'u'.repeat(129)]) {
      expect((await registerKeyed(on, id, derive(documented.groupKey, id))).json.errorCode).toBe(400004);
    }
  });

  it('is told apart between groups, and a disabled group answers disabled', async () => {
    const on = await scene();
    const keyA = Buffer.alloc(64, 1).toString('base64');
    const keyB = Buffer.alloc(64, 2).toString('base64');
    await putGroup(on, 'group-a', symmetric(keyA));
    await putGroup(on, 'group-b', symmetric(keyB), { provisioningStatus: 'disabled' });
    expect((await registerKeyed(on, 'unit-1', derive(keyA, 'unit-1'))).json.status).toBe('assigned');
    expect((await registerKeyed(on, 'unit-2', derive(keyB, 'unit-2'))).json.status).toBe('disabled');
  });

  it('trap 22: a group lists its own devices, and leaves their records when it goes', async () => {
    const on = await scene();
    const keyA = Buffer.alloc(64, 1).toString('base64');
    const keyB = Buffer.alloc(64, 2).toString('base64');
    await putGroup(on, 'group-a', symmetric(keyA));
    await putGroup(on, 'group-b', symmetric(keyB));
    const ids = ['unit-1', 'unit-2', 'unit-3'];
    for (const id of ids) await registerKeyed(on, id, derive(keyA, id));
    await registerKeyed(on, 'unit-9', derive(keyB, 'unit-9'));
    const own = Buffer.alloc(64, 3).toString('base64');
    await on.call('PUT', '/enrollments/lone', { registrationId: 'lone', attestation: symmetric(own) });
    await registerKeyed(on, 'lone', own);
    const listed = await on.call('POST', '/registrations/GROUP-A/query');
    expect(listed.headers['x-ms-item-type']).toBe('DeviceRegistration');
    expect(listed.json.map((row: { registrationId: string }) => row.registrationId).sort()).toEqual(ids);
    expect(listed.json[0]).toMatchObject({ status: 'assigned', substatus: 'initialAssignment' });
    const page = await on.call('POST', '/registrations/group-a/query', undefined, { 'x-ms-max-item-count': '2' });
    const next = String(page.headers['x-ms-continuation']);
    const rest = await on.call('POST', '/registrations/group-a/query', undefined, { 'x-ms-continuation': next });
    expect([page.json.length, rest.json.length, rest.headers['x-ms-continuation']]).toEqual([2, 1, undefined]);
    const strayed = await on.call('POST', '/registrations/group-b/query', undefined, { 'x-ms-continuation': next });
    expect(strayed.json.errorCode).toBe(400004);
    expect((await on.call('DELETE', '/enrollmentGroups/group-a')).status).toBe(204);
    expect((await on.call('GET', '/registrations/unit-1')).json.status).toBe('assigned');
    expect((await on.call('POST', '/registrations/group-a/query')).json).toHaveLength(3);
    expect((await registerKeyed(on, 'unit-1', derive(keyA, 'unit-1'))).status).toBe(401);
  });
});
