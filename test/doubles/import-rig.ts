import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedAccessAuthorization } from '../../src/main/adapters/dps/authorization.ts';
import { createEnrollmentService } from '../../src/main/adapters/dps/enrollment-service.ts';
import { createServiceCaller } from '../../src/main/adapters/dps/service-caller.ts';
import { openImportSource } from '../../src/main/adapters/import/import-source.ts';
import { openImportResults } from '../../src/main/adapters/import/results-file.ts';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { isTagColumn } from '../../src/main/domain/import-cells.ts';
import type { EnrollmentService } from '../../src/main/ports/enrollment-service.ts';
import { type ImportOptions, importDevices } from '../../src/main/station/import/import-devices.ts';
import type { DpsReady } from '../../src/shared/bench.ts';
import { parseConnectionString } from '../../src/shared/connection-string.ts';
import type { ImportProgress, ImportSummary, RowCheck, RowResult } from '../../src/shared/import.ts';
import type { Problem, ProblemFacts } from '../../src/shared/problem.ts';
import { ok, type Result } from '../../src/shared/result.ts';
import { type DpsBench, startDpsBench } from '../interop/dps-bench.ts';
import { valueFrom } from './books.ts';
import { manualClock } from './clock.ts';

/** What one run of an import said and did. */
export type ImportRun = {
  readonly ended: Result<ImportSummary, Problem>;
  readonly checks: readonly RowCheck[];
  readonly results: readonly RowResult[];
  readonly progress: readonly ImportProgress[];
  readonly notes: readonly { readonly event: string; readonly actor: string; readonly facts: ProblemFacts }[];
  /** Certificates that were kept, in their order. */
  readonly kept: readonly { readonly thumbprint: string; readonly der: string }[];
  /** Ids of each bulk that was sent, in their order. */
  readonly bulks: readonly (readonly string[])[];
  /** Most bulks that were under way at once. */
  readonly most: number;
  /** How long the pauses were, by the station's clock, in milliseconds. */
  readonly waitedInMs: number;
};

/** A simulated service, a folder for inputs and results, and imports from one to the other over real HTTPS. */
export type ImportRig = {
  readonly bench: DpsBench;
  readonly folder: string;
  /** Writes a file of the folder; answers with its path. */
  file(name: string, content: string | Uint8Array): string;
  run(path: string, change?: Partial<ImportOptions>): Promise<ImportRun>;
  close(): Promise<void>;
};

/** The service of a running simulator, over real HTTPS. */
export function plainService(ready: DpsReady): EnrollmentService {
  const { sharedAccessKey, sharedAccessKeyName: keyName } = valueFrom(
    parseConnectionString(ready.serviceConnectionString),
  );
  const key = async () => ok(Buffer.from(sharedAccessKey, 'base64'));
  const authorization = sharedAccessAuthorization({ hostName: ready.host, keyName, key, clock: systemClock });
  const ca = readFileSync(ready.caFile, 'utf8');
  return createEnrollmentService(
    createServiceCaller({ hostName: ready.host, port: ready.port, authorization, ca, clock: systemClock }),
  );
}

/** Opens a rig. Pauses of an import cost no time: its clock goes on as soon as it waits. */
export async function openImportRig(): Promise<ImportRig> {
  const bench = await startDpsBench();
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  return {
    bench,
    folder,
    file: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    run: (path, change = {}) => runImport(bench.ready, folder, path, change),
    close: async () => {
      await bench.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function runImport(
  ready: DpsReady,
  folder: string,
  path: string,
  change: Partial<ImportOptions>,
): Promise<ImportRun> {
  const clock = manualClock();
  const startedAt = clock.now();
  const seen = { checks: [] as RowCheck[], results: [] as RowResult[], progress: [] as ImportProgress[] };
  const notes: { event: string; actor: string; facts: ProblemFacts }[] = [];
  const bulks: string[][] = [];
  const kept: { thumbprint: string; der: string }[] = [];
  let underWay = 0;
  let most = 0;
  const plain = change.service ?? plainService(ready);
  const service: ImportOptions['service'] = {
    ...plain,
    bulk: async (mode, enrollments) => {
      bulks.push(enrollments.map((one) => one.registrationId));
      underWay += 1;
      most = Math.max(most, underWay);
      return plain.bulk(mode, enrollments).finally(() => {
        underWay -= 1;
      });
    },
  };
  const ended = await importDevices({
    source: valueFrom(openImportSource(path, isTagColumn)),
    context: { now: Date.now() },
    known: null,
    instance: 'default',
    hostName: ready.host,
    operationsPerMinute: 100_000,
    bulkWeight: 'call',
    callsInFlight: 2,
    skipBad: false,
    actor: 'tester',
    clock,
    random: { fraction: () => 0.5 },
    signal: new AbortController().signal,
    openResults: (sha256) => openImportResults(folder, sha256),
    keep: async (certificates) => {
      kept.push(...certificates);
      return ok(undefined);
    },
    note: async (event, actor, facts) => {
      notes.push({ event, actor, facts });
      return ok(undefined);
    },
    onRow: (check) => seen.checks.push(check),
    onResult: (result) => seen.results.push(result),
    ...change,
    onProgress: (one) => {
      seen.progress.push(one);
      change.onProgress?.(one);
      if (one.waiting !== null) void clock.armed().then(() => clock.next());
    },
    service,
  });
  return { ended, ...seen, notes, bulks, kept, most, waitedInMs: clock.now() - startedAt };
}
