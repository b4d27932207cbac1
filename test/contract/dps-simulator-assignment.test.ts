import { afterAll, describe, expect, it } from 'vitest';
import type { HubDevice, LinkedHubs } from '../../src/simulation/hub/linked-hubs.ts';
import {
  type DpsBench,
  keyedCaller,
  registerDevice,
  type ServiceCaller,
  sasToken,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
} from '../interop/dps-bench.ts';

/*
 * Which hub a device gets and what happens there. Expectations come from Microsoft's documentation of allocation and
 * reprovisioning, and from the constants of its C client.
 */

const [hubA, hubB, hubC] = ['a.azure-devices.net', 'b.azure-devices.net', 'c.azure-devices.net'];
const linkedHubs = [hubA, hubB, hubC];
const benches: DpsBench[] = [];
type Scene = { readonly bench: DpsBench; readonly call: ServiceCaller; readonly hubs: LinkedHubs };
async function scene(options: Parameters<typeof startDpsBench>[0] = {}): Promise<Scene> {
  const bench = await startDpsBench({ linkedHubs, ...options });
  benches.push(bench);
  return { bench, call: serviceCaller(bench.ready), hubs: bench.simulator.linkedHubs };
}
afterAll(async () => {
  for (const bench of benches) await bench.close();
});

const key = Buffer.alloc(32, 7).toString('base64');
const secondaryKey = Buffer.alloc(32, 8).toString('base64');
const keys = { type: 'symmetricKey', symmetricKey: { primaryKey: key, secondaryKey } };
/** Writes the enrollment, whether it is there or not. */
async function enroll({ call }: Scene, id: string, more: object = {}): Promise<void> {
  const body = { ...symmetricEnrollment(id), attestation: keys, ...more };
  const created = await call('PUT', `/enrollments/${id}`, body);
  if (created.status === 409) {
    expect((await call('PUT', `/enrollments/${id}`, body, { 'If-Match': '*' })).status).toBe(200);
  } else expect(created.status).toBe(200);
}
const deviceOn = ({ bench }: Scene, id: string) =>
  keyedCaller(bench.ready, id, sasToken(`${bench.ready.idScope}/registrations/${id}`, 'registration', key));
const register = async (on: Scene, id: string) => (await registerDevice(deviceOn(on, id), id)).last.json;
const stateOf = async (on: Scene, id: string) => (await register(on, id)).registrationState;
const staticOn = (hub: string): object => ({ allocationPolicy: 'static', iotHubs: [hub] });
const policy = (updateHubAssignment: boolean, migrateDeviceData: boolean): object => ({
  reprovisionPolicy: { updateHubAssignment, migrateDeviceData },
});
const twinOf = (line: string): object => ({ initialTwin: { tags: { line }, properties: { desired: { rate: 30 } } } });

describe('allocation', () => {
  it('static takes the one hub of the entry, and fails with 400208 when it cannot choose', async () => {
    const on = await scene();
    await enroll(on, 'one', staticOn(hubB));
    expect(await stateOf(on, 'one')).toMatchObject({ assignedHub: hubB, substatus: 'initialAssignment' });
    await enroll(on, 'two', { allocationPolicy: 'static', iotHubs: [hubA, hubB] });
    expect(await stateOf(on, 'two')).toMatchObject({ status: 'failed', errorCode: 400208 });
    await enroll(on, 'none', { allocationPolicy: 'static' });
    expect(await stateOf(on, 'none')).toMatchObject({ status: 'failed', errorCode: 400208 });
  });

  it('static without iotHubs works on an instance with one hub (recorded traffic)', async () => {
    const on = await scene({ linkedHubs: [hubA] });
    await enroll(on, 'only', { allocationPolicy: 'static' });
    expect((await stateOf(on, 'only')).assignedHub).toBe(hubA);
  });

  it('trap 28: iotHubHostName of older clients is the hub; geoLatency is spelled exactly so', async () => {
    const on = await scene();
    await enroll(on, 'legacy', { iotHubHostName: hubC });
    expect((await stateOf(on, 'legacy')).assignedHub).toBe(hubC);
    await enroll(on, 'geo', { allocationPolicy: 'geoLatency', iotHubs: [hubA] });
    expect((await stateOf(on, 'geo')).assignedHub).toBe(hubA);
    for (const allocationPolicy of ['geolatency', 'GeoLatency', 'geo']) {
      const body = symmetricEnrollment('geo-2', { allocationPolicy });
      expect((await on.call('PUT', '/enrollments/geo-2', body)).json.errorCode).toBe(400004);
    }
  });

  it('hashed spreads over the hubs of the entry, or over all, and stays', async () => {
    const on = await scene();
    const used = { all: new Set<string>(), some: new Set<string>() };
    for (let index = 0; index < 24; index += 1) {
      await enroll(on, `all-${index}`);
      used.all.add((await stateOf(on, `all-${index}`)).assignedHub);
      await enroll(on, `some-${index}`, { iotHubs: [hubA, hubC] });
      used.some.add((await stateOf(on, `some-${index}`)).assignedHub);
    }
    expect([...used.all].sort()).toEqual(linkedHubs);
    expect([...used.some].sort()).toEqual([hubA, hubC]);
    expect((await stateOf(on, 'all-0')).assignedHub).toBe((await stateOf(on, 'all-0')).assignedHub);
  });

  it('custom fails without a webhook, unless the switch lets it count as hashed', async () => {
    const custom = {
      allocationPolicy: 'custom',
      customAllocationDefinition: { webhookUrl: 'https://example.org/hook', apiVersion: '2021-10-01' },
    };
    const strict = await scene();
    await enroll(strict, 'hook', custom);
    expect(await stateOf(strict, 'hook')).toMatchObject({ status: 'failed', errorCode: 400208 });
    const loose = await scene({ switches: { customAllocation: 'hashed' } });
    await enroll(loose, 'hook', { ...custom, iotHubs: [hubB] });
    expect((await stateOf(loose, 'hook')).assignedHub).toBe(hubB);
  });

  it('fails with 400209 when the hub of the entry is linked no longer', async () => {
    const stateFile = `${(await scene()).bench.folder}/moved-state.json`;
    const folder = `${stateFile}.keys`;
    const first = await scene({ stateFile, folder });
    await enroll(first, 'left', staticOn(hubA));
    await first.bench.simulator.stop();
    const second = await scene({ stateFile, folder, linkedHubs: [hubB] });
    expect(await stateOf(second, 'left')).toMatchObject({ status: 'failed', errorCode: 400209 });
  });
});

describe('a first assignment', () => {
  it('makes the identity with keys, capabilities and initial twin; trap 27: its member names are nobody else’s', async () => {
    const on = await scene();
    const tags = { version: '7', count: 3, metadata: { a: 1 } };
    const initialTwin = { tags, properties: { desired: { version: 2 } } };
    await enroll(on, 'fresh', {
      ...staticOn(hubA),
      deviceId: 'SN-1',
      capabilities: { iotEdge: true },
      initialTwin,
      optionalDeviceInformation: { lot: '7' },
    });
    await register(on, 'fresh');
    expect(on.hubs.device(hubA, 'SN-1')).toEqual({
      deviceId: 'SN-1',
      authentication: { type: 'sas', symmetricKey: { primaryKey: key, secondaryKey } },
      iotEdge: true,
      twin: { tags, desired: { version: 2 } },
    });
    expect(on.hubs.device(hubA, 'sn-1')).toBeNull(); // trap 10: device ids have letter case
  });

  it('trap 9: two enrollments may name one device; only the hub shows it', async () => {
    const on = await scene();
    await enroll(on, 'first', { ...staticOn(hubA), deviceId: 'shared' });
    const symmetricKey = { primaryKey: key, secondaryKey: Buffer.alloc(32, 9).toString('base64') };
    const attestation = { type: 'symmetricKey', symmetricKey };
    await enroll(on, 'second', { ...staticOn(hubA), deviceId: 'shared', attestation });
    expect((await stateOf(on, 'first')).deviceId).toBe('shared');
    expect((await stateOf(on, 'second')).deviceId).toBe('shared');
    expect(on.hubs.device(hubA, 'shared')?.authentication).toEqual({ type: 'sas', symmetricKey });
  });

  it('is told only when the hubs have it on disk', async () => {
    const events: string[] = [];
    const devices = new Map<string, HubDevice>();
    const hubs: LinkedHubs = {
      names: () => [hubA],
      device: (_hub, id) => devices.get(id) ?? null,
      put: (_hub, device) => {
        devices.set(device.deviceId, device);
        events.push('put');
      },
      remove: (_hub, id) => void devices.delete(id),
      settled: () =>
        new Promise((done) =>
          setImmediate(() => {
            if (events.at(-1) === 'put') events.push('settled');
            done();
          }),
        ),
    };
    const on = await scene({ hubs });
    await enroll(on, 'durable');
    await register(on, 'durable');
    events.push('told');
    expect(events).toEqual(['put', 'settled', 'told']);
  });
});

describe('a device that registers again', () => {
  const changeTwin = (on: Scene, hub: string, id: string): void => {
    const held = on.hubs.device(hub, id);
    if (held === null) throw new Error(`${id} is not on ${hub}`);
    on.hubs.put(hub, { ...held, twin: { tags: { line: 'changed' }, desired: { rate: 99 } } });
  };
  const changed = { tags: { line: 'changed' }, desired: { rate: 99 } };

  it('keeps its twin on the same hub; credentials are refreshed', async () => {
    const on = await scene();
    await enroll(on, 'same', { ...staticOn(hubA), ...twinOf('L1') });
    await register(on, 'same');
    changeTwin(on, hubA, 'same');
    const newKey = Buffer.alloc(32, 9).toString('base64');
    const attestation = { type: 'symmetricKey', symmetricKey: { primaryKey: newKey, secondaryKey: key } };
    await enroll(on, 'same', { ...staticOn(hubA), ...twinOf('L2'), attestation });
    expect((await stateOf(on, 'same')).substatus).toBe('initialAssignment');
    expect(on.hubs.device(hubA, 'same')).toMatchObject({
      twin: changed,
      authentication: { symmetricKey: { primaryKey: newKey, secondaryKey: key } },
    });
  });

  it('migrate: moves with its twin and leaves the old hub; back again is reprovisionedToInitialAssignment', async () => {
    const on = await scene();
    await enroll(on, 'mover', { ...staticOn(hubA), ...twinOf('L1'), capabilities: { iotEdge: true } });
    const first = await stateOf(on, 'mover');
    changeTwin(on, hubA, 'mover');
    await enroll(on, 'mover', { ...staticOn(hubB), ...twinOf('L2') }); // no policy: migrate is the default
    const second = await stateOf(on, 'mover');
    expect(second).toMatchObject({ assignedHub: hubB, substatus: 'deviceDataMigrated', status: 'assigned' });
    expect(second.createdDateTimeUtc).toBe(first.createdDateTimeUtc);
    expect(on.hubs.device(hubA, 'mover')).toBeNull();
    expect(on.hubs.device(hubB, 'mover')).toMatchObject({ twin: changed, iotEdge: true });
    await enroll(on, 'mover', { ...staticOn(hubA), ...policy(true, true) });
    expect((await stateOf(on, 'mover')).substatus).toBe('reprovisionedToInitialAssignment');
    expect(on.hubs.device(hubB, 'mover')).toBeNull();
    expect(on.hubs.device(hubA, 'mover')?.twin).toEqual(changed);
  });

  it('reset: moves and begins anew with the entry’s twin', async () => {
    const on = await scene();
    await enroll(on, 'reset', { ...staticOn(hubA), ...twinOf('L1') });
    await register(on, 'reset');
    changeTwin(on, hubA, 'reset');
    await enroll(on, 'reset', { ...staticOn(hubB), ...twinOf('L2'), ...policy(true, false) });
    expect(await stateOf(on, 'reset')).toMatchObject({ assignedHub: hubB, substatus: 'deviceDataReset' });
    expect(on.hubs.device(hubB, 'reset')?.twin).toEqual({ tags: { line: 'L2' }, desired: { rate: 30 } });
    expect(on.hubs.device(hubA, 'reset')).toBeNull();
  });

  it.each([
    ['reset', { tags: { line: 'L1' }, desired: { rate: 30 } }],
    ['keep', changed],
  ] as const)('reset on the same hub: switch %s', async (resetOnSameHub, twin) => {
    const on = await scene({ switches: { resetOnSameHub } });
    await enroll(on, 'factory', { ...staticOn(hubA), ...twinOf('L1'), ...policy(true, false) });
    await register(on, 'factory');
    changeTwin(on, hubA, 'factory');
    await register(on, 'factory');
    expect(on.hubs.device(hubA, 'factory')?.twin).toEqual(twin);
  });

  it('never: stays on its hub whatever the entry says', async () => {
    const on = await scene();
    await enroll(on, 'stay', { ...staticOn(hubA), ...twinOf('L1') });
    await register(on, 'stay');
    changeTwin(on, hubA, 'stay');
    await enroll(on, 'stay', { ...staticOn(hubB), ...twinOf('L2'), ...policy(false, false) });
    expect(await stateOf(on, 'stay')).toMatchObject({ assignedHub: hubA, substatus: 'initialAssignment' });
    expect(on.hubs.device(hubA, 'stay')?.twin).toEqual(changed);
    expect(on.hubs.device(hubB, 'stay')).toBeNull();
  });

  it('stays when it speaks an api-version of before September 2018 and the entry has no policy', async () => {
    const on = await scene();
    const token = sasToken(`${on.bench.ready.idScope}/registrations/sticky`, 'registration', key);
    const old = keyedCaller(on.bench.ready, 'sticky', token, '2018-04-01');
    const hubAfter = async (): Promise<string> =>
      (await registerDevice(old, 'sticky')).last.json.registrationState.assignedHub;
    await enroll(on, 'sticky', staticOn(hubA));
    expect(await hubAfter()).toBe(hubA);
    await enroll(on, 'sticky', staticOn(hubB));
    expect(await hubAfter()).toBe(hubA);
    await enroll(on, 'sticky', { ...staticOn(hubB), ...policy(true, true) });
    expect(await hubAfter()).toBe(hubB);
  });

  it('is assigning while it moves, and the old hub keeps it until then', async () => {
    const on = await scene();
    await enroll(on, 'slow', staticOn(hubA));
    await register(on, 'slow');
    await enroll(on, 'slow', staticOn(hubB));
    const device = deviceOn(on, 'slow');
    const begun = await device('PUT', '/register', { registrationId: 'slow' });
    expect((await on.call('GET', '/registrations/slow')).json).toMatchObject({
      status: 'assigning',
      assignedHub: hubA,
    });
    expect(on.hubs.device(hubA, 'slow')).not.toBeNull();
    const path = `/operations/${begun.json.operationId}`;
    expect((await device('GET', path, {})).json.status).toBe('assigning');
    expect((await device('GET', path, {})).json.registrationState.assignedHub).toBe(hubB);
  });

  it('trap 24: has another device id only after its record is deleted; the old identity stays in the hub', async () => {
    const on = await scene();
    await enroll(on, 'named', { ...staticOn(hubA), deviceId: 'old' });
    await register(on, 'named');
    await enroll(on, 'named', { ...staticOn(hubA), deviceId: 'new' });
    expect((await stateOf(on, 'named')).deviceId).toBe('old');
    await on.call('DELETE', '/registrations/named');
    expect(await stateOf(on, 'named')).toMatchObject({ deviceId: 'new', substatus: 'initialAssignment' });
    expect(on.hubs.device(hubA, 'old')).not.toBeNull();
    expect(on.hubs.device(hubA, 'new')).not.toBeNull();
  });

  it('trap 23: disabling it, or deleting its enrollment, leaves the hub alone', async () => {
    const on = await scene();
    await enroll(on, 'gone', staticOn(hubA));
    await register(on, 'gone');
    await enroll(on, 'gone', { ...staticOn(hubA), provisioningStatus: 'disabled' });
    expect((await register(on, 'gone')).status).toBe('disabled');
    await on.call('DELETE', '/enrollments/gone');
    expect(on.hubs.device(hubA, 'gone')).not.toBeNull();
  });
});
