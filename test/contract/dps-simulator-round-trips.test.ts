import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DpsBench,
  deviceCaller,
  registerDevice,
  type ServiceCaller,
  selfSigned,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
  x509Enrollment,
} from '../interop/dps-bench.ts';

/*
 * What becomes of a record that is read and written back, or written twice. Expectations come from recorded traffic
 * (masking, timestamps) and users' reports; what the service does with a record that lost its credential is a switch.
 */

let bench: DpsBench;
let call: ServiceCaller;
beforeAll(async () => {
  bench = await startDpsBench();
  call = serviceCaller(bench.ready);
});
afterAll(() => bench.close());

const keysOf = async (service: ServiceCaller, path: string) =>
  (await service('POST', `${path}/attestationmechanism`)).json.symmetricKey;

describe('trap 7: read, changed and written back', () => {
  it.each([
    ['regenerate', false],
    ['keep', true],
  ] as const)('a record with symmetric keys is written without them: switch %s', async (symmetricKeysOmitted, same) => {
    const here = await startDpsBench({ switches: { symmetricKeysOmitted } });
    const service = serviceCaller(here.ready);
    await service('PUT', '/enrollments/k-1', symmetricEnrollment('k-1'));
    await service('PUT', '/enrollmentGroups/g-1', {
      enrollmentGroupId: 'g-1',
      attestation: { type: 'symmetricKey', symmetricKey: {} },
    });
    for (const path of ['/enrollments/k-1', '/enrollmentGroups/g-1']) {
      const before = await keysOf(service, path);
      const read = (await service('GET', path)).json;
      const changed = { ...read, provisioningStatus: 'disabled' };
      expect((await service('PUT', path, changed, { 'If-Match': read.etag })).status).toBe(200);
      const after = await keysOf(service, path);
      if (same) expect(after).toEqual(before);
      else expect(after.primaryKey).not.toBe(before.primaryKey);
    }
    await here.close();
  });

  it('a record with a certificate has none any more: refused', async () => {
    await call('PUT', '/enrollments/c-1', x509Enrollment('c-1', selfSigned('c-1').certPem));
    const read = (await call('GET', '/enrollments/c-1')).json;
    const written = await call('PUT', '/enrollments/c-1', read, { 'If-Match': read.etag });
    expect(written.json.errorCode).toBe(400004);
    expect((await call('GET', '/enrollments/c-1')).json).toEqual(read);
  });
});

describe('trap 8: who registered', () => {
  it('stands in a single GET, and in no row of a query', async () => {
    const credential = selfSigned('r-1');
    await call('PUT', '/enrollments/r-1', x509Enrollment('r-1', credential.certPem));
    await registerDevice(deviceCaller(bench.ready, 'r-1', credential), 'r-1');
    expect((await call('GET', '/enrollments/r-1')).json.registrationState.status).toBe('assigned');
    const rows = (await call('POST', '/enrollments/query', { query: 'SELECT *' })).json;
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).not.toHaveProperty('registrationState');
  });
});

describe('trap 21: a create that is repeated after a lost reply', () => {
  it('is 409201, and what is there is what was sent', async () => {
    const body = { ...symmetricEnrollment('twice'), deviceId: 'SN-2' };
    bench.simulator.setFaults({ loseReplies: 1 });
    await expect(call('PUT', '/enrollments/twice', body)).rejects.toThrow();
    const again = await call('PUT', '/enrollments/twice', body);
    expect([again.status, again.json.errorCode]).toEqual([409, 409201]);
    expect((await call('GET', '/enrollments/twice')).json.deviceId).toBe('SN-2');
  });

  it('is 409202 for a group', async () => {
    const body = { enrollmentGroupId: 'twice', attestation: { type: 'symmetricKey', symmetricKey: {} } };
    bench.simulator.setFaults({ loseReplies: 1 });
    await expect(call('PUT', '/enrollmentGroups/twice', body)).rejects.toThrow();
    expect((await call('PUT', '/enrollmentGroups/twice', body)).json.errorCode).toBe(409202);
  });
});

describe('trap 26: timestamps', () => {
  it('carry decimals that a JavaScript date cannot hold, zeros at the end trimmed', async () => {
    const stamps: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      const { json } = await call('PUT', `/enrollments/t-${index}`, symmetricEnrollment(`t-${index}`));
      stamps.push(json.createdDateTimeUtc);
    }
    for (const stamp of stamps) expect(stamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,6}[1-9])?Z$/);
    expect(stamps.some((stamp) => /\.\d{4,7}Z$/.test(stamp))).toBe(true);
  });
});
