import { join } from 'node:path';
import type { BenchBoard, DpsBookRow, DpsCounters } from '../../src/shared/bench.ts';
import { type Remains, readRemains } from './books.ts';
import type { Lane } from './lane.ts';
import { openAtBench } from './open-station.ts';
import { type Cards, type CrashPoint, cardsSchema, type Operations, runReportSchema, type TrialUnit } from './plan.ts';
import { createTrap } from './trap.ts';

/** Boards in a trial. */
export const unitsPerTrial = 10;
const slots = 4;

/** What boards, cloud and database said at one moment. */
export type Evidence = {
  readonly boards: readonly BenchBoard[];
  readonly enrollments: readonly DpsBookRow[];
  readonly counters: DpsCounters;
  readonly remains: Remains;
};

/** A kill: where, and what was left. `cards`: what the next station showed; null when it died before it could. */
export type Death = { readonly point: CrashPoint; readonly left: Evidence; cards: Cards | null };

/** Everything a trial gives to its judges. */
export type TrialRecord = {
  readonly units: readonly TrialUnit[];
  readonly deaths: readonly Death[];
  readonly operations: Operations; // of the last run
  readonly worked: Evidence; // all units through, the queue empty, the station stopped
  readonly powered: readonly BenchBoard[]; // each board after one power-up away from any station
  readonly watched: Evidence; // after a new station looked at everybody once
  readonly journal: Awaited<ReturnType<typeof journalOf>>;
};

/** Works through ten new units with a station that dies at each of `points` in turn and is started again. */
export async function runTrial(lane: Lane, trial: number, points: readonly CrashPoint[]): Promise<TrialRecord> {
  const dataFolder = join(lane.folder, `trial-${trial}`);
  const units = await lane.makeUnits(trial, unitsPerTrial);
  const evidence = (name: string) => gather(lane, units, dataFolder, name);
  const deaths: Death[] = [];
  const waiting = [...points];
  for (;;) {
    const crash = waiting.shift() ?? null;
    const end = await lane.run({ dataFolder, slots, units, crash });
    const [cards, report] = end.out.split('\n').filter((line) => line !== '');
    const last = deaths.at(-1);
    if (last !== undefined && cards !== undefined) last.cards = cardsSchema.parse(JSON.parse(cards));
    if (end.killed && crash !== null) {
      deaths.push({ point: crash, left: await evidence(`death-${deaths.length}`), cards: null });
      continue;
    }
    if (end.code !== 0 || report === undefined) throw new Error(`the station ended with ${end.code}: ${end.err}`);
    const worked = await evidence('worked');
    const { boards: powered } = await lane.bench.call('power-up', { boards: units.map((unit) => unit.board) });
    const journal = await lookAtAll(lane, dataFolder);
    const { operations } = runReportSchema.parse(JSON.parse(report));
    return { units, deaths, operations, worked, powered, watched: await evidence('watched'), journal };
  }
}

async function gather(lane: Lane, units: readonly TrialUnit[], dataFolder: string, name: string): Promise<Evidence> {
  const { boards: all } = await lane.bench.call('state', {});
  const boards = all.filter((board) => units.some((unit) => unit.board === board.board));
  const { enrollments } = await lane.bench.call('dps-book', {});
  return {
    boards,
    enrollments: enrollments.filter((row) => boards.some((board) => row.registrationId.includes(board.mac))),
    counters: await lane.bench.call('dps-counters', {}),
    remains: readRemains(dataFolder, join(dataFolder, name)),
  };
}

/** Opens the station once more, lets its watcher look at every unit, and gives its journal. */
async function lookAtAll(lane: Lane, dataFolder: string) {
  const handle = await openAtBench({ ready: lane.ready, dataFolder, slots, trap: createTrap(null) });
  try {
    await handle.lookAtAll();
    return await journalOf(handle);
  } finally {
    await handle.stop();
  }
}

async function journalOf(handle: Pick<Awaited<ReturnType<typeof openAtBench>>, 'books'>) {
  const page = await handle.books.listJournal({ after: 0, limit: 10_000 });
  if (!page.ok) throw new Error(JSON.stringify(page.problem));
  return page.value.rows;
}
