import type { EnrollmentRegistry } from '../../src/main/ports/enrollment-registry.ts';
import type { LineOpener } from '../../src/main/ports/line.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { ok } from '../../src/shared/result.ts';
import type { CrashPoint, Operations, Port } from './plan.ts';

/** Stands between a station and its ports, counts what goes through and kills this process at its point. */
export type Trap = {
  counted(): Operations;
  store(store: StationStore): StationStore;
  opener(opener: LineOpener): LineOpener;
  registry(registry: EnrollmentRegistry): EnrollmentRegistry;
};

/** Dies as after a power cut of the process: nothing is flushed, closed or said. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Makes a trap; without a point it only counts. */
export function createTrap(point: CrashPoint | null): Trap {
  const counted: Operations = { store: 0, line: 0, registry: 0 };

  async function pass<T>(port: Port, carryOut: () => Promise<T>): Promise<T> {
    counted[port] += 1;
    const moment = point?.port === port && point.operation === counted[port] ? point.moment : null;
    if (moment === 'before') die();
    const underWay = carryOut();
    // One turn later the request has left this thread; what became of it nobody here will know.
    if (moment === 'during') setImmediate(die);
    const outcome = await underWay;
    if (moment === 'after') die();
    return outcome;
  }

  return {
    counted: () => ({ ...counted }),
    store: (store) => ({ ...store, commit: (change) => pass('store', () => store.commit(change)) }),
    opener: (opener) => ({
      open: async (path, options) => {
        const opened = await opener.open(path, options);
        if (!opened.ok) return opened;
        const line = opened.value;
        return ok({ ...line, write: (bytes) => pass('line', () => line.write(bytes)) });
      },
    }),
    registry: (registry) => ({
      createMany: (enrollments) => pass('registry', () => registry.createMany(enrollments)),
      get: (registrationId) => pass('registry', () => registry.get(registrationId)),
      keyFingerprint: (registrationId) => pass('registry', () => registry.keyFingerprint(registrationId)),
      registration: (registrationId) => pass('registry', () => registry.registration(registrationId)),
      update: (enrollment, etag) => pass('registry', () => registry.update(enrollment, etag)),
    }),
  };
}
