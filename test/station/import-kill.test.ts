import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import type { ImportSummary, RowResult } from '../../src/shared/import.ts';
import { valueFrom } from '../doubles/books.ts';
import type { ImportOrder, KillPoint } from '../doubles/import-child.ts';
import { csvOf, endorsementKeyOf, symmetricKeyOf, tpmRows } from '../doubles/import-devices.ts';
import { type DpsBench, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';

/* An import that is killed at any point and started again: the service's book and the file of results are the judges. */

const childFile = join(import.meta.dirname, '../doubles/import-child.ts');

let bench: DpsBench;
let dataFolder: string;
let order: Omit<ImportOrder, 'point'>;

const rows = [
  ...tpmRows('unit', 37),
  { registrationId: 'bad id', endorsementKey: endorsementKeyOf(1) },
  { registrationId: 'keyed-1', primaryKey: symmetricKeyOf('a'), secondaryKey: symmetricKeyOf('b') },
  { registrationId: 'keyed-2', primaryKey: symmetricKeyOf('c'), secondaryKey: symmetricKeyOf('d') },
];
const good = rows.map(({ registrationId = '' }) => registrationId).filter((id) => id !== 'bad id');

beforeEach(async () => {
  bench = await startDpsBench();
  dataFolder = mkdtempSync(join(tmpdir(), 'import-kill-'));
  mkdirSync(join(dataFolder, 'training'), { mode: 0o700 });
  const vault = createFileVault(join(dataFolder, 'training', 'vault.json'));
  valueFrom(await vault.set('plant', Buffer.from(bench.ready.serviceConnectionString)));
  const path = join(dataFolder, 'devices.csv');
  writeFileSync(path, csvOf(rows));
  const { idScope, host: globalEndpoint, port, caFile } = bench.ready;
  const instance = {
    connectionStringSecret: 'plant',
    idScope,
    globalEndpoint,
    port,
    caFile,
    operationsPerMinute: 10_000,
  };
  order = { dataFolder, path, settings: { dps: { default: instance }, callsInFlight: 3 } };
});
afterEach(async () => {
  await bench.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

type Ended = { readonly signal: NodeJS.Signals | null; readonly summary: ImportSummary | null };

async function run(point: KillPoint | null): Promise<Ended> {
  const child = spawn(process.execPath, [childFile, JSON.stringify({ ...order, point })], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'dps-station-compile-cache') },
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, by) => resolve(by)));
  return { signal, summary: said === '' ? null : (valueFrom(JSON.parse(said)) as ImportSummary) };
}

function lastVerdicts(file: string): Map<number, RowResult> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as RowResult).map((result) => [result.row, result]));
}

/** Points anywhere in an import of four bulks, in an order that is another one each time. */
const points: readonly (readonly KillPoint[])[] = [
  [{ port: 'bulk', operation: 1, moment: 'before' }],
  [{ port: 'bulk', operation: 1, moment: 'during' }],
  [{ port: 'bulk', operation: 2, moment: 'after' }],
  [{ port: 'results', operation: 1, moment: 'before' }],
  [{ port: 'results', operation: 2, moment: 'during' }],
  [{ port: 'results', operation: 3, moment: 'after' }],
  [
    { port: 'bulk', operation: 3, moment: 'during' },
    { port: 'results', operation: 1, moment: 'during' },
    { port: 'bulk', operation: 1, moment: 'after' },
  ],
];

/** Five points by chance; the seed stands in the name of the test, so that a failure can be had again. */
const seed = Number(process.env['IMPORT_KILL_SEED'] ?? Date.now() % 1_000_000);
function pointsByChance(): KillPoint[] {
  let state = seed;
  const upTo = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes, a plain generator
    return Math.floor((state / 2 ** 32) * count);
  };
  return Array.from({ length: 5 }, () => ({
    port: (['bulk', 'results'] as const)[upTo(2)] ?? 'bulk',
    operation: 1 + upTo(3),
    moment: (['before', 'during', 'after'] as const)[upTo(3)] ?? 'during',
  }));
}

describe('an import that is killed', () => {
  it.each(
    points.map(
      (some) => [some.map((one) => `${one.moment} ${one.port} ${one.operation}`).join(', then '), some] as const,
    ),
  )(
    '%s: every row is in the service once, with a verdict',
    async (_name, killed) => {
      for (const point of killed) expect((await run(point)).signal).toBe('SIGKILL');
      await judgeLastRun();
    },
    120_000,
  );

  it(`five times by chance (seed ${seed}): the same`, async () => {
    // The last of them may come too late: then the import was through before.
    for (const point of pointsByChance()) await run(point);
    await judgeLastRun();
  }, 120_000);

  /** Lets the import go on to its end and compares service and results with the file. */
  async function judgeLastRun(): Promise<void> {
    const tags = new Map<string, string>();
    const call = serviceCaller(bench.ready);
    for (const { registrationId } of bench.simulator.book()) {
      tags.set(registrationId, (await call('GET', `/enrollments/${registrationId}`)).json.etag);
    }
    const { signal, summary } = await run(null);
    expect(signal).toBeNull();
    expect(summary).toMatchObject({ total: rows.length, skipped: 1, refused: 0, problem: null });
    const { before = 0, created = 0, alreadyThere = 0, resultsFile = null } = summary ?? {};
    expect(before + created + alreadyThere).toBe(good.length);
    expect(
      bench.simulator
        .book()
        .map((row) => row.registrationId)
        .sort(),
    ).toEqual([...good].sort());
    // What had arrived before the last run was not written again.
    expect(bench.simulator.counters()).toMatchObject({ created: good.length, updated: 0, deleted: 0 });
    for (const [id, etag] of tags) expect((await call('GET', `/enrollments/${id}`)).json.etag).toBe(etag);

    const verdicts = lastVerdicts(resultsFile ?? '');
    expect([...verdicts.keys()].sort((a, b) => a - b)).toEqual(rows.map((_, index) => index + 2));
    for (const [row, { verdict, registrationId }] of verdicts) {
      expect(registrationId).toBe(rows[row - 2]?.registrationId);
      expect(registrationId === 'bad id' ? ['skipped'] : ['created', 'already-there']).toContain(verdict);
    }
  }

  it('leaves in the journal that it began, by whom, and how it ended in the end', async () => {
    await run({ port: 'bulk', operation: 2, moment: 'after' });
    await run(null);
    const store = createStationStore({ file: join(dataFolder, 'training', 'station.db') });
    try {
      const { rows: lines } = valueFrom(await store.listJournal({ after: 0, limit: 100 }));
      const noted = lines.filter(({ event }) => event.startsWith('import-'));
      expect(noted.map(({ event, origin }) => [event, origin.actor])).toEqual([
        ['import-started', 'tester'],
        ['import-started', 'tester'],
        ['import-ended', 'tester'],
      ]);
      expect(noted.at(-1)?.data).toContain('devices.csv');
    } finally {
      await store.close();
    }
  }, 120_000);
});
