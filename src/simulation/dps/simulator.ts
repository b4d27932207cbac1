import { randomBytes } from 'node:crypto';
import type { DpsBookRow, DpsCounters, DpsFaults, DpsGroupRow, DpsReady } from '../../shared/bench.ts';
import type { Result } from '../../shared/result.ts';
import type { LinkedHubs } from '../hub/linked-hubs.ts';
import type { MqttBroker } from '../mqtt/broker.ts';
import { listenForService, type ServiceListeners } from '../mqtt/service-listeners.ts';
import { openCertificateAuthority } from '../tls/certificate-authority.ts';
import type { Refusal } from './answer.ts';
import { type Authority, uploadAuthority } from './authorities.ts';
import type { BearerIssuer } from './bearer.ts';
import { openBook } from './book.ts';
import { groupRowsOf, rowsOf } from './book-rows.ts';
import { createDeviceCore, type DeviceCore } from './device-core.ts';
import { type CurrentFaults, createFaultBoard } from './faults.ts';
import { createFront } from './front.ts';
import { createHubsInMemory } from './hubs-in-memory.ts';
import type { Instance } from './instance.ts';
import { createMqttFront } from './mqtt-front.ts';
import { openPolicies, ownerPolicy } from './policies.ts';
import { createServiceClock, type RandomBytes } from './service-clock.ts';
import { type DpsSwitches, strictSwitches } from './switches.ts';
import { createSlidingWindow } from './throttle.ts';

/** How to start a simulated DPS instance. */
export type DpsSimulatorOptions = {
  /** TCP port on loopback, for HTTPS with MQTT over WebSocket; 0 takes a free one. */
  readonly port: number;
  /** Port for MQTT over TLS; 0 takes a free one, without it there is none. */
  readonly mqttPort?: number;
  /** Name of the instance, in its certificate and connection string; bound to loopback whatever it is. */
  readonly host?: string;
  readonly idScope?: string;
  /** Enrollments, registration records and policy keys survive here; without it they live in memory. */
  readonly stateFile?: string;
  /** Where the CA and the policy keys are kept. */
  readonly folder: string;
  /** Names of hubs that are kept in memory only; ignored when there are `hubs`. */
  readonly linkedHubs?: readonly string[];
  /** The hubs that devices are assigned to. */
  readonly hubs?: LinkedHubs;
  /** Seconds in the Retry-After header of the device API. The real service says 3; 0 suits training. */
  readonly registrationRetryAfterInSeconds?: number;
  /** Verified authorities, on top of those in the state file. Throws for what is no authority's certificate. */
  readonly authorities?: readonly Authority[];
  /** See {@link DpsSwitches}; strict unless told. */
  readonly switches?: Partial<DpsSwitches>;
  /** Takes tokens of Entra ID that this issuer signed; without it every bearer token is refused. */
  readonly bearer?: BearerIssuer;
  /** Clock of tokens, dates and throttle windows (not of certificates: those are checked by real clients). */
  readonly now?: () => Date;
  /** Source of ids, etags and the order of queries; keys never come from it. */
  readonly random?: RandomBytes;
  /** For a bench inside Electron: boards that know it hand their certificates over in a header (see hand-over.ts). */
  readonly handOverToken?: string;
  /** Hears of bugs in the simulator; standard error unless told. */
  readonly onBug?: (error: unknown) => void;
};

/** A running simulated DPS instance. */
export type DpsSimulator = {
  readonly ready: DpsReady;
  /** Sets the named faults, leaves the others, and answers all with their present values. */
  readonly setFaults: (faults: DpsFaults) => CurrentFaults;
  readonly counters: () => DpsCounters;
  /** The enrollments as held, for judging; in the order of creation. */
  readonly book: () => DpsBookRow[];
  /** The groups as held, for judging; in the order of creation. */
  readonly groups: () => DpsGroupRow[];
  /** Takes a certificate into the list of verified authorities, to which groups refer by name. */
  readonly uploadAuthority: (authority: Authority) => Promise<Result<null, Refusal>>;
  /** The hubs that devices are assigned to. */
  readonly linkedHubs: LinkedHubs;
  /** The device API, for transports other than HTTPS. */
  readonly devices: DeviceCore;
  /** Cuts every connection, stops listening, and resolves when the state is on disk. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts a DPS instance on loopback: the service API over HTTPS, the device API over HTTPS and MQTT. Rejects with the system's error when the port is taken (EADDRINUSE), and with one sentence when the state
 * file or the key folder is damaged.
 */
export async function startDpsSimulator(options: DpsSimulatorOptions): Promise<DpsSimulator> {
  const authority = await openCertificateAuthority(options.folder);
  const instance = await createInstance(options);
  const devices = createDeviceCore(instance);
  const stopping = new AbortController();
  const server = authority.issueServer([...new Set([instance.host, 'localhost', '127.0.0.1', '::1'])]);
  const onBug = options.onBug ?? ((error: unknown) => console.error('dps simulator:', error));
  const mqtt = await createMqttFront({ devices, faults: instance.faults, stopping: stopping.signal, onBug });
  const listeners = await listenForService({
    port: options.port,
    mqttPort: options.mqttPort ?? null,
    ...server,
    onRequest: createFront(instance, devices, stopping.signal, onBug, options.handOverToken),
    // Where devices cannot show their certificates in the handshake, they have no MQTT.
    broker: () => (options.handOverToken === undefined ? mqtt : null),
    mayConnect: () => instance.faults.current().outage !== 'refuse',
  }).catch(async (error: unknown) => {
    await mqtt.close();
    throw error;
  });
  const ready = readyFrom(instance, listeners, authority.caFile);
  return simulatorFrom(instance, devices, { ...listeners, mqtt }, stopping, ready);
}

async function createInstance(options: DpsSimulatorOptions): Promise<Instance> {
  const random = options.random ?? randomBytes;
  const faults = createFaultBoard();
  const clock = createServiceClock({
    now: options.now ?? (() => new Date()),
    random,
    skewInSeconds: () => faults.current().clockSkewInSeconds,
  });
  const book = await openBook({
    stateFile: options.stateFile ?? null,
    freshPolicies: () => openPolicies(options.folder),
    freshSeed: () => random(32),
  });
  for (const authority of options.authorities ?? []) {
    const uploaded = uploadAuthority(book, authority);
    if (!uploaded.ok) throw new Error(uploaded.problem.message);
  }
  await book.settled();
  return {
    host: options.host ?? 'localhost',
    idScope: options.idScope ?? '0ne00000001',
    hubs: options.hubs ?? createHubsInMemory(options.linkedHubs ?? ['training-hub.azure-devices.net']),
    registrationRetryAfterInSeconds: options.registrationRetryAfterInSeconds ?? 0,
    switches: { ...strictSwitches, ...options.switches },
    bearer: options.bearer ?? null,
    book,
    clock,
    certificateTime: () => new Date(),
    faults,
    counters: {
      serviceCalls: 0,
      bulkCalls: 0,
      throttled: 0,
      created: 0,
      duplicates: 0,
      updated: 0,
      deleted: 0,
      groupWrites: 0,
      registrations: 0,
    },
    operations: createSlidingWindow(clock.nowInMs),
    registrations: createSlidingWindow(clock.nowInMs),
    tpmChallenges: new Map(),
  };
}

type Listening = ServiceListeners & { readonly mqtt: MqttBroker };

function readyFrom(instance: Instance, { port, mqttPort }: ServiceListeners, caFile: string): DpsReady {
  const owner = instance.book.policies.find((policy) => policy.name === ownerPolicy);
  const key = owner?.primaryKey ?? '';
  return {
    serviceConnectionString: `HostName=${instance.host};SharedAccessKeyName=${ownerPolicy};SharedAccessKey=${key}`,
    idScope: instance.idScope,
    host: instance.host,
    port,
    caFile,
    ...(mqttPort !== null && { mqttPort }),
  };
}

function simulatorFrom(
  instance: Instance,
  devices: DeviceCore,
  listening: Listening,
  stopping: AbortController,
  ready: DpsReady,
): DpsSimulator {
  return {
    ready,
    setFaults: (faults) => {
      const current = instance.faults.set(faults);
      if (current.outage === 'refuse') listening.cutConnections();
      return current;
    },
    counters: () => ({ ...instance.counters, peakOperationsPerMinute: instance.operations.peak() }),
    book: () => rowsOf(instance.book),
    groups: () => groupRowsOf(instance.book),
    uploadAuthority: async (authority) => {
      const uploaded = uploadAuthority(instance.book, authority);
      await instance.book.settled();
      return uploaded;
    },
    linkedHubs: instance.hubs,
    devices,
    stop: async () => {
      stopping.abort();
      await listening.mqtt.close();
      await listening.close();
      await instance.book.settled();
    },
  };
}
