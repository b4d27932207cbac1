import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import type { JobState } from '../../src/shared/job.ts';
import {
  closeTestBooks,
  doneState,
  identityOf,
  jobOf,
  newItem,
  openTestBooks,
  type TestBooks,
  valueFrom,
} from '../doubles/books.ts';
import { minute, storyTeller } from '../doubles/story.ts';

/* The story of one unit and the figures of the work, each worked out by hand from what was written. */

let books: TestBooks;
beforeEach(() => {
  books = openTestBooks();
});
afterEach(() => closeTestBooks(books));

const refused = { code: 'board-refused-command', facts: { reply: 'no' } } as const;
const silent = { code: 'board-silent', facts: {} } as const;

describe('the story of a unit', () => {
  it('has its jobs newest first and every line about it, oldest first', async () => {
    const { started, ended, queued, commit } = storyTeller(books.store);
    await ended('SN-OTHER', 'failed', 0, 1, { problem: silent });
    await ended('SN-1', 'failed', 2, 3, { id: 'job-1', problem: refused });
    await commit(4, { write: 'noted', event: 'scan-refused', serial: 'SN-1', facts: { step: 'no step of a job' } });
    const second = await ended('SN-1', 'unsettled', 5, 6, { id: 'job-2' });
    await queued(second, 6);
    await started(jobOf('SN-1', { id: 'job-3' }), 7);
    await commit(8, { write: 'job-superseded', jobId: 'job-2', by: 'job-3', reason: 'rework' });
    const { jobs, lines } = valueFrom(await books.store.unitHistory('SN-1'));
    expect(jobs.map(({ job, superseded, item }) => [job.id, superseded, item?.state ?? null])).toEqual([
      ['job-3', false, null],
      ['job-2', true, 'superseded'],
      ['job-1', false, null],
    ]);
    expect(lines.map(({ at, event, step, problem, jobId }) => [at, event, step, problem?.code ?? null, jobId])).toEqual(
      [
        [minute(2), 'job-started', 'connecting', null, 'job-1'],
        [minute(3), 'failed', 'done', 'board-refused-command', 'job-1'],
        [minute(4), 'scan-refused', null, null, null],
        [minute(5), 'job-started', 'connecting', null, 'job-2'],
        [minute(6), 'restarted', 'done', null, 'job-2'],
        [minute(6), 'item-queued', null, null, 'job-2'],
        [minute(7), 'job-started', 'connecting', null, 'job-3'],
        [minute(8), 'job-superseded', null, null, 'job-2'],
      ],
    );
    expect(valueFrom(await books.store.unitHistory('SN-2'))).toEqual({ jobs: [], lines: [] });
  });
});

describe('figures of the work', () => {
  const figures = async (since: number, until: number, timedJobs = 100) =>
    valueFrom(await books.store.workFigures({ since: minute(since), until: minute(until), timedJobs }));

  it('count what ended in the time, per hour, per unit and per cause', async () => {
    const { ended, started } = storyTeller(books.store);
    await ended('SN-1', 'failed', 0, 10, { id: 'a', problem: silent }); // 08
    await ended('SN-1', 'passed', 11, 20, { id: 'b' }); // 08: not at once
    await ended('SN-2', 'passed', 21, 59); // 08: at once
    await ended('SN-3', 'aborted', 55, 60, { id: 'c', problem: refused }); // 09
    await ended('SN-3', 'failed', 61, 62, { id: 'd', problem: silent }); // 09
    await ended('SN-4', 'unsettled', 180, 190); // 11, without a cause
    await started(jobOf('SN-5'), 191);
    const all = await figures(0, 240);
    expect(all.perHour).toEqual([
      { hour: '2026-11-20T08', passed: 2, failed: 1 },
      { hour: '2026-11-20T09', passed: 0, failed: 2 },
      { hour: '2026-11-20T11', passed: 0, failed: 1 },
    ]);
    expect({ units: all.units, firstPass: all.firstPass }).toEqual({ units: 4, firstPass: 1 });
    expect(all.causes).toEqual([
      { code: 'board-silent', count: 2 },
      { code: 'board-refused-command', count: 1 },
    ]);
    // From 08:11 on the second attempt is the first of its unit in this time; 09:00 itself is outside.
    const part = await figures(11, 60);
    expect(part.perHour).toEqual([{ hour: '2026-11-20T08', passed: 2, failed: 0 }]);
    expect({ units: part.units, firstPass: part.firstPass, causes: part.causes }).toEqual({
      units: 2,
      firstPass: 2,
      causes: [],
    });
    expect(await figures(300, 400)).toEqual({ perHour: [], units: 0, firstPass: 0, causes: [], stepTimes: [] });
  });

  it('time each step from the line that entered it to the next step of its job', async () => {
    const { started, commit } = storyTeller(books.store);
    const identity = identityOf('one', 'c1');
    const job = await started(jobOf('SN-1'), 0);
    const beside = await started(jobOf('SN-2', { slot: 2 }), 0.5);
    const to = (of: typeof job, state: JobState, at: number, event = 'on', ...more: StoreWrite[]) =>
      commit(
        at,
        { write: 'job-changed', job: { ...of, state, finishedAt: state.step === 'done' ? minute(at) : null }, event },
        ...more,
      );
    await to(job, { step: 'reading-version', mac: null }, 1);
    await to(job, { step: 'connecting' }, 60, 'interrupted'); // the station was off: no time of this step
    await to(beside, { ...doneState('failed', null), problem: silent }, 60.25, 'failed');
    await to(job, { step: 'intent', identity, enrollment: newItem(job).enrollment }, 61);
    // The item's line stands between; the step goes on.
    await to(job, { step: 'restarting', identity }, 62, 'secret-acknowledged', {
      write: 'item-queued',
      item: newItem(job),
    });
    await to(job, doneState('passed', identity), 65, 'restarted');
    await to(job, { ...doneState('passed', identity), provedAt: minute(90) }, 90, 'registered');
    const { stepTimes } = await figures(0, 600);
    const sorted = stepTimes.map(({ step, inMs }) => `${step} ${inMs}`).sort();
    expect(sorted).toEqual([
      'connecting 3585000', // the other board: 00:30 to 60:15
      'connecting 60000',
      'connecting 60000', // after the station came back
      'intent 60000',
      'restarting 180000',
    ]);
    // The newest job alone: the one that ended last.
    const newest = await figures(0, 600, 1);
    expect(newest.stepTimes.map((one) => one.step).sort()).toEqual([
      'connecting',
      'connecting',
      'intent',
      'restarting',
    ]);
  });
});
