import type { X509Certificate } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesOptions, type Client } from 'aedes';

/** Who opens an MQTT connection, and with what. */
export type MqttLogin = {
  readonly clientId: string;
  readonly userName: string; // empty: none
  readonly password: string; // empty: none
  /** What the device showed in the TLS handshake, leaf first. */
  readonly certificates: readonly X509Certificate[];
};

/** One accepted connection. */
export type MqttSession = {
  readonly login: MqttLogin;
  /** Sends to this device alone, at most with the quality of service that it asked for; nothing when it has not subscribed. */
  readonly publish: (topic: string, payload: string) => void;
  readonly cut: () => void;
};

/** What a service decides about its MQTT connections. */
export type MqttRules = {
  /** Whether CONNECT is accepted; a refused device hears return code 5 (not authorized, MQTT 3.1.1 section 3.2.2.3). */
  readonly admits: (login: MqttLogin) => boolean;
  readonly opened?: (session: MqttSession) => void;
  readonly closed?: (session: MqttSession) => void;
  /** Whether a topic filter may be subscribed to; a refused one hears failure (0x80). */
  readonly maySubscribe: (login: MqttLogin, filter: string) => boolean;
  /** Whether a message is taken, before it is acknowledged; otherwise the connection is cut. */
  readonly takes: (login: MqttLogin, topic: string) => boolean;
  /** A message that was taken and acknowledged: time to answer it. */
  readonly answers: (session: MqttSession, topic: string, payload: Buffer) => void | Promise<void>;
  /** Hears of bugs in the simulator. */
  readonly onBug: (error: unknown) => void;
};

/** An MQTT 3.1.1 server without sockets of its own. */
export type MqttBroker = {
  /** Speaks MQTT on a connection that has been made, with the certificates shown on it. */
  readonly serve: (stream: Duplex, certificates: readonly X509Certificate[]) => void;
  readonly close: () => Promise<void>;
};

type Qos = 0 | 1;
type RunningSession = MqttSession & { readonly filters: Map<string, Qos> };

/**
 * Makes an {@link MqttBroker}. Devices hear only what the service sends to them, never each other. A second connection
 * with the same client id cuts the first one (MQTT 3.1.1, 3.1.4-2). Nothing is retained; a message with quality of
 * service 2 cuts the connection, as Azure documents it for its hubs.
 */
export async function createMqttBroker(rules: MqttRules): Promise<MqttBroker> {
  const shown = new WeakMap<object, readonly X509Certificate[]>();
  const sessions = new WeakMap<Client, RunningSession>();
  const broker = await Aedes.createBroker(gatesFrom(rules, shown, sessions));
  const tell = (client: Client, listener: ((session: MqttSession) => void) | undefined): void => {
    const session = sessions.get(client);
    if (session !== undefined) listener?.(session);
  };
  (broker as EventEmitter).on('error', rules.onBug); // missing in the library's types; unheard it would end the process
  broker.on('client', (client) => tell(client, rules.opened));
  broker.on('clientDisconnect', (client) => tell(client, rules.closed));
  broker.on('unsubscribe', (filters, client) => {
    for (const filter of filters) sessions.get(client)?.filters.delete(filter);
  });
  broker.on('publish', (packet, client) => {
    const session = client === null ? undefined : sessions.get(client);
    if (session === undefined) return; // what the broker tells itself
    const handled = async () => rules.answers(session, packet.topic, Buffer.from(packet.payload));
    handled().catch(rules.onBug);
  });
  return {
    serve: (stream, certificates) => {
      shown.set(stream, certificates);
      broker.handle(stream);
    },
    close: () => new Promise((closed) => broker.close(() => closed())),
  };
}

/** What the library asks before it lets something happen. */
function gatesFrom(
  rules: MqttRules,
  shown: WeakMap<object, readonly X509Certificate[]>,
  sessions: WeakMap<Client, RunningSession>,
): AedesOptions {
  return {
    authenticate: (client, userName, password, done) => {
      const login = {
        clientId: client.id,
        userName: userName ?? '',
        password: password?.toString('utf8') ?? '',
        certificates: shown.get(client.conn) ?? [],
      };
      const admitted = rules.admits(login);
      if (admitted) sessions.set(client, sessionFrom(client, login));
      done(null, admitted);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const session = sessions.get(client);
      const granted = session !== undefined && rules.maySubscribe(session.login, subscription.topic);
      if (granted) session.filters.set(subscription.topic, subscription.qos === 0 ? 0 : 1);
      done(null, granted ? subscription : null);
    },
    authorizePublish: (client, packet, done) => {
      const session = client === null ? undefined : sessions.get(client);
      packet.retain = false;
      const taken = session !== undefined && packet.qos !== 2 && rules.takes(session.login, packet.topic);
      done(taken ? null : new Error('This topic takes no such message.')); // an error cuts the connection
    },
  };
}

function sessionFrom(client: Client, login: MqttLogin): RunningSession {
  const filters = new Map<string, Qos>();
  return {
    login,
    filters,
    publish: (topic, payload) => {
      const granted = [...filters].filter(([filter]) => covers(filter, topic)).map(([, qos]) => qos);
      if (granted.length === 0) return;
      const qos = granted.includes(1) ? 1 : 0;
      // The library calls the callback although it declares it optional; a write that fails ends the connection.
      client.publish({ cmd: 'publish', topic, payload, qos, dup: false, retain: false }, () => {});
    },
    cut: () => client.close(),
  };
}

/** Of the wild cards only a `#` at the end occurs in Azure's topics. */
function covers(filter: string, topic: string): boolean {
  return filter.endsWith('/#') ? topic.startsWith(filter.slice(0, -1)) : filter === topic;
}
