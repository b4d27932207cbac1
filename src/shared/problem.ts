import type { ProblemCode } from './problem-catalogue.ts';

export type { ProblemCode } from './problem-catalogue.ts';

/** What a problem may say besides its code. Never a secret: facts are shown, logged and stored. */
export type ProblemFacts = Readonly<Record<string, string | number | boolean | null>>;

/** An expected failure: a code of the catalogue plus the facts that fill its sentences. */
export type Problem<Code extends ProblemCode = ProblemCode> = {
  readonly code: Code;
  readonly facts: ProblemFacts;
};

/** Makes a problem; `facts` fill the `{names}` in the catalogue's sentences. */
export function problem<Code extends ProblemCode>(code: Code, facts: ProblemFacts = {}): Problem<Code> {
  return { code, facts };
}
