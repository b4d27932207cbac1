import { join } from 'node:path';
import type { Origin } from '../shared/job.ts';
import type { Problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { freeBytes } from './adapters/files/station-folder.ts';
import { createPinoLogger } from './adapters/log/pino-logger.ts';
import { createEnrollmentMirror } from './adapters/sqlite/mirror-store.ts';
import { createStationStore } from './adapters/sqlite/station-store.ts';
import { systemRandom } from './adapters/system/system-random.ts';
import { finderFrom, openerFor } from './compose-lines.ts';
import type { Ground, OpenOptions } from './compose-options.ts';
import { orderDesk, originOf } from './compose-orders.ts';
import { places } from './compose-places.ts';
import { composeQuality } from './compose-quality.ts';
import { assembleReturns } from './compose-returns.ts';
import { openTrust } from './compose-trust.ts';
import { judgeReadiness } from './domain/mode-rules.ts';
import { type Clock, isoNow } from './ports/clock.ts';
import type { Logger } from './ports/logger.ts';
import type { StationHandle } from './ports/station-handle.ts';
import type { StationStore } from './ports/station-store.ts';
import { countedStore } from './station/audit/checkpoints.ts';
import { createCourier } from './station/courier.ts';
import { createDeviceSession } from './station/device-session.ts';
import { createEnrollmentDesk } from './station/enrollments/enrollment-desk.ts';
import { hubAccessOf } from './station/enrollments/hub-access.ts';
import { instanceFit } from './station/instance-fit.ts';
import { defaultSessionTimes } from './station/session-options.ts';
import { createStation, type Station } from './station/station.ts';
import { createWatcher } from './station/watcher.ts';
import { releasedAt } from './version.ts';

/** A unit needs some kilobytes; this much must be free before one is started. */
const neededBytes = 16 * 1024 * 1024;

/** Makes the parts and ties them together; nothing runs yet. */
export function assemble(options: OpenOptions, ground: Ground) {
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
  const fits = instanceFit(options.recipe, settings);
  const session = { recipe: options.recipe, opener, clock, random: systemRandom, vault, store, times };
  const orders = orderDesk({
    ...shared,
    settings,
    recipe: options.recipe,
    origin,
    permits: ground.people.desk.permits,
    fits,
    onChange: () => station.changed(),
  });
  const station: Station = createStation({
    ...shared,
    orders,
    permits: ground.people.desk.permits,
    fits,
    verify: (unit) => quality.verifyScanned(unit),
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
      const instance = settings.dps[job.instance];
      const provisioning = { globalEndpoint: instance?.globalEndpoint ?? '', idScope: instance?.idScope ?? null };
      return createDeviceSession({
        ...session,
        provisioning,
        present: finder.list,
        job,
        path,
        onAsk,
        typedMac,
        isHere,
      });
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
