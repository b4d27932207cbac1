import { type Problem, problem } from '../../../shared/problem.ts';
import { assertNever } from '../../../shared/result.ts';
import type { Observation, VerificationEvent, VerificationState } from '../../../shared/verification.ts';
import type { UnitRecord } from '../../domain/verify-check.ts';
import { judgeUnit } from '../../domain/verify-checks.ts';
import type { VerifyEffect } from '../../domain/verify-machine.ts';
import type { Random } from '../../ports/random.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { LoadedRecipe } from '../loaded-recipe.ts';
import type { SlotLoan } from '../loan.ts';
import type { ShellTools } from '../session-options.ts';
import type { ServiceReader } from './service-reader.ts';
import { createUnitReader, type UnitReader } from './unit-reader.ts';
import { findingsOf } from './unit-record.ts';

/** Carries out what one verification wants; there is nothing in it that could write. */
export type VerifySession = {
  perform(effect: VerifyEffect, state: VerificationState): Promise<VerificationEvent>;
  close(): Promise<void>;
};

/** What a session needs. */
export type VerifySessionOptions = Pick<ShellTools, 'opener' | 'clock' | 'times' | 'vault'> & {
  readonly unit: UnitRecord;
  readonly loan: SlotLoan | null;
  readonly hands: boolean;
  readonly recipe: LoadedRecipe;
  readonly services: ServiceReader;
  readonly random: Pick<Random, 'secretBytes'>;
  readonly store: Pick<StationStore, 'unitJournal'>;
};

/** A board that was just plugged in registers by itself: an assignment that is under way is looked at again, so often. */
const looks = 15;
const betweenLooksInMs = 1_500;

/** Makes the session of one verification; nothing is opened yet. */
export function createVerifySession(options: VerifySessionOptions): VerifySession {
  const { unit, loan, services, recipe } = options;
  let closed = false;
  const otherRecipe = unit.job !== null && unit.job.recipe !== recipe.recipe.name;
  const reader: UnitReader | null =
    loan === null || otherRecipe
      ? null
      : createUnitReader({
          ...options,
          loan,
          recipe: recipe.recipe,
          serial: unit.serial,
          wantsMac: unit.mac !== null,
        });

  async function connect(): Promise<VerificationEvent> {
    if (reader === null) {
      const facts = { recipe: unit.job?.recipe ?? 'unknown', loaded: recipe.recipe.name };
      return { event: 'not-connected', problem: stored(problem('board-of-other-recipe', facts)) };
    }
    const connected = await reader.connect();
    return connected.ok ? { event: 'connected' } : { event: 'not-connected', problem: stored(connected.problem) };
  }

  async function board(read: 'read' | 'restartAndWait'): Promise<Observation<'board'>> {
    return reader === null ? { seen: 'unknown', problem: stored(problem('line-closed')) } : reader[read]();
  }

  /** The machine asks only where the books know an identity, and with it the job. */
  const asked = () => {
    if (unit.identity === null || unit.job === null) throw new Error('a unit without an identity is not asked for');
    return { identity: unit.identity, instance: unit.job.instance };
  };

  async function registration(): Promise<Observation<'registration'>> {
    const { instance, identity } = asked();
    for (let look = 1; ; look++) {
      const found = await services.registration(instance, identity.registrationId);
      const underWay = found.seen === 'found' && found.value.status === 'assigning';
      if (!underWay || look === looks || closed) return found;
      await new Promise<void>((resolve) => {
        options.clock.after(betweenLooksInMs, resolve);
      });
    }
  }

  async function judge(state: VerificationState): Promise<VerificationEvent> {
    const findings = await findingsOf(unit, state.observed, options);
    if (!findings.ok) return { event: 'stopped', problem: stored(findings.problem) };
    return { event: 'judged', checks: judgeUnit(unit, state.observed, findings.value) };
  }

  return {
    perform: async (effect, state) => {
      switch (effect.effect) {
        case 'connect':
          return connect();
        case 'read-board':
          return { event: 'board-read', board: await board('read') };
        case 'restart-and-wait':
          return { event: 'board-registered', board: await board('restartAndWait') };
        case 'read-entry':
          return { event: 'entry-read', entry: await services.entry(asked().instance, asked().identity) };
        case 'read-registration':
          return { event: 'registration-read', registration: await registration() };
        case 'read-hub':
          return { event: 'hub-read', hub: await services.hub(effect.hostName, effect.deviceId) };
        case 'judge':
          return judge(state);
        default:
          return assertNever(effect);
      }
    },
    close: async () => {
      closed = true;
      await reader?.close();
    },
  };
}

function stored(cause: Problem) {
  return { code: cause.code, facts: { ...cause.facts } };
}
