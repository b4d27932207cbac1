import type { Job } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';

/**
 * What to do with the board of a job that a stop interrupted. `then`: whether the job is taken up again with its board,
 * or ends; after the intent that makes no difference.
 */
export function interruption(job: Job, then: 'resume' | 'end'): Problem {
  const { serial } = job;
  if (job.state.step === 'intent') return problem('interrupted-writing', { serial });
  if (job.state.step === 'restarting') return problem('interrupted-written', { serial });
  return problem(then === 'resume' ? 'interrupted-waits' : 'interrupted-ended', { serial });
}
