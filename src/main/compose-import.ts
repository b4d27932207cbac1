import type { CheckSummary, ImportSummary, RowCheck } from '../shared/import.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, type Result } from '../shared/result.ts';
import { openImportSource } from './adapters/import/import-source.ts';
import { openImportResults } from './adapters/import/results-file.ts';
import { createStationStore } from './adapters/sqlite/station-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { systemRandom } from './adapters/system/system-random.ts';
import type { ImportTask } from './cli/tools.ts';
import type { SignInPrompt } from './compose-access.ts';
import { openFolder } from './compose-folder.ts';
import { connectInstances } from './compose-instances.ts';
import { originOf } from './compose-orders.ts';
import { places } from './compose-places.ts';
import { createVaults, type Vaults } from './compose-vault.ts';
import { isTagColumn } from './domain/import-cells.ts';
import { isoNow } from './ports/clock.ts';
import type { EnrollmentService } from './ports/enrollment-service.ts';
import type { ImportResults } from './ports/import-results.ts';
import type { StationStore } from './ports/station-store.ts';
import { checkDevices, importDevices } from './station/import/import-devices.ts';
import { loadKnown } from './station/import/known-units.ts';
import type { Instance } from './station/instances.ts';

/** An import; parts given here replace the real ones. */
export type ImportRequest = ImportTask & {
  readonly vaults?: Vaults;
  readonly onSignIn?: (prompt: SignInPrompt) => void;
  readonly decorateService?: (service: EnrollmentService) => EnrollmentService;
  readonly decorateResults?: (results: ImportResults) => ImportResults;
};

/** Checks a file or folder of devices offline: no station, no books, no network. */
export async function checkImportFile(
  path: string,
  onRow: (check: RowCheck) => void,
): Promise<Result<CheckSummary, Problem>> {
  const source = openImportSource(path, isTagColumn);
  if (!source.ok) return source;
  return checkDevices({ source: source.value, context: { now: systemClock.now() }, known: null, onRow });
}

type Station = { readonly folder: string; readonly store: StationStore; readonly instance: Instance };

/** Checks a file or folder as {@link importFile} would, the station's books included; nothing is sent. */
export function checkAgainstBooks(request: ImportRequest): Promise<Result<CheckSummary, Problem>> {
  return withStation(request, async ({ store }) => {
    const opened = await openSource(request, store);
    return opened.ok ? checkDevices({ ...opened.value, ...listeners(request) }) : opened;
  });
}

/** Imports a file or folder of devices into one instance, as the owner of the station's folder. */
export function importFile(request: ImportRequest): Promise<Result<ImportSummary, Problem>> {
  const { settings, decorateService, decorateResults } = request;
  const origin = (actor: string) => originOf(settings, actor);
  return withStation(request, async ({ folder, store, instance }) => {
    const opened = await openSource(request, store);
    if (!opened.ok) return opened;
    return importDevices({
      ...opened.value,
      ...listeners(request),
      instance: request.instance,
      hostName: instance.hostName,
      service: decorateService?.(instance.service) ?? instance.service,
      operationsPerMinute: instance.quota.limit,
      bulkWeight: instance.bulkWeight,
      callsInFlight: settings.callsInFlight,
      skipBad: request.skipBad,
      actor: request.actor,
      clock: systemClock,
      random: systemRandom,
      openResults: async (sha256) => {
        const results = await openImportResults(folder, sha256);
        return results.ok ? { ok: true, value: decorateResults?.(results.value) ?? results.value } : results;
      },
      keep: (certificates) =>
        store.commit({
          origin: origin(request.actor),
          at: isoNow(systemClock),
          writes: certificates.map((one) => ({ write: 'certificate-kept', ...one })),
        }),
      note: async (event, actor, facts) => {
        const writes = [{ write: 'noted', event, serial: null, facts }] as const;
        return store.commit({ origin: origin(actor), at: isoNow(systemClock), writes });
      },
    });
  });
}

function listeners({ onRow, onProgress, onResult, signal }: ImportRequest) {
  return { onRow, onProgress, onResult, signal };
}

async function openSource(request: ImportRequest, store: StationStore) {
  const source = openImportSource(request.path, isTagColumn);
  if (!source.ok) return source;
  const known = await loadKnown(store, request.instance);
  if (!known.ok) return known;
  const context = { now: systemClock.now() };
  return { ok: true as const, value: { source: source.value, context, known: known.value } };
}

/** Opens the folder and one instance for a task; neither boards nor the queue are worked on meanwhile. */
async function withStation<T>(
  request: ImportRequest,
  task: (station: Station) => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  const { dataFolder, settings, instance: name, signal } = request;
  const own = settings.dps[name];
  if (own === undefined) return fail(problem('no-instance', { instance: name }));
  const opened = openFolder(dataFolder, settings.mode, 'import');
  if (!opened.ok) return opened;
  const { folder, file, release } = opened.value;
  try {
    const vault = await (request.vaults ?? createVaults({ dataFolder })).of(settings.mode, settings);
    if (!vault.ok) return vault;
    const connected = await connectInstances({
      settings: { ...settings, dps: { [name]: own } },
      vault: vault.value,
      clock: systemClock,
      signal,
      ...(request.onSignIn === undefined ? {} : { onSignIn: request.onSignIn }),
    });
    if (!connected.ok) return connected;
    const instance = connected.value.get(name);
    if (instance === undefined) return fail(problem('no-instance', { instance: name }));
    const store = createStationStore({ file, thread: places.storeThread });
    const stop = (): void => instance.quota.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await task({ folder, store, instance });
    } finally {
      signal.removeEventListener('abort', stop);
      await store.close();
    }
  } finally {
    release();
  }
}
