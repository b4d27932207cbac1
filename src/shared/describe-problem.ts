import type { Problem, ProblemFacts } from './problem.ts';
import { type CatalogueEntry, problemCatalogue } from './problem-catalogue.ts';

/** A problem in words: what happened and what to do next. */
export type DescribedProblem = {
  readonly code: string;
  readonly title: string;
  readonly remedy: string;
  readonly retry: CatalogueEntry['retry'];
  readonly blame: CatalogueEntry['blame'];
};

/** Puts a problem into words from the catalogue, its facts filled in. */
export function describeProblem(problem: Problem): DescribedProblem {
  const entry: CatalogueEntry = problemCatalogue[problem.code];
  return {
    code: problem.code,
    title: fill(entry.title, problem.facts),
    remedy: fill(entry.remedy, problem.facts),
    retry: entry.retry,
    blame: entry.blame,
  };
}

function fill(sentence: string, facts: ProblemFacts): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? 'unknown'));
}
