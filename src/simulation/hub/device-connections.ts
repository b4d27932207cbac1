import type { MqttSession } from '../mqtt/broker.ts';
import type { DeviceConnections } from './hub.ts';

/** The connections of one hub, one per device at most; the MQTT side reports them. */
export type ConnectionBook = DeviceConnections & {
  readonly add: (session: MqttSession) => void;
  readonly forget: (session: MqttSession) => void;
};

/** Makes an empty {@link ConnectionBook}. The client id of a session is its device id. */
export function createConnectionBook(): ConnectionBook {
  const sessions = new Map<string, MqttSession>();
  return {
    isConnected: (deviceId) => sessions.has(deviceId),
    cut: (deviceId) => sessions.get(deviceId)?.cut(),
    add: (session) => {
      sessions.set(session.login.clientId, session);
    },
    forget: (session) => {
      // A session that another one has replaced may end later.
      if (sessions.get(session.login.clientId) === session) sessions.delete(session.login.clientId);
    },
  };
}
