import type { ReturnCase, ReturnState } from '../../shared/returns.ts';

/** What the machine needs to know of a return. */
export type ReturnPlan = Pick<ReturnCase, 'deed' | 'options' | 'overlap'> & {
  readonly subject: Pick<ReturnCase['subject'], 'enabled' | 'found' | 'group'>;
};

/** What happened to a return. */
export type ReturnEvent =
  | { readonly event: 'noted'; readonly since: string | null }
  /** What the old entry is before anything is changed: a cancelled return leaves it so. */
  | { readonly event: 'entry-seen'; readonly found: NonNullable<ReturnCase['subject']['found']> }
  /** What this step asks of the service holds now. */
  | { readonly event: 'step-held' }
  | { readonly event: 'registered' }
  /** The unit holds a new identity: its secret was written, or may have been. */
  | { readonly event: 'identity-written'; readonly jobId: string }
  /** The board said that nothing was stored. */
  | { readonly event: 'identity-lost' }
  | { readonly event: 'delivered' }
  /** `sameEntry`: the new credential took the place of the old one in its entry. */
  | { readonly event: 'proved'; readonly sameEntry: boolean }
  | { readonly event: 'cancel-asked' }
  /** A person goes on without this step. */
  | { readonly event: 'left-out' };

/** What to do at the service in a state; done again after a stop, so each may be repeated. */
export type ReturnEffect =
  | 'note-registration'
  | 'look-at-entry'
  | 'disable'
  | 'remove-hub-identity'
  | 'delete-registration'
  | 'enable'
  | 'look-for-registration'
  | 'promote'
  | 'put-away' // the old entry: disabled or deleted
  | 'restore';

/** First state of a return. With overlap the old credential stays good until the new one is proved. */
export function startReturn(plan: ReturnPlan): ReturnState {
  if (plan.deed === 'register-again') return { step: 'noting' };
  return plan.overlap ? cleared(plan, 'disabling', null) : { step: 'disabling' };
}

/** How far a return is. */
type ReturnProgress = { readonly state: ReturnState; readonly subject: Pick<ReturnCase['subject'], 'found'> };

/** The effect of a state, or null where boards and courier have the next word. */
export function returnEffectOf({ state, subject }: ReturnProgress): ReturnEffect | null {
  switch (state.step) {
    case 'noting':
      return 'note-registration';
    case 'disabling':
      return subject.found === null ? 'look-at-entry' : 'disable';
    case 'clearing-hub':
      return 'remove-hub-identity';
    case 'clearing-record':
      return 'delete-registration';
    case 'enabling':
      return 'enable';
    case 'awaiting-registration':
      return 'look-for-registration';
    case 'promoting':
      return 'promote';
    case 'removing':
      return 'put-away';
    case 'restoring':
      return 'restore';
    case 'awaiting-board':
    case 'delivering':
    case 'proving':
    case 'done':
      return null;
  }
}

/** One turn of a return. Null: the event does not belong to this state and changes nothing. */
export function decideReturn(plan: ReturnPlan, state: ReturnState, event: ReturnEvent): ReturnState | null {
  switch (event.event) {
    case 'cancel-asked':
      return cancelled(plan, state);
    case 'left-out':
      return leftOut(plan, state);
    case 'identity-written':
    case 'identity-lost':
    case 'delivered':
    case 'proved':
      return afterBooks(plan, state, event);
    default:
      return afterService(plan, state, event);
  }
}

function afterService(
  plan: ReturnPlan,
  state: ReturnState,
  event: Extract<ReturnEvent, { event: 'noted' | 'entry-seen' | 'step-held' | 'registered' }>,
): ReturnState | null {
  if (event.event === 'entry-seen') return state.step === 'disabling' ? state : null;
  if (event.event === 'noted') return state.step === 'noting' ? cleared(plan, 'noting', event.since) : null;
  if (event.event === 'registered') return state.step === 'awaiting-registration' ? done('finished', null) : null;
  switch (state.step) {
    case 'disabling':
      return cleared(plan, 'disabling', null);
    case 'clearing-hub':
    case 'clearing-record':
      // A record that is gone proves nothing: any registration from here on is a new one.
      return cleared(plan, state.step, state.step === 'clearing-record' ? null : state.since);
    case 'enabling':
      return { step: 'awaiting-registration', since: state.since };
    case 'promoting':
      return done('finished', state.jobId);
    case 'removing':
      return done('finished', state.jobId);
    case 'restoring':
      return done('cancelled', null);
    default:
      return null;
  }
}

/** What comes after a step, of what was asked for. The record tells where the hub identity is, so it goes last. */
function cleared(
  { deed, options }: ReturnPlan,
  after: 'noting' | 'disabling' | 'clearing-hub' | 'clearing-record',
  since: string | null,
): ReturnState {
  if (options.removeHubIdentity && (after === 'noting' || after === 'disabling'))
    return { step: 'clearing-hub', since };
  if (options.deleteRegistration && after !== 'clearing-record') return { step: 'clearing-record', since };
  if (deed === 'register-again') return { step: 'enabling', since };
  return deed === 'retire' ? { step: 'removing', jobId: null } : { step: 'awaiting-board' };
}

/** Steps in which the unit's newest identity is not proved yet: a rework may still exchange it. */
function afterBooks(
  plan: ReturnPlan,
  state: ReturnState,
  event: Extract<ReturnEvent, { event: 'identity-written' | 'identity-lost' | 'delivered' | 'proved' }>,
): ReturnState | null {
  if (event.event === 'identity-written') {
    if (state.step === 'awaiting-board') return { step: 'delivering', jobId: event.jobId };
    const other = (state.step === 'delivering' || state.step === 'proving') && state.jobId !== event.jobId;
    return other ? { step: 'delivering', jobId: event.jobId } : null;
  }
  if (state.step !== 'delivering' && state.step !== 'proving') return null;
  const { jobId } = state;
  if (event.event === 'identity-lost') return { step: 'awaiting-board' };
  if (event.event === 'delivered') return state.step === 'delivering' ? { step: 'proving', jobId } : null;
  if (!event.sameEntry) return { step: 'removing', jobId };
  return plan.overlap ? { step: 'promoting', jobId } : done('finished', jobId);
}

/**
 * Disabling is all that can be taken back. What was cleared, or may have been, is not; and what somebody else had
 * disabled before stays so.
 */
function cancelled({ options, overlap, subject }: ReturnPlan, state: ReturnState): ReturnState | null {
  const clears = options.removeHubIdentity || options.deleteRegistration;
  const restored: ReturnState = wasLetIn(subject) ? { step: 'restoring' } : done('cancelled', null);
  switch (state.step) {
    case 'noting':
      return done('cancelled', null);
    case 'disabling':
      return subject.found === null ? done('cancelled', null) : restored;
    case 'enabling':
    case 'awaiting-registration':
      return clears ? null : done('cancelled', null);
    case 'awaiting-board':
      if (clears) return null;
      return overlap ? done('cancelled', null) : restored;
    default:
      return null;
  }
}

/** A unit of a group comes in as long as it has no entry of its own. */
function wasLetIn({ found, enabled, group }: ReturnPlan['subject']): boolean {
  if (found === null) return enabled;
  return found === 'enabled' || (found === 'none' && group !== null);
}

function leftOut(plan: ReturnPlan, state: ReturnState): ReturnState | null {
  switch (state.step) {
    case 'clearing-hub':
    case 'clearing-record':
      return cleared(plan, state.step, state.since);
    // No board comes, or none registers: the return ends as it is, and another one can be opened.
    case 'awaiting-registration':
    case 'awaiting-board':
      return done('unproved', null);
    case 'delivering':
    case 'proving':
      return done('unproved', state.jobId);
    default:
      return null;
  }
}

function done(outcome: 'finished' | 'unproved' | 'cancelled', jobId: string | null): ReturnState {
  return { step: 'done', outcome, jobId };
}
