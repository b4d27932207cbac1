import type { DpsFaults } from '../../shared/bench.ts';

/** Every fault with its present value; what counts down shows what is left. */
export type CurrentFaults = { [Name in keyof DpsFaults]-?: Exclude<DpsFaults[Name], undefined> };

/** The faults of a running simulator. */
export type FaultBoard = {
  readonly current: () => CurrentFaults;
  /** Sets the named faults; absent members keep their value. */
  readonly set: (changes: DpsFaults) => CurrentFaults;
  /** What happens to the next service call before it is carried out; counts down. */
  readonly beforeServiceCall: () => BeforeCall;
  /** Whether the reply of a write that was carried out gets lost; counts down. */
  readonly losesReply: () => boolean;
};

/** See {@link FaultBoard.beforeServiceCall}. */
export type BeforeCall =
  | { readonly fault: 'none' }
  | { readonly fault: 'cut' }
  | { readonly fault: 'throttled'; readonly retryAfterInSeconds: number | null }
  | { readonly fault: 'fails'; readonly status: number };

/** A board without faults: no outage, no latency, no limits. */
export function createFaultBoard(): FaultBoard {
  let current: CurrentFaults = {
    outage: 'none',
    latencyInMs: 0,
    loseReplies: 0,
    dropRequests: 0,
    throttle: { calls: 0, retryAfterInSeconds: null },
    failCalls: { calls: 0, status: 500 },
    poisonIds: [],
    rejectIds: [],
    clockSkewInSeconds: 0,
    operationsPerMinute: null,
    registrationsPerMinute: null,
  };
  return {
    current: () => structuredClone(current),
    set: (changes) => {
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      current = { ...current, ...structuredClone(given) };
      return structuredClone(current);
    },
    beforeServiceCall: () => {
      if (current.dropRequests > 0) {
        current.dropRequests -= 1;
        return { fault: 'cut' };
      }
      if (current.throttle.calls > 0) {
        current.throttle.calls -= 1;
        return { fault: 'throttled', retryAfterInSeconds: current.throttle.retryAfterInSeconds };
      }
      if (current.failCalls.calls > 0) {
        current.failCalls.calls -= 1;
        return { fault: 'fails', status: current.failCalls.status };
      }
      return { fault: 'none' };
    },
    losesReply: () => {
      if (current.loseReplies === 0) return false;
      current.loseReplies -= 1;
      return true;
    },
  };
}
