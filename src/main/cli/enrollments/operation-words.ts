import { describeProblem } from '../../../shared/describe-problem.ts';
import type { OperationResult, OperationStep } from '../../../shared/enrollment-list.ts';
import type { Problem } from '../../../shared/problem.ts';

const stepWords: Readonly<Record<OperationStep['step'], string>> = {
  entry: 'entry',
  'registration-record': 'registration record',
  'hub-identity': 'hub identity',
};

const outcomeWords: Readonly<Record<OperationStep['outcome'], string>> = {
  done: 'done',
  'not-needed': 'was so already',
  'not-possible': 'not possible here',
  failed: 'failed',
  skipped: 'not tried',
};

/** What became of an operation at one entry, as lines for people. */
export function describeResult({ id, done, of, steps }: OperationResult): string {
  const lines = steps.map(({ step, outcome, problem }) => {
    const line = `      ${stepWords[step]}: ${outcomeWords[outcome]}`;
    if (problem === null) return line;
    const { title, remedy } = describeProblem(problem as Problem);
    return `${line}\n        ${title}\n        -> ${remedy}`;
  });
  return [`${id}: ${done} of ${of} done`, ...lines].join('\n');
}
