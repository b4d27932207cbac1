import { problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { hasBanner, isAtPrompt } from '../domain/console-dialogue.ts';
import type { Clock } from '../ports/clock.ts';
import type { Line, LineProblem } from '../ports/line.ts';

/** The two things a console needs of a line. */
export type ConsoleLine = Pick<Line, 'write' | 'onData' | 'onClose'>;

/** How much of what a board said is kept; more than any answer, less than a memory leak. */
const keptCharacters = 16_384;
/** A prompt without the expected text before it is believed after this long without another byte. */
const quietInMs = 150;

/** Why waiting for the board ended without an answer. */
export type WaitProblem = LineProblem | { readonly code: 'board-silent'; readonly facts: Record<string, never> };

/** A conversation with a DevKit console: text in, text out, bytes as latin-1. */
export type BoardConsole = {
  /** Everything heard since the last command (or since the start). */
  heard(): string;
  /** Sends a lone CR: a board at its prompt answers with the prompt, any other mode ignores it. Forgets nothing. */
  probe(): Promise<Result<void, LineProblem>>;
  /** Sends one line (CR is added here) and forgets what was heard before. The bytes stay the caller's to overwrite. */
  send(line: Uint8Array): Promise<Result<void, LineProblem>>;
  /** Waits until `done` says so of what was heard; asked at each chunk and once at the start. */
  until(done: (heard: string) => boolean, timeoutInMs: number): Promise<Result<string, WaitProblem>>;
  /** Sends a command and waits for its whole answer: `expected` and the prompt, or a prompt and quiet, or a restart. */
  command(line: Uint8Array, expected: RegExp, timeoutInMs: number): Promise<Result<string, WaitProblem>>;
  /** Stops listening. */
  dispose(): void;
};

/** Starts a conversation on an open line. */
export function createBoardConsole(line: ConsoleLine, clock: Clock): BoardConsole {
  let heard = '';
  let lost: LineProblem | null = null;
  const wakers = new Set<() => void>();
  const wake = (): void => {
    for (const waker of [...wakers]) waker();
  };
  const stopData = line.onData((bytes) => {
    heard = (heard + Buffer.from(bytes).toString('latin1')).slice(-keptCharacters);
    wake();
  });
  const stopClose = line.onClose((problem) => {
    lost = problem;
    wake();
  });

  async function send(text: Uint8Array): Promise<Result<void, LineProblem>> {
    heard = '';
    const bytes = Buffer.allocUnsafeSlow(text.length + 1);
    bytes.set(text);
    bytes[text.length] = 0x0d;
    const written = await line.write(bytes);
    bytes.fill(0);
    return written;
  }

  function until(done: (heard: string) => boolean, timeoutInMs: number): Promise<Result<string, WaitProblem>> {
    return new Promise((resolve) => {
      let stopTimer = (): void => {};
      const finish = (result: Result<string, WaitProblem>): void => {
        stopTimer();
        wakers.delete(check);
        resolve(result);
      };
      const check = (): void => {
        if (done(heard)) finish(ok(heard));
        else if (lost !== null) finish(fail(lost));
      };
      wakers.add(check);
      stopTimer = clock.after(timeoutInMs, () => finish(fail(problem('board-silent') as WaitProblem)));
      check();
    });
  }

  /** True once `quietInMs` have passed since the last chunk. */
  function quietly(): { is(heard: string): boolean; dispose(): void } {
    let last = '';
    let quiet = false;
    let stop = (): void => {};
    return {
      is: (now) => {
        if (now !== last) {
          last = now;
          quiet = false;
          stop();
          stop = clock.after(quietInMs, () => {
            quiet = true;
            wake();
          });
        }
        return quiet;
      },
      dispose: () => stop(),
    };
  }

  async function command(
    text: Uint8Array,
    expected: RegExp,
    timeoutInMs: number,
  ): Promise<Result<string, WaitProblem>> {
    const sent = await send(text);
    if (!sent.ok) return sent;
    const quiet = quietly();
    try {
      return await until(
        (now) => hasBanner(now) || (isAtPrompt(now) && (expected.test(now) || quiet.is(now))),
        timeoutInMs,
      );
    } finally {
      quiet.dispose();
    }
  }

  return {
    heard: () => heard,
    probe: () => line.write(Buffer.from('\r')),
    send,
    until,
    command,
    dispose: () => {
      stopData();
      stopClose();
      // Whoever still waits is told; no timer outlives the conversation.
      lost ??= problem('line-closed');
      wake();
    },
  };
}
