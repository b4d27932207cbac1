import type { MirrorEntry, MirrorState } from '../../../shared/enrollment-list.ts';
import type { Problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { entryFrom, groupEntryFrom } from '../../domain/mirror-entry.ts';
import { retryDelayInMs } from '../../domain/retry-schedule.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { EnrollmentMirror } from '../../ports/enrollment-mirror.ts';
import type { RegistryFailure } from '../../ports/enrollment-registry.ts';
import type { EnrollmentService, QueryPage } from '../../ports/enrollment-service.ts';

/** Rows per page; the service gives no more (recorded traffic). */
const pageSize = 100;
/** A page that fails for a reason that passes is asked for again so often. */
const mostTries = 6;

type Progress = Pick<MirrorState, 'refreshing' | 'readSoFar' | 'problem'>;

/** Copies what an instance holds into the mirror. */
export type MirrorRefresh = {
  /** Reads everything; a call while one runs waits for the same end. */
  run(): Promise<Result<void, Problem>>;
  progress(): Progress;
  stop(): void;
};

/** Makes a refresh of one instance. */
export function createMirrorRefresh(options: {
  readonly instance: string;
  readonly service: EnrollmentService;
  readonly mirror: EnrollmentMirror;
  readonly clock: Clock;
  readonly fraction: () => number;
  readonly onChange: () => void;
}): MirrorRefresh {
  const { instance, service, mirror, clock } = options;
  let progress: Progress = { refreshing: false, readSoFar: 0, problem: null };
  let running: Promise<Result<void, Problem>> | null = null;
  let stopped = false;
  let wake = (): void => {};

  function tell(part: Partial<Progress>): void {
    progress = { ...progress, ...part };
    options.onChange();
  }

  async function copyAll(): Promise<Result<void, Problem>> {
    const begun = await mirror.begin(instance);
    if (!begun.ok) return begun;
    const run = begun.value;
    const individuals = await copy(run, (page) => service.query(page), entryFrom);
    if (!individuals.ok) return individuals;
    const groups = await copy(run, (page) => service.queryGroups(page), groupEntryFrom);
    return groups.ok ? mirror.end(instance, run, isoNow(clock)) : groups;
  }

  async function copy<T>(
    run: number,
    query: (page: { size: number; continuation: string | null }) => Promise<Result<QueryPage<T>, RegistryFailure>>,
    entryOf: (found: T) => MirrorEntry,
  ): Promise<Result<void, Problem>> {
    let continuation: string | null = null;
    do {
      const page: Result<QueryPage<T>, Problem> = await patiently(() => query({ size: pageSize, continuation }));
      if (!page.ok) return page;
      const kept = await mirror.keep(instance, run, page.value.rows.map(entryOf));
      if (!kept.ok) return kept;
      tell({ readSoFar: progress.readSoFar + page.value.rows.length });
      continuation = page.value.continuation;
    } while (continuation !== null && !stopped);
    return ok(undefined);
  }

  /** A throttle, an outage of seconds or a lost connection must not throw away what was read. */
  async function patiently<T>(call: () => Promise<Result<T, RegistryFailure>>): Promise<Result<T, Problem>> {
    for (let tries = 1; ; tries += 1) {
      const answer = await call();
      if (answer.ok) return answer;
      const { problem, retryAfterInMs } = answer.problem;
      const passes = ['service-throttled', 'service-failed', 'service-timeout', 'network-down'].includes(problem.code);
      if (!passes || tries >= mostTries || stopped) return fail(problem);
      const fraction = options.fraction();
      await pause(retryAfterInMs ?? retryDelayInMs({ failures: tries, firstInMs: 1_000, mostInMs: 30_000, fraction }));
    }
  }

  function pause(inMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(inMs, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  return {
    run: () => {
      if (running !== null) return running;
      tell({ refreshing: true, readSoFar: 0, problem: null });
      running = copyAll().then((done) => {
        running = null;
        const problem = done.ok ? null : { code: done.problem.code, facts: { ...done.problem.facts } };
        tell({ refreshing: false, problem });
        return done;
      });
      return running;
    },
    progress: () => progress,
    stop: () => {
      stopped = true;
      wake();
    },
  };
}
