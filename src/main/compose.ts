import { type Handlers, serve } from '../shared/link/serve.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { openLocalLink } from './adapters/local-link/local-link.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { openFolder } from './compose-folder.ts';
import { connectHubs } from './compose-hubs.ts';
import { connectInstances } from './compose-instances.ts';
import type { OpenOptions } from './compose-options.ts';
import { openOrders } from './compose-orders.ts';
import { assemble } from './compose-parts.ts';
import { openPeople } from './compose-people.ts';
import { closedVault, createVaults } from './compose-vault.ts';
import type { Logger } from './ports/logger.ts';
import type { StationHandle } from './ports/station-handle.ts';
import type { Vault } from './ports/vault.ts';
import { guardClock } from './station/clock-guard.ts';
import { createHandlers } from './station/handlers.ts';
import { instanceFit } from './station/instance-fit.ts';
import { type Instances, instanceStates } from './station/instances.ts';
import { permittedScans } from './station/people/gate.ts';
import { attachScanner } from './station/scanner.ts';

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
  const fits = instanceFit(options.recipe, settings);
  const refusal = refusalOf(instances, fits(options.recipe.recipe.enrollment.instance), kept);
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
  station.onChange(parts.returns.wake);
  await parts.returns.start();
  // Last, and with no wait behind it: whoever opened the station sees what a stop interrupted before it goes on.
  const stopLines = finder.watch((present) => station.linesChanged(present), tell('lines'));
  const refuse = station.refuseScan;
  const onScan = permittedScans({ people: people.desk, scan: station.scan, refuse, note: people.note });
  const stopScanner = attachScanner(settings.scanner, parts.opener, parts.clock, onScan, tell('scanner'));
  // Whoever comes next has not scanned `QA ON`.
  let atWork = people.desk.state().atWork?.badge;
  const stopWatch = people.desk.onChange(() => {
    const before = atWork;
    atWork = people.desk.state().atWork?.badge;
    if (atWork !== before) station.looksNoMore();
  });
  courier.wake();
  watcher.wake();
  parts.trust.begin();
  const stopGuard = guardClock(parts.clock, (byInMs) => {
    parts.logger.warn('the clock was set back: what waits is tried now', { byInMs });
    courier.flush();
    parts.returns.flush();
    void watcher.lookAtAll();
  });
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
    permits: people.desk.permits,
    orders: parts.orders,
    clock: parts.clock,
    books: store,
    trust: parts.trust.desk,
    stop: async () => {
      stopGuard();
      stopWatch();
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

function withSecrets(vault: Vault, secrets: ReadonlyMap<string, string>): Vault {
  return {
    ...vault,
    get: async (name) => {
      const given = secrets.get(name);
      return given === undefined ? vault.get(name) : ok(Buffer.from(given, 'utf8'));
    },
  };
}
