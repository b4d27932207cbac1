import { isLoopbackHost } from '../../shared/connection-string.ts';
import { type Problem, problem } from '../../shared/problem.ts';

/** What a mode is judged by, of one DPS instance. */
export type InstanceFacts = {
  readonly hostName: string;
  readonly globalEndpoint: string;
  /** Common names of the authorities that the settings trust besides the system's. */
  readonly authorities: readonly string[];
};

/** Name that the simulator's authority bears in its certificate. */
export const simulatorAuthorityMark = 'DPS Station simulation CA';

/** Training and production never mix: production has no place for the simulator, training none for a live service. */
export function judgeMode(mode: 'training' | 'production', facts: InstanceFacts): Problem | null {
  const loopback = isLoopbackHost(facts.hostName);
  if (mode === 'training') return loopback ? null : problem('service-in-training', { host: facts.hostName });
  if (loopback) return problem('simulator-in-production', { what: `The host ${facts.hostName}` });
  if (isLoopbackHost(facts.globalEndpoint)) {
    return problem('simulator-in-production', { what: `The device endpoint ${facts.globalEndpoint}` });
  }
  const marked = facts.authorities.find((name) => name.includes(simulatorAuthorityMark));
  return marked === undefined ? null : problem('simulator-in-production', { what: `The authority "${marked}"` });
}

/** Whether a simulated line may be opened: a unit of production must never be worked on a board that is none. */
export function judgeSimulatedLine(
  mode: 'training' | 'production',
  path: string,
): Problem<'simulator-in-production'> | null {
  return mode === 'training' ? null : problem('simulator-in-production', { what: `The line ${path}` });
}

/** Why no job may start now: it could not be recorded, or its times would be lies. */
export function judgeReadiness(facts: {
  readonly freeBytes: number;
  readonly neededBytes: number;
  readonly now: string;
  readonly newestRecordAt: string | null;
  readonly releasedAt: string;
}): Problem | null {
  if (facts.freeBytes < facts.neededBytes) {
    return problem('disk-full', { freeBytes: facts.freeBytes, neededBytes: facts.neededBytes });
  }
  if (facts.now < facts.releasedAt) {
    return problem('clock-behind', {
      now: facts.now,
      reference: 'this version of the station',
      newest: facts.releasedAt,
    });
  }
  // A clock that time synchronisation nudges back by some seconds is sane.
  const tolerated = new Date(Date.parse(facts.now) + 5_000).toISOString();
  if (facts.newestRecordAt !== null && facts.newestRecordAt > tolerated) {
    return problem('clock-behind', { now: facts.now, reference: 'the newest record', newest: facts.newestRecordAt });
  }
  return null;
}
