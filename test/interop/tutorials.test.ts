import { mkdtempSync, rmSync } from 'node:fs';
import type { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'azure-iothub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnrollmentMirror } from '../../src/main/adapters/sqlite/mirror-store.ts';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import type { EnrollmentDesk } from '../../src/main/ports/enrollment-desk.ts';
import { createEnrollmentDesk } from '../../src/main/station/enrollments/enrollment-desk.ts';
import { createInstance } from '../../src/main/station/instances.ts';
import { ok } from '../../src/shared/result.ts';
import { closeTestBooks, openTestBooks, type TestBooks, valueFrom } from '../doubles/books.ts';
import { registryFor, serviceFor } from '../doubles/courier-rig.ts';
import { type CloudBench, startCloudBench } from './cloud-bench.ts';
import { serviceCaller } from './dps-bench.ts';
import { officialRegister, officialRegisterWith, tpmSecurity } from './official-clients.ts';
import { agentFor } from './official-service.ts';
import { type SoftTpm, startSoftTpm } from './soft-tpm.ts';
import { authority, deviceOf, presenting } from './test-authorities.ts';

/*
 * The two walk-throughs of Microsoft's tutorial "Enroll the device to an IoT hub using the Azure IoT Hub Provisioning
 * Service Client (.NET)", done by the station: enroll the device, start the device, verify that it is registered.
 * Devices are Microsoft's packages (and a software TPM); the hub is asked by `azure-iothub`.
 */

let bench: CloudBench;
let books: TestBooks;
let desk: EnrollmentDesk;
let agent: Agent;
let hub: Registry;
const folder = mkdtempSync(join(tmpdir(), 'tutorials-'));

beforeAll(async () => {
  bench = await startCloudBench();
  books = openTestBooks();
  agent = agentFor({ caFile: bench.ready.caFile, port: bench.hub.port });
  hub = Registry.fromConnectionString(bench.hub.serviceConnectionString);
  type WithOptions = { setOptions: (options: { http: { agent: Agent } }) => void };
  (hub as unknown as { _restApiClient: WithOptions })._restApiClient.setOptions({ http: { agent } });
  const cloud = { bench, clock: systemClock };
  desk = createEnrollmentDesk({
    instances: new Map([
      [
        'default',
        createInstance({
          hostName: bench.ready.host,
          registry: registryFor(cloud),
          service: serviceFor(cloud),
          operationsPerMinute: 1_000,
          bulkWeight: 'call',
          clock: systemClock,
        }),
      ],
    ]),
    mirror: createEnrollmentMirror({ file: join(folder, 'mirror.db') }),
    store: books.store,
    hubOf: () => null,
    clock: systemClock,
    random: systemRandom,
    vault: createFileVault(join(folder, 'vault.json')),
    keep: async () => ok(undefined),
    note: async () => {},
  });
});

afterAll(async () => {
  agent.destroy();
  await desk.stop();
  await closeTestBooks(books);
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `SampleTpmEndorsementKey` of the tutorial. */
const sampleEndorsementKey =
  'AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEAxsj2gUS' +
  'cTk1UjuioeTlfGYZrrimExB+bScH75adUMRIi2UOMxG1kw4y+9RW/IVoMl4e620VxZad0ARX2gUqVjYO7KPVt3d' +
  'yKhZS3dkcvfBisBhP1XH9B33VqHG9SHnbnQXdBUaCgKAfxome8UmBKfe+naTsE5fkvjb/do3/dD6l4sGBwFCnKR' +
  'dln4XpM03zLpoHFao8zOwt8l/uP3qUIxmCYv9A7m69Ms+5/pCkTu/rK4mRDsfhZ0QLfbzVI6zQFOKF/rwsfBtFe' +
  'WlWtcuJMKlXdD8TXWElTzgh7JS4qhFzreL0c1mI0GCj+Aws0usZh7dLIVPnlgZcBhgy1SSDQMQ==';

const tpmEntry = (endorsementKey: string) =>
  ({
    registrationId: 'sample-individual-csharp',
    deviceId: 'myCSharpDevice',
    attestation: { type: 'tpm', tpm: { endorsementKey } },
    provisioningStatus: 'enabled',
  }) as const;

describe('individual enrollment with a TPM', () => {
  it('enrolls the sample key with its device id, enabled, as the portal then shows it', async () => {
    valueFrom(await desk.create('default', tpmEntry(sampleEndorsementKey), 'engineer'));
    const held = await serviceCaller(bench.ready)('GET', '/enrollments/sample-individual-csharp');
    expect(held.json).toMatchObject({
      ...tpmEntry(sampleEndorsementKey),
      registrationState: { status: 'unassigned' },
    });
    valueFrom(await desk.refresh('default'));
    const page = valueFrom(await desk.list({ instance: 'default', kind: 'individual' }, { skip: 0, limit: 10 }));
    expect(page.rows).toMatchObject([{ id: 'sample-individual-csharp', deviceId: 'myCSharpDevice', enabled: true }]);
    const order = { instance: 'default', kind: 'individual', operation: 'delete', actor: 'engineer' } as const;
    valueFrom(await desk.operate({ ...order, ids: ['sample-individual-csharp'], confirm: '1' }));
  });

  it('a device with such a TPM answers the challenge and appears in the hub', { timeout: 120_000 }, async () => {
    const tpm: SoftTpm = await startSoftTpm();
    try {
      valueFrom(await desk.create('default', tpmEntry(tpm.endorsementKey.toString('base64')), 'engineer'));
      const result = await officialRegisterWith(bench.ready, tpmSecurity(tpm, 'sample-individual-csharp'));
      // For a TPM, the official client hands over the answer of the service with its wrapping.
      expect(result).toMatchObject({
        registrationState: { deviceId: 'myCSharpDevice', assignedHub: bench.hub.hostName },
      });
      expect((await hub.get('myCSharpDevice')).responseBody).toMatchObject({
        deviceId: 'myCSharpDevice',
        status: 'enabled',
      });
      const detail = valueFrom(await desk.detail('default', 'individual', 'sample-individual-csharp'));
      expect(detail.registration).toMatchObject({ status: 'assigned', deviceId: 'myCSharpDevice' });
    } finally {
      await tpm.stop();
    }
  });
});

describe('enrollment group with a root certificate', () => {
  it('lets in the devices that the root signed for; they appear in the hub', async () => {
    const root = authority('Sample root');
    valueFrom(await bench.cloud.uploadAuthority({ name: 'sample-root', certificate: root.certPem }));
    valueFrom(
      await desk.putGroup(
        'default',
        {
          id: 'sample-group-csharp',
          credential: { kind: 'certificates', primary: root.certPem },
          settings: { provisioningStatus: 'enabled' },
        },
        'engineer',
      ),
    );
    for (const name of ['group-device-1', 'group-device-2']) {
      const result = await officialRegister(bench.ready, name, presenting(deviceOf(name, root), root));
      expect(result).toMatchObject({ deviceId: name, assignedHub: bench.hub.hostName });
      expect((await hub.get(name)).responseBody).toMatchObject({ deviceId: name, status: 'enabled' });
    }
    const group = valueFrom(await desk.detail('default', 'group', 'sample-group-csharp'));
    expect(group.entry).toMatchObject({ attestation: 'x509', enabled: true });
  });
});
