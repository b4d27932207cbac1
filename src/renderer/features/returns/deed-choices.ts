import { type Problem, problem } from '../../../shared/problem.ts';
import type { UnitCard } from '../../../shared/records.ts';
import type { FoundUnit, ReturnDeed, ReturnOptions } from '../../../shared/returns.ts';

/** What the page has heard of a unit, for the choice of what to do with it. */
export type DeedFacts = {
  readonly unit: FoundUnit;
  /** Null: not here yet. */
  readonly card: UnitCard | null;
  /** Names of the DPS instances of this station. */
  readonly instances: readonly string[];
};

/**
 * What the station would answer to a deed, as far as its own books say so already; null: nothing is in the way here. Only
 * a help for the eye: the station judges the order itself, by the recipe as well.
 */
export function obstacleTo(deed: ReturnDeed, { unit, card, instances }: DeedFacts): Problem | null {
  const { serial, instance } = unit;
  if (!unit.live) return problem('return-no-identity', { serial });
  if (unit.returnId !== null) return problem('return-is-open', { serial });
  if (card?.jobs.some(({ item, superseded }) => !superseded && item?.state === 'pending')) {
    return problem('return-in-queue', { serial });
  }
  const group = card?.identity?.group ?? null;
  if (group !== null && deed !== 'register-again' && deed !== 'retire') {
    return problem('return-group-unit', { serial, group });
  }
  if (deed === 'move' && otherInstances(unit, instances).length === 0) return problem('return-no-target', { instance });
  return null;
}

/** Where a unit could be moved to. */
export function otherInstances({ instance }: FoundUnit, instances: readonly string[]): readonly string[] {
  return instances.filter((one) => one !== instance);
}

/** Whether anything of it cannot be taken back, so that it is asked once more. */
export function isForGood(deed: ReturnDeed, options: ReturnOptions): boolean {
  return deed !== 'register-again' || options.deleteRegistration || options.removeHubIdentity;
}

/** Whether the old entry is put away, so that somebody chooses how. */
export function leavesOldEntry(deed: ReturnDeed): boolean {
  return deed === 'new-board' || deed === 'move' || deed === 'retire';
}
