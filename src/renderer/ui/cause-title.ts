import type { Problem } from '../../shared/problem.ts';
import { useProblemWords } from '../words/words.ts';

/** Names a kind of problem: facts differ from one to the next, so what a title says of them in brackets is left out. */
export function useCauseTitle(): (code: string) => string {
  const words = useProblemWords();
  return (code) => words({ code, facts: {} } as unknown as Problem).title.replaceAll(/\s*[(（]–[)）]/g, '');
}
