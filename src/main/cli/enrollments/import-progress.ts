import { describeProblem } from '../../../shared/describe-problem.ts';
import type { ImportProgress } from '../../../shared/import.ts';
import type { Output } from '../output.ts';

/** Live progress of an import: a line that redraws itself on a terminal, now and then a line elsewhere. */
export type ImportLine = { show(progress: ImportProgress): void; say(text: string): void; stop(): void };

const redrawEveryMs = 200;

/** Starts showing; with --json it is silent. */
export function createImportLine(output: Output): ImportLine {
  const live = !output.json && process.stdout.isTTY;
  let drawnAt = 0;
  let lastTenth = 0;
  let lastWait: string | null = null;

  function clear(): void {
    if (live) process.stdout.write('\r\u001b[K');
  }

  return {
    show(progress) {
      const waiting = progress.waiting === null ? null : describeProblem(progress.waiting).title;
      if (waiting !== null && waiting !== lastWait) {
        clear();
        output.say(`  It waits: ${waiting}`);
      }
      lastWait = waiting;
      if (live) {
        if (Date.now() - drawnAt < redrawEveryMs) return;
        drawnAt = Date.now();
        return void process.stdout.write(`\r\u001b[K${sentence(progress)}`);
      }
      const tenth = progress.total === null ? 0 : Math.floor((progress.done * 10) / progress.total);
      if (tenth > lastTenth) output.say(sentence(progress));
      lastTenth = Math.max(lastTenth, tenth);
    },
    say(text) {
      clear();
      output.say(text);
    },
    stop: clear,
  };
}

function sentence({ phase, checked, total, done, failed, perMinute, leftInMs }: ImportProgress): string {
  if (phase === 'checking') return `  checked ${checked} rows`;
  const pace = perMinute === null ? '' : `   ${perMinute} a minute`;
  const left = leftInMs === null ? '' : `   ${timeLeft(leftInMs)} left`;
  return `  ${done}/${total ?? '?'} rows   not taken ${failed}${pace}${left}`;
}

/** Hours and minutes, minutes, or seconds. */
function timeLeft(inMs: number): string {
  const seconds = Math.ceil(inMs / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
