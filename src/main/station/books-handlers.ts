import type { Handlers } from '../../shared/link/serve.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { RecordFilter, UnitCard } from '../../shared/records.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { statisticsOf, stretchOf } from '../domain/statistics.ts';
import { certificateDetails } from '../identity/certificate-details.ts';
import type { ListPage, UnitHistory } from '../ports/book-lists.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import { createQueueView, presentAt } from './queue-view.ts';

/** The part of the contract that reads the books. */
export type BooksHandlers = {
  readonly calls: Pick<Handlers['calls'], 'queue-list' | 'record-list' | 'unit-card' | 'statistics'>;
  readonly streams: Pick<Handlers['streams'], 'queue'>;
};

/** Times at steps are read line by line: of so many jobs that no other list waits for long. */
const timedJobs = 2_000;

/** Answers lists, cards and figures from the books of a station in full work. */
export function createBooksHandlers(handle: StationHandle): BooksHandlers {
  const { books, clock } = handle;
  return {
    calls: {
      'queue-list': async ({ view, search, before, skip = 0, limit }) =>
        copied(
          await books.listQueue({
            view,
            search: search.trim(),
            before,
            skip,
            limit,
            present: presentAt(handle.snapshot()),
          }),
        ),
      'record-list': async ({ filter, before, skip = 0, limit }) =>
        copied(await books.listRecords({ filter: comparable(filter), before, skip, limit })),
      'unit-card': async ({ serial }) => {
        const found = await books.unitHistory(serial);
        if (!found.ok) return found;
        if (found.value.jobs.length === 0) return fail(problem('serial-unknown', { serial }));
        return ok(cardFrom(serial, found.value));
      },
      statistics: async ({ hours }) => {
        const stretch = stretchOf(hours, clock.now());
        const work = await books.workFigures({ ...stretch, timedJobs });
        return work.ok ? ok(statisticsOf(stretch, work.value)) : work;
      },
    },
    streams: { queue: createQueueView(handle) },
  };
}

/** Text order of times is their order only when all have milliseconds. */
function comparable({ since, until, search, ...rest }: RecordFilter): RecordFilter {
  return {
    ...rest,
    ...(search === undefined ? {} : { search: search.trim() }),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}

function cardFrom(serial: string, { jobs, lines }: UnitHistory): UnitCard {
  return {
    serial,
    jobs: jobs.map(({ job, superseded, item }) => ({ job, superseded, item })),
    ...identityParts(jobs),
    history: [...lines],
  };
}

/** The identity that counts now: the one that passed or may have been written, else the one in work. */
function identityParts(jobs: UnitHistory['jobs']): Pick<UnitCard, 'identity' | 'certificate'> {
  for (const { job, superseded } of jobs) {
    const { state } = job;
    const counts =
      !superseded && (state.step !== 'done' || state.outcome === 'passed' || state.outcome === 'unsettled');
    const identity = counts && 'identity' in state ? state.identity : null;
    if (identity === null) continue;
    const certificate = identity.attestation === 'x509' ? certificateDetails(identity.certificatePem) : null;
    return { identity, certificate };
  }
  return { identity: null, certificate: null };
}

function copied<T>(
  page: Result<ListPage<T>, Problem>,
): Result<{ rows: T[]; next: number | null; total: number }, Problem> {
  return page.ok ? ok({ ...page.value, rows: [...page.value.rows] }) : page;
}
