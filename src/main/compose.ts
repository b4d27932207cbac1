import { join } from 'node:path';
import type { Origin } from '../shared/job.ts';
import { type Handlers, serve } from '../shared/link/serve.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { freeBytes } from './adapters/files/station-folder.ts';
import { openLocalLink } from './adapters/local-link/local-link.ts';
import { createPinoLogger } from './adapters/log/pino-logger.ts';
import { createEnrollmentMirror } from './adapters/sqlite/mirror-store.ts';
import { createStationStore } from './adapters/sqlite/station-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { systemRandom } from './adapters/system/system-random.ts';
import type { SignInPrompt } from './compose-access.ts';
import { type OpenFolder, openFolder } from './compose-folder.ts';
import { type ConnectedHubs, connectHubs } from './compose-hubs.ts';
import { connectInstances } from './compose-instances.ts';
import { finderFrom, openerFor } from './compose-lines.ts';
import { openOrders, orderDesk, originOf } from './compose-orders.ts';
import { openPeople, type People } from './compose-people.ts';
import { places } from './compose-places.ts';
import { composeQuality } from './compose-quality.ts';
import type { LoadedWithImage } from './compose-recipe.ts';
import { assembleReturns } from './compose-returns.ts';
import { openTrust } from './compose-trust.ts';
import { closedVault, createVaults, type Vaults } from './compose-vault.ts';
import { judgeReadiness } from './domain/mode-rules.ts';
import { imageHoldsText } from './identity/image-contents.ts';
import { type Clock, isoNow } from './ports/clock.ts';
import type { EnrollmentRegistry } from './ports/enrollment-registry.ts';
import type { LineFinder, LineOpener } from './ports/line.ts';
import type { Logger } from './ports/logger.ts';
import type { StationHandle } from './ports/station-handle.ts';
import type { StationStore } from './ports/station-store.ts';
import type { Vault } from './ports/vault.ts';
import { countedStore } from './station/audit/checkpoints.ts';
import { createCourier } from './station/courier.ts';
import { createDeviceSession } from './station/device-session.ts';
import { createEnrollmentDesk } from './station/enrollments/enrollment-desk.ts';
import { hubAccessOf } from './station/enrollments/hub-access.ts';
import { createHandlers } from './station/handlers.ts';
import { type Instances, instanceStates } from './station/instances.ts';
import { permittedScans } from './station/people/gate.ts';
import { attachScanner } from './station/scanner.ts';
import { defaultSessionTimes, type SessionTimes } from './station/session-options.ts';
import { createStation, type Station } from './station/station.ts';
import { createWatcher } from './station/watcher.ts';
import { releasedAt } from './version.ts';

/** How a station is opened. Parts given here replace the real ones. */
export type OpenOptions = {
  readonly dataFolder: string;
  readonly settings: Settings;
  readonly recipe: LoadedWithImage;
  readonly door: string; // who opens, for whoever finds the folder taken
  readonly actor: string;
  /** What to do with work that a stop interrupted before the secret was touched; default: resume it with its board. */
  readonly interrupted?: 'resume' | 'end' | 'leave';
  /** Secrets for this run alone, before the vault is asked. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Vaults of the data folder as this process has unlocked them. */
  readonly vaults?: Vaults;
  /** The people of the data folder; they stay the caller's to close. */
  readonly people?: People;
  /** Shows a person where to sign in to Entra ID; calls then wait. Without it the queue says what is needed. */
  readonly onSignIn?: (prompt: SignInPrompt) => void;
  readonly times?: Partial<SessionTimes>;
  readonly finder?: LineFinder;
  readonly opener?: LineOpener;
  readonly clock?: Clock;
  readonly slowCommitInMs?: number;
  readonly decorateStore?: (store: StationStore) => StationStore;
  readonly decorateRegistry?: (registry: EnrollmentRegistry) => EnrollmentRegistry;
  /** Who answers another door, asked for each link; default: the station itself, without settings or bench. */
  readonly handlersOf?: (handle: StationHandle) => Handlers;
};

/** A unit needs some kilobytes; this much must be free before one is started. */
const neededBytes = 16 * 1024 * 1024;

/** Puts a station together and starts it. Nothing keeps running when it answers with a problem. */
export async function openStation(options: OpenOptions): Promise<Result<StationHandle, Problem>> {
  const { settings } = options;
  const opened = openFolder(options.dataFolder, settings.mode, options.door);
  if (!opened.ok) return opened;
  const clock = options.clock ?? systemClock;
  const vaults = options.vaults ?? createVaults({ dataFolder: options.dataFolder });
  const kept = await vaults.of(settings.mode, settings);
  const vault = withSecrets(kept.ok ? kept.value : closedVault(), options.secrets ?? new Map());
  const { decorateRegistry } = options;
  const decorated = decorateRegistry === undefined ? {} : { decorateRegistry };
  const signIn = new AbortController();
  const { onSignIn } = options;
  const tools = { settings, vault, clock, signal: signIn.signal, ...(onSignIn === undefined ? {} : { onSignIn }) };
  const instances = await connectInstances({ ...tools, ...decorated });
  const refusal = refusalOf(instances, checkInstance(options, settings), kept);
  if (!instances.ok || refusal !== null) {
    opened.value.release();
    return fail(refusal ?? problem('bug', { reason: 'no instances' }));
  }
  const hubs = await connectHubs(tools);
  const { dataFolder } = options;
  const ownPeople = options.people === undefined;
  const people = options.people ?? openPeople({ dataFolder, settings: () => settings, signsOut: true, clock });
  const release = (): void => {
    people.noteInto(null);
    if (ownPeople) people.close();
    opened.value.release();
  };
  const ground = { ...opened.value, release, signIn, clock, vault, instances: instances.value, hubs, people };
  const parts = assemble(options, ground);
  const orders = await openOrders(parts.orders, parts.folder);
  const settled = orders.ok ? await parts.station.recover() : orders;
  const recovered = settled.ok ? await parts.quality.recover() : settled;
  if (recovered.ok) return ok(await start(options, parts));
  await parts.store.close();
  parts.release();
  return recovered;
}

/** Why the station stays shut: what is wrong with its settings comes before a vault that is closed. */
function refusalOf(
  instances: Result<Instances, Problem>,
  ofInstance: Problem | null,
  kept: Result<unknown, Problem>,
): Problem | null {
  if (!instances.ok && instances.problem.code !== 'vault-locked') return instances.problem;
  return ofInstance ?? (kept.ok ? (instances.ok ? null : instances.problem) : kept.problem);
}

type Ground = OpenFolder & {
  readonly signIn: AbortController;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly instances: Instances;
  readonly hubs: ConnectedHubs;
  readonly people: People;
};

/** Makes the parts and ties them together; nothing runs yet. */
function assemble(options: OpenOptions, ground: Ground) {
  const { settings } = options;
  const { clock, folder, vault } = ground;
  const logger = createPinoLogger(join(folder, 'station.log'));
  const plainStore = createStationStore({
    file: ground.file,
    thread: places.storeThread,
    slowCommitInMs: options.slowCommitInMs ?? 0,
  });
  const counted = countedStore(plainStore, (records) => trust.added(records));
  const store = options.decorateStore?.(counted) ?? counted;
  const opener = options.opener ?? openerFor(settings.mode);
  const origin = originOf(settings, options.actor);
  const shared = { clock, random: systemRandom, logger, store, instances: ground.instances };
  const own = { ...origin, actor: 'station' };
  const watcher = createWatcher({
    ...shared,
    origin: own,
    onChange: () => station.changed(),
    onProved: (job) => station.jobSettled(job),
  });
  const courier = createCourier({
    ...shared,
    origin: own,
    callsInFlight: settings.callsInFlight,
    onChange: () => {
      station.changed();
      watcher.wake();
    },
  });
  const finder = options.finder ?? finderFrom(settings, options.recipe);
  const times = { ...defaultSessionTimes, ...options.times };
  const instance = settings.dps[options.recipe.recipe.enrollment.instance];
  const provisioning = { globalEndpoint: instance?.globalEndpoint ?? '', idScope: instance?.idScope ?? null };
  const session = { recipe: options.recipe, opener, clock, random: systemRandom, vault, store, times, provisioning };
  const orders = orderDesk({
    ...shared,
    settings,
    recipe: options.recipe,
    origin,
    permits: ground.people.desk,
    onChange: () => station.changed(),
  });
  const station: Station = createStation({
    ...shared,
    orders,
    slots: settings.slots,
    recipe: options.recipe,
    origin,
    mayStart: async () => {
      const ready = await readiness(store, clock, folder);
      if (!ready.ok) return ready;
      const known = ground.people.mayMake(settings.mode, options.recipe);
      return known.ok ? orders.mayStart() : known;
    },
    interrupted: options.interrupted ?? 'resume',
    onQueued: () => courier.wake(),
    onArrived: (hardwareId) => {
      void watcher.expect(hardwareId);
      returns.expect(hardwareId);
    },
    pause: () => courier.pause(),
    openSession: (job, path, onAsk, typedMac, isHere) => {
      returns.jobBegins();
      return createDeviceSession({ ...session, present: finder.list, job, path, onAsk, typedMac, isHere });
    },
  });
  const trust = openTrust({ ...ground, store: plainStore, origin: own, onChange: () => station.changed() });
  const note = noteInto(store, { ...own, mode: settings.mode }, clock, logger);
  const mirror = createEnrollmentMirror({ file: join(folder, 'mirror.db'), thread: places.mirrorThread });
  const enrollments = createEnrollmentDesk({
    ...shared,
    mirror,
    hubOf: hubAccessOf(ground.hubs.hubs),
    vault,
    keep: (certificate) => {
      const writes = [{ write: 'certificate-kept', ...certificate }] as const;
      return store.commit({ origin: own, at: isoNow(clock), writes });
    },
    note,
  });
  const returns = assembleReturns({
    ...shared,
    recipe: options.recipe,
    origin: own,
    mirror,
    enrollments,
    hubs: ground.hubs,
    pauseOf: courier.pauseOf,
  });
  const quality = composeQuality({
    ...shared,
    folder,
    vault,
    origin,
    hubs: ground.hubs.hubs,
    recipe: options.recipe,
    opener,
    times,
    station,
    onVerdict: orders.judgeGolden,
  });
  const around = { ...ground, logger, store, opener, finder, note, trust };
  return { ...around, watcher, courier, station, enrollments, orders, quality, returns };
}

/** Writes into the journal that a person did something that is no job. */
function noteInto(store: StationStore, origin: Origin, clock: Clock, logger: Logger): StationHandle['note'] {
  return async (event, actor, facts) => {
    const writes = [{ write: 'noted', event, serial: null, facts }] as const;
    const noted = await store.commit({ origin: { ...origin, actor }, at: isoNow(clock), writes });
    if (!noted.ok) logger.error('a note could not be written', { event, code: noted.problem.code });
  };
}

async function readiness(store: StationStore, clock: Clock, folder: string): Promise<Result<void, Problem>> {
  const counts = await store.counts();
  if (!counts.ok) return counts;
  const { newestRecordAt } = counts.value;
  const now = isoNow(clock);
  const refusal = judgeReadiness({ freeBytes: freeBytes(folder), neededBytes, now, newestRecordAt, releasedAt });
  return refusal === null ? ok(undefined) : fail(refusal);
}

/** Lets lines, scans and other doors in, and gives the handle that ends it all. */
async function start(options: OpenOptions, parts: ReturnType<typeof assemble>): Promise<StationHandle> {
  const { settings } = options;
  const { folder, station, courier, watcher, store, people, finder } = parts;
  people.noteInto(parts.note);
  const troubles = new Map<'lines' | 'scanner', Problem>();
  const tell = (about: 'lines' | 'scanner') => (trouble: Problem | null) => {
    if (trouble === null) troubles.delete(about);
    else troubles.set(about, trouble);
    station.changed();
  };
  const stopLines = finder.watch((present) => station.linesChanged(present), tell('lines'));
  const refuse = station.refuseScan;
  const onScan = permittedScans({ people: people.desk, scan: station.scan, refuse, note: people.note });
  const stopScanner = attachScanner(settings.scanner, parts.opener, parts.clock, onScan, tell('scanner'));
  courier.wake();
  watcher.wake();
  parts.trust.begin();
  station.onChange(parts.returns.wake);
  await parts.returns.start();
  const standing = [...[...parts.instances.values()].flatMap((one) => one.advice), ...parts.hubs.troubles];
  const handle: StationHandle = {
    folder,
    scan: station.scan,
    rework: station.rework,
    take: station.take,
    abort: station.abort,
    typeMac: station.typeMac,
    snapshot: () => parts.orders.marked(station.snapshot()),
    onChange: station.onChange,
    flush: () => {
      courier.flush();
      parts.returns.flush();
    },
    settled: courier.settled,
    retry: courier.retry,
    lookAtAll: watcher.lookAtAll,
    warnings: () => [
      ...troubles.values(),
      ...standing,
      ...people.warnings(settings.mode),
      ...parts.trust.desk.troubles(),
      ...parts.orders.warnings(),
    ],
    hubs: parts.hubs.hubs,
    note: parts.note,
    enrollments: parts.enrollments,
    quality: parts.quality.desk,
    returns: parts.returns,
    instances: () => instanceStates(parts.instances, courier.pauseOf),
    permits: people.desk,
    orders: parts.orders,
    clock: parts.clock,
    books: store,
    trust: parts.trust.desk,
    stop: async () => {
      stopScanner();
      stopLines();
      // Verifications first: a slot that is aborted would say that a person ended them.
      await Promise.all([parts.quality.halt(), station.halt()]);
      // Their calls may wait for a person who signs in: none begins any more, then those that wait are ended.
      const lastCalls = [courier.stop(), watcher.stop(), parts.returns.stop()];
      parts.signIn.abort();
      await Promise.all(lastCalls);
      await parts.enrollments.stop();
      await link?.close();
      await parts.trust.end();
      await store.close();
      parts.release();
    },
  };
  const ownHandlers = (): Handlers => people.gate(createHandlers(handle, people.handlers), true);
  const link = await letDoorsIn(handle, options.handlersOf ?? ownHandlers, parts.logger);
  return handle;
}

async function letDoorsIn(
  handle: StationHandle,
  handlersOf: (handle: StationHandle) => Handlers,
  logger: Logger,
): Promise<{ close(): Promise<void> } | null> {
  const onBug = (error: unknown): void =>
    logger.error('a call failed in a way nobody named', { reason: String(error) });
  try {
    return await openLocalLink(handle.folder, (link) => void serve(link, handlersOf(handle), onBug));
  } catch (error) {
    // Other doors will only be told who owns the folder; the line goes on.
    logger.warn('no local link', { reason: String(error) });
    return null;
  }
}

/** The recipe's instance must be known on a real line, and the image must have been made for it. */
function checkInstance(options: OpenOptions, settings: Settings): Problem | null {
  const name = options.recipe.recipe.enrollment.instance;
  const instance = settings.dps[name];
  if (instance === undefined) return settings.mode === 'production' ? problem('no-instance', { instance: name }) : null;
  const { bin } = options.recipe;
  if (bin === null) return null; // where the device registers is told to the board, or is none of the station's business
  const missing = (what: string, value: string) => problem('firmware-other-instance', { what, value, instance: name });
  if (!imageHoldsText(bin, instance.globalEndpoint)) return missing('device endpoint', instance.globalEndpoint);
  if (instance.idScope === undefined || imageHoldsText(bin, instance.idScope)) return null;
  return missing('ID scope', instance.idScope);
}

function withSecrets(vault: Vault, secrets: ReadonlyMap<string, string>): Vault {
  return {
    ...vault,
    get: async (name) => {
      const given = secrets.get(name);
      return given === undefined ? vault.get(name) : ok(Buffer.from(given, 'utf8'));
    },
  };
}
