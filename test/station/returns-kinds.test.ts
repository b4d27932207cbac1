import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { connectBench } from '../../src/main/bench/bench-control.ts';
import { benchRecipes, benchSecrets, benchSettings } from '../../src/main/bench/bench-settings.ts';
import { createOperator, type DemoUnit } from '../../src/main/bench/operator.ts';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import type { SimulatedBench } from '../../src/simulation/bench/simulated-bench.ts';
import { valueFrom } from '../doubles/books.ts';
import { startTestBench } from '../doubles/test-bench.ts';
import { serviceCaller } from '../interop/dps-bench.ts';

/*
 * Returns of the other kinds of units: a key that is derived anew, a certificate of the station, a TPM that is written
 * nothing and whose identity gives way when the new one passes. The hub identity goes too: the bench has hubs.
 */

let bench: SimulatedBench;
let station: StationHandle;
let folder: string;

afterEach(async () => {
  await station.stop();
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(recipe: string): Promise<void> {
  bench = await startTestBench();
  folder = mkdtempSync(join(tmpdir(), 'returns-kinds-'));
  const settings = { ...benchSettings(bench.ready, { station: 's', slots: 2 }, recipe), scanner: null };
  station = valueFrom(
    await openStation({
      dataFolder: folder,
      settings,
      recipe: valueFrom(loadRecipe(settings.recipe)),
      door: 'test',
      actor: 'tester',
      secrets: benchSecrets(bench.ready),
      times: { answer: 2_000, silence: 2_000 },
    }),
  );
}

async function work(unit: DemoUnit): Promise<void> {
  const control = connectBench(bench.ready.control);
  const withHand: typeof control = {
    ...control,
    call: async (verb, request) => {
      if (verb === 'scan') valueFrom(await station.scan((request as { text: string }).text));
      return control.call(verb, request);
    },
  };
  await createOperator(station, withHand, 2).work([unit]);
  await station.settled();
  await expect.poll(() => bench.bench.state().boards.filter((board) => board.slot !== null)).toEqual([]);
}

const registers = async (board: string): Promise<boolean> => {
  const [powered] = await bench.bench.powerUp([board]);
  await station.lookAtAll();
  return powered?.lastRegistration?.startsWith('assigned ') ?? false;
};

async function ended(id: string): Promise<unknown> {
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const stop = station.returns.onChange(changed.resolve);
    const { state } = valueFrom(await station.returns.detail(id)).case;
    if (state.step === 'done') {
      stop();
      return state.outcome;
    }
    await changed.promise;
    stop();
  }
}

it.each([
  ['mxchip-devkit-symmetric-key', 'new-identity'],
  ['x509-station', 'new-identity'],
  ['linux-tpm', 'new-board'],
] as const)(
  'a unit of %s gets a %s',
  async (recipe, deed) => {
    await open(recipe);
    const [first, second] = await bench.bench.makeBoards(2, benchRecipes[recipe] ?? '1.6.5');
    if (first === undefined || second === undefined) throw new Error('no boards');
    const labelOf = (mac: string) => (recipe.startsWith('mxchip') ? `SN1;${mac}` : 'SN1');
    await work({ board: first.board, serial: 'SN1', label: labelOf(first.mac) });
    expect(await registers(first.board)).toBe(true);
    const before = valueFrom(await station.books.unit('SN1')).live;
    const { permits, returns } = station;
    const { id } = valueFrom(
      await returns.open(
        {
          serial: 'SN1',
          reason: 'suspected-compromise',
          note: '',
          deed,
          options: { deleteRegistration: true, removeHubIdentity: true, oldEntry: 'delete', to: null },
        },
        { actor: 'T-1', permits, countersign: null },
      ),
    );
    await returns.settled();
    expect(valueFrom(await returns.detail(id)).case.state.step).toBe('awaiting-board');
    expect(await registers(first.board)).toBe(false);
    const next = deed === 'new-board' ? second : first;
    await work({ board: next.board, serial: 'SN1', label: labelOf(next.mac) });
    const { live } = valueFrom(await station.books.unit('SN1'));
    expect(live).toMatchObject({ kind: 'reprovision', supersedes: before?.id, state: { outcome: 'passed' } });
    expect(await registers(next.board)).toBe(true);
    expect(await ended(id)).toBe('finished');
    if (deed === 'new-board') expect(await registers(first.board)).toBe(false);
    const dps = bench.ready.dps;
    if (dps === null) throw new Error('no cloud');
    const entries = (await serviceCaller(dps)('POST', '/enrollments/query', { query: '*' })).json;
    expect(entries).toMatchObject([{ provisioningStatus: 'enabled', deviceId: 'SN1' }]);
  },
  120_000,
);
