import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DpsBench, startDpsBench } from '../interop/dps-bench.ts';
import { type Lane, openLane } from './lane.ts';
import { type ReturnPlan, type ReturnPoint, returnReportSchema } from './return-plan.ts';

/*
 * A station that carries a return through is killed with SIGKILL at each of its commits in turn: before it (what the step
 * asks of board or service is done, and the books do not know) or after it (the books know, and the next step has not
 * begun). Then it is started again. The boards and the service's own book are the judges.
 */
const long = process.env['DPS_STATION_LONG'] !== undefined;
const program = join(import.meta.dirname, 'return-under-test.ts');
const patienceInMs = 90_000;

/** What is done with the unit; `overlap` is a new identity beside whose certificate the old one stands for a while. */
type Deed = ReturnPlan['deed'] | 'overlap';

// A station sees every board of its bench: each trial at a time has one of its own.
let lanes: readonly Lane[];
// Another instance, from which units move to the one that their boards know.
let origin: DpsBench;
beforeAll(async () => {
  lanes = await Promise.all([openLane(), openLane()]);
  // The boards' firmware has one ID scope built in; here both instances have it.
  origin = await startDpsBench({ idScope: lanes[0]?.ready.dps?.idScope ?? '' });
}, 60_000);
afterAll(() => Promise.all([origin.close(), ...lanes.map((lane) => lane.close())]));

type Trial = Pick<ReturnPlan, 'deed' | 'overlap' | 'unit' | 'next' | 'dataFolder'> & { readonly lane: Lane };
let trials = 0;

async function newTrial(lane: Lane, what: Deed): Promise<Trial> {
  trials += 1;
  const overlap = what === 'overlap';
  const deed = overlap ? 'new-identity' : what;
  const units = await lane.makeUnits(9_000 + trials, 2);
  const [unit, other] = units;
  if (unit === undefined || other === undefined) throw new Error('no boards');
  const mac = other.label.split(';')[1];
  const next = deed === 'new-board' ? { ...other, serial: unit.serial, label: `${unit.serial};${mac}` } : unit;
  const trial = { lane, deed, overlap, unit, next, dataFolder: join(lane.folder, `return-${trials}`) };
  if (deed === 'move') await run(trial, null, true);
  return trial;
}

/** Runs the station to its end; null: it was killed. */
async function run({ lane, ...trial }: Trial, crash: ReturnPoint | null, onlyMake = false): Promise<number | null> {
  const beside = trial.deed === 'move' ? origin.ready : null;
  const plan: ReturnPlan = { ...trial, readyFile: lane.readyFile, origin: beside, onlyMake, crash };
  const child = spawn(process.execPath, [program, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(lane.readyFile), 'code') },
  });
  const timer = setTimeout(() => child.kill('SIGTERM'), patienceInMs);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const [out, err, signal] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(timer);
  if (signal === 'SIGKILL') return null;
  if (out === '') throw new Error(`the station ended: ${err}`);
  return returnReportSchema.parse(JSON.parse(out)).commits;
}

/** What the books say at the end, read without the station's code. */
function remains({ dataFolder }: Trial) {
  const database = new DatabaseSync(join(dataFolder, 'training', 'station.db'), { readOnly: true });
  try {
    const jobs = database
      .prepare('SELECT hardware_id AS board, fingerprint, outcome, superseded_by AS successor FROM job')
      .all() as { board: string; fingerprint: string | null; outcome: string; successor: string | null }[];
    const returns = database
      .prepare(`SELECT step, state ->> '$.outcome' AS outcome, overlap FROM return_case`)
      .all()
      .map((row) => ({ ...row }));
    return { jobs, returns };
  } finally {
    database.close();
  }
}

/** What is wrong at the end of a trial. */
async function judge(trial: Trial): Promise<string[]> {
  const wrong: string[] = [];
  const { jobs, returns } = remains(trial);
  const say = (complaint: string, holds: boolean): void => void (holds || wrong.push(complaint));
  const wanted = [{ step: 'done', outcome: 'finished', overlap: trial.overlap ? 1 : 0 }];
  say(`returns: ${JSON.stringify(returns)}`, isDeepStrictEqual(returns, wanted));
  const macOf = ({ label }: Trial['unit']): string => label.split(';')[1] ?? '';
  const boards = [...new Set([trial.unit.board, trial.next.board])];
  const { boards: powered } = await trial.lane.bench.call('power-up', { boards });
  const { enrollments } = await trial.lane.bench.call('dps-book', {});
  const entriesOf = (unit: Trial['unit']) => enrollments.filter((row) => row.registrationId.includes(macOf(unit)));
  for (const board of powered) {
    const written = jobs.filter((job) => job.board === board.board && job.fingerprint !== null).length;
    say(`${board.secretWrites} secrets in ${written} jobs`, board.secretWrites <= written);
  }
  const live = jobs.filter((job) => job.successor === null && ['passed', 'unsettled'].includes(job.outcome));
  const stateOf = (unit: Trial['unit']) => powered.find(({ board }) => board === unit.board)?.lastRegistration ?? '';
  if (trial.deed === 'retire') {
    say('somebody holds the identity', live.length === 0);
    say('the entry is there', entriesOf(trial.unit).length === 0);
    say('the board registers', !stateOf(trial.unit).startsWith('assigned'));
    return wrong;
  }
  const entries = entriesOf(trial.next);
  say(`entries: ${JSON.stringify(entries)}`, entries.length === 1 && entries[0]?.provisioningStatus === 'enabled');
  say('not the credential of the books', live.length === 1 && live[0]?.fingerprint === entries[0]?.sha256Thumbprint);
  say('two credentials in the entry', entries[0]?.secondarySha256Thumbprint === null);
  say(`the board does not register: ${stateOf(trial.next)}`, stateOf(trial.next).startsWith('assigned'));
  if (trial.deed === 'move') {
    const left = origin.simulator.book().filter((row) => row.registrationId.includes(macOf(trial.unit)));
    say('the entry at the origin is there', left.length === 0);
  }
  if (trial.deed === 'new-board') {
    say('the old entry is there', entriesOf(trial.unit).length === 0);
    say('the old board registers', !stateOf(trial.unit).startsWith('assigned'));
  }
  return wrong;
}

const deeds = ['register-again', 'new-identity', 'overlap', 'new-board', 'move', 'retire'] as const;

describe.each(deeds)('a station that is killed in a return: %s', (deed) => {
  it('goes on after each of its commits, and ends with one credential that its board holds', async () => {
    const [first] = lanes;
    if (first === undefined) throw new Error('no lane');
    const whole = await newTrial(first, deed);
    const commits = await run(whole, null);
    if (commits === null) throw new Error('nobody should have been killed');
    expect(await judge(whole)).toEqual([]);
    // Less are made where no board is written.
    expect(commits).toBeGreaterThan(deed === 'retire' || deed === 'register-again' ? 3 : 12);
    const moments = ['before', 'after'] as const;
    // Every commit, in turn before and after it; in the long run both.
    const all = Array.from({ length: commits }, (_, index) => index + 1);
    const points = all.flatMap((operation) =>
      moments.filter((_, index) => long || index === operation % 2).map((moment) => ({ operation, moment })),
    );
    const wrong: Record<string, string[]> = {};
    let kills = 0;
    const left = [...points];
    const worker = async (lane: Lane): Promise<void> => {
      for (let point = left.shift(); point !== undefined; point = left.shift()) {
        const trial = await newTrial(lane, deed);
        if ((await run(trial, point)) === null) {
          kills += 1;
          expect(await run(trial, null)).not.toBeNull();
        }
        const complaints = await judge(trial);
        if (complaints.length > 0) wrong[`${point.moment} commit ${point.operation}`] = complaints;
      }
    };
    await Promise.all(lanes.map(worker));
    console.log(`returns killed: ${deed}, ${points.length} points in ${commits} commits, ${kills} kills`);
    expect(wrong).toEqual({});
    expect(kills).toBeGreaterThan(points.length / 2);
  }, 1_200_000);
});
