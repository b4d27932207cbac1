import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type BenchReady, benchReadySchema, type DpsFaults } from '../../../shared/bench.ts';
import { type BenchControl, connectBench } from '../../bench/bench-control.ts';
import { benchSecrets, benchSettings } from '../../bench/bench-settings.ts';
import { createOperator, type DemoUnit } from '../../bench/operator.ts';
import type { StationHandle } from '../../ports/station-handle.ts';
import { createOutput, exitCode, type Output, unwrap, wrongUse } from '../output.ts';
import type { CliTools } from '../tools.ts';
import { createProgress } from './progress.ts';
import { closingTable, type DemoResult } from './result.ts';
import { seededFractions } from './seeded.ts';

type DemoOptions = { units: string; slots: string; seed: string; outage?: boolean; json?: boolean };

/** `demo`: a whole line on the embedded bench, from the first scan to the last registration. */
export function addDemoCommand(program: Command, tools: CliTools): void {
  program
    .command('demo')
    .description('run a line of simulated boards against a simulated DPS and print what happened')
    .option('--units <count>', 'how many units', '40')
    .option('--slots <count>', 'how many boards at once, 1 to 16', '8')
    .option('--seed <number>', 'order of the units and faults of the bench; never a secret', '1')
    .option('--outage', 'the network goes half way and comes back')
    .option('--json', 'print one JSON object only')
    .action((options: DemoOptions) => demo(options, tools));
}

async function demo(options: DemoOptions, tools: CliTools): Promise<void> {
  const units = wholeNumber(options.units, '--units', 1, 10_000);
  const slots = wholeNumber(options.slots, '--slots', 1, 16);
  const seed = wholeNumber(options.seed, '--seed', 0, 4_294_967_295);
  const output = createOutput(options.json ?? false);
  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-demo-'));
  try {
    output.say(`DPS Station ${tools.version}, training: ${units} units, ${slots} slots, seed ${seed}.`);
    const bench = unwrap(await tools.startSimulation('bench', ['--folder', join(folder, 'bench')], benchReadySchema));
    try {
      const handle = await openTrainingStation(tools, bench.ready, folder, slots);
      try {
        const result = await runLine({
          units,
          seed,
          slots,
          outage: options.outage ?? false,
          output,
          handle,
          bench: connectBench(bench.ready.control),
          started,
        });
        output.say(closingTable(result));
        output.give(result);
        if (result.passed < units || result.registered < result.delivered) process.exitCode = exitCode.failed;
      } finally {
        await handle.stop();
      }
    } finally {
      await bench.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wholeNumber(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw wrongUse(`${name} is a whole number from ${least} to ${most}.`);
  return value;
}

async function openTrainingStation(
  tools: CliTools,
  ready: BenchReady,
  folder: string,
  slots: number,
): Promise<StationHandle> {
  const recipe = unwrap(tools.loadRecipe(ready.recipeFile));
  const settings = benchSettings(ready, { station: 'demo', slots });
  return unwrap(
    await tools.openStation({
      dataFolder: join(folder, 'station'),
      settings,
      recipe,
      door: 'demo',
      actor: 'demo',
      secrets: benchSecrets(ready),
    }),
  );
}

type LineRun = {
  readonly units: number;
  readonly slots: number;
  readonly seed: number;
  readonly outage: boolean;
  readonly output: Output;
  readonly handle: StationHandle;
  readonly bench: BenchControl;
  readonly started: number;
};

async function runLine(run: LineRun): Promise<DemoResult> {
  const { handle, bench, output } = run;
  const random = seededFractions(run.seed);
  const { boards } = await bench.call('make-boards', { count: run.units, personality: '1.6.5' });
  const units = shuffled(
    boards.map((board, index) => demoUnit(board.board, board.mac, index)),
    random,
  );
  const faults = plannedFaults(random, units);
  const badLuck = async (unit: DemoUnit): Promise<void> => {
    const fault = faults.get(unit.serial);
    if (fault !== undefined) await bench.call('dps-faults', fault);
  };
  const progress = createProgress(handle, run.units, output);
  const operator = createOperator(handle, bench, run.slots);
  try {
    if (run.outage) {
      const half = Math.floor(run.units / 2);
      await operator.work(units.slice(0, half), badLuck);
      progress.say('The network is cut. The line goes on.');
      await bench.call('dps-faults', { outage: 'refuse' });
      await operator.work(units.slice(half), badLuck);
      progress.say('All units are through; the network comes back.');
      await bench.call('dps-faults', { outage: 'none' });
    } else {
      await operator.work(units, badLuck);
    }
    progress.say('Waiting for the queue to drain.');
    await drained(handle);
    progress.say('Powering up every board away from the station, so that each registers by itself.');
    const powered = await bench.call('power-up', { boards: boards.map((board) => board.board) });
    progress.say('Asking the service who registered.');
    await handle.lookAtAll();
    return await resultOf(run, powered.boards.filter((board) => board.registeredWith !== null).length);
  } finally {
    progress.stop();
  }
}

function demoUnit(board: string, mac: string, index: number): DemoUnit {
  const serial = `SN${String(index + 1).padStart(6, '0')}`;
  return { board, serial, label: `${serial};${mac}` };
}

/** Ordinary bad luck of the cloud at some units, the same for the same seed: a lost answer, a cut request, a throttle. */
function plannedFaults(random: () => number, units: readonly DemoUnit[]): ReadonlyMap<string, DpsFaults> {
  const faults: readonly DpsFaults[] = [
    { loseReplies: 1 },
    { dropRequests: 1 },
    { throttle: { calls: 1, retryAfterInSeconds: 1 } },
  ];
  const somewhere = (): string => units[Math.floor(random() * units.length)]?.serial ?? '';
  return new Map(faults.map((fault) => [somewhere(), fault]));
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const deck = [...values];
  for (let index = deck.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [deck[index], deck[other]] = [deck[other] as T, deck[index] as T];
  }
  return deck;
}

/** Resolves when no item is pending any more; parked ones stay parked. */
async function drained(handle: StationHandle): Promise<void> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const stop = handle.onChange(() => {
        stop();
        resolve();
      });
    });
    const counts = unwrap(await handle.books.counts());
    if (counts.items.pending === 0) return;
    await changed;
  }
}

async function resultOf(run: LineRun, registered: number): Promise<DemoResult> {
  const state = await run.bench.call('state', {});
  const dps = await run.bench.call('dps-counters', {});
  const { jobs, items } = unwrap(await run.handle.books.counts());
  return {
    units: run.units,
    slots: run.slots,
    seed: run.seed,
    outage: run.outage,
    passed: jobs.passed,
    failed: jobs.failed + jobs.aborted + jobs.unsettled,
    delivered: items.delivered,
    parked: items.parked,
    registered,
    proved: jobs.proved,
    secretWrites: state.secretWrites,
    operatorActions: state.operatorActions,
    duplicatesAnswered: dps.duplicates,
    serviceCalls: dps.serviceCalls,
    throttled: dps.throttled,
    wallSeconds: Math.round((Date.now() - run.started) / 100) / 10,
  };
}
