import type {
  EntryFilter,
  EntryKind,
  EntryPage,
  KnownRegistration,
  MirrorEntry,
} from '../../shared/enrollment-list.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** Why the mirror does not answer. */
export type MirrorProblem = Problem<'database-failed'>;

export type { MirrorEntry } from '../../shared/enrollment-list.ts';

/** What is known of a refresh. */
export type MirrorAge = {
  readonly refreshedAt: string | null;
  readonly individuals: number;
  readonly groups: number;
};

/**
 * A local copy of what DPS instances hold, for lists and searches: a query of the service has no filter, no order and no
 * registration states. It is a copy only: losing it loses nothing.
 */
export interface EnrollmentMirror {
  /** Begins a refresh of an instance; answers its number, which marks every entry that it meets. */
  begin(instance: string): Promise<Result<number, MirrorProblem>>;
  keep(instance: string, run: number, entries: readonly MirrorEntry[]): Promise<Result<void, MirrorProblem>>;
  /** Ends a refresh: what it did not meet is gone from the service. */
  end(instance: string, run: number, at: string): Promise<Result<void, MirrorProblem>>;
  /** What was just read, written or deleted beside a refresh. */
  put(instance: string, entry: MirrorEntry): Promise<Result<void, MirrorProblem>>;
  drop(instance: string, kind: EntryKind, id: string): Promise<Result<void, MirrorProblem>>;
  knowRegistration(instance: string, id: string, known: KnownRegistration): Promise<Result<void, MirrorProblem>>;
  age(instance: string): Promise<Result<MirrorAge, MirrorProblem>>;
  list(
    filter: EntryFilter,
    stretch: { readonly skip: number; readonly limit: number },
  ): Promise<Result<EntryPage, MirrorProblem>>;
  /** Entries for an export, in the order of their ids; `after`: the last id of the page before, '' at first. */
  records(filter: EntryFilter, after: string, limit: number): Promise<Result<readonly MirrorEntry[], MirrorProblem>>;
  close(): Promise<void>;
}
