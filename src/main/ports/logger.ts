import type { ProblemFacts } from '../../shared/problem.ts';

/** A log for engineers. Facts only, never a secret; the adapter redacts by name as a second net. */
export interface Logger {
  info(message: string, facts?: ProblemFacts): void;
  warn(message: string, facts?: ProblemFacts): void;
  error(message: string, facts?: ProblemFacts): void;
}
