import type { Enrollment } from '../../shared/enrollment.ts';
import type { JobState, PublicIdentity } from '../../shared/job.ts';
import type { Problem } from '../../shared/problem.ts';
import { boardIdentityOf, type MacSource, macSourceOf, type Recipe } from '../../shared/recipe.ts';
import { assertNever } from '../../shared/result.ts';

/** What the machine needs to know of its recipe. */
export type ProvisionPlan = {
  /** What is talked to: the configuration console of a DevKit, or a shell. */
  readonly board: 'mxchip-devkit' | 'linux-shell';
  readonly macFrom: MacSource;
  readonly setsWifi: boolean;
  /** Whether a secret is written; a TPM has its own. */
  readonly writes: boolean;
  /** Whether the board is looked at once more just before the write: is it still the same? */
  readonly checksBoard: boolean;
};

/** The plan of a recipe. */
export function planOf(recipe: Recipe): ProvisionPlan {
  const writes = recipe.kind !== 'linux-tpm';
  return {
    board: recipe.board.kind,
    macFrom: macSourceOf(recipe),
    setsWifi: 'wifi' in recipe && recipe.wifi.do !== 'keep',
    writes,
    checksBoard: writes && boardIdentityOf(recipe) !== 'none',
  };
}

/** Steps of a job in the order of the work, as progress counts them; a unit may pass some of them over. */
export function stepsOf(plan: ProvisionPlan): readonly JobState['step'][] {
  const before: readonly JobState['step'][] =
    plan.board === 'linux-shell'
      ? ['connecting', 'opening-shell', 'reading-board']
      : ['connecting', 'finding-mac', 'entering-configuration', 'reading-version', 'setting-wifi'];
  const check = plan.checksBoard ? (['checking-board'] as const) : [];
  return [...before, 'making-identity', ...check, ...(plan.writes ? (['intent', 'restarting'] as const) : [])];
}

/** What happened. Each effect answers with exactly one of these. */
export type JobEvent =
  | { readonly event: 'connected'; readonly labelMac: string | null }
  | { readonly event: 'mac-found'; readonly mac: string }
  | { readonly event: 'in-configuration' }
  | { readonly event: 'version-read'; readonly version: string }
  | { readonly event: 'wifi-set' }
  | { readonly event: 'shell-open' }
  | { readonly event: 'board-read' }
  | { readonly event: 'identity-made'; readonly identity: PublicIdentity; readonly enrollment: Enrollment | null }
  | { readonly event: 'board-checked' }
  | { readonly event: 'secret-acknowledged' }
  | { readonly event: 'secret-refused'; readonly problem: Problem }
  | { readonly event: 'secret-unknown'; readonly problem: Problem }
  | { readonly event: 'restarted' }
  | { readonly event: 'failed'; readonly problem: Problem }
  | { readonly event: 'abort-asked'; readonly problem: Problem }
  | { readonly event: 'interrupted'; readonly problem: Problem }
  | { readonly event: 'registered'; readonly at: string };

/** What to do next, as data; the effect runner carries it out after the state was committed. */
export type JobEffect =
  | { readonly effect: 'connect' }
  | { readonly effect: 'find-mac'; readonly from: 'ap-mode' | 'display' }
  | { readonly effect: 'enter-configuration' }
  | { readonly effect: 'read-version' }
  | { readonly effect: 'set-wifi' }
  | { readonly effect: 'open-shell' }
  | { readonly effect: 'read-board' }
  | { readonly effect: 'make-identity'; readonly mac: string | null; readonly version: string | null }
  | { readonly effect: 'check-board' }
  | { readonly effect: 'write-secret' }
  | { readonly effect: 'restart-board' };

/** What must be committed together with the new state. */
export type JobDeed = {
  readonly deed: 'queue-enrollment';
  readonly identity: PublicIdentity;
  readonly enrollment: Enrollment | null; // null: the group of the identity has it
};

/** A decision: the next state, what to commit with it, what to do after the commit. */
export type Decision = {
  readonly state: JobState;
  readonly deeds: readonly JobDeed[];
  readonly effects: readonly JobEffect[];
};

/** First decision of a job. */
export function startProvision(): Decision {
  return next({ step: 'connecting' }, { effect: 'connect' });
}

/**
 * One turn of a provisioning job. Null: the event does not belong to this state and changes nothing (a late answer
 * after an abort, an abort while the secret is being written).
 */
export function decideProvision(state: JobState, event: JobEvent, plan: ProvisionPlan): Decision | null {
  if (state.step === 'done') return event.event === 'registered' ? proved(state, event.at) : null;
  switch (event.event) {
    case 'failed':
    case 'abort-asked':
    case 'interrupted':
      return decideEnd(state, event);
    default:
      return decideProgress(state, event, plan);
  }
}

/** Whether an operator may stop the job now: not between `intent` and `acknowledged`. */
export function mayAbort(state: JobState): boolean {
  return state.step !== 'intent' && state.step !== 'restarting' && state.step !== 'done';
}

function decideEnd(
  state: Exclude<JobState, { step: 'done' }>,
  event: Extract<JobEvent, { event: 'failed' | 'abort-asked' | 'interrupted' }>,
): Decision | null {
  if (state.step === 'intent') {
    // After the intent assume that the write happened: the certificate of the intent is enrolled and watched.
    return event.event === 'abort-asked' ? null : end('unsettled', event.problem, state.identity, [queueing(state)]);
  }
  if (state.step === 'restarting') {
    // The secret was acknowledged and queued: whatever comes now, the unit has passed.
    if (event.event === 'abort-asked') return null;
    return event.event === 'interrupted'
      ? next(state, { effect: 'restart-board' })
      : end('passed', null, state.identity);
  }
  if (event.event === 'interrupted') return startProvision();
  return end(event.event === 'abort-asked' ? 'aborted' : 'failed', event.problem, null);
}

function decideProgress(
  state: Exclude<JobState, { step: 'done' }>,
  event: JobEvent,
  plan: ProvisionPlan,
): Decision | null {
  switch (state.step) {
    case 'connecting':
      if (event.event !== 'connected') return null;
      if (plan.board === 'linux-shell') return next({ step: 'opening-shell' }, { effect: 'open-shell' });
      if (plan.macFrom === 'ap-mode' || plan.macFrom === 'display')
        return next({ step: 'finding-mac' }, { effect: 'find-mac', from: plan.macFrom });
      return next({ step: 'entering-configuration', mac: event.labelMac }, { effect: 'enter-configuration' });
    case 'finding-mac':
      if (event.event !== 'mac-found') return null;
      return next({ step: 'entering-configuration', mac: event.mac }, { effect: 'enter-configuration' });
    case 'entering-configuration':
      if (event.event !== 'in-configuration') return null;
      return next({ step: 'reading-version', mac: state.mac }, { effect: 'read-version' });
    case 'reading-version':
      if (event.event !== 'version-read') return null;
      if (plan.setsWifi)
        return next({ step: 'setting-wifi', mac: state.mac, version: event.version }, { effect: 'set-wifi' });
      return makeIdentity(state.mac, event.version);
    case 'setting-wifi':
      return event.event === 'wifi-set' ? makeIdentity(state.mac, state.version) : null;
    case 'opening-shell':
      return event.event === 'shell-open' ? next({ step: 'reading-board' }, { effect: 'read-board' }) : null;
    case 'reading-board':
      return event.event === 'board-read' ? makeIdentity(null, null) : null;
    case 'making-identity':
      return event.event === 'identity-made' ? identityMade(event, plan) : null;
    case 'checking-board':
      return event.event === 'board-checked' ? intent(state.made) : null;
    case 'intent':
      return decideAfterWrite(state, event);
    case 'restarting':
      return event.event === 'restarted' ? end('passed', null, state.identity) : null;
    default:
      return assertNever(state);
  }
}

/** Where nothing is written there is no intent: what the board told is all there is to know. */
function identityMade(
  { identity, enrollment }: Extract<JobEvent, { event: 'identity-made' }>,
  plan: ProvisionPlan,
): Decision {
  const made = { identity, enrollment };
  if (!plan.writes) return end('passed', null, identity, [queueing({ step: 'intent', ...made })]);
  return plan.checksBoard ? next({ step: 'checking-board', made }, { effect: 'check-board' }) : intent(made);
}

/** From here on the write is assumed to have happened. */
function intent(made: Extract<JobState, { step: 'checking-board' }>['made']): Decision {
  return next({ step: 'intent', ...made }, { effect: 'write-secret' });
}

function decideAfterWrite(state: Extract<JobState, { step: 'intent' }>, event: JobEvent): Decision | null {
  const { identity } = state;
  switch (event.event) {
    case 'secret-acknowledged':
      return {
        state: { step: 'restarting', identity },
        deeds: [queueing(state)],
        effects: [{ effect: 'restart-board' }],
      };
    case 'secret-refused':
      // The board said itself that nothing valid is stored; nothing was enrolled, so the serial is free again. The
      // identity stays in the record: storage that takes a secret only once counts this as its write.
      return end('failed', event.problem, identity);
    case 'secret-unknown':
      return end('unsettled', event.problem, identity, [queueing(state)]);
    default:
      return null;
  }
}

function queueing({ identity, enrollment }: Extract<JobState, { step: 'intent' }>): JobDeed {
  return { deed: 'queue-enrollment', identity, enrollment };
}

function makeIdentity(mac: string | null, version: string | null): Decision {
  return next({ step: 'making-identity', mac, version }, { effect: 'make-identity', mac, version });
}

function proved(state: Extract<JobState, { step: 'done' }>, at: string): Decision | null {
  if (state.provedAt !== null || state.identity === null) return null;
  return { state: { ...state, outcome: 'passed', problem: null, provedAt: at }, deeds: [], effects: [] };
}

function next(state: JobState, effect: JobEffect): Decision {
  return { state, deeds: [], effects: [effect] };
}

function end(
  outcome: 'passed' | 'failed' | 'aborted' | 'unsettled',
  problem: Problem | null,
  identity: PublicIdentity | null,
  deeds: readonly JobDeed[] = [],
): Decision {
  return {
    state: {
      step: 'done',
      outcome,
      problem: problem === null ? null : { code: problem.code, facts: { ...problem.facts } },
      identity,
      provedAt: null,
    },
    deeds,
    effects: [],
  };
}
