import type { Problem } from '../../shared/problem.ts';
import type { SlotSnapshot } from '../../shared/station-snapshot.ts';
import type { VerdictKind } from './theme.ts';

/** What a slot shows: one thing at a time, the most urgent first. `headline` and `more` are keys of the board's words. */
export type SlotFace = {
  readonly kind: VerdictKind;
  readonly state: 'empty' | 'board' | 'working' | 'asking' | 'verdict' | 'refused' | 'interrupted';
  readonly headline: string;
  readonly more: string | null;
  readonly problem: Problem | null;
  /** 1-based step of the work under way, null when none is. */
  readonly step: number | null;
  /** The job may still be stopped: nothing has been written. */
  readonly mayAbort: boolean;
};

const verdictKinds = { passed: 'pass', failed: 'fail', aborted: 'check', unsettled: 'check' } as const;

/** Says what a slot shows. `steps`: of the recipe, in the order of the work. */
export function slotFace(slot: SlotSnapshot, steps: readonly string[]): SlotFace {
  const plain = { more: null, problem: null, step: null, mayAbort: false } as const;
  if (slot.state === 'working') return workingFace(slot, steps);
  if (slot.problem !== null) {
    return { ...plain, kind: 'fail', state: 'refused', headline: 'refused', problem: slot.problem as Problem };
  }
  if (slot.verdict !== null) {
    const { outcome, problem } = slot.verdict;
    return {
      ...plain,
      kind: verdictKinds[outcome],
      state: 'verdict',
      headline: `verdict.${outcome}`,
      // Why it was set aside is not enough: what becomes of the unit must be said too.
      more: problem === null || outcome === 'unsettled' ? moreOf(outcome, slot.path !== null) : null,
      problem: (slot.card ?? problem) as Problem | null,
    };
  }
  if (slot.card !== null) {
    return { ...plain, kind: 'check', state: 'interrupted', headline: 'interrupted', problem: slot.card as Problem };
  }
  if (slot.path === null) return { ...plain, kind: 'idle', state: 'empty', headline: 'idle.empty' };
  return { ...plain, kind: 'idle', state: 'board', headline: 'idle.board' };
}

/** A board that has been taken out need not be taken out again. */
function moreOf(outcome: keyof typeof verdictKinds, here: boolean): string {
  return outcome === 'passed' && !here ? 'verdictMore.passedGone' : `verdictMore.${outcome}`;
}

function workingFace(slot: SlotSnapshot, steps: readonly string[]): SlotFace {
  const index = steps.indexOf(slot.step ?? 'connecting');
  const asking = slot.ask !== null;
  return {
    kind: asking ? 'check' : 'work',
    state: asking ? 'asking' : 'working',
    headline: asking ? `ask.${slot.ask}` : `step.${slot.step ?? 'connecting'}`,
    more: null,
    problem: (slot.hint ?? slot.card) as Problem | null,
    step: index < 0 ? 1 : index + 1,
    mayAbort: slot.step !== 'intent' && slot.step !== 'restarting',
  };
}

/** Columns that show this many places in rows as even as can be; a wide screen is taken for granted up to 16. */
export function columnsFor(slots: number): number {
  if (slots <= 3) return slots;
  if (slots <= 8) return Math.ceil(slots / 2);
  return slots <= 9 ? 3 : 4;
}
