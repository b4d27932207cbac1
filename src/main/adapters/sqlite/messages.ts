import type { Result } from '../../../shared/result.ts';
import type { Change, CommitProblem, StoreProblem } from '../../ports/station-store.ts';
import type { ReadName } from './reads.ts';

/** What the worker is started with. */
export type StoreWorkerData = {
  readonly file: string;
  readonly access: 'write' | 'read';
  /** Extra milliseconds per commit, to measure how the station behaves on a slow disk. */
  readonly slowCommitInMs: number;
};

/** A question to the worker. */
export type StoreRequest =
  | { readonly id: number; readonly ask: 'commit'; readonly change: Change }
  | { readonly id: number; readonly ask: 'read'; readonly name: ReadName; readonly values: readonly unknown[] }
  | {
      readonly id: number;
      readonly ask: 'watch-again';
      readonly itemId: number;
      readonly at: string;
      readonly asked: number;
    }
  | { readonly id: number; readonly ask: 'watch-all'; readonly now: string }
  /** A backup was made: the change log may forget what the oldest kept one holds (its newest record). */
  | { readonly id: number; readonly ask: 'rotate'; readonly oldestKept: number }
  | { readonly id: number; readonly ask: 'close' };

/** The worker's answer. */
export type StoreReply = { readonly id: number; readonly result: Result<unknown, CommitProblem | StoreProblem> };
