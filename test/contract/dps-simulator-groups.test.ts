import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectionStringParts,
  type DpsBench,
  type ServiceCaller,
  sasToken,
  send,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
} from '../interop/dps-bench.ts';
import { authority, deviceOf } from '../interop/test-authorities.ts';

/*
 * Enrollment groups on the service API. Expectations come from the REST specification 2021-10-01, recorded traffic of
 * Microsoft's Python client, and its documentation; what is open there is checked at its strict switch.
 */

let bench: DpsBench;
let call: ServiceCaller;
let next = 0;
const freshId = (): string => {
  next += 1;
  return `group-${next}`;
};
const root = authority('Plant root');
const line = authority('Line 3', root);
beforeAll(async () => {
  bench = await startDpsBench({ authorities: [{ name: 'plant-root', certificate: root.certPem }] });
  call = serviceCaller(bench.ready);
});
afterAll(() => bench.close());

const keyed = (enrollmentGroupId: string, more: object = {}): object => ({
  enrollmentGroupId,
  attestation: { type: 'symmetricKey', symmetricKey: {} },
  ...more,
});
const withX509 = (enrollmentGroupId: string, x509: object): object => ({
  enrollmentGroupId,
  attestation: { type: 'x509', x509 },
});
const pathOf = (id: string): string => `/enrollmentGroups/${id}`;
const put = (id: string, body: object, headers = {}) => call('PUT', pathOf(id), body, headers);

describe('one group', () => {
  it('trap 1: PUT creates without If-Match and is 409202 on what is there; with the etag it replaces', async () => {
    const id = freshId();
    const created = await put(id, keyed(id));
    expect(created.status).toBe(200);
    expect(created.json.enrollmentGroupId).toBe(id);
    const again = await put(id, keyed(id));
    expect([again.status, again.json.errorCode, again.json.message]).toEqual([
      409,
      409202,
      'EnrollmentGroup already exists.',
    ]);
    const changed = await put(id, keyed(id, { provisioningStatus: 'disabled' }), { 'If-Match': created.json.etag });
    expect(changed.json).toMatchObject({
      provisioningStatus: 'disabled',
      createdDateTimeUtc: created.json.createdDateTimeUtc,
    });
    const stale = await put(id, keyed(id), { 'If-Match': created.json.etag });
    expect(stale.status).toBe(412);
    expect((await call('DELETE', pathOf(id), undefined, { 'If-Match': created.json.etag })).status).toBe(412);
    expect((await call('DELETE', pathOf(id))).status).toBe(204);
    const gone = await call('GET', pathOf(id));
    expect([gone.status, gone.json.errorCode]).toEqual([404, 404204]);
    expect((await put(id, keyed(id), { 'If-Match': '*' })).json.errorCode).toBe(404204);
  });

  it('trap 7: GET hides the generated keys, the attestation mechanism tells them, also in lower case', async () => {
    const id = freshId();
    const { symmetricKey } = (await put(id, keyed(id))).json.attestation;
    expect(Buffer.from(symmetricKey.primaryKey, 'base64')).toHaveLength(64);
    const got = (await call('GET', pathOf(id))).json;
    expect(got.attestation).toEqual({ type: 'symmetricKey' });
    for (const absent of ['registrationState', 'deviceId', 'optionalDeviceInformation']) {
      expect(got).not.toHaveProperty(absent);
    }
    for (const path of [pathOf(id), pathOf(id).toLowerCase()]) {
      const revealed = await call('POST', `${path}/attestationmechanism`);
      expect(revealed.json).toEqual({ type: 'symmetricKey', symmetricKey });
    }
  });

  it('trap 32: an explicit null of provisioningStatus is echoed, other nulls are left out', async () => {
    const id = freshId();
    const body = keyed(id, { provisioningStatus: null, reprovisionPolicy: null, initialTwin: null, iotHubs: null });
    for (const json of [(await put(id, body)).json, (await call('GET', pathOf(id))).json]) {
      expect(json.provisioningStatus).toBeNull();
      for (const absent of ['reprovisionPolicy', 'initialTwin', 'iotHubs']) expect(json).not.toHaveProperty(absent);
    }
  });

  it('shows signing certificates as info only, and authorities by name', async () => {
    const [signed, referring] = [freshId(), freshId()];
    const slots = { primary: { certificate: line.certPem }, secondary: { certificate: root.certPem } };
    const put1 = await put(signed, withX509(signed, { signingCertificates: slots }));
    const { primary, secondary } = put1.json.attestation.x509.signingCertificates;
    const thumbprint = new X509Certificate(line.certPem).fingerprint256.replaceAll(':', '');
    expect(primary).toEqual({ info: expect.objectContaining({ sha256Thumbprint: thumbprint }) });
    expect(secondary.info.subjectName).toBe('CN=Plant root');
    const caReferences = { primary: 'plant-root' };
    const put2 = await put(referring, withX509(referring, { caReferences }));
    expect(put2.json.attestation).toEqual({ type: 'x509', x509: { caReferences } });
    expect((await call('GET', pathOf(referring))).json.attestation.x509).toEqual({ caReferences });
  });

  it('may have the id of an enrollment: they are different things', async () => {
    const id = freshId();
    await put(id, keyed(id));
    expect((await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id))).status).toBe(200);
    await call('DELETE', `/enrollments/${id}`);
    expect((await call('GET', pathOf(id))).status).toBe(200);
  });
});

describe('a group is refused', () => {
  const tpm = { type: 'tpm', tpm: { endorsementKey: 'AToAAQALAAMAsgAg' } };
  const leaf = deviceOf('unit-1', line);
  const slot = { primary: { certificate: line.certPem } };
  const x509 = (parts: object): object => ({ attestation: { type: 'x509', x509: parts } });
  const cases: [string, object][] = [
    ['with TPM attestation', { attestation: tpm }],
    ['with client certificates', x509({ clientCertificates: slot })],
    ['without certificates', x509({})],
    ['with signing certificates and authorities', x509({ signingCertificates: slot, caReferences: { primary: 'x' } })],
    ['with an authority that is not verified', x509({ caReferences: { primary: 'unknown-root' } })],
    [
      'with the certificate of a device as signing certificate',
      x509({ signingCertificates: { primary: { certificate: leaf.certPem } } }),
    ],
    ['with a device id', { deviceId: 'sn-1' }],
    ['with optional device information', { optionalDeviceInformation: { lot: '1' } }],
    ['with a hub that is not linked', { iotHubs: ['foreign.azure-devices.net'] }],
    [
      'with a symmetric key of 15 bytes',
      { attestation: { type: 'symmetricKey', symmetricKey: { primaryKey: Buffer.alloc(15, 1).toString('base64') } } },
    ],
    ['when the body names another id', { enrollmentGroupId: 'another' }],
  ];
  it.each(cases)('%s', async (_name, change) => {
    const id = freshId();
    const heard = await put(id, keyed(id, change));
    expect([heard.status, heard.json.errorCode]).toEqual([400, 400004]);
    expect((await call('GET', pathOf(id))).status).toBe(404);
  });

  it('when its attestation type changes', async () => {
    const id = freshId();
    await put(id, keyed(id));
    const changed = withX509(id, { signingCertificates: slot });
    expect((await put(id, changed, { 'If-Match': '*' })).json.errorCode).toBe(400004);
  });
});

describe('bulk of groups', () => {
  const bulk = (mode: string, enrollmentGroups: object[], path = '/enrollmentGroups') =>
    call('POST', path, { mode, enrollmentGroups });
  const freshIds = (count: number): string[] => Array.from({ length: count }, freshId);

  it('traps 2 and 3: ten at most; HTTP 200 names failures by enrollmentGroupId', async () => {
    const ids = freshIds(10);
    const bodies = ids.map((id) => keyed(id));
    expect((await bulk('create', bodies, '/enrollmentgroups/')).json).toEqual({ errors: [], isSuccessful: true });
    const [first = ''] = ids;
    const again = await bulk('create', [keyed(first), keyed(freshId())]);
    expect(again.status).toBe(200);
    expect(again.json).toEqual({
      isSuccessful: false,
      errors: [{ enrollmentGroupId: first, errorCode: 409202, errorStatus: 'EnrollmentGroup already exists.' }],
    });
    expect(
      (
        await bulk(
          'create',
          [...freshIds(11)].map((id) => keyed(id)),
        )
      ).json.errorCode,
    ).toBe(400004);
    expect((await bulk('delete', [...bodies.slice(1), keyed('not-there')])).json.errors).toMatchObject([
      { enrollmentGroupId: 'not-there', errorCode: 404204 },
    ]);
  });

  it('traps 4 and 6: update without an etag is 409202; with it, under both spellings, it works', async () => {
    const id = freshId();
    await put(id, keyed(id));
    expect((await bulk('update', [keyed(id)])).json.errors).toMatchObject([{ errorCode: 409202 }]);
    for (const mode of ['updateIfMatchETag', 'updateIfMatchEtag']) {
      const { etag } = (await call('GET', pathOf(id))).json;
      expect((await bulk(mode, [keyed(id, { etag })])).json.isSuccessful).toBe(true);
    }
  });

  it('refuses a body that names enrollments instead', async () => {
    const heard = await call('POST', '/enrollmentGroups', { mode: 'create', enrollments: [keyed(freshId())] });
    expect(heard.json.errorCode).toBe(400004);
  });
});

describe('query of groups', () => {
  it('pages through all in an order of its own, with a token bound to the query', async () => {
    const other = await startDpsBench();
    const service = serviceCaller(other.ready);
    const ids = Array.from({ length: 25 }, (_, index) => `g-${String(index).padStart(2, '0')}`);
    for (const id of ids) await service('PUT', pathOf(id), keyed(id));
    const found: string[] = [];
    let token: string | undefined;
    do {
      const heard = await service(
        'POST',
        '/enrollmentGroups/query',
        { query: 'SELECT * FROM enrollmentGroups' },
        { 'x-ms-max-item-count': '10', ...(token !== undefined && { 'x-ms-continuation': token }) },
      );
      expect(heard.headers['x-ms-item-type']).toBe('EnrollmentGroup');
      found.push(...heard.json.map((row: { enrollmentGroupId: string }) => row.enrollmentGroupId));
      expect(heard.json[0].attestation).toEqual({ type: 'symmetricKey' });
      token = heard.headers['x-ms-continuation'] as string | undefined;
      if (token !== undefined) {
        const stray = { 'x-ms-continuation': token };
        const elsewhere = await service('POST', '/enrollments/query', { query: 'SELECT *' }, stray);
        expect(elsewhere.json.errorCode).toBe(400004);
      }
    } while (token !== undefined);
    expect([...found].sort()).toEqual(ids);
    expect(found).not.toEqual(ids);
    await other.close();
  });
});

describe('rights', () => {
  it('are those of enrollments: the station policy writes groups and lists registrations', async () => {
    const { HostName = '' } = connectionStringParts(bench.ready.serviceConnectionString);
    const policies = JSON.parse(readFileSync(`${bench.folder}/policies.json`, 'utf8')) as {
      name: string;
      primaryKey: string;
    }[];
    const key = policies.find((policy) => policy.name === 'station')?.primaryKey ?? '';
    const ask = (method: string, path: string, body?: object) =>
      send(bench.ready, {
        method,
        path: `${path}?api-version=2021-10-01`,
        body,
        headers: { Authorization: sasToken(HostName, 'station', key) },
      });
    const id = freshId();
    expect((await ask('PUT', pathOf(id), keyed(id))).status).toBe(200);
    expect((await ask('POST', `/registrations/${id}/query`)).status).toBe(200);
    expect((await ask('DELETE', '/registrations/unknown')).json).toMatchObject({
      errorCode: 401002,
      message: 'Unauthorized access',
    });
  });
});

describe('the state file', () => {
  it('keeps groups and verified authorities', async () => {
    const stateFile = `${bench.folder}/other-state.json`;
    const first = await startDpsBench({ stateFile, folder: bench.folder });
    expect((await first.simulator.uploadAuthority({ name: 'late-root', certificate: root.certPem })).ok).toBe(true);
    expect((await first.simulator.uploadAuthority({ name: 'leaf', certificate: deviceOf('d', root).certPem })).ok).toBe(
      false,
    );
    const made = await serviceCaller(first.ready)(
      'PUT',
      pathOf('kept'),
      withX509('kept', { caReferences: { primary: 'late-root' } }),
    );
    await first.close();
    const second = await startDpsBench({ stateFile, folder: bench.folder });
    expect((await serviceCaller(second.ready)('GET', pathOf('kept'))).json).toEqual(made.json);
    await second.close();
  });

  it('trap 20: counts groups apart from enrollments, in one quota', async () => {
    const other = await startDpsBench();
    const service = serviceCaller(other.ready);
    other.simulator.setFaults({ operationsPerMinute: 2 });
    await service('PUT', pathOf('one'), keyed('one'));
    await service('PUT', '/enrollments/one', symmetricEnrollment('one'));
    expect((await service('GET', pathOf('one'))).status).toBe(429);
    expect(other.simulator.counters()).toMatchObject({ created: 1, groupWrites: 1, throttled: 1 });
    await other.close();
  });
});
