import type { HistoryLine } from '../../../shared/records.ts';

/** A line of the history with how long what it began lasted; null: it began nothing, or it lasts still. */
export type TimedLine = { readonly line: HistoryLine; readonly tookInMs: number | null };

/** Gives each line that entered a step the time until the next step of its job. */
export function timedLines(lines: readonly HistoryLine[]): readonly TimedLine[] {
  return lines.map((line, index) => {
    if (line.step === null || line.step === 'done') return { line, tookInMs: null };
    const next = lines.slice(index + 1).find((later) => later.jobId === line.jobId && later.step !== null);
    return { line, tookInMs: next === undefined ? null : Math.max(0, Date.parse(next.at) - Date.parse(line.at)) };
  });
}
