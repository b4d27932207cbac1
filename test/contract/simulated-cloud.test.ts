import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { HubReady } from '../../src/shared/bench.ts';
import {
  type SimulatedCloud,
  type SimulatedCloudOptions,
  startSimulatedCloud,
} from '../../src/simulation/cloud/simulated-cloud.ts';
import { type Credential, deviceCaller, registerDevice, selfSigned, serviceCaller } from '../interop/dps-bench.ts';
import { certificateDevice, hubLogin, ownerToken, registryCaller } from '../interop/hub-bench.ts';
import { mqttOverTls, mqttOverWebSocket } from '../interop/plain-mqtt.ts';

/* A provisioning service and its hubs as one cloud: what the one decides the others show. */

const opened: { readonly cloud: SimulatedCloud; readonly folder: string }[] = [];
afterEach(async () => {
  for (const { cloud, folder } of opened.splice(0)) {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function start(options: Partial<SimulatedCloudOptions> = {}): Promise<SimulatedCloud> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'simulated-cloud-'));
  const cloud = await startSimulatedCloud({ port: 0, mqttPort: 0, ...options, folder });
  opened.push({ cloud, folder });
  return cloud;
}

function hubOf(cloud: SimulatedCloud, place = 0): HubReady {
  const hub = cloud.ready.hubs?.[place];
  if (hub === undefined) throw new Error('no such hub');
  return hub;
}

const registryOf = (cloud: SimulatedCloud, hub: HubReady) =>
  registryCaller({ caFile: cloud.ready.caFile, hub }, ownerToken(hub), hub);

/** Enrolls a device for one hub, over what is there, and lets it register. */
async function provision(cloud: SimulatedCloud, registrationId: string, credential: Credential, hub: HubReady) {
  const call = serviceCaller(cloud.ready);
  const held = await call('GET', `/enrollments/${registrationId}`);
  const body = {
    registrationId,
    attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate: credential.certPem } } } },
    allocationPolicy: 'static',
    iotHubs: [hub.hostName],
  };
  const ifMatch = held.status === 200 ? { 'If-Match': '*' } : undefined;
  expect((await call('PUT', `/enrollments/${registrationId}`, body, ifMatch)).status).toBe(200);
  const device = deviceCaller(cloud.ready, registrationId, credential);
  return (await registerDevice(device, registrationId)).last.json;
}

it('creates the identity at the assigned hub, and moves it with its connection', async () => {
  const cloud = await start({ linked: [{ hostName: 'one.azure-devices.net' }, { hostName: 'two.azure-devices.net' }] });
  const [first, second] = [hubOf(cloud, 0), hubOf(cloud, 1)];
  const credential = selfSigned('unit-1');
  expect((await provision(cloud, 'unit-1', credential, first)).registrationState.assignedHub).toBe(first.hostName);
  const identity = (await registryOf(cloud, first)('GET', '/devices/unit-1')).json;
  expect(identity.authentication.type).toBe('selfSigned');
  expect((await registryOf(cloud, second)('GET', '/devices/unit-1')).status).toBe(404);

  const device = await mqttOverTls({ port: first.mqttPort ?? 0, caFile: cloud.ready.caFile, credential });
  expect(await device.login(hubLogin(first.hostName, 'unit-1'))).toBe(0);
  expect((await provision(cloud, 'unit-1', credential, second)).registrationState.assignedHub).toBe(second.hostName);
  await device.closed;
  expect((await registryOf(cloud, first)('GET', '/devices/unit-1')).status).toBe(404);
  expect((await registryOf(cloud, second)('GET', '/devices/unit-1')).status).toBe(200);
});

it('loses its network as a whole', async () => {
  const cloud = await start();
  const hub = hubOf(cloud);
  const credential = selfSigned('unit-2');
  cloud.hubs.linked.put(hub.hostName, certificateDevice('unit-2', credential.certPem));
  const device = await mqttOverTls({ port: hub.mqttPort ?? 0, caFile: cloud.ready.caFile, credential });
  expect(await device.login(hubLogin(hub.hostName, 'unit-2'))).toBe(0);
  expect(cloud.setFaults({ outage: 'refuse' }).outage).toBe('refuse');
  await device.closed;
  await expect(registryOf(cloud, hub)('GET', '/devices/unit-2')).rejects.toThrow();
  cloud.setFaults({ outage: 'none' });
  expect((await registryOf(cloud, hub)('GET', '/devices/unit-2')).status).toBe(200);
});

it('comes back as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-cloud-'));
  const files = { folder, stateFile: join(folder, 'state.json'), hubStateFile: join(folder, 'hubs.json') };
  const first = await start(files);
  expect((await provision(first, 'unit-3', selfSigned('unit-3'), hubOf(first))).status).toBe('assigned');
  const before = (await registryOf(first, hubOf(first))('GET', '/devices/unit-3')).json;
  opened.splice(0);
  await first.stop();
  const second = await start(files);
  expect((await registryOf(second, hubOf(second))('GET', '/devices/unit-3')).json).toEqual(before);
  expect(hubOf(second).serviceConnectionString).toBe(hubOf(first).serviceConnectionString);
});

it('has no MQTT where boards hand their certificates over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-cloud-'));
  const linked = [{ hostName: 'one.azure-devices.net', mqttPort: null }];
  const cloud = await startSimulatedCloud({ port: 0, folder, linked, handOverToken: 'a'.repeat(64) });
  opened.push({ cloud, folder });
  expect(cloud.ready).not.toHaveProperty('mqttPort');
  expect(hubOf(cloud)).not.toHaveProperty('mqttPort');
  const webSocket = await mqttOverWebSocket({ port: cloud.ready.port, caFile: cloud.ready.caFile });
  await webSocket.closed;
});

it('leaves nothing running when a port is taken', async () => {
  const taken = await start();
  const folder = mkdtempSync(join(tmpdir(), 'simulated-cloud-'));
  const linked = [{ hostName: 'one', port: 0 }];
  for (const wrong of [{ port: taken.ready.port }, { port: 0, mqttPort: taken.ready.port }]) {
    await expect(startSimulatedCloud({ folder, linked, ...wrong })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  }
  const busy = [...linked, { hostName: 'two', port: taken.ready.port }];
  await expect(startSimulatedCloud({ folder, linked: busy, port: 0 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  rmSync(folder, { recursive: true, force: true });
});
