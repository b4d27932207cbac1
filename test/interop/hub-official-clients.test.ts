import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { type ConnectionOptions, connect } from 'node:tls';
import { Client, Message } from 'azure-iot-device';
import { Mqtt, MqttWs } from 'azure-iot-device-mqtt';
import { Registry, type Twin } from 'azure-iothub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudBench, startCloudBench } from './cloud-bench.ts';
import { aliasVectors, type Credential, selfSigned, serviceCaller, x509Enrollment } from './dps-bench.ts';
import { certificateDevice, deviceKeys, keyDevice } from './hub-bench.ts';
import { agentFor } from './official-service.ts';

/* Microsoft's registry and device packages, unmodified, against a simulated hub. */

let bench: CloudBench;
let agent: Agent;
let registry: Registry;
let hub = '';
let ca = '';
beforeAll(async () => {
  bench = await startCloudBench();
  hub = bench.hub.hostName;
  ca = readFileSync(bench.ready.caFile, 'utf8');
  agent = agentFor({ caFile: bench.ready.caFile, port: bench.hub.port });
  registry = Registry.fromConnectionString(bench.hub.serviceConnectionString);
  type WithOptions = { setOptions: (options: { http: { agent: Agent } }) => void };
  (registry as unknown as { _restApiClient: WithOptions })._restApiClient.setOptions({ http: { agent } });
});
afterAll(async () => {
  agent.destroy();
  await bench.close();
});

const get = async (deviceId: string) => (await registry.get(deviceId)).responseBody;

/** Asks the registry until it says so: a hub learns of the end of a connection when it sees it. */
async function isDisconnected(deviceId: string): Promise<void> {
  while (String((await get(deviceId)).connectionState) !== 'Disconnected');
}

describe('azure-iothub Registry', () => {
  it('reads, updates and deletes an identity', async () => {
    bench.cloud.hubs.linked.put(hub, keyDevice('read'));
    const read = await get('read');
    expect(read).toMatchObject({ deviceId: 'read', status: 'enabled', connectionState: 'Disconnected' });
    expect(read.authentication?.symmetricKey).toEqual(deviceKeys);

    const updated = (await registry.update({ ...read, status: 'disabled', statusReason: 'returned' })).responseBody;
    expect(updated).toMatchObject({
      status: 'disabled',
      statusReason: 'returned',
      authentication: read.authentication,
    });
    expect(await get('read')).toMatchObject({ status: 'disabled' });

    await registry.delete('read');
    await expect(registry.get('read')).rejects.toMatchObject({ name: 'DeviceNotFoundError' });
    await expect(registry.delete('read')).rejects.toMatchObject({ name: 'DeviceNotFoundError' });
  });

  it('creates, and is told when there is one', async () => {
    const created = (await registry.create({ deviceId: 'made' })).responseBody;
    expect(created.authentication?.symmetricKey?.primaryKey).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    await expect(registry.create({ deviceId: 'made' })).rejects.toMatchObject({ name: 'DeviceAlreadyExistsError' });
  });

  it('lists and queries, page by page', async () => {
    for (let index = 0; index < 7; index += 1) bench.cloud.hubs.linked.put(hub, keyDevice(`many-${index}`));
    const ids = (await registry.list()).responseBody.map((device) => device.deviceId);
    const query = registry.createQuery('SELECT * FROM devices', 3);
    const twins: Twin[] = [];
    while (query.hasMoreResults) twins.push(...(await query.nextAsTwin()).result);
    expect(twins.map((twin) => twin.deviceId).sort()).toEqual(ids.sort());
    expect(ids).toContain('many-6');

    const one = registry.createQuery("SELECT deviceId, connectionState FROM devices WHERE deviceId = 'many-3'");
    expect((await one.next()).result).toEqual([{ deviceId: 'many-3', connectionState: 'Disconnected' }]);
    const twin = (await registry.getTwin('many-3')).responseBody;
    expect(twin.properties.desired).toMatchObject({ $version: 1 });
  });

  it('is refused with a wrong key', async () => {
    const wrong = bench.hub.serviceConnectionString.replace(
      /SharedAccessKey=.*/,
      `SharedAccessKey=${deviceKeys.primaryKey}`,
    );
    const stranger = Registry.fromConnectionString(wrong);
    type WithOptions = { setOptions: (options: { http: { agent: Agent } }) => void };
    (stranger as unknown as { _restApiClient: WithOptions })._restApiClient.setOptions({ http: { agent } });
    await expect(stranger.list()).rejects.toMatchObject({ name: 'UnauthorizedError' });
  });
});

/** Opens, sends, reads the twin, and closes, while the registry tells of the connection. */
async function lives(client: Client, deviceId: string): Promise<void> {
  const sent = bench.cloud.hubs.messagesFrom(hub, deviceId) ?? 0;
  await client.open();
  expect(await get(deviceId)).toMatchObject({ connectionState: 'Connected' });
  await client.sendEvent(new Message('{"temperature":21}'));
  expect(bench.cloud.hubs.messagesFrom(hub, deviceId)).toBe(sent + 1);
  const twin = await client.getTwin();
  expect(twin.properties.desired).toMatchObject({ $version: 1 });
  await new Promise<void>((done, failed) => {
    twin.properties.reported.update({ firmware: '1.6.5' }, (error: Error | null) => (error ? failed(error) : done()));
  });
  expect((await registry.getTwin(deviceId)).responseBody.properties.reported).toMatchObject({ firmware: '1.6.5' });
  const identity = await get(deviceId);
  expect(String(identity.lastActivityTime)).not.toMatch(/^0001/);
  await client.close();
  await isDisconnected(deviceId);
}

async function withCertificate(deviceId: string, { certPem, keyPem }: Credential): Promise<Client> {
  const client = Client.fromConnectionString(`HostName=${hub};DeviceId=${deviceId};x509=true`, Mqtt);
  await client.setOptions({ ca, cert: certPem, key: keyPem });
  return client;
}

describe('azure-iot-device over azure-iot-device-mqtt', () => {
  it('lives with a key, at the hub that it was assigned to', async () => {
    const registrationId = 'whole-way';
    const attestation = { type: 'symmetricKey', symmetricKey: deviceKeys };
    await serviceCaller(bench.ready)('PUT', `/enrollments/${registrationId}`, {
      registrationId,
      deviceId: 'Whole-Way',
      attestation,
      initialTwin: { tags: { line: 'L3' }, properties: { desired: { rate: 30 } } },
    });
    const outcome = await bench.device({ transport: 'Mqtt', registrationId, key: deviceKeys.primaryKey });
    if (!outcome.ok) throw new Error(outcome.error);
    const { assignedHub, deviceId } = outcome.result;
    const secret = `SharedAccessKey=${deviceKeys.primaryKey}`;
    const client = Client.fromConnectionString(`HostName=${assignedHub};DeviceId=${deviceId};${secret}`, Mqtt);
    await client.setOptions({ ca });
    await lives(client, 'Whole-Way');
    const { tags, properties } = (await registry.getTwin('Whole-Way')).responseBody;
    expect({ tags, desired: properties.desired }).toMatchObject({ tags: { line: 'L3' }, desired: { rate: 30 } });
  });

  it('lives with a certificate', async () => {
    const credential = selfSigned('certified');
    bench.cloud.hubs.linked.put(hub, certificateDevice('certified', credential.certPem));
    await lives(await withCertificate('certified', credential), 'certified');
  });

  it('lives with the certificate of a DevKit, provisioned the whole way', async () => {
    const [, vector] = aliasVectors();
    if (vector === undefined) throw new Error('no vectors');
    const { registrationId } = vector;
    const enrollment = x509Enrollment(registrationId, vector.certPem);
    await serviceCaller(bench.ready)('PUT', `/enrollments/${registrationId}`, enrollment);
    const registered = await bench.device({ transport: 'MqttWs', registrationId, credential: vector });
    expect(registered).toMatchObject({ ok: true, result: { assignedHub: hub } });
    await lives(await withCertificate(registrationId, vector), registrationId);
  });

  it('lives over WebSocket', async () => {
    bench.cloud.hubs.linked.put(hub, keyDevice('webbed'));
    const secret = `SharedAccessKey=${deviceKeys.secondaryKey}`;
    const client = Client.fromConnectionString(`HostName=localhost;DeviceId=webbed;${secret}`, MqttWs);
    const webSocketAgent = new Agent();
    webSocketAgent.createConnection = (options: ConnectionOptions) =>
      connect({ ...options, port: bench.hub.port, servername: 'localhost', ca });
    await client.setOptions({ mqtt: { webSocketAgent } });
    await lives(client, 'webbed');
  });

  it('is refused with another key or certificate, and when it is disabled', async () => {
    bench.cloud.hubs.linked.put(hub, keyDevice('guarded'));
    const secret = `SharedAccessKey=${Buffer.alloc(32, 9).toString('base64')}`;
    const wrong = Client.fromConnectionString(`HostName=${hub};DeviceId=guarded;${secret}`, Mqtt);
    await wrong.setOptions({ ca });
    await expect(wrong.open()).rejects.toMatchObject({ name: 'UnauthorizedError' });

    const credential = selfSigned('stopped');
    bench.cloud.hubs.linked.put(hub, certificateDevice('stopped', credential.certPem));
    const stranger = await withCertificate('stopped', selfSigned('stopped'));
    await expect(stranger.open()).rejects.toMatchObject({ name: 'UnauthorizedError' });
    await registry.update({ deviceId: 'stopped', status: 'disabled' });
    const disabled = await withCertificate('stopped', credential);
    await expect(disabled.open()).rejects.toMatchObject({ name: 'UnauthorizedError' });
  });

  it('is cut when its identity is deleted', async () => {
    bench.cloud.hubs.linked.put(hub, keyDevice('recalled'));
    const secret = `SharedAccessKey=${deviceKeys.primaryKey}`;
    const client = Client.fromConnectionString(`HostName=${hub};DeviceId=recalled;${secret}`, Mqtt);
    await client.setOptions({ ca });
    await client.open();
    client.setRetryPolicy({ shouldRetry: () => false, nextRetryTimeout: () => 0 });
    const cut = new Promise((done) => client.once('disconnect', done));
    await registry.delete('recalled');
    await cut;
    await client.close();
  });
});
