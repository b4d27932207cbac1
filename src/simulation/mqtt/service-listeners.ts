import type { RequestListener } from 'node:http';
import { chainPresentedOn } from '../tls/presented-chain.ts';
import { listenSecurely, listenSecurelyRaw, type SecureListener } from '../tls/secure-listener.ts';
import type { MqttBroker } from './broker.ts';
import { createWebSocketUpgrade } from './websocket.ts';

/** Where one simulated service listens, and what it answers with. */
export type ServiceListenersOptions = {
  readonly port: number;
  /** null: no MQTT over TLS. */
  readonly mqttPort: number | null;
  readonly certPem: string;
  readonly keyPem: string;
  /** Asked for each new connection; `false` cuts it before TLS begins. */
  readonly mayConnect: () => boolean;
  readonly onRequest: RequestListener;
  /** Speaks MQTT on both ways; null as long as there is none: then such connections are cut. */
  readonly broker: () => MqttBroker | null;
};

/** The running listeners of one service. */
export type ServiceListeners = {
  readonly port: number;
  readonly mqttPort: number | null;
  readonly cutConnections: () => void;
  /** Stops listening and cuts every connection; the broker is its owner's to close, before. */
  readonly close: () => Promise<void>;
};

/**
 * Listens on loopback for HTTPS with MQTT over WebSocket, and for MQTT over TLS; port 0 takes a free one. Rejects with
 * the system's error when a port is taken, and then listens on none.
 */
export async function listenForService(options: ServiceListenersOptions): Promise<ServiceListeners> {
  const { certPem, keyPem, mayConnect, onRequest, broker } = options;
  const https = await listenSecurely({
    port: options.port,
    certPem,
    keyPem,
    mayConnect,
    onRequest,
    onUpgrade: createWebSocketUpgrade((stream, certificates) => {
      const mqtt = broker();
      if (mqtt === null) stream.destroy();
      else mqtt.serve(stream, certificates);
    }),
  });
  const listeners = [https];
  const closeAll = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    const mqtt = options.mqttPort === null ? null : await listenForMqtt(options, options.mqttPort);
    if (mqtt !== null) listeners.push(mqtt);
    return {
      port: https.port,
      mqttPort: mqtt?.port ?? null,
      cutConnections: () => {
        for (const listener of listeners) listener.cutConnections();
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function listenForMqtt(options: ServiceListenersOptions, port: number): Promise<SecureListener> {
  const { certPem, keyPem, mayConnect, broker } = options;
  return await listenSecurelyRaw({
    port,
    certPem,
    keyPem,
    mayConnect,
    onConnection: (socket) => {
      const mqtt = broker();
      if (mqtt === null) socket.destroy();
      else mqtt.serve(socket, chainPresentedOn(socket));
    },
  });
}
