/** A unit of which is known how it must be judged. */
export type GoldenUnit = { readonly serial: string; readonly expect: 'pass' | 'fail' };

/** A judgement of a golden unit; `at` is ISO 8601 UTC. */
export type GoldenJudgement = { readonly at: string; readonly serial: string; readonly found: string };

/**
 * Whether the line may run. `due`: a unit was not judged in this shift; `expired`: too long ago; `failed`: the newest
 * judgement of a unit was wrong. `serials` are those that must be judged next, or were judged wrong.
 */
export type GoldenState = {
  readonly state: 'good' | 'due' | 'expired' | 'failed';
  readonly serials: readonly string[];
  /** When the check expires, ISO 8601 UTC; null unless it is good. */
  readonly goodUntil: string | null;
};

/** What is asked for where the settings know no unit of a kind. */
const nobody = { pass: 'a known-good unit', fail: 'a known-bad unit' } as const;

/**
 * Judges the golden check: at least one known-good and one known-bad unit, each judged right since the shift began and
 * in the last `everyHours`. A verifier that always says the same, or that cannot tell, is wrong for one of them.
 */
export function goldenState(facts: {
  readonly units: readonly GoldenUnit[];
  readonly results: readonly GoldenJudgement[]; // oldest first
  readonly shiftStartedAt: string;
  readonly everyHours: number;
  readonly now: number; // milliseconds since 1970 UTC
}): GoldenState {
  const newest = new Map(
    facts.results.filter(({ at }) => at >= facts.shiftStartedAt).map((result) => [result.serial, result]),
  );
  const wrong = facts.units.filter(({ serial, expect }) => {
    const found = newest.get(serial)?.found;
    return found !== undefined && found !== expect;
  });
  if (wrong.length > 0) return blocked('failed', wrong);
  const missing = (['pass', 'fail'] as const).filter((kind) => !facts.units.some(({ expect }) => expect === kind));
  const due = facts.units.filter(({ serial }) => !newest.has(serial));
  const named = [...missing.map((kind) => nobody[kind]), ...due.map(({ serial }) => serial)];
  if (named.length > 0) return { state: 'due', serials: named, goodUntil: null };
  const ends = (serial: string): number => Date.parse(newest.get(serial)?.at ?? '') + facts.everyHours * 3_600_000;
  const old = facts.units.filter(({ serial }) => ends(serial) <= facts.now);
  if (old.length > 0) return blocked('expired', old);
  const until = Math.min(...facts.units.map(({ serial }) => ends(serial)));
  return { state: 'good', serials: [], goodUntil: new Date(until).toISOString() };
}

function blocked(state: 'failed' | 'expired', units: readonly GoldenUnit[]): GoldenState {
  return { state, serials: units.map(({ serial }) => serial), goodUntil: null };
}
