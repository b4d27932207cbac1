import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { aliasVectors, selfSigned } from '../interop/dps-bench.ts';
import {
  certificateDevice,
  deviceKeys,
  deviceToken,
  type HubBench,
  hubLogin,
  keyDevice,
  type RegistryCaller,
  registryCaller,
  startHubBench,
} from '../interop/hub-bench.ts';
import { type MqttAddress, mqttOverTls, mqttOverWebSocket, type PlainMqtt } from '../interop/plain-mqtt.ts';

/* Expectations: Azure documentation, communicate with an IoT hub by MQTT, and MQTT 3.1.1 (OASIS). */

const accepted = 0;
const notAuthorized = 5;
const refusedFilter = 0x80;

let bench: HubBench;
let call: RegistryCaller;
let hub = '';
beforeAll(async () => {
  bench = await startHubBench();
  call = registryCaller(bench);
  hub = bench.hub.hostName;
});
afterAll(() => bench.close());

const address = (more: Partial<MqttAddress> = {}): MqttAddress => ({
  port: bench.hub.mqttPort ?? 0,
  caFile: bench.caFile,
  ...more,
});
const identity = async (id: string) => (await call('GET', `/devices/${id}`)).json;

/** A connected device with keys. */
async function connected(id: string): Promise<PlainMqtt> {
  bench.hubs.linked.put(hub, keyDevice(id, { desired: { rate: 30 }, tags: { line: 'L3' } }));
  const device = await mqttOverTls(address());
  expect(await device.login(hubLogin(hub, id, deviceToken(hub, id, deviceKeys.primaryKey)))).toBe(accepted);
  return device;
}

/** Asks the registry until the device is said to be gone: a hub learns of an end when it sees it. */
async function disconnected(id: string): Promise<void> {
  while ((await identity(id)).connectionState !== 'Disconnected');
}

describe('CONNECT', () => {
  it('takes the primary and the secondary key, and shows the connection', async () => {
    for (const key of Object.values(deviceKeys)) {
      bench.hubs.linked.put(hub, keyDevice('keyed'));
      const device = await mqttOverTls(address());
      expect(await device.login(hubLogin(hub, 'keyed', deviceToken(hub, 'keyed', key)))).toBe(accepted);
      const seen = await identity('keyed');
      expect(seen.connectionState).toBe('Connected');
      expect(seen.connectionStateUpdatedTime).not.toMatch(/^0001/);
      device.end();
      await device.closed;
      await disconnected('keyed');
    }
  });

  it.each(['sha1', 'sha256'] as const)('takes a certificate by its %s thumbprint', async (digest) => {
    const id = `certified-${digest}`;
    const credential = selfSigned(id);
    bench.hubs.linked.put(hub, certificateDevice(id, credential.certPem, digest));
    const device = await mqttOverTls(address({ credential }));
    expect(await device.login(hubLogin(hub, id))).toBe(accepted);
    expect((await identity(id)).connectionState).toBe('Connected');
    device.end();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'takes the malformed certificates of the DevKit over %s',
    async (tlsVersion) => {
      for (const credential of aliasVectors().slice(0, 4)) {
        bench.hubs.linked.put(hub, certificateDevice(credential.registrationId, credential.certPem));
        const web = address({ credential, tlsVersion, port: bench.hub.port });
        for (const open of [() => mqttOverTls(address({ credential, tlsVersion })), () => mqttOverWebSocket(web)]) {
          const device = await open();
          expect(await device.login(hubLogin(hub, credential.registrationId))).toBe(accepted);
          device.end();
          await device.closed;
        }
      }
    },
  );

  it('works over WebSocket, on the HTTPS port', async () => {
    const credential = selfSigned('webbed');
    bench.hubs.linked.put(hub, certificateDevice('webbed', credential.certPem));
    const device = await mqttOverWebSocket(address({ port: bench.hub.port, credential }));
    expect(await device.login(hubLogin(hub, 'webbed'))).toBe(accepted);
    device.end();
  });

  it('refuses everything that proves nothing', async () => {
    const known = selfSigned('real');
    bench.hubs.linked.put(hub, certificateDevice('real', known.certPem));
    bench.hubs.linked.put(hub, keyDevice('guarded'));
    bench.hubs.linked.put(hub, keyDevice('other'));
    const good = deviceToken(hub, 'guarded', deviceKeys.primaryKey);
    const hourAgo = Math.floor(Date.now() / 1000) - 3600;
    const attempts = [
      hubLogin(hub, 'guarded'),
      hubLogin(hub, 'guarded', deviceToken(hub, 'guarded', Buffer.alloc(32, 9).toString('base64'))),
      hubLogin(hub, 'guarded', deviceToken(hub, 'other', deviceKeys.primaryKey)),
      hubLogin(hub, 'guarded', deviceToken('another-hub', 'guarded', deviceKeys.primaryKey)),
      hubLogin(hub, 'guarded', deviceToken(hub, 'guarded', deviceKeys.primaryKey, hourAgo)),
      hubLogin(hub, 'guarded', `${good}&skn=iothubowner`),
      hubLogin('another-hub', 'guarded', good),
      hubLogin(hub, 'Guarded', deviceToken(hub, 'Guarded', deviceKeys.primaryKey)),
      hubLogin(hub, 'nobody', deviceToken(hub, 'nobody', deviceKeys.primaryKey)),
      hubLogin(hub, 'real', deviceToken(hub, 'real', deviceKeys.primaryKey)),
      { ...hubLogin(hub, 'guarded', good), clientId: 'other' },
      { ...hubLogin(hub, 'guarded', good), userName: `${hub}/guarded/` },
      { clientId: 'guarded', password: good },
    ];
    for (const login of attempts) {
      const device = await mqttOverTls(address());
      expect(await device.login(login)).toBe(notAuthorized);
      await device.closed;
    }
    const stranger = await mqttOverTls(address({ credential: selfSigned('real') }));
    expect(await stranger.login(hubLogin(hub, 'real'))).toBe(notAuthorized);
    expect((await identity('guarded')).connectionState).toBe('Disconnected');
  });

  it('of the same device cuts the connection before', async () => {
    const first = await connected('twice');
    const second = await connected('twice');
    await first.closed;
    expect((await identity('twice')).connectionState).toBe('Connected');
    second.end();
  });
});

describe('a connected device', () => {
  it('sends telemetry, which is counted', async () => {
    const device = await connected('talker');
    const before = (await identity('talker')).lastActivityTime;
    await device.publish('devices/talker/messages/events/', '{"a":1}');
    await device.publish('devices/talker/messages/events/kind=test&%24.ct=application%2Fjson', '{"a":2}');
    expect(bench.hubs.messagesFrom(hub, 'talker')).toBe(2);
    expect(bench.hubs.messagesFrom(hub, 'nobody')).toBeNull();
    expect((await identity('talker')).lastActivityTime > before).toBe(true);
    device.end();
  });

  it('reads its twin, without tags, and reports', async () => {
    const device = await connected('twin');
    expect(await device.subscribe('$iothub/twin/res/#', 0)).toBe(0);
    await device.publish('$iothub/twin/GET/?$rid=one', '', 0);
    const twin = await device.message();
    expect(twin.topic).toBe('$iothub/twin/res/200/?$rid=one');
    expect(JSON.parse(twin.payload)).toEqual({ desired: { rate: 30, $version: 1 }, reported: { $version: 1 } });

    await device.publish('$iothub/twin/PATCH/properties/reported/?$rid=two', '{"a":{"b":1,"c":2},"d":3}', 0);
    expect((await device.message()).topic).toBe('$iothub/twin/res/204/?$rid=two&$version=2');
    await device.publish('$iothub/twin/PATCH/properties/reported/?$rid=three', '{"a":{"b":null},"d":4}', 0);
    expect((await device.message()).topic).toBe('$iothub/twin/res/204/?$rid=three&$version=3');
    expect((await call('GET', '/twins/twin')).json.properties.reported).toEqual({ a: { c: 2 }, d: 4, $version: 3 });

    await device.publish('$iothub/twin/PATCH/properties/reported/?$rid=four', 'no json', 0);
    expect((await device.message()).topic).toBe('$iothub/twin/res/400/?$rid=four');
    device.end();
  });

  it('subscribes to its own topics only', async () => {
    const device = await connected('listener');
    expect(await device.subscribe('devices/listener/messages/devicebound/#')).toBe(1);
    expect(await device.subscribe('$iothub/methods/POST/#', 0)).toBe(0);
    for (const filter of ['#', '$iothub/#', 'devices/other/messages/devicebound/#', 'devices/+/messages/events/']) {
      expect(await device.subscribe(filter)).toBe(refusedFilter);
    }
    device.end();
  });

  it('is cut when it speaks for another, on an unknown topic, or at quality of service 2', async () => {
    const messages: [string, number][] = [
      ['devices/other/messages/events/', 1],
      ['somewhere', 0],
      ['devices/rude/messages/events/', 2],
    ];
    for (const [topic, qos] of messages) {
      const device = await connected('rude');
      void device.publish(topic, 'x', qos).catch(() => {}); // the connection ends instead of an answer
      await device.closed;
    }
    expect(bench.hubs.messagesFrom(hub, 'rude')).toBe(0);
  });

  it('is cut when its identity is disabled or deleted, and stays out', async () => {
    const disabled = await connected('switched-off');
    const body = { ...(await identity('switched-off')), status: 'disabled' };
    await call('PUT', '/devices/switched-off', body, { 'If-Match': '*' });
    await disabled.closed;
    await disconnected('switched-off');
    const again = await mqttOverTls(address());
    const token = deviceToken(hub, 'switched-off', deviceKeys.primaryKey);
    expect(await again.login(hubLogin(hub, 'switched-off', token))).toBe(notAuthorized);

    const deleted = await connected('deleted');
    await call('DELETE', '/devices/deleted', undefined, { 'If-Match': '*' });
    await deleted.closed;
    const removed = await connected('removed');
    bench.hubs.linked.remove(hub, 'removed');
    await removed.closed;
  });
});

it('cuts and refuses everybody while the network is away', async () => {
  const device = await connected('offline');
  bench.hubs.setNetwork(false);
  await device.closed;
  await expect(mqttOverTls(address())).rejects.toThrow();
  await expect(call('GET', '/devices/offline')).rejects.toThrow();
  bench.hubs.setNetwork(true);
  await disconnected('offline');
  (await connected('offline')).end();
});

it('ends connections that speak something else, and goes on', async () => {
  const openings = ['GET / HTTP/1.1\r\n\r\n', '\x10\x7f', '\x30\x03\x00\x01a', '\xf0\xff\xff\xff\xff\xff'];
  for (const opening of openings) {
    const socket = connect({ host: 'localhost', port: bench.hub.mqttPort ?? 0, ca: readFileSync(bench.caFile) });
    socket.on('error', () => {}); // cut, not closed
    await once(socket, 'secureConnect');
    socket.end(Buffer.from(opening, 'latin1'));
    await once(socket.resume(), 'close');
  }
  (await connected('after-noise')).end();
});

it('takes other paths and protocols of WebSocket for what they are', async () => {
  const ca = readFileSync(bench.caFile);
  const statusOf = (path: string, protocol: string): Promise<number | undefined> =>
    new Promise((done) => {
      const webSocket = new WebSocket(`wss://localhost:${bench.hub.port}${path}`, protocol, { ca });
      webSocket.on('error', () => {});
      webSocket.on('unexpected-response', (_request, response) => done(response.statusCode));
    });
  expect(await statusOf('/elsewhere', 'mqtt')).toBe(404);
  expect(await statusOf('/$iothub/websocket', 'AMQPWSB10')).toBe(400);
});
