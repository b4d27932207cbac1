import { jobStateSchema } from '../../shared/job.ts';
import type { Statistics } from '../../shared/statistics.ts';

/** What the books say of the jobs that ended in a stretch of time. Hours as `2026-11-20T10` (UTC). */
export type EndedWork = {
  readonly perHour: readonly { readonly hour: string; readonly passed: number; readonly failed: number }[];
  readonly units: number;
  readonly firstPass: number;
  readonly causes: readonly { readonly code: string; readonly count: number }[];
  readonly stepTimes: readonly { readonly step: string; readonly inMs: number }[];
};

const hourInMs = 3_600_000;

/** The stretch that ends at `now` (milliseconds since 1970 UTC) and touches `hours` hours, the present one included. */
export function stretchOf(hours: number, now: number): { readonly since: string; readonly until: string } {
  const thisHour = Math.floor(now / hourInMs) * hourInMs;
  return { since: new Date(thisHour - (hours - 1) * hourInMs).toISOString(), until: new Date(now).toISOString() };
}

/** Figures as a screen draws them: empty hours filled in, times at steps summed up in the order of the work. */
export function statisticsOf(stretch: { readonly since: string; readonly until: string }, work: EndedWork): Statistics {
  const found = new Map(work.perHour.map((one) => [one.hour, one]));
  const perHour: Statistics['perHour'] = [];
  for (let at = Date.parse(stretch.since); at <= Date.parse(stretch.until); at += hourInMs) {
    const hour = new Date(at).toISOString();
    const { passed = 0, failed = 0 } = found.get(hour.slice(0, 13)) ?? {};
    perHour.push({ hour, passed, failed });
  }
  const { since, until } = stretch;
  const { units, firstPass } = work;
  return { since, until, perHour, units, firstPass, causes: [...work.causes], steps: stepsOf(work.stepTimes) };
}

const orderOfSteps: readonly string[] = jobStateSchema.options.map((one) => one.shape.step.value);

function stepsOf(times: EndedWork['stepTimes']): Statistics['steps'] {
  const byStep = new Map<string, number[]>();
  for (const { step, inMs } of times) {
    const known = byStep.get(step);
    if (known === undefined) byStep.set(step, [inMs]);
    else known.push(inMs);
  }
  return [...byStep]
    .sort(([one], [other]) => orderOfSteps.indexOf(one) - orderOfSteps.indexOf(other))
    .map(([step, all]) => {
      const sorted = all.sort((a, b) => a - b);
      return { step, count: sorted.length, medianInMs: medianOf(sorted), p95InMs: nearestRank(sorted, 95) };
    });
}

/** The middle value, or halfway between the two in the middle. */
function medianOf(sorted: readonly number[]): number {
  const right = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const left = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (left + right) / 2;
}

function nearestRank(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0;
}
