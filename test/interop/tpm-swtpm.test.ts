import { createHmac } from 'node:crypto';
import type { Agent } from 'node:https';
import type { ProvisioningServiceClient } from 'azure-iot-provisioning-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DpsBench,
  deviceCaller,
  keyedCaller,
  type ServiceCaller,
  send,
  serviceCaller,
  startDpsBench,
} from './dps-bench.ts';
import { officialRegisterWith, tpmSecurity } from './official-clients.ts';
import { agentFor, officialServiceClient } from './official-service.ts';
import { blobParts, type SoftTpm, startSoftTpm } from './soft-tpm.ts';

/*
 * TPM attestation with a TPM: what the simulated DPS wraps, a TPM 2.0 must activate, import and load. Sizes of the parts
 * come from a blob of the real service; the steps are those of Microsoft's clients.
 */

const hub = 'training-hub.azure-devices.net';
const farAway = 4_102_444_800;

let bench: DpsBench;
let call: ServiceCaller;
let agent: Agent;
let client: ProvisioningServiceClient;
let tpm: SoftTpm;
let stranger: SoftTpm;
beforeAll(async () => {
  bench = await startDpsBench();
  call = serviceCaller(bench.ready);
  agent = agentFor(bench.ready);
  client = officialServiceClient(bench.ready, agent);
  [tpm, stranger] = await Promise.all([startSoftTpm(), startSoftTpm()]);
});
afterAll(async () => {
  agent.destroy();
  await Promise.all([tpm.stop(), stranger.stop()]);
  await bench.close();
});

const claimOf = (one: SoftTpm, storage: SoftTpm = one): object => ({
  endorsementKey: one.endorsementKey.toString('base64'),
  storageRootKey: storage.storageRootKey.toString('base64'),
});
async function enroll(registrationId: string, one: SoftTpm, more: object = {}): Promise<void> {
  const endorsementKey = one.endorsementKey.toString('base64');
  const enrollment = { registrationId, attestation: { type: 'tpm', tpm: { endorsementKey } }, ...more };
  await client.createOrUpdateIndividualEnrollment(
    enrollment as Parameters<ProvisioningServiceClient['createOrUpdateIndividualEnrollment']>[0],
  );
}
/** A token signed inside the TPM, over the resource as written. */
async function tokenFrom(one: SoftTpm, resource: string): Promise<string> {
  const signature = (await one.sign(Buffer.from(`${resource}\n${farAway}`))).toString('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${farAway}&skn=registration`;
}
const resourceOf = (id: string): string => encodeURIComponent(`${bench.ready.idScope}/registrations/${id}`);
const challenge = (id: string, tpmClaim: object) =>
  deviceCaller(bench.ready, id, null)('PUT', '/register', { registrationId: id, tpm: tpmClaim });

describe('a TPM', () => {
  it('has the keys that enrollments expect', () => {
    expect(tpm.endorsementKey).toHaveLength(316);
    expect(tpm.endorsementKey.toString('base64')).toMatch(/^AToAAQALAAMAsgAg/);
    expect(tpm.registrationId).toMatch(/^[a-z2-7]{52}$/);
  });

  it('trap 13: is challenged with a 401, activates the blob, signs, is assigned, and takes its hub key', async () => {
    const id = 'tpm-1';
    await enroll(id, tpm, { deviceId: 'SN-1' });
    const first = await challenge(id, claimOf(tpm));
    expect(first.status).toBe(401);
    expect(first.json).toEqual({
      message: 'Authorization required, resend request using supplied key',
      authenticationKey: expect.any(String),
      unencryptedAuthenticationKey: null,
      keyName: 'registration',
    });
    const blob = Buffer.from(first.json.authenticationKey, 'base64');
    expect(blob).toHaveLength(920);
    expect(blobParts(blob).map((part) => part.length - 2)).toEqual([52, 256, 142, 256, 48, 154]);
    expect(await tpm.activate(blob)).toContain(id);

    const device = keyedCaller(bench.ready, id, await tokenFrom(tpm, resourceOf(id)));
    const register = await device('PUT', '/register', { registrationId: id, tpm: claimOf(tpm) });
    expect([register.status, register.json.status]).toEqual([202, 'assigning']);
    const poll = () => device('GET', `/operations/${register.json.operationId}`, {});
    expect((await poll()).status).toBe(202);
    const last = await poll();
    expect(last.json).toMatchObject({
      status: 'assigned',
      registrationState: { registrationId: id, deviceId: 'SN-1', assignedHub: hub, substatus: 'initialAssignment' },
    });
    const hubBlob = Buffer.from(last.json.registrationState.tpm.authenticationKey, 'base64');
    await tpm.activate(hubBlob);
    expect((await poll()).json).toEqual(last.json); // asked again, the same key

    // What the TPM now signs, the hub can verify with the key that it was given.
    const identity = bench.simulator.linkedHubs.device(hub, 'SN-1')?.authentication;
    if (identity?.type !== 'sas') throw new Error('no symmetric key at the hub');
    const text = Buffer.from(`${hub}/devices/SN-1\n${farAway}`);
    const expected = createHmac('sha256', Buffer.from(identity.symmetricKey.primaryKey, 'base64')).update(text);
    expect(await tpm.sign(text)).toEqual(expected.digest());
    // The key of the challenge is another one.
    expect(blobParts(hubBlob)[4]).not.toEqual(blobParts(blob)[4]);
    expect((await call('GET', `/registrations/${id}`)).json).not.toHaveProperty('tpm');
  });

  it('trap 14: signs the resource as it stands in the token; raw text works too, rewritten text does not', async () => {
    const id = 'tpm-raw';
    await enroll(id, tpm);
    await tpm.activate(Buffer.from((await challenge(id, claimOf(tpm))).json.authenticationKey, 'base64'));
    const raw = `${bench.ready.idScope}/registrations/${id}`;
    const body = { registrationId: id, tpm: claimOf(tpm) };
    const token = await tokenFrom(tpm, raw);
    expect((await keyedCaller(bench.ready, id, token)('PUT', '/register', body)).status).toBe(202);
    const rewritten = keyedCaller(bench.ready, id, token.replace(raw, encodeURIComponent(raw)));
    expect((await rewritten('PUT', '/register', body)).json.errorCode).toBe(401002);
  });

  it('cannot use a blob made for another TPM, nor one whose storage root key is not its own', async () => {
    await enroll('tpm-other', tpm);
    const foreign = (await challenge('tpm-other', claimOf(tpm))).json.authenticationKey;
    await expect(stranger.activate(Buffer.from(foreign, 'base64'))).rejects.toThrow();
    const mixed = (await challenge('tpm-other', claimOf(tpm, stranger))).json.authenticationKey;
    await expect(tpm.activate(Buffer.from(mixed, 'base64'))).rejects.toThrow();
    // Nothing was broken by the attempts.
    const own = (await challenge('tpm-other', claimOf(tpm))).json.authenticationKey;
    await tpm.activate(Buffer.from(own, 'base64'));
  });

  it('is refused plainly with another endorsement key, an old challenge, or keys that are none', async () => {
    const id = 'tpm-refused';
    await enroll(id, tpm);
    const other = await challenge(id, claimOf(stranger));
    expect([other.status, other.json.errorCode]).toEqual([401, 401002]);
    expect(other.json).not.toHaveProperty('authenticationKey');
    await tpm.activate(Buffer.from((await challenge(id, claimOf(tpm))).json.authenticationKey, 'base64'));
    const token = await tokenFrom(tpm, resourceOf(id));
    await challenge(id, claimOf(tpm)); // a newer one takes over
    const body = { registrationId: id, tpm: claimOf(tpm) };
    expect((await keyedCaller(bench.ready, id, token)('PUT', '/register', body)).json.errorCode).toBe(401002);
    const spoiled = (at: number, value: number): object => {
      const bytes = Buffer.from(tpm.storageRootKey);
      bytes.writeUInt8(value, at);
      return { ...claimOf(tpm), storageRootKey: bytes.toString('base64') };
    };
    const { length } = tpm.storageRootKey;
    const unusable = [spoiled(15, 129), spoiled(28, 0), spoiled(length - 1, 0)]; // AES of 129 bits; no modulus twice
    const missing = [{}, { ...claimOf(tpm), storageRootKey: 'AAAA' }, { ...claimOf(tpm), endorsementKey: '!' }];
    for (const wrong of [...missing, ...unusable]) {
      expect((await challenge(id, wrong)).json.errorCode).toBe(400004);
    }
    expect((await challenge('tpm-unknown', claimOf(tpm))).json.errorCode).toBe(404201);
    expect((await deviceCaller(bench.ready, id, null)('PUT', '/register', { registrationId: id })).json.errorCode).toBe(
      401002,
    );
  });

  it('is told that it is disabled only after it has proved itself', async () => {
    const id = 'tpm-off';
    await enroll(id, tpm, { provisioningStatus: 'disabled' });
    const blob = (await challenge(id, claimOf(tpm))).json.authenticationKey;
    await tpm.activate(Buffer.from(blob, 'base64'));
    const device = keyedCaller(bench.ready, id, await tokenFrom(tpm, resourceOf(id)));
    const heard = await device('PUT', '/register', { registrationId: id, tpm: claimOf(tpm) });
    expect([heard.status, heard.json.status]).toEqual([200, 'disabled']);
  });
});

describe('azure-iot-provisioning-device over HTTP, with a security client on this TPM', () => {
  const securityOf = (one: SoftTpm) => tpmSecurity(one, one.registrationId);

  it('registers, and again after the record was deleted', async () => {
    const id = tpm.registrationId;
    await enroll(id, tpm);
    for (const again of [false, true]) {
      if (again) await call('DELETE', `/registrations/${id}`);
      const result = await officialRegisterWith(bench.ready, securityOf(tpm));
      // For a TPM this client hands out the service's whole answer.
      expect(result).toMatchObject({ registrationState: { status: 'assigned', assignedHub: hub, deviceId: id } });
      const identity = bench.simulator.linkedHubs.device(hub, id)?.authentication;
      if (identity?.type !== 'sas') throw new Error('no symmetric key at the hub');
      const key = Buffer.from(identity.symmetricKey.primaryKey, 'base64');
      expect(await tpm.sign(Buffer.from('text'))).toEqual(createHmac('sha256', key).update('text').digest());
    }
  });

  it('is refused when its endorsement key is not the enrolled one', async () => {
    await enroll(stranger.registrationId, tpm);
    await expect(officialRegisterWith(bench.ready, securityOf(stranger))).rejects.toThrow(/authentication blob/);
  });
});

it('trap 17: a poll may carry a body, and need not', async () => {
  const path = `/${bench.ready.idScope}/registrations/nobody/operations/5.0.0?api-version=2019-03-31`;
  for (const body of [undefined, {}]) expect((await send(bench.ready, { method: 'GET', path, body })).status).toBe(401);
});
