import { createHmac, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEnrollmentMirror } from '../../src/main/adapters/sqlite/mirror-store.ts';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import type { EnrollmentDesk } from '../../src/main/ports/enrollment-desk.ts';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import { createEnrollmentDesk } from '../../src/main/station/enrollments/enrollment-desk.ts';
import type { HubAccess } from '../../src/main/station/enrollments/hub-access.ts';
import { createInstance } from '../../src/main/station/instances.ts';
import { type Problem, type ProblemFacts, problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import {
  closeTestBooks,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  type TestBooks,
  testMoment,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';
import { type CloudInReach, registryFor, serviceFor } from '../doubles/courier-rig.ts';
import { type DpsBench, sasToken, selfSigned, send, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';
import { authority } from '../interop/test-authorities.ts';

/*
 * The life of entries against the simulated service over HTTPS, which a plain client of its own fills and asks. The hub
 * is a double that keeps devices; access to a real one is judged with the simulated hub.
 */

let folder: string;
let cloud: CloudInReach & { bench: DpsBench };
let books: TestBooks;
let desk: EnrollmentDesk;
let ask: ReturnType<typeof serviceCaller>;
let keepTrouble: Problem | null = null;
let notes: [string, string, ProblemFacts][];
const hub = { devices: new Map<string, boolean>(), trouble: null as Problem | null };

const hubAccess: HubAccess = {
  setEnabled: async (deviceId, enabled) => {
    if (!hub.devices.has(deviceId)) return ok(false);
    hub.devices.set(deviceId, enabled);
    return ok(true);
  },
  remove: async (deviceId) => (hub.trouble === null ? ok(hub.devices.delete(deviceId)) : fail(hub.trouble)),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'enrollments-'));
  cloud = { bench: await startDpsBench(), clock: systemClock };
  books = openTestBooks();
  ask = serviceCaller(cloud.bench.ready);
  notes = [];
  hub.devices.clear();
  hub.trouble = null;
  keepTrouble = null;
  desk = createEnrollmentDesk({
    instances: new Map([
      [
        'default',
        createInstance({
          hostName: cloud.bench.ready.host,
          registry: registryFor(cloud),
          service: serviceFor(cloud),
          operationsPerMinute: 100_000,
          bulkWeight: 'call',
          clock: systemClock,
        }),
      ],
    ]),
    mirror: createEnrollmentMirror({ file: join(folder, 'mirror.db') }),
    store: books.store,
    hubOf: (name) => (name === 'training-hub.azure-devices.net' ? hubAccess : null),
    clock: systemClock,
    random: systemRandom,
    vault: createFileVault(join(folder, 'vault.json')),
    keep: async (certificate) =>
      keepTrouble !== null
        ? fail(keepTrouble)
        : books.store.commit(change({ write: 'certificate-kept', ...certificate })),
    note: async (event, actor, facts) => void notes.push([event, actor, facts]),
  });
});

afterEach(async () => {
  await desk.stop();
  await closeTestBooks(books);
  await cloud.bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const endorsementKey =
  'AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEAxsj2gUScTk1UjuioeTlfGYZrrimExB+bScH75adUMRIi2UOMxG1kw4y+9RW/IVoMl4e620VxZad0ARX2gUqVjYO7KPVt3dyKhZS3dkcvfBisBhP1XH9B33VqHG9SHnbnQXdBUaCgKAfxome8UmBKfe+naTsE5fkvjb/do3/dD6l4sGBwFCnKRdln4XpM03zLpoHFao8zOwt8l/uP3qUIxmCYv9A7m69Ms+5/pCkTu/rK4mRDsfhZ0QLfbzVI6zQFOKF/rwsfBtFeWlWtcuJMKlXdD8TXWElTzgh7JS4qhFzreL0c1mI0GCj+Aws0usZh7dLIVPnlgZcBhgy1SSDQMQ==';
const tpm = (registrationId: string, more: object = {}) => ({
  registrationId,
  attestation: { type: 'tpm', tpm: { endorsementKey } },
  ...more,
});
const keys = {
  primaryKey: Buffer.alloc(32, 1).toString('base64'),
  secondaryKey: Buffer.alloc(32, 2).toString('base64'),
};

async function put(path: string, body: object): Promise<void> {
  const answer = await ask('PUT', path, body);
  expect(answer.status).toBe(200);
}

function enrollWithCertificate(id: string, pem: string): Promise<void> {
  const certificate = pem.replace(/-----[^-]+-----|\s/g, '');
  const attestation = { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } };
  return put(`/enrollments/${id}`, { registrationId: id, attestation });
}

const change = (...writes: StoreWrite[]) => ({ origin: testOrigin, at: testMoment, writes });

/** Registers as a device would, with its primary key. */
async function register(id: string, key = keys.primaryKey, status = 'assigned'): Promise<void> {
  const { ready } = cloud.bench;
  const place = `${ready.idScope}/registrations/${id}`;
  const headers = { Authorization: sasToken(place, 'registration', key) };
  const asked = {
    method: 'PUT',
    path: `/${place}/register?api-version=2019-03-31`,
    headers,
    body: { registrationId: id },
  };
  const { operationId } = (await send(ready, asked)).json;
  for (;;) {
    const path = `/${place}/operations/${operationId}?api-version=2019-03-31`;
    const answer = await send(ready, { method: 'GET', path, headers });
    if (answer.status === 202) continue;
    expect(answer.json).toMatchObject({ status });
    return;
  }
}

const order = (
  ids: readonly string[],
  operation: Parameters<EnrollmentDesk['operate']>[0]['operation'],
  confirm = '',
) => ({ instance: 'default', kind: 'individual', ids, operation, confirm, actor: 'E-7' }) as const;

describe('the mirror', () => {
  it('holds what the service holds, more than a page of it, and searches it', async () => {
    const ids = Array.from({ length: 130 }, (_, index) => `dev-${String(index).padStart(3, '0')}`);
    for (const id of ids) await put(`/enrollments/${id}`, tpm(id, { deviceId: `pump-${id.slice(4)}` }));
    await put('/enrollmentGroups/plant', {
      enrollmentGroupId: 'plant',
      attestation: { type: 'symmetricKey', symmetricKey: keys },
    });
    valueFrom(await desk.refresh('default'));
    const filter = { instance: 'default', kind: 'individual' } as const;
    const page = valueFrom(await desk.list(filter, { skip: 0, limit: 200 }));
    expect(page.rows.map((row) => row.id)).toEqual(ids);
    expect(page).toMatchObject({ total: 130, known: 0 });
    const found = valueFrom(await desk.list({ ...filter, search: 'PUMP-07' }, { skip: 0, limit: 3 }));
    expect([found.total, found.rows.map((row) => row.deviceId)]).toEqual([10, ['pump-070', 'pump-071', 'pump-072']]);
    expect(desk.states()).toMatchObject([{ instance: 'default', individuals: 130, groups: 1, refreshing: false }]);
    // No key of a group reaches the mirror.
    const groups = valueFrom(await desk.records({ instance: 'default', kind: 'group' }, '', 10));
    expect(JSON.stringify(groups)).not.toContain(keys.primaryKey);
  });

  it('says why an instance cannot be read, and keeps what it had', async () => {
    await put('/enrollments/a', tpm('a'));
    valueFrom(await desk.refresh('default'));
    cloud.bench.simulator.setFaults({ failCalls: { calls: 1, status: 401 } });
    expect(await desk.refresh('default')).toMatchObject({ ok: false, problem: { code: 'credentials-refused' } });
    expect(desk.states()).toMatchObject([{ individuals: 1, problem: { code: 'credentials-refused' } }]);
  });

  it('asks for registration states of the rows that are seen, and says for how many they are known', async () => {
    await put('/enrollments/a', tpm('a'));
    await put('/enrollments/b', tpm('b'));
    valueFrom(await desk.refresh('default'));
    valueFrom(await desk.look('default', ['a']));
    const page = valueFrom(await desk.list({ instance: 'default', kind: 'individual' }, { skip: 0, limit: 10 }));
    expect(page).toMatchObject({ total: 2, known: 1 });
    expect(page.rows.map((row) => row.registration?.status ?? null)).toEqual(['unassigned', null]);
  });
});

describe('a registration that failed', () => {
  it('is explained with a remedy', async () => {
    // A webhook that chooses no hub: 400208 (Azure/azure-iot-sdk-c, provisioning client).
    await put('/enrollments/f', {
      registrationId: 'f',
      attestation: { type: 'symmetricKey', symmetricKey: keys },
      allocationPolicy: 'custom',
      customAllocationDefinition: { webhookUrl: 'https://example.org/hook', apiVersion: '2021-10-01' },
    });
    await register('f', keys.primaryKey, 'failed');
    const detail = valueFrom(await desk.detail('default', 'individual', 'f'));
    expect(detail).toMatchObject({
      registration: { status: 'failed' },
      trouble: { code: 'registration-hub-unspecified', facts: { id: 'f' } },
    });
  });
});

describe('changes', () => {
  it('keep every other field, with the newest ETag (trap 7)', async () => {
    const rest = {
      deviceId: 'Pump-1',
      capabilities: { iotEdge: true },
      allocationPolicy: 'static',
      iotHubs: ['training-hub.azure-devices.net'],
      initialTwin: { tags: { line: 'L3' }, properties: { desired: { rate: 30 } } },
      optionalDeviceInformation: { lot: 'W47' },
      reprovisionPolicy: { updateHubAssignment: false, migrateDeviceData: false },
    };
    await put('/enrollments/a', tpm('a', rest));
    const [result] = valueFrom(await desk.operate(order(['a'], 'disable')));
    expect(result).toMatchObject({ id: 'a', done: 1, of: 1, steps: [{ step: 'entry', outcome: 'done' }] });
    const held = await ask('GET', '/enrollments/a');
    expect(held.json).toMatchObject({
      ...rest,
      provisioningStatus: 'disabled',
      attestation: { tpm: { endorsementKey } },
    });
    expect(notes).toEqual([
      ['entry-disable', 'E-7', { instance: 'default', kind: 'individual', id: 'a', done: 1, of: 1 }],
    ]);
    const again = valueFrom(await desk.operate(order(['a'], 'disable')));
    expect(again[0]?.steps[0]?.outcome).toBe('not-needed');
  });

  it('of symmetric keys send the keys again, which the service hides', async () => {
    await put('/enrollments/k', { registrationId: 'k', attestation: { type: 'symmetricKey', symmetricKey: keys } });
    valueFrom(await desk.operate(order(['k'], 'disable')));
    const revealed = await ask('POST', '/enrollments/k/attestationmechanism');
    expect(revealed.json).toMatchObject({ symmetricKey: keys });
    valueFrom(await desk.operate(order(['k'], 'promote-secondary')));
    const rolled = await ask('POST', '/enrollments/k/attestationmechanism');
    expect(rolled.json).toMatchObject({
      symmetricKey: { primaryKey: keys.secondaryKey, secondaryKey: keys.primaryKey },
    });
  });

  it('of certificates send what the books hold; what they do not hold is refused with a remedy, and nothing is lost', async () => {
    const { certPem } = selfSigned('x');
    const certificate = certPem.replace(/-----[^-]+-----|\s/g, '');
    const body = {
      registrationId: 'x',
      attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } },
    };
    await put('/enrollments/x', body);
    const refused = valueFrom(await desk.operate(order(['x'], 'disable')));
    expect(refused[0]).toMatchObject({
      done: 0,
      steps: [{ outcome: 'failed', problem: { code: 'certificate-not-kept' } }],
    });
    const before = await ask('GET', '/enrollments/x');
    const thumbprint = String(
      before.json.attestation.x509.clientCertificates.primary.info.sha256Thumbprint,
    ).toLowerCase();
    expect(before.json.provisioningStatus ?? 'enabled').toBe('enabled');
    valueFrom(await books.store.commit(change({ write: 'certificate-kept', thumbprint, der: certificate })));
    valueFrom(await desk.operate(order(['x'], 'disable')));
    const after = await ask('GET', '/enrollments/x');
    expect(after.json).toMatchObject({
      provisioningStatus: 'disabled',
      attestation: {
        x509: { clientCertificates: { primary: { info: { sha256Thumbprint: thumbprint.toUpperCase() } } } },
      },
    });
  });

  it('of units find their certificates by the fingerprints of their items', async () => {
    const { certPem } = selfSigned('u');
    const certificate = certPem.replace(/-----[^-]+-----|\s/g, '');
    await put('/enrollments/u', {
      registrationId: 'u',
      attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } },
    });
    const held = await ask('GET', '/enrollments/u');
    const fingerprint = String(
      held.json.attestation.x509.clientCertificates.primary.info.sha256Thumbprint,
    ).toLowerCase();
    const item = newItem(jobOf('u'), {
      registrationId: 'u',
      fingerprint,
      enrollment: {
        registrationId: 'u',
        attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } },
        provisioningStatus: 'enabled',
      },
    });
    valueFrom(await books.store.commit(change(...passedWrites(jobOf('u'), item))));
    const [result] = valueFrom(await desk.operate(order(['u'], 'disable')));
    expect(result).toMatchObject({ done: 1, of: 1 });
  });

  it('for good want the number of entries typed', async () => {
    await put('/enrollments/a', tpm('a'));
    expect(await desk.operate(order(['a', 'b'], 'delete', '1'))).toMatchObject({
      ok: false,
      problem: { code: 'confirmation-needed', facts: { count: 2 } },
    });
    expect((await ask('GET', '/enrollments/a')).status).toBe(200);
    const ids = Array.from({ length: 23 }, (_, index) => `many-${index}`);
    for (const id of ids.slice(1)) await put(`/enrollments/${id}`, tpm(id));
    const { bulkCalls } = cloud.bench.simulator.counters();
    const results = valueFrom(await desk.operate(order(ids, 'delete', '23')));
    expect(results.map(({ id, steps }) => [id, steps[0]?.outcome])).toEqual(
      ids.map((id, index) => [id, index === 0 ? 'not-needed' : 'done']),
    );
    expect(cloud.bench.simulator.counters().bulkCalls - bulkCalls).toBe(3);
    expect((await ask('GET', '/enrollments/many-5')).status).toBe(404);
  });
});

describe('lives of devices', () => {
  /** A device with a symmetric key that has registered, as the simulated service tells its hub. */
  async function registered(id: string): Promise<void> {
    await put(`/enrollments/${id}`, { registrationId: id, attestation: { type: 'symmetricKey', symmetricKey: keys } });
    await register(id);
    hub.devices.set(id, true);
  }

  it('pause stops entry and hub identity, resume lets both go on', async () => {
    await registered('p');
    const [paused] = valueFrom(await desk.operate(order(['p'], 'pause')));
    expect(paused).toMatchObject({ done: 2, of: 2 });
    expect(hub.devices.get('p')).toBe(false);
    expect((await ask('GET', '/enrollments/p')).json).toMatchObject({ provisioningStatus: 'disabled' });
    valueFrom(await desk.operate(order(['p'], 'resume')));
    expect(hub.devices.get('p')).toBe(true);
  });

  it('retire takes three things away, and says which of them it could not', async () => {
    await registered('r');
    const [retired] = valueFrom(await desk.operate(order(['r'], 'retire', '1')));
    expect(retired?.steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['entry', 'done'],
      ['hub-identity', 'done'],
      ['registration-record', 'done'],
    ]);
    expect(hub.devices.has('r')).toBe(false);
    expect((await ask('GET', '/enrollments/r')).status).toBe(404);
    expect((await ask('GET', '/registrations/r')).status).toBe(404);
  });

  it('retire tries nothing more when the entry could not be stopped: the device would come back at once', async () => {
    const { certPem } = selfSigned('x');
    await enrollWithCertificate('x', certPem);
    await put('/enrollmentGroups/plant', {
      enrollmentGroupId: 'plant',
      attestation: {
        type: 'x509',
        x509: { signingCertificates: { primary: { certificate: authority('Plant CA').certPem } } },
      },
    });
    const [retired] = valueFrom(await desk.operate(order(['x'], 'retire', '1')));
    expect(retired?.steps.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped']);
    expect(retired).toMatchObject({ done: 0, of: 3 });
  });

  it('a record stays while the hub identity that it tells of could not be taken away', async () => {
    await registered('t');
    hub.trouble = problem('hub-throttled');
    const [first] = valueFrom(await desk.operate(order(['t'], 'trigger-reprovisioning', '1')));
    expect(first?.steps.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped']);
    expect((await ask('GET', '/registrations/t')).status).toBe(200);
    hub.trouble = null;
    expect(valueFrom(await desk.operate(order(['t'], 'trigger-reprovisioning', '1')))[0]).toMatchObject({ done: 2 });
    expect(hub.devices.has('t')).toBe(false);
    expect((await ask('GET', '/registrations/t')).status).toBe(404);
  });

  it('retire of a group closes it first, then takes every device away, more than a page of them', async () => {
    const groupKey = Buffer.from(keys.primaryKey, 'base64');
    const ids = Array.from({ length: 130 }, (_, index) => `g-${index}`);
    const attestation = { type: 'symmetricKey', symmetricKey: keys };
    await put('/enrollmentGroups/g', { enrollmentGroupId: 'g', attestation });
    for (const id of ids) {
      await register(id, createHmac('sha256', groupKey).update(id).digest('base64'));
      hub.devices.set(id, true);
    }
    const whole = { ...order(['g'], 'retire', '1'), kind: 'group' } as const;
    hub.trouble = problem('hub-throttled');
    const [halted] = valueFrom(await desk.operate(whole));
    expect(halted).toMatchObject({ done: 1, of: 262 });
    expect(halted?.steps.length).toBeLessThan(30);
    expect((await ask('GET', '/enrollmentGroups/g')).json).toMatchObject({ provisioningStatus: 'disabled' });
    hub.trouble = null;
    expect(valueFrom(await desk.operate(whole))[0]).toMatchObject({ done: 262, of: 262 });
    expect((await ask('GET', '/enrollmentGroups/g')).status).toBe(404);
    expect(hub.devices.size).toBe(0);
    expect((await ask('GET', '/registrations/g-129')).status).toBe(404);
  });

  it('retire leaves a disabled entry where a group would let the device in again (trap 22)', async () => {
    await registered('s');
    await put('/enrollmentGroups/g', {
      enrollmentGroupId: 'g',
      attestation: { type: 'symmetricKey', symmetricKey: keys },
    });
    valueFrom(await desk.operate(order(['s'], 'retire', '1')));
    expect((await ask('GET', '/enrollments/s')).json).toMatchObject({ provisioningStatus: 'disabled' });
  });

  it('a group of a CA is made, stopped and gone on with: its certificate is kept to be sent again', async () => {
    const plant = authority('Plant CA');
    const settings = { provisioningStatus: 'enabled' } as const;
    const credential = { kind: 'certificates', primary: plant.certPem } as const;
    valueFrom(await desk.putGroup('default', { id: 'plant', credential, settings }, 'E-7'));
    const group = { ...order(['plant'], 'disable'), kind: 'group' } as const;
    expect(valueFrom(await desk.operate(group))[0]).toMatchObject({ done: 1, of: 1 });
    expect((await ask('GET', '/enrollmentGroups/plant')).json).toMatchObject({
      provisioningStatus: 'disabled',
      attestation: {
        type: 'x509',
        x509: { signingCertificates: { primary: { info: { subjectName: 'CN=Plant CA' } } } },
      },
    });
    const leaf = { kind: 'certificates', primary: selfSigned('leaf').certPem } as const;
    expect(await desk.putGroup('default', { id: 'plant', credential: leaf, settings }, 'E-7')).toMatchObject({
      ok: false,
      problem: { code: 'group-certificate-unusable' },
    });
  });

  it('a group with a key of the vault holds that key; the key is made once', async () => {
    const settings = { provisioningStatus: 'enabled' } as const;
    const credential = { kind: 'key', secret: 'line-3' } as const;
    valueFrom(await desk.putGroup('default', { id: 'line-3', credential, settings }, 'E-7'));
    const kept = valueFrom(await createFileVault(join(folder, 'vault.json')).get('line-3')).toString('latin1');
    const revealed = await ask('POST', '/enrollmentGroups/line-3/attestationmechanism');
    expect(revealed.json.symmetricKey.primaryKey).toBe(kept);
    const disable = { ...order(['line-3'], 'disable'), kind: 'group' } as const;
    valueFrom(await desk.operate(disable));
    valueFrom(await desk.putGroup('default', { id: 'line-3', credential, settings: {} }, 'E-7'));
    const again = await ask('POST', '/enrollmentGroups/line-3/attestationmechanism');
    // Devices may have derived their keys from the other one, too.
    expect(again.json.symmetricKey).toEqual(revealed.json.symmetricKey);
    expect((await ask('GET', '/enrollmentGroups/line-3')).json).toMatchObject({ provisioningStatus: 'disabled' });
  });

  it('exclude keeps one device of a group out by a disabled entry', async () => {
    valueFrom(await desk.exclude('default', 'out', 'E-7'));
    expect((await ask('GET', '/enrollments/out')).json).toMatchObject({
      provisioningStatus: 'disabled',
      attestation: { type: 'symmetricKey' },
    });
    expect(await desk.exclude('default', 'out', 'E-7')).toMatchObject({ ok: false, problem: { code: 'entry-exists' } });
  });
});

describe('a new credential', () => {
  const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
  const thumbprint = (pem: string) => new X509Certificate(pem).fingerprint256.replaceAll(':', '');
  const certificates = async (id: string) => {
    const { primary, secondary } = (await ask('GET', `/enrollments/${id}`)).json.attestation.x509.clientCertificates;
    return [primary.info.sha256Thumbprint, secondary?.info.sha256Thumbprint ?? null];
  };
  const certificateOrder = (pem: string, overlap: boolean) =>
    ({ credential: { kind: 'certificate', pem }, overlap }) as const;

  it('with overlap stands second until it is promoted; the old one must be known, because it is sent again', async () => {
    const [old, fresh] = [selfSigned('c').certPem, selfSigned('c').certPem];
    await enrollWithCertificate('c', old);
    const unknown = valueFrom(await desk.replaceCredential('default', 'c', certificateOrder(fresh, true), 'E-7'));
    expect(unknown).toMatchObject({ done: 0, steps: [{ problem: { code: 'certificate-not-kept' } }] });
    const kept = { thumbprint: thumbprint(old).toLowerCase(), der: bare(old) };
    valueFrom(await books.store.commit(change({ write: 'certificate-kept', ...kept })));
    const given = valueFrom(await desk.replaceCredential('default', 'c', certificateOrder(fresh, true), 'E-7'));
    expect(given).toMatchObject({ done: 1, of: 1 });
    expect(await certificates('c')).toEqual([thumbprint(old), thumbprint(fresh)]);
    expect(notes.at(-1)).toEqual([
      'entry-replace-credential',
      'E-7',
      { instance: 'default', id: 'c', overlap: true, done: 1, of: 1 },
    ]);
    valueFrom(await desk.operate(order(['c'], 'promote-secondary')));
    expect(await certificates('c')).toEqual([thumbprint(fresh), null]);
  });

  it('beside a second one that is not promoted yet is refused: devices may use it', async () => {
    const [old, second, third] = [selfSigned('c').certPem, selfSigned('c').certPem, selfSigned('c').certPem];
    await enrollWithCertificate('c', old);
    const kept = { thumbprint: thumbprint(old).toLowerCase(), der: bare(old) };
    valueFrom(await books.store.commit(change({ write: 'certificate-kept', ...kept })));
    valueFrom(await desk.replaceCredential('default', 'c', certificateOrder(second, true), 'E-7'));
    const refused = valueFrom(await desk.replaceCredential('default', 'c', certificateOrder(third, true), 'E-7'));
    expect(refused).toMatchObject({ done: 0, steps: [{ problem: { code: 'second-credential-held' } }] });
    expect(await certificates('c')).toEqual([thumbprint(old), thumbprint(second)]);
  });

  it('is not sent when it could not be kept', async () => {
    await enrollWithCertificate('c', selfSigned('c').certPem);
    const before = await certificates('c');
    keepTrouble = problem('disk-full');
    const fresh = certificateOrder(selfSigned('c').certPem, false);
    expect(await desk.replaceCredential('default', 'c', fresh, 'E-7')).toEqual({ ok: false, problem: keepTrouble });
    expect(await certificates('c')).toEqual(before);
  });

  it('of keys is promoted once, though the answer to it was lost', async () => {
    await put('/enrollments/k', { registrationId: 'k', attestation: { type: 'symmetricKey', symmetricKey: keys } });
    cloud.bench.simulator.setFaults({ loseReplies: 1 });
    const [promoted] = valueFrom(await desk.operate(order(['k'], 'promote-secondary')));
    expect(promoted).toMatchObject({ done: 1, of: 1 });
    const held = (await ask('POST', '/enrollments/k/attestationmechanism')).json.symmetricKey;
    expect(held).toMatchObject({ primaryKey: keys.secondaryKey, secondaryKey: keys.primaryKey });
  });

  it('is never the key root of the station', async () => {
    await put('/enrollments/k', { registrationId: 'k', attestation: { type: 'symmetricKey', symmetricKey: keys } });
    const credential = { kind: 'key', secret: 'symmetric-key-root' } as const;
    expect(await desk.replaceCredential('default', 'k', { credential, overlap: false }, 'E-7')).toMatchObject({
      ok: false,
      problem: { code: 'secret-reserved' },
    });
  });

  it('without overlap is the only one at once, and the hub identity goes', async () => {
    const fresh = selfSigned('k').certPem;
    await put('/enrollments/k', { registrationId: 'k', attestation: { type: 'symmetricKey', symmetricKey: keys } });
    await register('k');
    hub.devices.set('k', true);
    const other = valueFrom(await desk.replaceCredential('default', 'k', certificateOrder(fresh, false), 'E-7'));
    expect(other).toMatchObject({ done: 0, of: 1, steps: [{ problem: { code: 'credential-of-other-kind' } }] });
    expect(hub.devices.has('k')).toBe(true);
    const key = { credential: { kind: 'key', secret: 'device-k' }, overlap: false } as const;
    expect(valueFrom(await desk.replaceCredential('default', 'k', key, 'E-7'))).toMatchObject({ done: 2, of: 2 });
    expect(hub.devices.has('k')).toBe(false);
    const held = (await ask('POST', '/enrollments/k/attestationmechanism')).json.symmetricKey;
    const inVault = valueFrom(await createFileVault(join(folder, 'vault.json')).get('device-k')).toString('latin1');
    expect(held.primaryKey).toBe(inVault);
    expect([keys.primaryKey, keys.secondaryKey, inVault]).not.toContain(held.secondaryKey);
  });

  it('of a TPM has no overlap; another endorsement key takes the place of the first', async () => {
    await put('/enrollments/t', tpm('t'));
    const credential = { kind: 'endorsement-key', endorsementKey: otherEndorsementKey() } as const;
    expect(await desk.replaceCredential('default', 't', { credential, overlap: true }, 'E-7')).toMatchObject({
      ok: false,
      problem: { code: 'no-overlap' },
    });
    valueFrom(await desk.replaceCredential('default', 't', { credential, overlap: false }, 'E-7'));
    const held = await ask('GET', '/enrollments/t');
    expect(held.json.attestation.tpm.endorsementKey).toBe(credential.endorsementKey);
  });

  it.each([
    ['junk', 'junk'],
    ['of another device', selfSigned('somebody').certPem],
    ['of a CA', authority('c').certPem],
  ])('that is %s is refused before anything is sent', async (_what, pem) => {
    await enrollWithCertificate('c', selfSigned('c').certPem);
    const before = await ask('GET', '/enrollments/c');
    expect(await desk.replaceCredential('default', 'c', certificateOrder(pem, false), 'E-7')).toMatchObject({
      ok: false,
      problem: { code: 'device-certificate-unusable' },
    });
    expect((await ask('GET', '/enrollments/c')).json.etag).toBe(before.json.etag);
  });

  /** The sample key with another modulus. */
  function otherEndorsementKey(): string {
    const bytes = Buffer.from(endorsementKey, 'base64');
    bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 0xff;
    return bytes.toString('base64');
  }
});
