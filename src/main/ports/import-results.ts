import type { RowResult } from '../../shared/import.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** What became of each row of one input, kept on the disk, so that a second run goes on where the first one stopped. */
export interface ImportResults {
  readonly file: string;
  /** Results of earlier runs, oldest first; a later one of the same row counts. */
  earlier(each: (result: RowResult) => void): Promise<Result<void, Problem<'file-unreadable'>>>;
  /** Resolves when they are on the disk. */
  append(results: readonly RowResult[]): Promise<Result<void, Problem<'file-unwritable'>>>;
  close(): Promise<void>;
}
