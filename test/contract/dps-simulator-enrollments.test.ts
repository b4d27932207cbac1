import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aliasVectors,
  type DpsBench,
  type ServiceCaller,
  selfSigned,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
  x509Enrollment,
} from '../interop/dps-bench.ts';
import { tpmKeys } from '../vectors/tpm-keys.ts';

/*
 * One enrollment at a time: etags, what answers hide, nulls, and what is refused. Expectations come from the REST
 * specification 2021-10-01, Microsoft's documentation, and recorded traffic of official clients.
 */

const { endorsement: endorsementKey } = tpmKeys;
const etagPattern = /^"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"$/;
const decodedEtag = (etag: string): string => Buffer.from(etag, 'base64').toString();

let bench: DpsBench;
let call: ServiceCaller;
let next = 0;
const freshId = (): string => {
  next += 1;
  return `unit-${next}`;
};
beforeAll(async () => {
  bench = await startDpsBench();
  call = serviceCaller(bench.ready);
});
afterAll(() => bench.close());

describe('etags', () => {
  it('trap 1: PUT without If-Match creates and never overwrites', async () => {
    const id = freshId();
    const created = await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id));
    expect(created.status).toBe(200);
    expect(decodedEtag(created.json.etag)).toMatch(etagPattern);
    const again = await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id));
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({ errorCode: 409201, message: 'Enrollment already exists.' });
    expect((await call('GET', `/enrollments/${id}`)).json.etag).toBe(created.json.etag);
  });

  const forms: [string, (etag: string) => string][] = [
    ['as it stands in the body', (etag) => etag],
    ['in quotes', (etag) => `"${etag}"`],
    ['decoded, as older material shows it', decodedEtag],
    ['as *', () => '*'],
  ];
  it.each(forms)('PUT and DELETE accept the present tag %s', async (_name, form) => {
    const id = freshId();
    const created = await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id));
    const changed = symmetricEnrollment(id, { provisioningStatus: 'disabled' });
    const updated = await call('PUT', `/enrollments/${id}`, changed, { 'If-Match': form(created.json.etag) });
    expect(updated.status).toBe(200);
    expect(updated.json.etag).not.toBe(created.json.etag);
    expect(updated.json.createdDateTimeUtc).toBe(created.json.createdDateTimeUtc);
    expect(updated.json.provisioningStatus).toBe('disabled');
    const deleted = await call('DELETE', `/enrollments/${id}`, undefined, { 'If-Match': form(updated.json.etag) });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await call('GET', `/enrollments/${id}`)).status).toBe(404);
  });

  it('a stale tag is 412 for PUT and DELETE; DELETE without a tag is 204', async () => {
    const id = freshId();
    const { etag } = (await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id))).json;
    await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id), { 'If-Match': etag });
    const stale = { 'If-Match': etag };
    expect((await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id), stale)).status).toBe(412);
    expect((await call('DELETE', `/enrollments/${id}`, undefined, stale)).status).toBe(412);
    expect((await call('DELETE', `/enrollments/${id}`)).status).toBe(204);
  });

  it('trap 10: ids are the same in any letter case, and paths percent-encoded', async () => {
    const id = `Unit.${freshId()}:a_b`;
    await call('PUT', `/Enrollments/${encodeURIComponent(id)}`, symmetricEnrollment(id));
    const found = await call('GET', `/ENROLLMENTS/${encodeURIComponent(id.toLowerCase())}`);
    expect(found.json.registrationId).toBe(id);
    expect((await call('PUT', `/enrollments/${id.toUpperCase()}`, symmetricEnrollment(id.toUpperCase()))).status).toBe(
      409,
    );
  });
});

describe('what answers show', () => {
  it('trap 7: symmetric keys are shown in PUT and when revealed, never in GET or query', async () => {
    const id = freshId();
    const put = await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id));
    const keys = put.json.attestation.symmetricKey;
    expect(Buffer.from(keys.primaryKey, 'base64')).toHaveLength(64);
    expect(keys.secondaryKey).not.toBe(keys.primaryKey);
    expect(put.json).not.toHaveProperty('registrationState');
    const got = await call('GET', `/enrollments/${id}`);
    expect(got.json.attestation).toEqual({ type: 'symmetricKey' });
    expect(got.json.registrationState).toEqual({ registrationId: id, status: 'unassigned' });
    const revealed = await call('POST', `/enrollments/${id}/attestationmechanism`);
    expect(revealed.json).toEqual({ type: 'symmetricKey', symmetricKey: keys });
    const rows = (await call('POST', '/enrollments/query', { query: 'select *' })).json;
    const row = rows.find((one: { registrationId: string }) => one.registrationId === id);
    expect(row.attestation).toEqual({ type: 'symmetricKey' });
    expect(row).not.toHaveProperty('registrationState');
  });

  it('an endorsement key: everywhere', async () => {
    const id = freshId();
    const attestation = { type: 'tpm', tpm: { endorsementKey } };
    const put = await call('PUT', `/enrollments/${id}`, { registrationId: id, attestation });
    expect(put.json.attestation).toEqual(attestation);
    expect((await call('GET', `/enrollments/${id}`)).json.attestation).toEqual(attestation);
    expect((await call('POST', `/enrollments/${id}/attestationmechanism`)).json).toEqual(attestation);
  });

  const texts: [string, (pem: string) => string][] = [
    ['PEM', (pem) => pem],
    ['PEM without the last line end', (pem) => pem.trimEnd()],
    ['PEM with Windows line ends', (pem) => pem.replaceAll('\n', '\r\n')],
    ['base64 DER', (pem) => new X509Certificate(pem).raw.toString('base64')],
  ];
  it.each(texts)('a certificate given as %s: info only, nowhere its text', async (_name, text) => {
    const vector = aliasVectors()[0];
    if (vector === undefined) throw new Error('no vectors');
    const id = freshId();
    const put = await call('PUT', `/enrollments/${id}`, x509Enrollment(id, text(vector.certPem)));
    const { primary, secondary } = put.json.attestation.x509.clientCertificates;
    expect(secondary).toBeUndefined();
    expect(primary).toEqual({
      info: {
        subjectName: 'CN=az-04786300cd50v1v3v0, C=US, O=DEVKIT_TEST',
        sha1Thumbprint: '456C7AE680EA78F3DDBAE020D0A3C2D520916A28',
        sha256Thumbprint: 'EAB59420A39F385C103C3276048F2C6C69A90DEAFB68B0B8DACD38FCEC96EC35',
        issuerName: 'CN=devkitdice, C=US, O=DEVKIT_TEST',
        notBeforeUtc: '2017-01-01T00:00:00Z',
        notAfterUtc: '2037-01-01T00:00:00Z',
        serialNumber: '0A0B0C0D0E',
        version: 3,
      },
    });
    for (const heard of [put, await call('GET', `/enrollments/${id}`)]) {
      expect(heard.text).not.toContain(new X509Certificate(vector.certPem).raw.toString('base64').slice(0, 40));
    }
    const row = bench.simulator.book().find((one) => one.registrationId === id);
    expect(row).toMatchObject({
      sha256Thumbprint: vector.sha256,
      provisioningStatus: 'enabled',
      registrationStatus: 'unassigned',
    });
  });

  it('trap 32: nulls are accepted everywhere, left out of answers, except an explicit null of provisioningStatus', async () => {
    const id = freshId();
    const nulls = Object.fromEntries(
      [
        'deviceId',
        'capabilities',
        'iotHubHostName',
        'allocationPolicy',
        'iotHubs',
        'customAllocationDefinition',
        'initialTwin',
        'optionalDeviceInformation',
        'provisioningStatus',
        'reprovisionPolicy',
        'etag',
      ].map((name) => [name, null]),
    );
    const attestation = { type: 'symmetricKey', symmetricKey: { primaryKey: null, secondaryKey: null } };
    const put = await call('PUT', `/enrollments/${id}`, { registrationId: id, attestation, ...nulls });
    expect(put.status).toBe(200);
    expect(Object.keys(put.json).sort()).toEqual(
      [
        'attestation',
        'createdDateTimeUtc',
        'etag',
        'lastUpdatedDateTimeUtc',
        'provisioningStatus',
        'registrationId',
      ].sort(),
    );
    expect(put.json.provisioningStatus).toBeNull();
    expect((await call('GET', `/enrollments/${id}`)).json.provisioningStatus).toBeNull();
    expect(bench.simulator.book().find((row) => row.registrationId === id)?.provisioningStatus).toBe('enabled');
  });

  it('everything that was set comes back', async () => {
    const id = freshId();
    const settings = {
      deviceId: 'SN 1'.replace(' ', '#'),
      capabilities: { iotEdge: true },
      allocationPolicy: 'static',
      iotHubs: ['training-hub.azure-devices.net'],
      initialTwin: { tags: { line: 'L3' }, properties: { desired: { rate: 30 } } },
      optionalDeviceInformation: { lot: '2026-W47' },
      provisioningStatus: 'disabled',
      reprovisionPolicy: { updateHubAssignment: true, migrateDeviceData: false },
    };
    await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id, settings));
    expect((await call('GET', `/enrollments/${id}`)).json).toMatchObject(settings);
  });
});

describe('records that are refused with 400004', () => {
  const pem = selfSigned('any').certPem;
  const key = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
  const keys = (primaryKey: string): object => ({
    attestation: { type: 'symmetricKey', symmetricKey: { primaryKey } },
  });
  const tpm = (ek: string): object => ({ attestation: { type: 'tpm', tpm: { endorsementKey: ek } } });
  const badCertificates: [string, string][] = [
    ['a PEM encoded a second time', Buffer.from(pem).toString('base64')],
    ['base64 of something else', key(40)],
    ['no base64', 'hello certificate'],
    ['a chain', pem + pem],
    ['a shortened certificate', new X509Certificate(pem).raw.subarray(0, 200).toString('base64')],
    [
      'a certificate with bytes behind it',
      Buffer.concat([new X509Certificate(pem).raw, Buffer.alloc(3)]).toString('base64'),
    ],
    ['nothing', ''],
  ];
  it.each(badCertificates)('as certificate: %s', async (_name, certificate) => {
    const id = freshId();
    const heard = await call('PUT', `/enrollments/${id}`, x509Enrollment(id, certificate));
    expect(heard.json).toMatchObject({
      errorCode: 400004,
      message: 'The certificate is not a valid base64 string value',
    });
  });

  const badRecords: [string, object][] = [
    ['a hub that is not linked', { iotHubs: ['other.azure-devices.net'] }],
    ['an unknown allocation policy', { allocationPolicy: 'nearest' }],
    ['custom allocation without definition', { allocationPolicy: 'custom' }],
    ['an unknown status', { provisioningStatus: 'paused' }],
    ['a device id with a colon', { deviceId: 'a:b' }],
    ['a device id with a space', { deviceId: 'a b' }],
    ['a twin that is no object', { initialTwin: { tags: [] } }],
    ['no attestation', { attestation: null }],
    ['attestation none', { attestation: { type: 'none' } }],
    ['a symmetric key of 15 bytes', keys(key(15))],
    ['a symmetric key of 65 bytes', keys(key(65))],
    ['a symmetric key that is no base64', keys('not base64!')],
    ['an endorsement key that is none', tpm(key(316))],
    ['a shortened endorsement key', tpm(Buffer.from(endorsementKey, 'base64').subarray(0, 300).toString('base64'))],
    ['no certificate', { attestation: { type: 'x509', x509: { clientCertificates: {} } } }],
    [
      'info instead of a certificate',
      { attestation: { type: 'x509', x509: { clientCertificates: { primary: { info: {} } } } } },
    ],
    [
      'a group certificate',
      { attestation: { type: 'x509', x509: { signingCertificates: { primary: { certificate: pem } } } } },
    ],
  ];
  it.each(badRecords)('%s', async (_name, change) => {
    const id = freshId();
    const heard = await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id, change));
    expect(heard.json).toMatchObject({ errorCode: 400004 });
    expect((await call('GET', `/enrollments/${id}`)).status).toBe(404);
  });

  it.each(['.a', 'a.', '_a', 'a b', 'ü', `a${'x'.repeat(128)}`, 'a/b'])('the registration id %s', async (id) => {
    const heard = await call('PUT', `/enrollments/${encodeURIComponent(id)}`, symmetricEnrollment(id));
    expect(heard.json).toMatchObject({ errorCode: 400004 });
  });

  it('keys of 16 and of 64 bytes, and ids of 1 and 128 characters, are accepted', async () => {
    for (const size of [16, 64]) {
      const id = freshId();
      expect((await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id, keys(key(size))))).status).toBe(200);
    }
    for (const id of ['7', 'b'.repeat(128)]) {
      expect((await call('PUT', `/enrollments/${id}`, symmetricEnrollment(id))).status).toBe(200);
    }
  });
});
