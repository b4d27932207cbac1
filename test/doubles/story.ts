import type { StationStore, StoreWrite } from '../../src/main/ports/station-store.ts';
import type { Job } from '../../src/shared/job.ts';
import type { OutboxItem } from '../../src/shared/outbox.ts';
import type { Problem } from '../../src/shared/problem.ts';
import { doneState, identityOf, jobOf, newItem, testOrigin, valueFrom } from './books.ts';

/** Minutes after 08:00 UTC of the day of tests, as ISO 8601 with milliseconds. */
export function minute(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 20, 8, 0, 0) + minutes * 60_000).toISOString();
}

/** Writes a story into books: each deed at its minute. */
export function storyTeller(store: Pick<StationStore, 'commit' | 'listItems'>) {
  const commit = async (at: number, ...writes: StoreWrite[]): Promise<void> =>
    valueFrom(await store.commit({ origin: testOrigin, at: minute(at), writes }));

  const started = async (job: Job, at: number): Promise<Job> => {
    const begun = { ...job, startedAt: minute(at) };
    await commit(at, { write: 'job-started', job: begun });
    return begun;
  };

  return {
    commit,
    started,
    /** One job from start to end, without an item. */
    ended: async (
      serial: string,
      outcome: 'passed' | 'failed' | 'aborted' | 'unsettled',
      from: number,
      to: number,
      change: Partial<Job> & { readonly problem?: Problem } = {},
    ): Promise<Job> => {
      const { problem, ...rest } = change;
      const job = await started(jobOf(serial, rest), from);
      const holds = outcome === 'passed' || outcome === 'unsettled';
      const identity = holds ? identityOf(serial.toLowerCase(), Buffer.from(job.id).toString('hex')) : null;
      const stored = problem === undefined ? null : { code: problem.code, facts: { ...problem.facts } };
      const done = { ...job, state: { ...doneState(outcome, identity), problem: stored }, finishedAt: minute(to) };
      await commit(to, { write: 'job-changed', job: done, event: outcome === 'failed' ? 'failed' : 'restarted' });
      return done;
    },
    /** Queues the item of a job and brings it to a state; gives it as the books then have it. */
    queued: async (job: Job, at: number, change: Partial<OutboxItem> = {}): Promise<OutboxItem> => {
      await commit(at, { write: 'item-queued', item: newItem(job, { createdAt: minute(at) }) });
      const all = valueFrom(
        await store.listItems({
          states: ['pending', 'delivered', 'parked', 'superseded'],
          jobId: job.id,
          after: 0,
          limit: 100,
        }),
      );
      const item = { ...(all.rows.at(-1) as OutboxItem), ...change };
      if (Object.keys(change).length > 0)
        await commit(at, { write: 'item-changed', item, event: `item-${item.state}` });
      return item;
    },
  };
}
