import type { Handlers } from '../../shared/link/serve.ts';
import { problem } from '../../shared/problem.ts';
import { fail } from '../../shared/result.ts';
import type { StationHandle } from '../ports/station-handle.ts';

/** The part of the contract that reads the books. */
export type BooksHandlers = {
  readonly calls: Pick<Handlers['calls'], 'queue-list' | 'record-list' | 'unit-card' | 'statistics'>;
  readonly streams: Pick<Handlers['streams'], 'queue'>;
};

/** Answers lists, cards and figures from the books of a station in full work. */
export function createBooksHandlers(_handle: StationHandle): BooksHandlers {
  const notYet = async () => fail(problem('bug', { reason: 'not built' }));
  return {
    calls: { 'queue-list': notYet, 'record-list': notYet, 'unit-card': notYet, statistics: notYet },
    streams: { queue: () => () => {} },
  };
}
