import type { Agent } from 'node:https';
import type { ProvisioningServiceClient } from 'azure-iot-provisioning-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aliasVectors,
  type DpsBench,
  selfSigned,
  startDpsBench,
  symmetricEnrollment,
  x509Enrollment,
} from './dps-bench.ts';
import { officialBulk, officialRegister } from './official-clients.ts';
import { agentFor, officialServiceClient } from './official-service.ts';

/* Microsoft's packages, unmodified, against the simulated DPS: they decide whether it speaks like the real one. */

/** The package does not export this type by name. */
type IndividualEnrollment = Parameters<ProvisioningServiceClient['createOrUpdateIndividualEnrollment']>[0];

let bench: DpsBench;
let agent: Agent;
let client: ProvisioningServiceClient;
beforeAll(async () => {
  bench = await startDpsBench();
  agent = agentFor(bench.ready);
  client = officialServiceClient(bench.ready, agent);
});
afterAll(async () => {
  agent.destroy();
  await bench.close();
});

const put = async (enrollment: object): Promise<IndividualEnrollment> =>
  (await client.createOrUpdateIndividualEnrollment(enrollment as IndividualEnrollment)).responseBody;
const get = async (id: string): Promise<IndividualEnrollment> =>
  (await client.getIndividualEnrollment(id)).responseBody;
const rowsOf = (page: unknown): IndividualEnrollment[] => page as IndividualEnrollment[]; // typed as one row
const failure = async (attempt: Promise<unknown>): Promise<{ status: number; errorCode: number }> => {
  const error = await attempt.then(
    () => null,
    (reason: { response: { statusCode: number }; responseBody: string }) => reason,
  );
  if (error === null) throw new Error('should have failed');
  return { status: error.response.statusCode, errorCode: JSON.parse(error.responseBody).errorCode };
};

describe('azure-iot-provisioning-service', () => {
  it('creates, reads, updates with the etag and deletes', async () => {
    const created = await put(x509Enrollment('Unit 1'.replace(' ', ':'), selfSigned('u').certPem));
    expect(created.registrationId).toBe('Unit:1');
    const read = await get('Unit:1');
    expect(read.registrationState.status).toBe('unassigned');
    expect(read.attestation.x509?.clientCertificates?.primary.info?.subjectName).toBe('CN=u');
    const changed = x509Enrollment('Unit:1', selfSigned('v').certPem, {
      etag: read.etag,
      provisioningStatus: 'disabled',
    });
    const updated = await put(changed);
    expect(updated.provisioningStatus).toBe('disabled');
    expect(await failure(put(changed))).toMatchObject({ status: 412 });
    expect(await failure(client.deleteIndividualEnrollment('Unit:1', read.etag))).toMatchObject({ status: 412 });
    await client.deleteIndividualEnrollment(updated);
    expect(await failure(get('Unit:1'))).toEqual({ status: 404, errorCode: 404201 });
  });

  it('meets 409201 when it creates what is there', async () => {
    await put(symmetricEnrollment('twice'));
    expect(await failure(put(symmetricEnrollment('twice')))).toEqual({ status: 409, errorCode: 409201 });
  });

  it('reveals symmetric keys through the attestation mechanism only', async () => {
    const created = await put(symmetricEnrollment('keyed'));
    expect((await get('keyed')).attestation.symmetricKey).toBeUndefined();
    const revealed = await client.getIndividualEnrollmentAttestationMechanism('keyed');
    expect(revealed.responseBody).toEqual(created.attestation);
    expect(created.attestation.symmetricKey?.primaryKey).toMatch(/^[A-Za-z0-9+/]{86}==$/);
  });

  it('runs bulks: success, partial failure, update by etag, delete', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `bulk-${index}`);
    const items = ids.map((id) => symmetricEnrollment(id));
    expect(await officialBulk(client, { mode: 'create', enrollments: items })).toEqual({
      errors: [],
      isSuccessful: true,
    });
    const again = await officialBulk(client, {
      mode: 'create',
      enrollments: [items[0], symmetricEnrollment('bulk-new')],
    });
    expect(again.isSuccessful).toBe(false);
    expect(again.errors).toMatchObject([{ registrationId: 'bulk-0', errorCode: 409201 }]);
    const { etag } = await get('bulk-0');
    const update = { mode: 'updateIfMatchEtag', enrollments: [symmetricEnrollment('bulk-0', { etag })] };
    expect((await officialBulk(client, update)).isSuccessful).toBe(true);
    expect((await officialBulk(client, { mode: 'delete', enrollments: items })).isSuccessful).toBe(true);
    expect(await failure(get('bulk-0'))).toMatchObject({ status: 404 });
  });

  it('pages through a query, by callback and by continuation token', async () => {
    const before = new Set(bench.simulator.book().map((row) => row.registrationId));
    const ids = Array.from({ length: 23 }, (_, index) => `page-${index}`);
    for (const id of ids) await put(symmetricEnrollment(id));
    const wanted = [...before, ...ids].sort();

    const byToken: string[] = [];
    const query = client.createIndividualEnrollmentQuery({ query: 'SELECT * FROM enrollments' }, 10);
    do {
      const page = await query.next(query.continuationToken);
      byToken.push(...rowsOf(page.responseBody).map((row) => row.registrationId));
    } while (query.hasMoreResults);
    expect(byToken.sort()).toEqual(wanted);

    const byCallback: string[] = [];
    const second = client.createIndividualEnrollmentQuery({ query: 'SELECT *' }, 7);
    while (second.hasMoreResults) {
      const rows = await new Promise<IndividualEnrollment[]>((done, failed) => {
        second.next((error, page) => (error ? failed(error) : done(rowsOf(page))));
      });
      byCallback.push(...rows.map((row) => row.registrationId));
    }
    expect(byCallback.sort()).toEqual(wanted);
  });

  it('is told of a throttle with Retry-After', async () => {
    bench.simulator.setFaults({ throttle: { calls: 1, retryAfterInSeconds: 5 } });
    const error = await client.getIndividualEnrollment('keyed').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ThrottlingError', response: { headers: { 'retry-after': '5' } } });
  });
});

describe('azure-iot-provisioning-device over HTTP', () => {
  const versions = ['TLSv1.2', 'TLSv1.3'] as const;

  it.each(versions)('registers the DevKit over %s, with the certificate that its firmware derives', async (version) => {
    const vector = aliasVectors()[0];
    if (vector === undefined) throw new Error('no vectors');
    const { registrationId, certPem } = vector;
    await client.deleteIndividualEnrollment(registrationId).catch(() => {});
    const operation = { mode: 'create', enrollments: [x509Enrollment(registrationId, certPem, { deviceId: 'SN-77' })] };
    expect((await officialBulk(client, operation)).isSuccessful).toBe(true);
    const result = await officialRegister(bench.ready, registrationId, vector, version);
    expect(result).toMatchObject({
      status: 'assigned',
      assignedHub: 'training-hub.azure-devices.net',
      deviceId: 'SN-77',
    });
    const state = (await client.getDeviceRegistrationState(registrationId)).responseBody;
    expect(state).toMatchObject({ status: 'assigned', deviceId: 'SN-77', substatus: 'initialAssignment' });
    await client.deleteDeviceRegistrationState(state);
  });

  it.each(versions)('registers an ordinary self-signed device over %s', async (version) => {
    const id = `plain-${version.toLowerCase()}`;
    const credential = selfSigned(id);
    await put(x509Enrollment(id, credential.certPem));
    expect(await officialRegister(bench.ready, id, credential, version)).toMatchObject({
      status: 'assigned',
      deviceId: id,
    });
  });

  it('is refused with another certificate, and with an unknown id', async () => {
    await put(x509Enrollment('real-1', selfSigned('real-1').certPem));
    const wrong = officialRegister(bench.ready, 'real-1', selfSigned('real-1'));
    expect(await failure(wrong)).toEqual({ status: 401, errorCode: 401002 });
    const unknown = officialRegister(bench.ready, 'nobody-1', selfSigned('nobody-1'));
    expect(await failure(unknown)).toEqual({ status: 404, errorCode: 404201 });
  });

  it('reports a disabled entry in its own strange way: HTTP 200 and a SyntaxError', async () => {
    const credential = selfSigned('off-1');
    await put(x509Enrollment('off-1', credential.certPem, { provisioningStatus: 'disabled' }));
    await expect(officialRegister(bench.ready, 'off-1', credential)).rejects.toThrow('status is disabled');
  });
});
