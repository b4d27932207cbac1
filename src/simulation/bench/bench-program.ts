import { rm } from 'node:fs/promises';
import { writeFileAtomically } from '../tls/whole-file.ts';
import { WrongUse } from './bench-flags.ts';
import type { SimulatedBench, SimulatedBenchOptions } from './simulated-bench.ts';
import { startSimulatedBench } from './simulated-bench.ts';

/** What a program wants: how the bench is set up, where to say that it is ready, and what to say then. */
export type BenchProgram = {
  readonly readyFile: string | null;
  readonly withParent: boolean;
  readonly options: SimulatedBenchOptions;
  readonly announcement: (bench: SimulatedBench) => Promise<object>;
};

/**
 * Runs a bench until SIGTERM, SIGINT or the verb `stop`. When it is ready, the announcement is one JSON line on
 * standard output and in the ready file (mode 0600). Exit code 2 for wrong use, 1 when it cannot start, with one
 * sentence on standard error.
 */
export async function runBenchProgram(name: string, program: () => Promise<BenchProgram>): Promise<void> {
  const running: { bench: SimulatedBench | null; stopping: Promise<void> | null } = { bench: null, stopping: null };
  const giveUp = (exitCode: number, error: unknown) => {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCode;
  };
  const stop = (): Promise<void> => {
    running.stopping ??= (running.bench?.stop() ?? Promise.resolve())
      .catch((error: unknown) => giveUp(1, error))
      .then(() => process.exit());
    return running.stopping;
  };
  try {
    const { readyFile, withParent, options, announcement } = await program();
    if (readyFile !== null) await rm(readyFile, { force: true }); // nobody shall read an old one
    process.on('SIGTERM', () => void stop());
    process.on('SIGINT', () => void stop());
    // A utility process of Electron has no standard input; Chromium ends it with its parent.
    if (withParent && process.versions['electron'] === undefined) process.stdin.resume().on('end', () => void stop());
    running.bench = await startSimulatedBench(options, stop);
    const line = `${JSON.stringify(await announcement(running.bench))}\n`;
    process.stdout.on('error', () => {}); // whoever read it may have gone
    if (readyFile !== null) await writeFileAtomically(readyFile, line);
    process.stdout.write(line);
  } catch (error) {
    giveUp(error instanceof WrongUse ? 2 : 1, error);
    await stop();
  }
}
