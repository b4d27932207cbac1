import type { HistoryLine } from '../../../shared/records.ts';
import type { ReturnCase, ReturnState } from '../../../shared/returns.ts';

/** Name of a step of a return. */
export type ReturnStep = ReturnState['step'];

type Walked = Pick<ReturnCase, 'deed' | 'options' | 'overlap' | 'state'>;

/** The steps that a return goes through, in their order: only those that were asked for. */
export function stepsOf({ deed, options, overlap, state }: Walked): readonly ReturnStep[] {
  if (state.step === 'restoring' || (state.step === 'done' && state.outcome === 'cancelled')) {
    return ['restoring', 'done'];
  }
  const clearing: ReturnStep[] = [];
  // The registration record tells where the hub identity is, so it goes last.
  if (options.removeHubIdentity) clearing.push('clearing-hub');
  if (options.deleteRegistration) clearing.push('clearing-record');
  if (deed === 'register-again') return ['noting', ...clearing, 'enabling', 'awaiting-registration', 'done'];
  const before: ReturnStep[] = overlap ? clearing : ['disabling', ...clearing];
  if (deed === 'retire') return [...before, 'removing', 'done'];
  // Whether another board ends up in another entry is known only when it has registered.
  const apart = deed === 'move' || state.step === 'removing';
  const after: ReturnStep[] = apart ? ['removing'] : overlap ? ['promoting'] : [];
  return [...before, 'awaiting-board', 'delivering', 'proving', ...after, 'done'];
}

/** Where a step stands. `left-out`: somebody went on without it. */
export type StepPlace = {
  readonly step: ReturnStep;
  readonly place: 'done' | 'now' | 'later' | 'left-out';
};

/** Each step of a return with how far it is. */
export function placesOf(one: Walked): readonly StepPlace[] {
  const steps = stepsOf(one);
  const here = steps.indexOf(one.state.step);
  const ended = one.state.step === 'done';
  const unproved = one.state.step === 'done' && one.state.outcome === 'unproved';
  return steps.map((step, index) => {
    if (unproved && (step === 'awaiting-registration' || step === 'proving')) return { step, place: 'left-out' };
    // What comes after the proof was not done without it.
    if (unproved && (step === 'promoting' || step === 'removing')) return { step, place: 'left-out' };
    if (ended || index < here) return { step, place: 'done' };
    return { step, place: index === here ? 'now' : 'later' };
  });
}

/** Lines of a unit's history that lie within a return. */
export function linesOf(
  history: readonly HistoryLine[],
  { startedAt, finishedAt }: Pick<ReturnCase, 'startedAt' | 'finishedAt'>,
): readonly HistoryLine[] {
  return history.filter(({ at }) => at >= startedAt && (finishedAt === null || at <= finishedAt));
}

/** Events that end a step, whichever it is. */
const turns: readonly string[] = [
  'return-noted',
  'return-entry-seen',
  'return-step-held',
  'return-registered',
  'return-proved',
  'return-left-out',
];

/** When each step of a return was done, as far as its history tells. */
export function timesOf(steps: readonly ReturnStep[], lines: readonly HistoryLine[]): ReadonlyMap<ReturnStep, string> {
  const times = new Map<ReturnStep, string>();
  let here = 0;
  const go = (step: ReturnStep): void => {
    here = Math.max(0, steps.indexOf(step));
  };
  const reach = (step: ReturnStep, at: string): void => {
    for (const done of steps.slice(here, Math.max(here, steps.indexOf(step)))) times.set(done, at);
    go(step);
  };
  for (const { event, at } of lines) {
    if (event === 'return-cancel-asked') {
      times.clear(); // what was done before is taken back
      here = 0;
    } else if (event === 'return-identity-lost') go('awaiting-board');
    else if (event === 'return-identity-written') {
      go('awaiting-board'); // a rework gives the unit yet another identity
      reach('delivering', at);
    } else if (event === 'return-delivered') reach('proving', at);
    else if (turns.includes(event)) {
      const next = event === 'return-proved' ? steps[steps.indexOf('proving') + 1] : steps[here + 1];
      if (next !== undefined) reach(next, at);
      if (next === 'done') times.set('done', at);
    }
  }
  return times;
}

/** Steps that a return can go on without, when somebody says so. */
export function mayLeaveOut(step: string): boolean {
  return ['clearing-hub', 'clearing-record', 'awaiting-registration', 'proving'].includes(step);
}

/** Whether nothing was done yet that cannot be taken back. The station has the last word. */
export function mayCancel({ options, state }: Pick<ReturnCase, 'options' | 'state'>): boolean {
  if (state.step === 'noting' || state.step === 'disabling') return true;
  const clears = options.removeHubIdentity || options.deleteRegistration;
  return !clears && ['enabling', 'awaiting-registration', 'awaiting-board'].includes(state.step);
}
