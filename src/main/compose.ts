import { join } from 'node:path';
import type { Origin } from '../shared/job.ts';
import { serve } from '../shared/link/serve.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { freeBytes, makeModeFolder, ownedBy, writeOwner } from './adapters/files/station-folder.ts';
import { createByIdFinder } from './adapters/line/by-id-finder.ts';
import { createSerialportFinder } from './adapters/line/serialport-finder.ts';
import { createSerialportOpener } from './adapters/line/serialport-line.ts';
import { openLocalLink } from './adapters/local-link/local-link.ts';
import { createPinoLogger } from './adapters/log/pino-logger.ts';
import { holdFileLock } from './adapters/sqlite/database.ts';
import { prepareDatabase } from './adapters/sqlite/prepare.ts';
import { createStationStore } from './adapters/sqlite/station-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { systemRandom } from './adapters/system/system-random.ts';
import { createFileVault } from './adapters/vault/file-vault.ts';
import { connectInstances } from './compose-instances.ts';
import { judgeReadiness } from './domain/mode-rules.ts';
import { imageHoldsText } from './identity/image-contents.ts';
import type { Clock } from './ports/clock.ts';
import type { EnrollmentRegistry } from './ports/enrollment-registry.ts';
import type { LineFinder, LineOpener } from './ports/line.ts';
import type { StationHandle } from './ports/station-handle.ts';
import type { StationStore } from './ports/station-store.ts';
import type { Vault } from './ports/vault.ts';
import { createCourier } from './station/courier.ts';
import { createDevkitSession } from './station/devkit-session.ts';
import { createHandlers } from './station/handlers.ts';
import type { LoadedRecipe } from './station/loaded-recipe.ts';
import { attachScanner } from './station/scanner.ts';
import { defaultSessionTimes, type SessionTimes } from './station/session-options.ts';
import { createStation, type Station } from './station/station.ts';
import { createWatcher } from './station/watcher.ts';
import { releasedAt, softwareVersion } from './version.ts';

/** How a station is opened. Parts given here replace the real ones. */
export type OpenOptions = {
  readonly dataFolder: string;
  readonly settings: Settings;
  readonly recipe: LoadedRecipe & { readonly bin: Uint8Array };
  readonly door: string; // who opens, for whoever finds the folder taken
  readonly actor: string;
  /** What to do with work that a stop interrupted before the secret was touched; default: resume it with its board. */
  readonly interrupted?: 'resume' | 'end' | 'leave';
  /** Secrets for this run alone, before the vault is asked. */
  readonly secrets?: ReadonlyMap<string, string>;
  readonly times?: Partial<SessionTimes>;
  readonly finder?: LineFinder;
  readonly opener?: LineOpener;
  readonly clock?: Clock;
  readonly slowCommitInMs?: number;
  readonly decorateStore?: (store: StationStore) => StationStore;
  readonly decorateRegistry?: (registry: EnrollmentRegistry) => EnrollmentRegistry;
};

/** A unit needs some kilobytes; this much must be free before one is started. */
const neededBytes = 16 * 1024 * 1024;

/** Opens the folder of a mode for one process: lock, database, vault. */
export function openFolder(dataFolder: string, mode: Settings['mode'], door: string): Result<OpenFolder, Problem> {
  const made = makeModeFolder(dataFolder, mode);
  if (!made.ok) return made;
  const folder = made.value;
  const lock = holdFileLock(join(folder, 'station.lock'));
  if (lock === null) return fail(ownedBy(folder));
  writeOwner(folder, door, new Date().toISOString());
  const file = join(folder, 'station.db');
  const prepared = prepareDatabase(file);
  if (!prepared.ok) {
    lock.release();
    return prepared;
  }
  return ok({ folder, file, vault: createFileVault(join(folder, 'vault.json')), release: () => lock.release() });
}

/** A folder that this process owns. */
export type OpenFolder = {
  readonly folder: string;
  readonly file: string;
  readonly vault: Vault;
  release(): void;
};

/** Puts a station together and starts it. Nothing keeps running when it answers with a problem. */
export async function openStation(options: OpenOptions): Promise<Result<StationHandle, Problem>> {
  const { settings } = options;
  const clock = options.clock ?? systemClock;
  const opened = openFolder(options.dataFolder, settings.mode, options.door);
  if (!opened.ok) return opened;
  const { folder, file, release } = opened.value;
  const vault = withSecrets(opened.value.vault, options.secrets ?? new Map());
  const { decorateRegistry } = options;
  const instances = await connectInstances({
    settings,
    vault,
    clock,
    ...(decorateRegistry === undefined ? {} : { decorateRegistry }),
  });
  if (!instances.ok) {
    release();
    return instances;
  }
  const preflight = checkInstance(options, settings);
  if (preflight !== null) {
    release();
    return fail(preflight);
  }
  const logger = createPinoLogger(join(folder, 'station.log'));
  const plainStore = createStationStore({ file, slowCommitInMs: options.slowCommitInMs ?? 0 });
  const store = options.decorateStore?.(plainStore) ?? plainStore;
  const origin: Origin = { station: settings.station, actor: options.actor, mode: settings.mode, softwareVersion };
  const shared = { clock, random: systemRandom, logger, store, instances: instances.value };

  let station: Station | null = null;
  const changed = (): void => station?.changed();
  const watcher = createWatcher({ ...shared, origin: { ...origin, actor: 'station' }, onChange: changed });
  const courier = createCourier({
    ...shared,
    origin: { ...origin, actor: 'station' },
    callsInFlight: settings.callsInFlight,
    onChange: () => {
      changed();
      watcher.wake();
    },
  });
  const opener = options.opener ?? createSerialportOpener();
  station = createStation({
    ...shared,
    slots: settings.slots,
    recipe: options.recipe,
    origin,
    mayStart: async () => {
      const counts = await store.counts();
      if (!counts.ok) return counts;
      const refusal = judgeReadiness({
        freeBytes: freeBytes(folder),
        neededBytes,
        now: new Date(clock.now()).toISOString(),
        newestRecordAt: counts.value.newestRecordAt,
        releasedAt,
      });
      return refusal === null ? ok(undefined) : fail(refusal);
    },
    interrupted: options.interrupted ?? 'resume',
    onQueued: () => courier.wake(),
    pause: () => courier.pause(),
    openSession: (job, path, onAsk, typedMac) =>
      createDevkitSession({
        job,
        path,
        recipe: options.recipe,
        opener,
        clock,
        random: systemRandom,
        vault,
        store,
        times: { ...defaultSessionTimes, ...options.times },
        onAsk,
        typedMac,
      }),
  });

  const recovered = await station.recover();
  if (!recovered.ok) {
    await store.close();
    release();
    return recovered;
  }
  const finder = options.finder ?? finderFrom(settings, options.recipe);
  const running = station;
  const stopLines = finder.watch((present) => running.linesChanged(present));
  const stopScanner = attachScanner(settings.scanner, opener, clock, (text) => void running.scan(text));
  courier.wake();
  watcher.wake();
  const handle: StationHandle = {
    folder,
    scan: running.scan,
    rework: running.rework,
    abort: running.abort,
    typeMac: running.typeMac,
    snapshot: running.snapshot,
    onChange: running.onChange,
    flush: courier.flush,
    settled: courier.settled,
    retry: courier.retry,
    lookAtAll: watcher.lookAtAll,
    books: store,
    stop: async () => {
      stopScanner();
      stopLines();
      await running.halt();
      await courier.stop();
      await watcher.stop();
      await localLink?.close();
      await store.close();
      release();
    },
  };
  const localLink = await openLocalLink(folder, (link) => {
    serve(link, createHandlers(handle), (error) =>
      logger.error('a call failed in a way nobody named', { reason: String(error) }),
    );
  }).catch((error: unknown) => {
    // Other doors will only be told who owns the folder; the line goes on.
    logger.warn('no local link', { reason: String(error) });
    return null;
  });
  return ok(handle);
}

/** The recipe's instance must be known on a real line, and the image must have been made for it. */
function checkInstance(options: OpenOptions, settings: Settings): Problem | null {
  const name = options.recipe.recipe.enrollment.instance;
  const instance = settings.dps[name];
  if (instance === undefined) return settings.mode === 'production' ? problem('no-instance', { instance: name }) : null;
  const missing = (what: string, value: string) => problem('firmware-other-instance', { what, value, instance: name });
  if (!imageHoldsText(options.recipe.bin, instance.globalEndpoint))
    return missing('device endpoint', instance.globalEndpoint);
  if (instance.idScope === undefined || imageHoldsText(options.recipe.bin, instance.idScope)) return null;
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

function finderFrom(settings: Settings, recipe: LoadedRecipe): LineFinder {
  if (settings.lines.from === 'folder') return createByIdFinder({ folder: settings.lines.folder, intervalInMs: 1_000 });
  const { usb } = recipe.recipe.board;
  return onlyAdapter(createSerialportFinder({ intervalInMs: 500 }), usb.vendorId, usb.productId);
}

function onlyAdapter(finder: LineFinder, vendorId: string, productId: string): LineFinder {
  const fits = (line: { vendorId: string | null; productId: string | null }) =>
    line.vendorId === vendorId && line.productId === productId;
  return {
    list: async () => {
      const all = await finder.list();
      return all.ok ? ok(all.value.filter(fits)) : all;
    },
    watch: (listener) => finder.watch((present) => listener(present.filter(fits))),
  };
}
