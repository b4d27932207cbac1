import type { Job } from '../../shared/job.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import type { Problem } from '../../shared/problem.ts';
import type { QueueRow, QueueView } from '../../shared/queue.ts';
import type { HistoryLine, RecordFilter, RecordRow } from '../../shared/records.ts';
import type { Result } from '../../shared/result.ts';

/** Why the books could not be read. */
export type StoreProblem = Problem<'database-failed' | 'database-damaged'>;

/** The boards that are at the bench now. Parked items of others are units that have left. */
export type Present = {
  readonly hardwareIds: readonly string[];
  /** Jobs whose board is in its slot, for boards without a hardware id. */
  readonly jobIds: readonly string[];
};

/**
 * A stretch of a list, newest first: what stands before (older than) a row, null: from the newest; `skip` rows of it
 * are left out.
 */
export type Stretch = { readonly before: number | null; readonly skip: number; readonly limit: number };

/** One page of a list, newest first; `next` is the `before` that continues it, `total` how many rows match at all. */
export type ListPage<T> = { readonly rows: readonly T[]; readonly next: number | null; readonly total: number };

/** The queue in numbers. `delivered` includes `proved`. `newestLine`: grows with every change of the books. */
export type QueueNumbers = Readonly<
  Record<'waiting' | 'parked' | 'delivered' | 'proved' | 'recall' | 'newestLine', number>
> & { readonly oldestWaitingAt: string | null };

/** One serial in the books. */
export type UnitHistory = {
  readonly jobs: readonly { readonly job: Job; readonly superseded: boolean; readonly item: OutboxItem | null }[]; // newest first
  readonly lines: readonly HistoryLine[]; // oldest first
};

/** How the jobs went that ended in a stretch of time. */
export type WorkFigures = {
  /** Hours in which a job ended, as `2026-11-20T10`; ascending. `failed`: whatever ended and did not pass. */
  readonly perHour: readonly { readonly hour: string; readonly passed: number; readonly failed: number }[];
  readonly units: number;
  readonly firstPass: number; // of these units: the first of their jobs in this time passed
  readonly causes: readonly { readonly code: string; readonly count: number }[]; // most frequent first
  /** Every time at a step, in milliseconds, of the newest of these jobs. */
  readonly stepTimes: readonly { readonly step: string; readonly inMs: number }[];
};

/** Long reads: they run on a read-only connection of their own and never hold up a slot. */
export interface BookLists {
  queueNumbers(present: Present): Promise<Result<QueueNumbers, StoreProblem>>;
  /** `search` looks in serial and registration id, letter case aside; empty: everything. Keys are item ids. */
  listQueue(
    query: Stretch & { readonly view: QueueView; readonly search: string; readonly present: Present },
  ): Promise<Result<ListPage<QueueRow>, StoreProblem>>;
  /** Keys are the rows' own. Times of the filter as the books have them: ISO 8601 UTC with milliseconds. */
  listRecords(query: Stretch & { readonly filter: RecordFilter }): Promise<Result<ListPage<RecordRow>, StoreProblem>>;
  /** Everything of one serial; no jobs and no lines when it is unknown. */
  unitHistory(serial: string): Promise<Result<UnitHistory, StoreProblem>>;
  /** Jobs that ended at or after `since` and before `until`; times at steps come of the newest `timedJobs` of them. */
  workFigures(query: {
    readonly since: string;
    readonly until: string;
    readonly timedJobs: number;
  }): Promise<Result<WorkFigures, StoreProblem>>;
}
