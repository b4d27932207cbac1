import type { Problem } from '../../shared/problem.ts';

/** Tells refusals of scans once each: what this window scanned by its answer, all others by what the station shows. */
export type RefusalEar = {
  /** A scan of this window is on its way. */
  sent(): void;
  /** Its answer came; returns what has to be announced now. */
  answered(refusal: Problem | null): readonly Problem[];
  /** The station shows another state of its scans; returns what has to be announced now. */
  shown(scanCount: number, refusal: Problem | null): readonly Problem[];
  /** The station is another one, or none: what it shows first is no news. */
  forget(): void;
};

/** Makes an ear. Answers and snapshots may overtake each other; the same refusal twice is two refusals. */
export function createRefusalEar(): RefusalEar {
  let count: number | null = null;
  let onTheWay = 0;
  let told: string | null = null; // an own refusal whose snapshot is still to come
  let held: Problem | null = null; // shown while an own answer is on its way: whose it is, that answer tells

  function release(): readonly Problem[] {
    const late = held;
    if (onTheWay > 0 || late === null) return [];
    held = null;
    return [late];
  }

  return {
    sent: () => {
      onTheWay += 1;
    },
    answered: (refusal) => {
      onTheWay -= 1;
      if (refusal === null) return release();
      if (held !== null && keyOf(held) === keyOf(refusal)) held = null;
      else told = keyOf(refusal);
      return [refusal, ...release()];
    },
    shown: (scanCount, refusal) => {
      const before = count;
      count = scanCount;
      if (before === null || before === scanCount) return [];
      const own = told;
      told = null;
      if (refusal === null || keyOf(refusal) === own) return [];
      if (onTheWay === 0) return [refusal];
      held = refusal;
      return [];
    },
    forget: () => {
      count = null;
      told = null;
      held = null;
    },
  };
}

function keyOf(refusal: Problem): string {
  return JSON.stringify([refusal.code, Object.entries(refusal.facts).sort()]);
}
