import { X509Certificate } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type DpsBench,
  deviceCaller,
  registerDevice,
  type ServiceCaller,
  selfSigned,
  serviceCaller,
  startDpsBench,
  x509Enrollment,
} from '../interop/dps-bench.ts';
import { authority, deviceOf, presenting } from '../interop/test-authorities.ts';

/*
 * Where the sources on groups are silent the simulator has a switch; here each is seen in both positions. The strict one
 * comes first.
 */

const root = authority('Plant root');
const line = authority('Line 3', root);
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

const keyed = { type: 'symmetricKey', symmetricKey: {} };
const signing = (certificate: string): object => ({
  type: 'x509',
  x509: { signingCertificates: { primary: { certificate } } },
});
const put = async ({ call }: Scene, id: string, attestation: object, more: object = {}, headers = {}) =>
  (await call('PUT', `/enrollmentGroups/${id}`, { enrollmentGroupId: id, attestation, ...more }, headers)).status;

describe('a switch', () => {
  it('groupForeignMembers: a device id on a group is refused or ignored', async () => {
    const answers = [];
    for (const groupForeignMembers of ['refuse', 'ignore'] as const) {
      const on = await scene({ switches: { groupForeignMembers } });
      answers.push(await put(on, 'g', keyed, { deviceId: 'a', optionalDeviceInformation: { lot: 1 } }));
      if (groupForeignMembers === 'ignore') {
        expect((await on.call('GET', '/enrollmentGroups/g')).json).not.toHaveProperty('deviceId');
      }
    }
    expect(answers).toEqual([400, 200]);
  });

  it('signingCertificateRole: the certificate of a device signs for a group or not; its devices never verify', async () => {
    const poser = deviceOf('poser', root);
    const answers = [];
    for (const signingCertificateRole of ['authority', 'any'] as const) {
      const on = await scene({ switches: { signingCertificateRole } });
      answers.push(await put(on, 'g', signing(poser.certPem)));
      if (signingCertificateRole === 'any') {
        const device = presenting(deviceOf('unit-1', poser), poser);
        const { last } = await registerDevice(deviceCaller(on.bench.ready, 'unit-1', device), 'unit-1');
        expect(last.status).toBe(401);
      }
    }
    expect(answers).toEqual([400, 200]);
  });

  it('certificateInfoOnly: a signing certificate written back as info is refused or kept', async () => {
    const answers = [];
    for (const certificateInfoOnly of ['refuse', 'keep'] as const) {
      const on = await scene({ switches: { certificateInfoOnly } });
      await put(on, 'g', signing(line.certPem));
      const read = (await on.call('GET', '/enrollmentGroups/g')).json;
      answers.push(await put(on, 'g', read.attestation, {}, { 'If-Match': read.etag }));
      const revealed = (await on.call('POST', '/enrollmentGroups/g/attestationmechanism')).json;
      expect(revealed).toEqual(read.attestation); // also when it is revealed, a certificate is info only
    }
    expect(answers).toEqual([400, 200]);
  });

  it('unmatchedByGroups: a device that no group lets in is unauthorized or unknown', async () => {
    const answers = [];
    for (const unmatchedByGroups of ['unauthorized', 'not-found'] as const) {
      const on = await scene({ switches: { unmatchedByGroups } });
      await put(on, 'g', signing(line.certPem));
      const device = deviceCaller(on.bench.ready, 'unit-1', selfSigned('unit-1'));
      answers.push((await registerDevice(device, 'unit-1')).last.json.errorCode);
    }
    expect(answers).toEqual([401002, 404201]);
  });

  it('unknownGroupQuery: the registrations of no group are none, or 404204', async () => {
    const empty = await scene();
    expect((await empty.call('POST', '/registrations/g/query')).json).toEqual([]);
    const strict = await scene({ switches: { unknownGroupQuery: 'not-found' } });
    expect((await strict.call('POST', '/registrations/g/query')).json.errorCode).toBe(404204);
    await put(strict, 'g', keyed);
    expect((await strict.call('POST', '/registrations/g/query')).json).toEqual([]);
  });

  it('hubThumbprint: a hub gets the SHA-256 or the SHA-1 thumbprint', async () => {
    const device = selfSigned('unit-1');
    const { fingerprint256, fingerprint } = new X509Certificate(device.certPem);
    const given = [];
    for (const hubThumbprint of ['sha256', 'sha1'] as const) {
      const { bench, call } = await scene({ switches: { hubThumbprint }, linkedHubs: ['a.azure-devices.net'] });
      await call('PUT', '/enrollments/unit-1', x509Enrollment('unit-1', device.certPem));
      await registerDevice(deviceCaller(bench.ready, 'unit-1', device), 'unit-1');
      const identity = bench.simulator.linkedHubs.device('a.azure-devices.net', 'unit-1')?.authentication;
      given.push(identity?.type === 'selfSigned' ? identity.x509Thumbprint.primaryThumbprint : null);
    }
    expect(given).toEqual([fingerprint256, fingerprint].map((text) => text.replaceAll(':', '')));
  });

  it('disabledAnswer: a disabled group is told at once, or after the polls', async () => {
    const device = presenting(deviceOf('unit-1', line), line);
    const answers = [];
    for (const disabledAnswer of ['at-register', 'after-polling'] as const) {
      const on = await scene({ switches: { disabledAnswer } });
      await put(on, 'g', signing(line.certPem), { provisioningStatus: 'disabled' });
      const { register, last } = await registerDevice(deviceCaller(on.bench.ready, 'unit-1', device), 'unit-1');
      answers.push([register.status, last.status, last.json.status]);
    }
    expect(answers).toEqual([
      [200, 200, 'disabled'],
      [202, 200, 'disabled'],
    ]);
  });
});
