import { type RecordFilter, recordFilterSchema } from '../../../shared/records.ts';

/** What a person chose to see; empty texts do not narrow. Times as the field for local times gives them. */
export type Narrowing = {
  readonly search: string;
  readonly outcome: string;
  readonly delivery: string;
  readonly since: string; // 2026-11-20T08:00, local time
  readonly until: string;
};

/** Everything. */
export const noNarrowing: Narrowing = { search: '', outcome: '', delivery: '', since: '', until: '' };

/** The choices of a filter, in their order. */
export const outcomeChoices = ['passed', 'failed', 'aborted', 'unsettled', 'running'] as const;
/** See {@link outcomeChoices}. */
export const deliveryChoices = ['waiting', 'parked', 'delivered', 'proved'] as const;
/** Hours of the shortcuts for the time. */
export const hourChoices = [1, 8, 24, 168] as const;

/** As the station takes it; what it would not take does not narrow. */
export function filterFrom({ search, outcome, delivery, since, until }: Narrowing): RecordFilter {
  const given = {
    search: search.trim().slice(0, 64),
    outcome,
    delivery,
    since: momentFrom(since),
    until: momentFrom(until),
  };
  const filled = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const parsed = recordFilterSchema.safeParse(filled);
  return parsed.success ? parsed.data : {};
}

/** What the field shows for so many hours before `now` (milliseconds since 1970). */
export function hoursBefore(now: number, hours: number): string {
  const moment = new Date(now - hours * 3_600_000);
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

function momentFrom(local: string): string {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
}
