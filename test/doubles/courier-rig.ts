import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sharedAccessAuthorization } from '../../src/main/adapters/dps/authorization.ts';
import { createEnrollmentRegistry } from '../../src/main/adapters/dps/enrollment-registry.ts';
import { createEnrollmentService } from '../../src/main/adapters/dps/enrollment-service.ts';
import { createServiceCaller } from '../../src/main/adapters/dps/service-caller.ts';
import type { Clock } from '../../src/main/ports/clock.ts';
import type { EnrollmentRegistry } from '../../src/main/ports/enrollment-registry.ts';
import type { EnrollmentService } from '../../src/main/ports/enrollment-service.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { type Courier, createCourier } from '../../src/main/station/courier.ts';
import { createInstance, type Instances, instanceStates } from '../../src/main/station/instances.ts';
import { parseConnectionString } from '../../src/shared/connection-string.ts';
import type { Enrollment } from '../../src/shared/enrollment.ts';
import type { InstanceState } from '../../src/shared/queue.ts';
import { ok } from '../../src/shared/result.ts';
import { type DpsBench, type ServiceCaller, selfSigned, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';
import {
  closeTestBooks,
  enrollmentOf,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  type TestBooks,
  testOrigin,
  valueFrom,
} from './books.ts';
import type { ManualClock } from './clock.ts';

/** One call that the courier made, seen between courier and registry. */
export type SeenCall = {
  readonly call: 'create' | 'get' | 'update';
  readonly ids: readonly string[];
  readonly at: number; // of the test's clock, ms since 1970
};

/** Ways to the service: the right one, and those that an accident leads to. */
export type Way = 'right' | 'no-ca' | 'no-name' | 'wrong-key' | EnrollmentRegistry;

/** A service and books that several rigs use one after the other, on the test's clock. */
export type CourierCloud = {
  readonly bench: DpsBench;
  readonly call: ServiceCaller;
  readonly clock: ManualClock;
  readonly books: TestBooks;
  readonly certificates: readonly TestCertificate[];
  close(): Promise<void>;
};

/** Starts the simulated service of a suite and opens its books; `units` certificates are made. */
export async function startCourierCloud(clock: ManualClock, units: number): Promise<CourierCloud> {
  const bench = await startDpsBench({ now: () => new Date(clock.now()) });
  const books = openTestBooks();
  return {
    bench,
    call: serviceCaller(bench.ready),
    clock,
    books,
    certificates: testCertificates(units),
    close: async () => {
      await closeTestBooks(books);
      await bench.close();
    },
  };
}

/** A certificate for tests: base64 DER and SHA-256 thumbprint in lower-case hex. */
type TestCertificate = { readonly base64: string; readonly sha256: string };

function testCertificates(count: number): TestCertificate[] {
  return Array.from({ length: count }, (_, index) => {
    const { certPem } = selfSigned(`certificate-${index}`);
    const { raw, fingerprint256 } = new X509Certificate(certPem);
    return { base64: raw.toString('base64'), sha256: fingerprint256.replaceAll(':', '').toLowerCase() };
  });
}

/** A simulated service and the clock of whoever calls it. */
export type CloudInReach = { readonly bench: Pick<DpsBench, 'ready'>; readonly clock: Clock };

/** Everything of the service, over real HTTPS. */
export function serviceFor(cloud: CloudInReach): EnrollmentService {
  const { ready } = cloud.bench;
  const parts = valueFrom(parseConnectionString(ready.serviceConnectionString));
  const { clock } = cloud;
  const authorization = sharedAccessAuthorization({
    hostName: ready.host,
    keyName: parts.sharedAccessKeyName,
    key: async () => ok(Buffer.from(parts.sharedAccessKey, 'base64')),
    clock,
  });
  const ca = readFileSync(ready.caFile, 'utf8');
  return createEnrollmentService(
    createServiceCaller({ hostName: ready.host, port: ready.port, authorization, ca, clock }),
  );
}

/** A registry that reaches the service over real HTTPS. */
export function registryFor(
  cloud: CloudInReach,
  change: Partial<Parameters<typeof createEnrollmentRegistry>[0]> = {},
): EnrollmentRegistry {
  const { ready } = cloud.bench;
  const parts = valueFrom(parseConnectionString(ready.serviceConnectionString));
  return createEnrollmentRegistry({
    hostName: ready.host,
    port: ready.port,
    keyName: parts.sharedAccessKeyName,
    key: async () => ok(Buffer.from(parts.sharedAccessKey, 'base64')),
    ca: readFileSync(ready.caFile, 'utf8'),
    clock: cloud.clock,
    ...change,
  });
}

function wayTo(cloud: CourierCloud, way: Way): EnrollmentRegistry {
  if (typeof way !== 'string') return way;
  switch (way) {
    case 'right':
      return registryFor(cloud);
    case 'no-ca': {
      // Another trusted authority does not make this one trusted.
      const stranger = selfSigned('another authority').certPem;
      return registryFor(cloud, { ca: stranger });
    }
    case 'no-name':
      return registryFor(cloud, { hostName: 'dps-station.invalid' }); // RFC 6761: never resolves
    case 'wrong-key':
      return registryFor(cloud, { key: async () => ok(Buffer.alloc(64, 7)) });
  }
}

/** A real courier on a real store, over real HTTPS to the simulated service. */
export type CourierRig = {
  readonly cloud: CourierCloud;
  readonly store: StationStore;
  readonly courier: Courier;
  readonly calls: readonly SeenCall[];
  /** Events of the journal as they were committed, with the number of bulk calls the service had counted by then. */
  readonly deeds: readonly { readonly event: string; readonly registrationId: string; readonly bulkCalls: number }[];
  /** Resolves when only time can bring the courier on: it is settled, or waits for its quota. */
  atRest(): Promise<void>;
  /** Calls that have not ended. */
  underWay(): readonly Promise<unknown>[];
  /** The instance as a screen is shown it. */
  instances(): readonly InstanceState[];
  /** Leads the following calls another way. */
  use(way: Way): void;
  /** Is told of each call before it is made. */
  onCall(listener: (call: SeenCall) => void): void;
  /** Queues one `create` for each id; certificates are taken in their order. */
  queue(ids: readonly string[], change?: (id: string) => Partial<Enrollment>): Promise<void>;
  close(): Promise<void>;
};

const idOf = (one: Enrollment): string => one.registrationId;

/** Opens a rig; `operationsPerMinute` is the station's own quota. */
export function openCourierRig(
  cloud: CourierCloud,
  options: { readonly callsInFlight?: number; readonly operationsPerMinute?: number } = {},
): CourierRig {
  const { books, certificates } = cloud;
  const ways = new Map<Way, EnrollmentRegistry>();
  const calls: SeenCall[] = [];
  const deeds: { event: string; registrationId: string; bulkCalls: number }[] = [];
  let way: Way = 'right';
  let tell: (call: SeenCall) => void = () => {};
  const underWay = new Set<Promise<unknown>>();

  function seen<T>(
    call: SeenCall['call'],
    ids: readonly string[],
    make: (registry: EnrollmentRegistry) => Promise<T>,
  ): Promise<T> {
    const one = { call, ids, at: cloud.clock.now() };
    calls.push(one);
    tell(one);
    const chosen = ways.get(way) ?? wayTo(cloud, way);
    ways.set(way, chosen);
    const made: Promise<T> = make(chosen).finally(() => underWay.delete(made));
    underWay.add(made);
    return made;
  }
  /** A timer is set and no call is under way: the courier waits for its quota. */
  async function waitsForTime(): Promise<void> {
    for (await cloud.clock.armed(); underWay.size > 0; await cloud.clock.armed()) await Promise.race(underWay);
  }
  const store: StationStore = {
    ...books.store,
    commit: (change) => {
      const { bulkCalls } = cloud.bench.simulator.counters();
      for (const one of change.writes)
        if (one.write === 'item-changed')
          deeds.push({ event: one.event, registrationId: one.item.registrationId, bulkCalls });
      return books.store.commit(change);
    },
  };
  const instances: Instances = new Map([
    [
      'default',
      createInstance({
        hostName: cloud.bench.ready.host,
        registry: {
          createMany: (all) => seen('create', all.map(idOf), (registry) => registry.createMany(all)),
          get: (id) => seen('get', [id], (registry) => registry.get(id)),
          update: (one, etag) => seen('update', [idOf(one)], (registry) => registry.update(one, etag)),
          keyFingerprint: (id) => seen('get', [id], (registry) => registry.keyFingerprint(id)),
          registration: (id) => seen('get', [id], (registry) => registry.registration(id)),
        },
        service: serviceFor(cloud),
        operationsPerMinute: options.operationsPerMinute ?? 100_000,
        bulkWeight: 'call',
        clock: cloud.clock,
      }),
    ],
  ]);
  const courier = createCourier({
    instances,
    origin: testOrigin,
    store,
    clock: cloud.clock,
    random: { fraction: () => 0.5 },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    callsInFlight: options.callsInFlight ?? 2,
    onChange: () => {},
  });

  return {
    cloud,
    store,
    courier,
    calls,
    deeds,
    underWay: () => [...underWay],
    instances: () => instanceStates(instances, courier.pauseOf),
    atRest: () => Promise.race([courier.settled(), waitsForTime()]),
    use: (next) => {
      way = next;
    },
    onCall: (listener) => {
      tell = listener;
    },
    queue: async (ids, change = () => ({})) => {
      const at = new Date(cloud.clock.now()).toISOString();
      const writes = ids.flatMap((id, index) => {
        const certificate = certificates[index];
        if (certificate === undefined) throw new Error('too few certificates');
        const job = jobOf(id, { slot: index + 1 });
        const enrollment = { ...enrollmentOf(id, certificate.base64), ...change(id) };
        const item = newItem(job, { registrationId: id, enrollment, fingerprint: certificate.sha256 });
        // Cells share their certificates, which living jobs may not.
        const thumbprint = createHash('sha256').update(id).digest('hex');
        return passedWrites(job, { ...item, createdAt: at }, thumbprint);
      });
      valueFrom(await store.commit({ origin: testOrigin, at, writes }));
    },
    close: () => courier.stop(),
  };
}

/**
 * Lets the courier work until nothing is pending: time goes on to the next timer whenever nothing can go out now, and
 * the operator says go when only he may.
 */
export async function drain({ courier, store, cloud, atRest }: CourierRig): Promise<void> {
  courier.wake();
  for (;;) {
    await atRest();
    const counts = valueFrom(await store.counts());
    if (counts.items.pending === 0) return courier.settled();
    if (courier.pause()?.until === null) courier.flush();
    else if (!cloud.clock.next()) await courier.settled();
  }
}

/** What became of every item whose id starts with `prefix`: state and problem code by registration id. */
export async function fates(rig: CourierRig, prefix: string): Promise<Map<string, string>> {
  const { rows } = valueFrom(
    await rig.store.listItems({ states: ['pending', 'delivered', 'parked', 'superseded'], after: 0, limit: 10_000 }),
  );
  const own = rows.filter((item) => item.registrationId.startsWith(prefix));
  return new Map(
    own.map((item) => [item.registrationId, item.state === 'parked' ? `parked ${item.problem?.code}` : item.state]),
  );
}
