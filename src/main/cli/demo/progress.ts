import { describeProblem } from '../../../shared/describe-problem.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { StationHandle } from '../../ports/station-handle.ts';
import type { Output } from '../output.ts';

/** Live progress of a demo: a line that redraws itself on a terminal, and one line per verdict that is not a pass. */
export type Progress = { say(text: string): void; stop(): void };

const redrawEveryMs = 200;

/** Starts showing progress; with --json it is silent. */
export function createProgress(handle: StationHandle, units: number, output: Output): Progress {
  const live = !output.json && process.stdout.isTTY;
  const told = new Set<string>();
  let stopped = false;
  let lastPause: string | null = null;
  let lastPassed = -1;

  async function draw(): Promise<void> {
    const counts = await handle.books.counts();
    if (!counts.ok || stopped) return;
    const { jobs, items } = counts.value;
    const line = `  passed ${jobs.passed}/${units}   working ${jobs.running}   waiting ${items.pending}   delivered ${items.delivered}   parked ${items.parked}   proved ${jobs.proved}`;
    if (live) process.stdout.write(`\r\u001b[K${line}`);
    else if (jobs.passed !== lastPassed && (jobs.passed % 10 === 0 || jobs.passed === units)) output.say(line);
    lastPassed = jobs.passed;
  }

  function say(text: string): void {
    if (live) process.stdout.write('\r\u001b[K');
    output.say(text);
  }

  const unsubscribe = handle.onChange(() => {
    const { slots, pause } = handle.snapshot();
    for (const { jobId, serial, verdict } of slots) {
      if (jobId === null || verdict === null || verdict.outcome === 'passed' || told.has(jobId)) continue;
      told.add(jobId);
      const why = verdict.problem === null ? '' : `: ${describeProblem(verdict.problem as Problem).title}`;
      say(`  ${serial} ${verdict.outcome}${why}`);
    }
    const now = pause?.problem.code ?? null;
    if (now !== null && now !== lastPause)
      say(`  The queue waits: ${describeProblem(pause?.problem as Problem).title}`);
    lastPause = now;
  });
  const timer = setInterval(() => void draw(), redrawEveryMs);
  return {
    say,
    stop: () => {
      stopped = true;
      clearInterval(timer);
      unsubscribe();
      if (live) process.stdout.write('\r\u001b[K');
    },
  };
}
