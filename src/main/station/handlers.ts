import type { Handlers } from '../../shared/link/serve.ts';
import type { Problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { StationHandle } from '../ports/station-handle.ts';

/** Answers the contract for a station in full work. */
export function createHandlers(handle: StationHandle): Handlers {
  return {
    calls: {
      scan: async ({ text }) => done(await handle.scan(text)),
      rework: async ({ text }) => done(await handle.rework(text)),
      abort: async ({ slot }) => refusalOf(handle.abort(slot)),
      'type-mac': async ({ slot, text }) => refusalOf(handle.typeMac(slot, text)),
      'outbox-flush': async () => {
        handle.flush();
        await handle.settled();
        const counts = await handle.books.counts();
        return counts.ok ? ok({ items: counts.value.items, pause: handle.snapshot().pause }) : counts;
      },
      'outbox-retry': async ({ item, actor }) => done(await handle.retry(item, actor)),
      'outbox-list': async (query) => copied(await handle.books.listItems(query)),
      'job-list': async (query) => copied(await handle.books.listJobs(query)),
    },
    streams: {
      station: (listener) => {
        listener(handle.snapshot());
        return handle.onChange(() => listener(handle.snapshot()));
      },
    },
  };
}

function done(result: Result<unknown, Problem>): Result<Record<string, never>, Problem> {
  return result.ok ? ok({}) : result;
}

function refusalOf(refusal: Problem | null): Result<Record<string, never>, Problem> {
  return refusal === null ? ok({}) : fail(refusal);
}

function copied<T>(
  page: Result<{ rows: readonly T[]; next: number | null }, Problem>,
): Result<{ rows: T[]; next: number | null }, Problem> {
  return page.ok ? ok({ rows: [...page.value.rows], next: page.value.next }) : page;
}
