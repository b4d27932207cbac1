import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BenchControl, connectBench } from '../../src/main/bench/bench-control.ts';
import { startSimulation } from '../../src/main/compose-simulation.ts';
import { type BenchReady, benchReadySchema } from '../../src/shared/bench.ts';
import { must } from './open-station.ts';
import type { Plan, TrialUnit } from './plan.ts';

const program = join(import.meta.dirname, 'station-under-test.ts');
/** Far more than any run needs; a station that is stuck then says where. */
const patienceInMs = 60_000;

/** How a run of the station under test ended. */
export type RunEnd = {
  readonly killed: boolean;
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
};

/** A bench with its cloud in a process that outlives every station, and a folder for what the trials on it leave. */
export type Lane = {
  readonly ready: BenchReady;
  readonly readyFile: string;
  readonly folder: string;
  readonly bench: BenchControl;
  /** New boards with the serials of this trial. */
  makeUnits(trial: number, count: number): Promise<TrialUnit[]>;
  /** Runs the station under test to its end, whatever that is. */
  run(plan: Omit<Plan, 'readyFile'>): Promise<RunEnd>;
  close(): Promise<void>;
};

/** Starts a bench. Its stations and its own process end with {@link Lane.close}, at the latest with this process. */
export async function openLane(): Promise<Lane> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-crash-'));
  const readyFile = join(folder, 'ready.json');
  const args = ['--folder', join(folder, 'bench'), '--ready-file', readyFile];
  const simulation = must(await startSimulation('bench', args, benchReadySchema));
  const bench = connectBench(simulation.ready.control);
  const children = new Set<ChildProcess>();
  return {
    ready: simulation.ready,
    readyFile,
    folder,
    bench,
    makeUnits: async (trial, count) => {
      const { boards } = await bench.call('make-boards', { count, personality: '1.6.5' });
      return boards.map(({ board, mac }, index) => {
        const serial = `T${String(trial).padStart(4, '0')}U${String(index + 1).padStart(2, '0')}`;
        return { board, serial, label: `${serial};${mac}` };
      });
    },
    run: (plan) => runStation({ ...plan, readyFile }, children),
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      await simulation.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runStation(plan: Plan, children: Set<ChildProcess>): Promise<RunEnd> {
  const child = spawn(process.execPath, [program, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Many starts of the same program on this lane: compiled once.
    env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(plan.readyFile), 'code') },
  });
  children.add(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err = (said.err + chunk.toString('utf8')).slice(-4_000);
  });
  const timer = setTimeout(() => child.kill('SIGTERM'), patienceInMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      children.delete(child);
      resolve({ killed: signal === 'SIGKILL', code, ...said });
    });
  });
}
