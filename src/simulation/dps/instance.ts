import type { DpsCounters } from '../../shared/bench.ts';
import type { LinkedHubs } from '../hub/linked-hubs.ts';
import { type Refusal, statusOf } from './answer.ts';
import type { BearerIssuer } from './bearer.ts';
import type { Book } from './book.ts';
import type { FaultBoard } from './faults.ts';
import type { ServiceClock } from './service-clock.ts';
import type { DpsSwitches } from './switches.ts';
import type { SlidingWindow } from './throttle.ts';
import type { TpmChallenge } from './tpm/challenge.ts';

/** The counters while running; `peakOperationsPerMinute` comes from the window. */
export type RunningCounters = { -readonly [Name in keyof Omit<DpsCounters, 'peakOperationsPerMinute'>]: number };

/** One simulated DPS instance: what every call may look at. */
export type Instance = {
  readonly host: string;
  readonly idScope: string;
  readonly hubs: LinkedHubs;
  readonly registrationRetryAfterInSeconds: number;
  readonly switches: DpsSwitches;
  /** Whose tokens of Entra ID are taken; null: nobody's. */
  readonly bearer: BearerIssuer | null;
  readonly book: Book;
  readonly clock: ServiceClock;
  /** What certificates are dated against: the system's time, never a test's clock, as in the handshake of real clients. */
  readonly certificateTime: () => Date;
  readonly faults: FaultBoard;
  readonly counters: RunningCounters;
  readonly operations: SlidingWindow;
  readonly registrations: SlidingWindow;
  /** What TPMs were challenged with last, by registration id in lower case. */
  readonly tpmChallenges: Map<string, TpmChallenge>;
};

/** One request, read to its end. `segments` are the decoded path segments without empty ones at the end. */
export type Call = {
  readonly method: string;
  readonly segments: readonly string[];
  readonly apiVersion: string | null;
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
};

/** Status and error body (Azure REST spec 2021-10-01) of a refusal; `trackingId` is the id of the request. Counts throttles. */
export function wordedRefusal(instance: Instance, refusal: Refusal, trackingId: string) {
  const status = statusOf(refusal);
  if (status === 429) instance.counters.throttled += 1;
  const { errorCode, message } = refusal;
  return { status, body: { errorCode, trackingId, message, timestampUtc: instance.clock.timestamp() } };
}
