import type { RandomBytes } from '../dps/service-clock.ts';
import type { MqttBroker } from '../mqtt/broker.ts';
import { listenForService } from '../mqtt/service-listeners.ts';
import type { CertificateAuthority } from '../tls/certificate-authority.ts';
import { createConnectionBook } from './device-connections.ts';
import { createDeviceEndpoint } from './device-endpoint.ts';
import type { Hub } from './hub.ts';
import type { HubBook } from './hub-book.ts';
import { createHubClock } from './hub-clock.ts';
import { createHubFront } from './hub-front.ts';
import { type HubSwitches, strictHubSwitches } from './hub-switches.ts';

/** Where one hub listens, before anybody is served. */
export type HubPorts = {
  readonly port: number;
  readonly mqttPort: number | null;
  /** Begins to serve: connections are accepted from now on. */
  readonly serve: (hub: OpenHub) => void;
  /** Whether the network is there: without it connections are cut, and refused. */
  readonly setNetwork: (isThere: boolean) => void;
  readonly close: () => Promise<void>;
};

/** A hub that is ready to answer. */
export type OpenHub = {
  readonly hub: Hub;
  readonly broker: MqttBroker;
  readonly front: ReturnType<typeof createHubFront>;
};

/**
 * Listens for one hub on loopback: HTTPS with MQTT over WebSocket, and MQTT over TLS unless `mqttPort` is null; port 0
 * takes a free one. Rejects with the system's error when a port is taken.
 */
export async function listenForHub(
  authority: CertificateAuthority,
  names: readonly string[],
  ports: { readonly port: number; readonly mqttPort: number | null },
): Promise<HubPorts> {
  const now: { open: OpenHub | null; network: boolean } = { open: null, network: true };
  const listeners = await listenForService({
    ...ports,
    ...authority.issueServer([...new Set([...names, 'localhost', '127.0.0.1', '::1'])]),
    mayConnect: () => now.network && now.open !== null,
    onRequest: (request, response) => now.open?.front(request, response),
    broker: () => now.open?.broker ?? null,
  });
  return {
    port: listeners.port,
    mqttPort: listeners.mqttPort,
    serve: (open) => {
      now.open = open;
    },
    setNetwork: (isThere) => {
      now.network = isThere;
      if (!isThere) listeners.cutConnections();
    },
    close: async () => {
      await now.open?.broker.close();
      await listeners.close();
    },
  };
}

/** What {@link openHub} needs beside the book. */
export type OpenHubOptions = {
  readonly settled: () => Promise<void>;
  readonly switches: Partial<HubSwitches>;
  readonly now: () => Date;
  readonly random: RandomBytes;
  readonly onBug: (error: unknown) => void;
};

/** Puts one hub together over its book. */
export async function openHub(book: HubBook, options: OpenHubOptions): Promise<OpenHub> {
  const connections = createConnectionBook();
  const hub: Hub = {
    book,
    aliases: [...new Set([book.name.replace(/:\d+$/, ''), 'localhost', '127.0.0.1'])],
    clock: createHubClock(options.now, options.random),
    switches: { ...strictHubSwitches, ...options.switches },
    connections,
  };
  const broker = await createDeviceEndpoint(hub, connections, options.settled, options.onBug);
  return { hub, broker, front: createHubFront(hub, options.settled, options.onBug) };
}
