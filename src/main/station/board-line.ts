import { type Problem, problem } from '../../shared/problem.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { Line } from '../ports/line.ts';
import type { SessionOptions } from './session-options.ts';

/** The line of one session: opened once, closed whatever happens. */
export type BoardLine = {
  open(): Promise<Result<Line, Problem>>;
  close(): Promise<void>;
};

/** Makes the line of a session; nothing is opened yet. */
export function createBoardLine(
  options: Pick<SessionOptions, 'path' | 'opener' | 'isHere'>,
  baudRate: number,
): BoardLine {
  let line: Line | null = null;
  let closed = false;
  return {
    open: async () => {
      const opened = await options.opener.open(options.path, { baudRate });
      if (!opened.ok) return opened;
      // Aborted meanwhile, or another board took the place: this line must not be worked on, and not stay open.
      if (closed || !options.isHere()) {
        await opened.value.close();
        return fail(problem(closed ? 'line-closed' : 'line-lost'));
      }
      line = opened.value;
      return opened;
    },
    close: async () => {
      closed = true;
      await line?.close();
    },
  };
}
