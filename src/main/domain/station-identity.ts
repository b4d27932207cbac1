import { type Problem, problem } from '../../shared/problem.ts';

/** What a station is called, and where it stands. */
export type StationIdentity = {
  readonly station: string;
  readonly line?: string | undefined;
  readonly number?: number | undefined;
};

/**
 * Two stations must never write under one name, and one never under two: `refuse` when the newest job was written under
 * another name, line or number and jobs are open, `warn` when none is (a folder that was copied, or a station that was
 * renamed). Null: as before, or no job yet.
 */
export function judgeIdentity(
  now: StationIdentity,
  newest: StationIdentity | null,
  openJobs: number,
): { readonly refuse: Problem } | { readonly warn: Problem } | null {
  if (newest === null || nameOf(now) === nameOf(newest)) return null;
  const facts = { now: nameOf(now), before: nameOf(newest) };
  return openJobs > 0
    ? { refuse: problem('station-renamed-at-work', { ...facts, jobs: openJobs }) }
    : { warn: problem('station-renamed', facts) };
}

function nameOf({ station, line, number }: StationIdentity): string {
  return [station, line === undefined ? [] : `line ${line}`, number === undefined ? [] : `number ${number}`]
    .flat()
    .join(', ');
}
