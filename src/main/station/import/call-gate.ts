import type { Problem } from '../../../shared/problem.ts';
import { pauseInMs } from '../../domain/retry-schedule.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { CallFailure } from './batch-delivery.ts';

/** What all calls of an import wait at: a failure that concerns everybody closes it for a while. */
export type CallGate = {
  /** Resolves when a call may be made: true, or false when the import is to end. */
  open(): Promise<boolean>;
  /** A call failed; none is made until its pause is over. */
  failed(failure: CallFailure): void;
  succeeded(): void;
};

/** Makes an open gate. `onWait` is told why it closed, and null when it is open again. */
export function createCallGate(options: {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly signal: AbortSignal;
  readonly onWait: (cause: Problem | null) => void;
}): CallGate {
  const { clock, random, signal, onWait } = options;
  let failures = 0;
  let until = 0;

  function pass(inMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stopTimer();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const stopTimer = clock.after(inMs, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  return {
    async open() {
      while (!signal.aborted && until > clock.now()) await pass(until - clock.now());
      if (until !== 0 && !signal.aborted) onWait(null);
      until = signal.aborted ? until : 0;
      return !signal.aborted;
    },
    failed(failure) {
      // Calls that fail together are one failure.
      if (until <= clock.now()) failures += 1;
      until = Math.max(until, clock.now() + pauseInMs(failure, failures, random.fraction()));
      onWait(failure.problem);
    },
    succeeded() {
      failures = 0;
    },
  };
}
