import type { Act, Countersign } from '../../shared/people.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** Who is at work, and what they may do. */
export interface Permits {
  /**
   * Whether this may be done now, and who is answerable: the badge that is at work, or, as long as the station knows no
   * engineer, whoever the call names.
   */
  permit(act: Act, claimed: string): Result<string, Problem>;
  /** The badge of a second person who may do this and is not the first. */
  countersigned(act: Act, first: string, second: Countersign): Promise<Result<string, Problem>>;
}
