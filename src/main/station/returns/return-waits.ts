import type { Problem } from '../../../shared/problem.ts';
import type { ReturnCase, ReturnWait } from '../../../shared/returns.ts';
import { pauseInMs, watchDelayInMs } from '../../domain/retry-schedule.ts';
import { judgeReturnFailure } from '../../domain/return-rules.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { StationStore } from '../../ports/station-store.ts';

type Wait = { readonly problem: Problem | null; readonly untilMs: number | null; readonly failures: number };

/** What holds returns up. All of it is forgotten at a stop: whoever starts again tries at once. */
export type ReturnWaits = {
  /** Milliseconds until this one may go on; 0: now; null: when a person says so. */
  until(one: ReturnCase): number | null;
  /** A step failed; true when this is news. */
  failed(one: ReturnCase, problem: Problem): boolean;
  /** A step was carried out: the way to its instance is free. */
  held(one: ReturnCase): void;
  /** A registration was looked for in vain. */
  lookLater(one: ReturnCase): void;
  /** The board with this adapter has power: look again soon. */
  expect(hardwareId: string): void;
  /** A person says go: to one return, or to all (null). */
  forget(one: ReturnCase | null): void;
  view(one: ReturnCase): ReturnWait;
};

/** Makes an empty book of waits. */
export function createReturnWaits(clock: Clock, random: Pick<Random, 'fraction'>): ReturnWaits {
  const ofCase = new Map<string, Wait>();
  const ofInstance = new Map<string, Wait>();
  const looks = new Map<string, { hardwareId: string | null; asked: number }>();

  const instanceOf = (one: ReturnCase): string => one.subject.instance;
  const leftOf = (wait: Wait | undefined): number | null => {
    if (wait === undefined) return 0;
    return wait.untilMs === null ? null : Math.max(0, wait.untilMs - clock.now());
  };

  return {
    until: (one) => {
      const both = [leftOf(ofInstance.get(instanceOf(one))), leftOf(ofCase.get(one.id))];
      return both.includes(null) ? null : Math.max(...both.map((left) => left ?? 0));
    },
    failed: (one, problem) => {
      const { by, whole } = judgeReturnFailure(problem);
      const [book, key] = whole ? [ofInstance, instanceOf(one)] : [ofCase, one.id];
      const before = book.get(key);
      // Steps that fail together are one failure.
      const counts = before === undefined || leftOf(before) === 0;
      const failures = (before?.failures ?? 0) + (counts ? 1 : 0);
      const delay = pauseInMs({ problem, retryAfterInMs: null }, failures, random.fraction());
      book.set(key, { problem, untilMs: by === 'person' ? null : clock.now() + delay, failures });
      return before?.problem?.code !== problem.code;
    },
    held: (one) => {
      ofInstance.delete(instanceOf(one));
      ofCase.delete(one.id);
    },
    lookLater: (one) => {
      const asked = looks.get(one.id)?.asked ?? 0;
      looks.set(one.id, { hardwareId: one.subject.hardwareId, asked: asked + 1 });
      ofCase.set(one.id, { problem: null, untilMs: clock.now() + watchDelayInMs(asked), failures: 0 });
    },
    expect: (hardwareId) => {
      for (const [id, look] of looks) {
        if (look.hardwareId !== hardwareId || ofCase.get(id)?.problem !== null) continue;
        looks.set(id, { hardwareId, asked: 1 });
        ofCase.set(id, { problem: null, untilMs: clock.now() + watchDelayInMs(0), failures: 0 });
      }
    },
    forget: (one) => {
      if (one === null) {
        ofCase.clear();
        ofInstance.clear();
        return;
      }
      ofCase.delete(one.id);
      ofInstance.delete(instanceOf(one));
    },
    view: (one) => {
      const wait = ofInstance.get(instanceOf(one)) ?? ofCase.get(one.id);
      const { problem = null, untilMs } = wait ?? {};
      return {
        problem: problem === null ? null : { code: problem.code, facts: { ...problem.facts } },
        nextTryAt: untilMs == null ? null : new Date(untilMs).toISOString(),
        needsPerson: untilMs === null,
      };
    },
  };
}

/** A new credential that the service refused for good waits for a person in the queue; null: there is none such. */
export async function parkedWait(
  { state }: ReturnCase,
  store: Pick<StationStore, 'listItems'>,
): Promise<ReturnWait | null> {
  if (state.step !== 'delivering') return null;
  const parked = await store.listItems({ states: ['parked'], jobId: state.jobId, after: 0, limit: 1 });
  const cause = parked.ok ? (parked.value.rows[0]?.problem ?? null) : null;
  return cause === null ? null : { problem: cause, nextTryAt: null, needsPerson: true };
}
