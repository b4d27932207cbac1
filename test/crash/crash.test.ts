import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interruptedBy, judge, windowOf } from './judges.ts';
import { type Lane, openLane } from './lane.ts';
import type { Operations } from './plan.ts';
import { crashPointsFor } from './points.ts';
import { runTrial, type TrialRecord } from './trial.ts';

/*
 * The station is killed with SIGKILL at seeded points and started again; boards and cloud live on in a process of their
 * own, and their counters are the judges. See docs/crash-suite.md.
 */
const long = process.env['DPS_STATION_LONG'] !== undefined;
const trials = Number(process.env['DPS_STATION_CRASH_TRIALS'] ?? (long ? 240 : 40));
const seed = Number(process.env['DPS_STATION_CRASH_SEED'] ?? 1);
// Stations and boards wait for each other now and then: three keep two cores busy.
const lanesAtOnce = 3;
const trialTimeoutInMs = 300_000;

const lanes: Lane[] = [];
const free: Lane[] = [];
const waiting: ((lane: Lane) => void)[] = [];
const records: TrialRecord[] = [];
const startedAt = Date.now();
let operations: Operations = { store: 0, line: 0, registry: 0 };

/** Runs a task on a lane of its own; trials that find none wait in order. */
async function onLane<T>(task: (lane: Lane) => Promise<T>): Promise<T> {
  const lane = free.shift() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
  try {
    return await task(lane);
  } finally {
    const next = waiting.shift();
    if (next === undefined) free.push(lane);
    else next(lane);
  }
}

function summary(): string {
  const deaths = records.flatMap((record) => record.deaths);
  const hit = deaths.flatMap(interruptedBy).map(windowOf);
  const count = (window: string) => hit.filter((one) => one === window).length;
  const jobs = (when: 'worked' | 'watched', outcome: string) =>
    records.flatMap((record) => record[when].remains.jobs).filter((job) => job.outcome === outcome).length;
  const settled = jobs('worked', 'unsettled') - jobs('watched', 'unsettled');
  return (
    `crash suite: ${records.length} trials (seed ${seed}), ${deaths.length} kills; units interrupted before intent ` +
    `${count('before')}, between ${count('between')}, after acknowledged ${count('after')}; units passed unaided ` +
    `${jobs('worked', 'passed')}, set aside ${jobs('worked', 'unsettled')}, of these settled by their boards ` +
    `${settled}; ${Math.round((Date.now() - startedAt) / 1000)} s`
  );
}

describe('a station that is killed', () => {
  beforeAll(async () => {
    lanes.push(...(await Promise.all(Array.from({ length: lanesAtOnce }, openLane))));
    free.push(...lanes);
    // How far a run without a kill counts; the points are spread over that.
    const record = await onLane((lane) => runTrial(lane, 0, []));
    expect(judge(record)).toEqual([]);
    operations = record.operations;
  }, trialTimeoutInMs);

  afterAll(async () => {
    await Promise.all(lanes.map((lane) => lane.close()));
    console.log(summary());
  });

  for (let trial = 1; trial <= trials; trial++) {
    it.concurrent(`loses nothing and does nothing twice: trial ${trial}`, { timeout: trialTimeoutInMs }, async () => {
      const points = crashPointsFor(seed, trial, operations);
      const said = `seed ${seed}, trial ${trial}, killed at ${JSON.stringify(points)}`;
      const record = await onLane((lane) => runTrial(lane, trial, points)).catch((error: Error) => {
        throw new Error(`${said}: ${error.message}`, { cause: error });
      });
      records.push(record);
      expect(judge(record), said).toEqual([]);
    });
  }
});
