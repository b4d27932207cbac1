import { assertNever } from '../../shared/result.ts';
import type { Check, Observed, Verdict, VerificationEvent, VerificationState } from '../../shared/verification.ts';

/**
 * What a verification wants done next. None of it writes: not to the board, not to the service, not to a hub. A new
 * registration is the board's own deed after it was restarted.
 */
export type VerifyEffect =
  | { readonly effect: 'connect' }
  | { readonly effect: 'read-board' }
  | { readonly effect: 'read-entry' }
  | { readonly effect: 'read-registration' }
  | { readonly effect: 'restart-and-wait' }
  | { readonly effect: 'read-hub'; readonly hostName: string; readonly deviceId: string }
  | { readonly effect: 'judge' };

/** What a verification does at all; it does not change while it runs. */
export type VerifyPlan = {
  readonly board: boolean; // a board in a slot is read
  readonly identity: boolean; // the books know what the service should hold
  readonly newRegistration: boolean; // only with a board
};

/** The state to commit, then the effect to start. */
export type VerifyDecision = { readonly state: VerificationState; readonly effect: VerifyEffect | null };

const nothing: Observed = {
  board: { seen: 'not-asked' },
  entry: { seen: 'not-asked' },
  registration: { seen: 'not-asked' },
  before: { seen: 'not-asked' },
  hub: { seen: 'not-asked' },
};

/** First state of a verification. */
export function startVerification(plan: VerifyPlan): VerifyDecision {
  if (plan.board) return { state: { step: 'connecting', observed: nothing }, effect: { effect: 'connect' } };
  return plan.identity ? readEntry(nothing) : judge(nothing);
}

/** What follows from an event; null: it does not belong to this state. */
export function decideVerification(
  state: VerificationState,
  event: VerificationEvent,
  plan: VerifyPlan,
): VerifyDecision | null {
  const { step, observed } = state;
  if (step === 'done') return null;
  if (event.event === 'stopped') {
    return {
      state: { step: 'done', observed, verdict: 'cannot-tell', checks: [], reason: event.problem },
      effect: null,
    };
  }
  const afterBoard = (now: Observed): VerifyDecision => (plan.identity ? readEntry(now) : judge(now));
  switch (step) {
    case 'connecting':
      if (event.event === 'connected') {
        return { state: { step: 'reading-board', observed }, effect: { effect: 'read-board' } };
      }
      if (event.event !== 'not-connected') return null;
      return afterBoard({ ...observed, board: { seen: 'unknown', problem: event.problem } });
    case 'reading-board':
      return event.event === 'board-read' ? afterBoard({ ...observed, board: event.board }) : null;
    case 'reading-entry':
      if (event.event !== 'entry-read') return null;
      return {
        state: { step: 'reading-registration', observed: { ...observed, entry: event.entry } },
        effect: { effect: 'read-registration' },
      };
    case 'reading-registration':
      if (event.event !== 'registration-read') return null;
      return registrationRead({ ...observed, registration: event.registration }, plan);
    case 'registering':
      if (event.event !== 'board-registered') return null;
      return {
        state: { step: 'reading-new-registration', observed: { ...observed, board: event.board } },
        effect: { effect: 'read-registration' },
      };
    case 'reading-new-registration':
      if (event.event !== 'registration-read') return null;
      return readHub({ ...observed, registration: event.registration });
    case 'reading-hub':
      return event.event === 'hub-read' ? judge({ ...observed, hub: event.hub }) : null;
    case 'judging':
      return event.event === 'judged' ? done(observed, event.checks) : null;
    default:
      return assertNever(step);
  }
}

function readEntry(observed: Observed): VerifyDecision {
  return { state: { step: 'reading-entry', observed }, effect: { effect: 'read-entry' } };
}

function judge(observed: Observed): VerifyDecision {
  return { state: { step: 'judging', observed }, effect: { effect: 'judge' } };
}

/** A new registration is asked for only where the old one is known: nothing else says afterwards that it is new. */
function registrationRead(observed: Observed, plan: VerifyPlan): VerifyDecision {
  const before = observed.registration;
  const mayAsk = plan.newRegistration && observed.board.seen === 'found' && before.seen !== 'unknown';
  if (!mayAsk) return readHub(observed);
  return {
    state: { step: 'registering', observed: { ...observed, before } },
    effect: { effect: 'restart-and-wait' },
  };
}

/** The hub that the registration names is asked for the device that it names. */
function readHub(observed: Observed): VerifyDecision {
  const { registration } = observed;
  const { assignedHub, deviceId } =
    registration.seen === 'found' ? registration.value : { assignedHub: null, deviceId: null };
  if (assignedHub === null || deviceId === null) return judge(observed);
  return {
    state: { step: 'reading-hub', observed },
    effect: { effect: 'read-hub', hostName: assignedHub, deviceId },
  };
}

function done(observed: Observed, checks: Check[]): VerifyDecision {
  const verdict = verdictOf(checks);
  const open =
    verdict === 'cannot-tell' ? (checks.find((one) => one.verdict === 'cannot-tell')?.problem ?? null) : null;
  return { state: { step: 'done', observed, verdict, checks, reason: open }, effect: null };
}

/** The sum of comparisons: one that failed decides; else one that is open; nothing compared at all tells nothing. */
export function verdictOf(checks: readonly Pick<Check, 'verdict'>[]): Verdict {
  if (checks.some((one) => one.verdict === 'fail')) return 'fail';
  return checks.length === 0 || checks.some((one) => one.verdict === 'cannot-tell') ? 'cannot-tell' : 'pass';
}
