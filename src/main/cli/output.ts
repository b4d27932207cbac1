import { describeProblem } from '../../shared/describe-problem.ts';
import { type Problem, problem } from '../../shared/problem.ts';

/** Exit codes that scripts rely on. */
export const exitCode = { done: 0, failed: 1, wrongUse: 2 } as const;

/** Ends a command with a problem; caught in one place, at the door. */
export class CommandFailure extends Error {
  readonly problem: Problem;
  readonly exitCode: number;
  constructor(cause: Problem, code: number = exitCode.failed) {
    super(cause.code);
    this.name = 'CommandFailure';
    this.problem = cause;
    this.exitCode = code;
  }
}

/** Wrong use of a command: exit code 2. */
export function wrongUse(reason: string): CommandFailure {
  return new CommandFailure(problem('wrong-use', { reason }), exitCode.wrongUse);
}

/** The value of a result, or the end of the command. */
export function unwrap<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem },
): T {
  if (result.ok) return result.value;
  throw new CommandFailure(result.problem);
}

/** Where a command writes: people read text, scripts read JSON; with `json` nothing else reaches standard output. */
export type Output = {
  readonly json: boolean;
  /** A line for people; silent with --json. */
  say(text: string): void;
  /** The result for scripts; silent without --json. */
  give(value: unknown): void;
  /** A problem in words, on standard error (as JSON when --json). */
  tell(cause: Problem): void;
};

/** Makes the output of a command. */
export function createOutput(json: boolean): Output {
  return {
    json,
    say: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    give: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    tell: (cause) => {
      const described = describeProblem(cause);
      process.stderr.write(
        json ? `${JSON.stringify({ problem: described })}\n` : `${described.title}\n  -> ${described.remedy}\n`,
      );
    },
  };
}
