import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { connect, type SecureVersion } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import type { Credential } from './dps-bench.ts';

/*
 * A plain MQTT 3.1.1 client for tests, written from the OASIS standard: as much of it as devices of Azure use, and
 * nothing of the simulator's own library, so that neither is judged by itself.
 */

/** What opens a connection. */
export type MqttLogin = { readonly clientId: string; readonly userName?: string; readonly password?: string };

/** A message that the server sent. */
export type Arrived = { readonly topic: string; readonly payload: string };

/** An open MQTT connection. Waits end with the connection: then they reject. */
export type PlainMqtt = {
  /** Sends CONNECT and answers the return code of CONNACK; 0 is accepted (section 3.2.2.3). */
  readonly login: (login: MqttLogin) => Promise<number>;
  /** Answers the granted quality of service, 0x80 for a refusal (section 3.9.3). */
  readonly subscribe: (filter: string, qos?: number) => Promise<number>;
  /** Resolves when the server has acknowledged the message; at quality of service 0 at once. */
  readonly publish: (topic: string, payload: string, qos?: number) => Promise<void>;
  /** The next message, in the order of arrival. */
  readonly message: () => Promise<Arrived>;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly end: () => void;
};

/** Where a server listens, and how to reach it. */
export type MqttAddress = {
  readonly port: number;
  readonly caFile: string;
  readonly credential?: Credential | null;
  readonly tlsVersion?: SecureVersion;
};

const packetType = { connect: 1, connack: 2, publish: 3, puback: 4, subscribe: 8, suback: 9, disconnect: 14 } as const;

/** Opens a connection over TLS; rejects with the socket's error. */
export async function mqttOverTls(address: MqttAddress): Promise<PlainMqtt> {
  const socket = connect({ host: 'localhost', port: address.port, ...tlsOf(address) });
  await once(socket, 'secureConnect');
  return plainMqtt(socket);
}

/** Opens a connection over WebSocket inside TLS, at the path that Azure's services use. */
export async function mqttOverWebSocket(address: MqttAddress): Promise<PlainMqtt> {
  const webSocket = new WebSocket(`wss://localhost:${address.port}/$iothub/websocket`, 'mqtt', tlsOf(address));
  await once(webSocket, 'open');
  return plainMqtt(createWebSocketStream(webSocket));
}

function tlsOf({ caFile, credential, tlsVersion }: MqttAddress) {
  return {
    ca: readFileSync(caFile),
    ...(credential && { cert: credential.certPem, key: credential.keyPem }),
    ...(tlsVersion && { minVersion: tlsVersion, maxVersion: tlsVersion }),
  };
}

type Packet = { readonly type: number; readonly flags: number; readonly body: Buffer };

function plainMqtt(stream: Duplex): PlainMqtt {
  const acknowledgements = mailbox<Packet>();
  const messages = mailbox<Arrived>();
  let lastId = 0;
  const closed = new Promise<void>((done) => {
    const end = (): void => {
      acknowledgements.close();
      messages.close();
      done();
    };
    stream.once('close', end);
    stream.once('end', end); // the stream of a WebSocket that was cut says only this
  });
  const send = (type: number, flags: number, ...parts: Buffer[]): void => {
    const body = Buffer.concat(parts);
    stream.write(Buffer.concat([Buffer.from([(type << 4) | flags]), lengthOf(body), body]));
  };
  const receive = (packet: Packet): void => {
    if (packet.type !== packetType.publish) return acknowledgements.put(packet);
    const arrived = arrivedFrom(packet);
    if (arrived.id !== null) send(packetType.puback, 0, uint16(arrived.id));
    messages.put({ topic: arrived.topic, payload: arrived.payload });
  };
  const parser = createParser(receive);
  stream.on('data', parser);
  stream.on('error', () => {}); // the end of the connection tells
  const nextId = (): Buffer => {
    lastId += 1;
    return uint16(lastId);
  };
  return {
    closed,
    end: () => {
      send(packetType.disconnect, 0);
      stream.end();
    },
    message: messages.take,
    login: async ({ clientId, userName, password }) => {
      const flags = 2 | (userName === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40);
      const fields = [clientId, userName, password].filter((field) => field !== undefined).map(text);
      send(packetType.connect, 0, text('MQTT'), Buffer.from([4, flags]), uint16(180), ...fields);
      return (await acknowledgements.take()).body[1] ?? -1;
    },
    subscribe: async (filter, qos = 1) => {
      send(packetType.subscribe, 2, nextId(), text(filter), Buffer.from([qos]));
      return (await acknowledgements.take()).body[2] ?? -1;
    },
    publish: async (topic, payload, qos = 1) => {
      send(packetType.publish, qos << 1, text(topic), qos === 0 ? Buffer.alloc(0) : nextId(), Buffer.from(payload));
      if (qos > 0) await acknowledgements.take();
    },
  };
}

function arrivedFrom({ flags, body }: Packet): Arrived & { readonly id: number | null } {
  const length = body.readUInt16BE(0);
  const topic = body.subarray(2, 2 + length).toString('utf8');
  const hasId = (flags & 6) !== 0;
  const payload = body.subarray(2 + length + (hasId ? 2 : 0)).toString('utf8');
  return { topic, payload, id: hasId ? body.readUInt16BE(2 + length) : null };
}

/** Cuts a byte stream into packets (section 2.2). */
function createParser(receive: (packet: Packet) => void): (bytes: Buffer) => void {
  let held = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    for (let packet = firstPacket(held); packet !== null; packet = firstPacket(held)) {
      held = held.subarray(packet.size);
      receive(packet);
    }
  };
}

function firstPacket(bytes: Buffer): (Packet & { readonly size: number }) | null {
  let length = 0;
  for (let at = 1; at < Math.min(bytes.length, 5); at += 1) {
    const digit = bytes.readUInt8(at);
    length += (digit & 0x7f) * 128 ** (at - 1);
    if ((digit & 0x80) !== 0) continue;
    const size = at + 1 + length;
    if (bytes.length < size) return null;
    const head = bytes.readUInt8(0);
    return { type: head >> 4, flags: head & 15, body: bytes.subarray(at + 1, size), size };
  }
  return null;
}

function lengthOf(body: Buffer): Buffer {
  const digits: number[] = [];
  let rest = body.length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    digits.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.from(digits);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint16(bytes.length), bytes]);
}

function mailbox<T>() {
  const items: T[] = [];
  const waiting: { readonly give: (item: T) => void; readonly fail: (error: Error) => void }[] = [];
  let isClosed = false;
  const gone = (): Error => new Error('the connection has ended');
  return {
    put: (item: T): void => {
      const next = waiting.shift();
      if (next === undefined) items.push(item);
      else next.give(item);
    },
    take: (): Promise<T> =>
      new Promise((give, fail) => {
        const item = items.shift();
        if (item !== undefined) give(item);
        else if (isClosed) fail(gone());
        else waiting.push({ give, fail });
      }),
    close: (): void => {
      isClosed = true;
      for (const { fail } of waiting) fail(gone());
    },
  };
}
