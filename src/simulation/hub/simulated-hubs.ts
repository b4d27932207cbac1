import { randomBytes } from 'node:crypto';
import type { HubReady } from '../../shared/bench.ts';
import type { RandomBytes } from '../dps/service-clock.ts';
import type { CertificateAuthority } from '../tls/certificate-authority.ts';
import { changeIdentity, type Hub, removeIdentity } from './hub.ts';
import { openHubShelf } from './hub-book.ts';
import { hubOwnerPolicy } from './hub-policies.ts';
import type { HubSwitches } from './hub-switches.ts';
import type { LinkedHubs } from './linked-hubs.ts';
import { type HubPorts, listenForHub, openHub } from './simulated-hub.ts';

/** One hub to start. */
export type HubOptions = {
  /**
   * The name that devices are told. Without one it is `localhost:{mqttPort}`, by which unmodified MQTT clients reach
   * the hub; such a name stays only as long as the port does.
   */
  readonly hostName?: string;
  /** HTTPS port on loopback; 0 (the default) takes a free one. */
  readonly port?: number;
  /** MQTT port on loopback; 0 (the default) takes a free one, null is for no MQTT. */
  readonly mqttPort?: number | null;
};

/** How to start simulated hubs. */
export type SimulatedHubsOptions = {
  readonly hubs: readonly HubOptions[];
  readonly authority: CertificateAuthority;
  /** Identities, twins and policy keys survive here; without it they live in memory. */
  readonly stateFile?: string;
  /** See {@link HubSwitches}; strict unless told. */
  readonly switches?: Partial<HubSwitches>;
  /** Clock of tokens and times. */
  readonly now?: () => Date;
  /** Source of ids and etags; keys never come from it. */
  readonly random?: RandomBytes;
  /** Hears of bugs in the simulator; standard error unless told. */
  readonly onBug?: (error: unknown) => void;
};

/** Running hubs. */
export type SimulatedHubs = {
  readonly linked: LinkedHubs;
  readonly ready: readonly HubReady[];
  /** Cuts every connection and refuses new ones until the network is there again. */
  readonly setNetwork: (isThere: boolean) => void;
  /** Messages that a device has sent to its hub, ever; null when the hub does not hold it. */
  readonly messagesFrom: (hub: string, deviceId: string) => number | null;
  /** Cuts every connection, stops listening, and resolves when the state is on disk. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts hubs on loopback, each with listeners of its own: registry over HTTPS, devices over MQTT. Rejects with the
 * system's error when a port is taken, and with one sentence when the state file is damaged.
 */
export async function startSimulatedHubs(options: SimulatedHubsOptions): Promise<SimulatedHubs> {
  const listening: ListeningHub[] = [];
  try {
    for (const hub of options.hubs) listening.push(await listenFor(options.authority, hub));
    const names = listening.map(({ name }) => name);
    if (new Set(names).size < names.length) throw new Error('Two hubs cannot have the same name.');
    const shelf = await openHubShelf(options.stateFile ?? null, names);
    const hubs = new Map<string, Hub>();
    for (const [place, book] of shelf.books.entries()) {
      const open = await openHub(book, {
        settled: shelf.settled,
        switches: options.switches ?? {},
        now: options.now ?? (() => new Date()),
        random: options.random ?? randomBytes,
        onBug: options.onBug ?? ((error) => console.error('hub simulator:', error)),
      });
      hubs.set(book.name, open.hub);
      listening[place]?.ports.serve(open);
    }
    return runningFrom(hubs, listening, shelf.settled);
  } catch (error) {
    await closeAll(listening);
    throw error;
  }
}

type ListeningHub = { readonly name: string; readonly ports: HubPorts };

async function listenFor(authority: CertificateAuthority, hub: HubOptions): Promise<ListeningHub> {
  const { hostName, port = 0, mqttPort = 0 } = hub;
  const names = hostName === undefined ? [] : [hostName.replace(/:\d+$/, '')];
  const ports = await listenForHub(authority, names, { port, mqttPort });
  return { ports, name: (hostName ?? `localhost:${ports.mqttPort ?? ports.port}`).toLowerCase() };
}

async function closeAll(listening: readonly ListeningHub[]): Promise<void> {
  await Promise.all(listening.map(({ ports }) => ports.close()));
}

function runningFrom(
  hubs: ReadonlyMap<string, Hub>,
  listening: readonly ListeningHub[],
  settled: () => Promise<void>,
): SimulatedHubs {
  return {
    linked: linkedHubsFrom(hubs, settled),
    ready: [...hubs.values()].flatMap((hub, place) => readyFrom(hub, listening[place]?.ports)),
    setNetwork: (isThere) => {
      for (const { ports } of listening) ports.setNetwork(isThere);
    },
    messagesFrom: (name, deviceId) => hubs.get(name.toLowerCase())?.book.device(deviceId)?.messagesReceived ?? null,
    stop: async () => {
      await closeAll(listening);
      await settled();
    },
  };
}

function readyFrom(hub: Hub, ports: HubPorts | undefined): HubReady[] {
  if (ports === undefined) return [];
  const key = hub.book.policies.find((policy) => policy.name === hubOwnerPolicy)?.primaryKey ?? '';
  return [
    {
      hostName: hub.book.name,
      port: ports.port,
      ...(ports.mqttPort !== null && { mqttPort: ports.mqttPort }),
      serviceConnectionString: `HostName=localhost;SharedAccessKeyName=${hubOwnerPolicy};SharedAccessKey=${key}`,
    },
  ];
}

function linkedHubsFrom(hubs: ReadonlyMap<string, Hub>, settled: () => Promise<void>): LinkedHubs {
  const find = (name: string): Hub | undefined => hubs.get(name.toLowerCase());
  return {
    names: () => [...hubs.keys()],
    device: (name, deviceId) => {
      const device = find(name)?.book.device(deviceId);
      if (device === undefined) return null;
      const { authentication, iotEdge, twin } = device;
      return { deviceId, authentication, iotEdge, twin: { tags: twin.tags, desired: twin.desired } };
    },
    put: (name, { deviceId, authentication, iotEdge, twin }) => {
      const hub = find(name);
      if (hub === undefined) throw new Error(`The hub ${name} is not linked.`);
      changeIdentity(hub, deviceId, { authentication, iotEdge, twin });
    },
    remove: (name, deviceId) => {
      const hub = find(name);
      if (hub !== undefined) removeIdentity(hub, deviceId);
    },
    settled,
  };
}
