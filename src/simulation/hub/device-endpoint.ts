import { createMqttBroker, type MqttBroker, type MqttLogin, type MqttSession } from '../mqtt/broker.ts';
import type { ConnectionBook } from './device-connections.ts';
import { provenDevice } from './device-credentials.ts';
import type { Hub } from './hub.ts';
import { deviceTwinView } from './identity-view.ts';
import type { StoredDevice } from './records.ts';

/* Topics: Azure documentation, communicate with an IoT hub by MQTT. */
const twinRequest = /^\$iothub\/twin\/(GET|PATCH)\/(properties\/reported\/)?\?(.*)$/;
const sharedFilters = ['$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#', '$iothub/methods/POST/#'];

/**
 * The MQTT side of a hub: who may connect, telemetry (counted, not kept), and the device's own twin. Wrong credentials
 * are refused at CONNECT. Methods and messages to devices may be subscribed to and never come.
 */
export async function createDeviceEndpoint(
  hub: Hub,
  connections: ConnectionBook,
  settled: () => Promise<void>,
  onBug: (error: unknown) => void,
): Promise<MqttBroker> {
  return await createMqttBroker({
    admits: (login) => provenDevice(hub, login) !== null,
    opened: (session) => {
      connections.add(session);
      touch(hub, session.login, (_device, now) => ({ connectionStateUpdatedTime: now, lastActivityTime: now }));
    },
    closed: (session) => {
      connections.forget(session);
      touch(hub, session.login, (_device, now) => ({ connectionStateUpdatedTime: now }));
    },
    maySubscribe: ({ clientId }, filter) =>
      filter === `devices/${clientId}/messages/devicebound/#` || sharedFilters.includes(filter),
    takes: (login, topic) => takes(hub, login, topic),
    answers: async (session, topic, payload) => {
      const respond = answerTo(hub, session, topic, payload);
      if (respond === null) return;
      await settled(); // nobody is told of what a restart could forget
      respond();
    },
    onBug,
  });
}

function takes(hub: Hub, login: MqttLogin, topic: string): boolean {
  const isTelemetry = topic.startsWith(`devices/${login.clientId}/messages/events/`);
  if (isTelemetry) {
    touch(hub, login, (device, now) => ({ messagesReceived: device.messagesReceived + 1, lastActivityTime: now }));
  }
  return isTelemetry || twinRequest.test(topic) || topic.startsWith('$iothub/methods/res/');
}

/** Notes what a connection did, without a new etag: that one stands for what people decide. */
function touch(hub: Hub, login: MqttLogin, change: (device: StoredDevice, now: string) => Partial<StoredDevice>): void {
  const device = hub.book.device(login.clientId);
  if (device !== undefined) hub.book.put({ ...device, ...change(device, hub.clock.timestamp()) });
}

/** Carries out a twin request and answers how to respond to it; null when there is nothing to say. */
function answerTo(hub: Hub, session: MqttSession, topic: string, payload: Buffer): (() => void) | null {
  const [, verb, reported, parameters = ''] = twinRequest.exec(topic) ?? [];
  const device = hub.book.device(session.login.clientId);
  const requestId = new URLSearchParams(parameters).get('$rid');
  if (verb === undefined || device === undefined || requestId === null) return null;
  const respond = (status: number, body: string, more = '') => {
    return () => session.publish(`$iothub/twin/res/${status}/?$rid=${requestId}${more}`, body);
  };
  if (verb === 'GET') return respond(200, JSON.stringify(deviceTwinView(device)));
  const patch = reported === undefined ? null : objectFrom(payload);
  if (patch === null) return respond(400, '{"errorCode":400004,"message":"The patch is not a JSON object."}');
  const twin = {
    ...device.twin,
    reported: merged(device.twin.reported, patch),
    version: device.twin.version + 1,
    reportedVersion: device.twin.reportedVersion + 1,
  };
  hub.book.put({ ...device, twin });
  return respond(204, '', `&$version=${twin.reportedVersion}`);
}

function objectFrom(payload: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Twin patches merge objects member by member; null removes one (Azure documentation, device twins). */
function merged(before: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(before).filter(([name]) => patch[name] !== null);
  const changed = Object.entries(patch)
    .filter(([, value]) => value !== null)
    .map(([name, value]): [string, unknown] => {
      const held = Object.hasOwn(before, name) ? before[name] : undefined;
      return [name, isObject(value) ? merged(isObject(held) ? held : {}, value) : value];
    });
  return Object.fromEntries([...kept, ...changed]);
}
