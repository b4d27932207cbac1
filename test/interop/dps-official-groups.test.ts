import { createHmac } from 'node:crypto';
import type { Agent } from 'node:https';
import type { ProvisioningServiceClient } from 'azure-iot-provisioning-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DpsBench, startDpsBench, symmetricEnrollment } from './dps-bench.ts';
import { officialBulk, officialRegister, officialRegisterKeyed } from './official-clients.ts';
import { agentFor, officialServiceClient } from './official-service.ts';
import { authority, deviceOf, presenting } from './test-authorities.ts';

/*
 * Enrollment groups, and devices with keys and chains, through Microsoft's packages as they are. The service client
 * 1.11.2 knows no bulk of groups; that is judged in the contract suite.
 */

/** The package does not export this type by name. */
type EnrollmentGroup = Parameters<ProvisioningServiceClient['createOrUpdateEnrollmentGroup']>[0];
type Rows = readonly { readonly enrollmentGroupId: string; readonly registrationId: string }[];

const root = authority('Plant root');
const line = authority('Line 3', root);
let bench: DpsBench;
let agent: Agent;
let client: ProvisioningServiceClient;
beforeAll(async () => {
  bench = await startDpsBench({ authorities: [{ name: 'plant-root', certificate: root.certPem }] });
  agent = agentFor(bench.ready);
  client = officialServiceClient(bench.ready, agent);
});
afterAll(async () => {
  agent.destroy();
  await bench.close();
});

const keyedGroup = (enrollmentGroupId: string, more: object = {}): object => ({
  enrollmentGroupId,
  attestation: { type: 'symmetricKey', symmetricKey: {} },
  ...more,
});
const put = async (group: object): Promise<EnrollmentGroup> =>
  (await client.createOrUpdateEnrollmentGroup(group as EnrollmentGroup)).responseBody;
const statusOf = async (attempt: Promise<unknown>): Promise<number> =>
  attempt.then(
    () => 200,
    (reason: { response: { statusCode: number } }) => reason.response.statusCode,
  );
const derive = (key: string, id: string): string =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(id).digest('base64');

describe('azure-iot-provisioning-service', () => {
  it('creates, reads, updates with the etag, reveals and deletes a group', async () => {
    const created = await put(keyedGroup('line-1'));
    const read = (await client.getEnrollmentGroup('line-1')).responseBody;
    expect(read.attestation.symmetricKey).toBeUndefined();
    const revealed = (await client.getEnrollmentGroupAttestationMechanism('line-1')).responseBody;
    expect(revealed).toEqual(created.attestation);
    const updated = await put({ ...keyedGroup('line-1', { provisioningStatus: 'disabled' }), etag: read.etag });
    expect(updated.provisioningStatus).toBe('disabled');
    expect(await statusOf(client.deleteEnrollmentGroup('line-1', read.etag ?? ''))).toBe(412);
    await client.deleteEnrollmentGroup(updated);
    expect(await statusOf(client.getEnrollmentGroup('line-1'))).toBe(404);
  });

  it('pages through groups, and through the registrations of one', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `page-${index}`);
    for (const id of ids) await put(keyedGroup(id));
    const all: string[] = [];
    // `*` alone is what the package's own sample sends.
    const sample = await client.createEnrollmentGroupQuery({ query: '*' }, 5).next();
    expect(sample.responseBody).toHaveLength(5);
    const query = client.createEnrollmentGroupQuery({ query: 'SELECT * FROM enrollmentGroups' }, 5);
    do {
      const page = await query.next(query.continuationToken);
      all.push(...(page.responseBody as unknown as Rows).map((row) => row.enrollmentGroupId));
    } while (query.hasMoreResults);
    expect(all.filter((id) => id.startsWith('page-')).sort()).toEqual([...ids].sort());
    expect(all).not.toEqual([...all].sort());
    const created = await put(keyedGroup('with-devices'));
    const key = created.attestation.symmetricKey?.primaryKey ?? '';
    for (const id of ['d-1', 'd-2', 'd-3']) await officialRegisterKeyed(bench.ready, id, derive(key, id));
    const registered: string[] = [];
    const states = client.createEnrollmentGroupDeviceRegistrationStateQuery({ query: '*' }, 'with-devices', 2);
    do {
      const page = await states.next(states.continuationToken);
      registered.push(...(page.responseBody as unknown as Rows).map((row) => row.registrationId));
    } while (states.hasMoreResults);
    expect(registered.sort()).toEqual(['d-1', 'd-2', 'd-3']);
  });
});

describe('azure-iot-provisioning-device over HTTP', () => {
  it('registers with the keys of its own enrollment', async () => {
    expect(
      (await officialBulk(client, { mode: 'create', enrollments: [symmetricEnrollment('own-1')] })).isSuccessful,
    ).toBe(true);
    const { symmetricKey } = (await client.getIndividualEnrollmentAttestationMechanism('own-1'))
      .responseBody as EnrollmentGroup['attestation'];
    for (const key of [symmetricKey?.primaryKey, symmetricKey?.secondaryKey]) {
      const result = await officialRegisterKeyed(bench.ready, 'own-1', key ?? '');
      expect(result).toMatchObject({ status: 'assigned', deviceId: 'own-1' });
    }
  });

  it('registers with a key derived from a group, and not with the key of the group', async () => {
    const created = await put(keyedGroup('derived'));
    const key = created.attestation.symmetricKey?.primaryKey ?? '';
    const result = await officialRegisterKeyed(bench.ready, 'unit-1', derive(key, 'unit-1'));
    expect(result).toMatchObject({ status: 'assigned', deviceId: 'unit-1' });
    expect(await statusOf(officialRegisterKeyed(bench.ready, 'unit-1', key))).toBe(401);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('registers with a chain of the plant over %s', async (version) => {
    const id = `chained-${version.toLowerCase()}`;
    const attestation = { type: 'x509', x509: { signingCertificates: { primary: { certificate: line.certPem } } } };
    await client.deleteEnrollmentGroup('chains').catch(() => {});
    await put({ enrollmentGroupId: 'chains', attestation });
    const device = presenting(deviceOf(id, line), line);
    expect(await officialRegister(bench.ready, id, device, version)).toMatchObject({
      status: 'assigned',
      deviceId: id,
    });
    const state = (await client.getDeviceRegistrationState(id)).responseBody;
    expect(state).toMatchObject({ status: 'assigned', substatus: 'initialAssignment' });
    expect(await statusOf(officialRegister(bench.ready, id, deviceOf(id, line), version))).toBe(401);
  });

  it('trap 15: reports a disabled group by a SyntaxError', async () => {
    const created = await put(keyedGroup('off', { provisioningStatus: 'disabled' }));
    const key = derive(created.attestation.symmetricKey?.primaryKey ?? '', 'unit-off');
    await expect(officialRegisterKeyed(bench.ready, 'unit-off', key)).rejects.toThrow('status is disabled');
  });

  it('trap 16: gives up at once when it is throttled', async () => {
    const created = await put(keyedGroup('throttled'));
    const key = derive(created.attestation.symmetricKey?.primaryKey ?? '', 'unit-t');
    bench.simulator.setFaults({ registrationsPerMinute: 0 });
    try {
      expect(await statusOf(officialRegisterKeyed(bench.ready, 'unit-t', key))).toBe(429);
    } finally {
      bench.simulator.setFaults({ registrationsPerMinute: null });
    }
  });
});
