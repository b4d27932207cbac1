import type { Origin } from '../../../shared/job.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Asked, Verdict, Verification, VerificationEvent } from '../../../shared/verification.ts';
import type { UnitRecord } from '../../domain/verify-check.ts';
import {
  decideVerification,
  startVerification,
  type VerifyDecision,
  type VerifyPlan,
} from '../../domain/verify-machine.ts';
import { isoNow } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { StationStore, StoreWrite } from '../../ports/station-store.ts';
import type { LoadedRecipe } from '../loaded-recipe.ts';
import type { SlotLoan } from '../loan.ts';
import type { ShellTools } from '../session-options.ts';
import type { Station } from '../station.ts';
import type { ServiceReader } from './service-reader.ts';
import { readUnit } from './unit-record.ts';
import { createVerifySession, type VerifySession } from './verify-session.ts';

/** What verifying needs of a station. */
export type VerificationDeskOptions = Pick<ShellTools, 'opener' | 'clock' | 'times' | 'vault'> & {
  readonly origin: Origin;
  readonly random: Pick<Random, 'uuid' | 'secretBytes'>;
  readonly logger: Logger;
  readonly store: StationStore;
  readonly recipe: LoadedRecipe;
  readonly services: ServiceReader;
  readonly station: Pick<Station, 'lend' | 'snapshot'>;
  readonly onChange: () => void;
  /** Told of every verdict, so that whoever waits for a golden unit hears of it. */
  readonly onVerdict?: (serial: string, verdict: Verdict, actor: string) => Promise<Result<unknown, Problem>>;
};

/** What somebody wants to be looked at. */
export type VerifyOrder = {
  readonly text: string;
  readonly slot: number | null;
  readonly ask: Asked;
  readonly hands: boolean;
  readonly lot: string | null;
  readonly confirm: boolean;
  readonly actor: string;
};

/** Re-verifies finished units, several at a time, none of them twice. */
export type VerificationDesk = {
  verify(order: VerifyOrder): Promise<Result<{ readonly id: string; readonly serial: string }, Problem>>;
  /** The unit that a label or a typed serial names. */
  unitOf(text: string): Promise<Result<UnitRecord, Problem>>;
  stop(id: string, actor: string): Problem | null;
  /** What is at work, newest first. */
  running(): readonly Verification[];
  finished(id: string): Promise<void>;
  /** Ends in the books what a stop of the station interrupted; call once, before the first order. */
  recover(): Promise<Result<void, Problem>>;
  /** Ends what is at work and resolves when it has ended. */
  halt(): Promise<void>;
};

/** One verification at work. */
type Work = {
  verification: Verification;
  readonly plan: VerifyPlan;
  readonly session: VerifySession;
  readonly done: Promise<void>;
  stopped: { readonly problem: Problem; readonly actor: string | null } | null;
  onStop: () => void;
};

/** Makes a desk at which nothing is done yet. */
export function createVerificationDesk(options: VerificationDeskOptions): VerificationDesk {
  const { store, clock, logger, onChange } = options;
  const works = new Map<string, Work>();
  let halting = false;

  async function commit(verification: Verification, actor: string, ...writes: StoreWrite[]): Promise<Problem | null> {
    const origin = { ...verification.origin, actor };
    const committed = await store.commit({ origin, at: isoNow(clock), writes });
    return committed.ok ? null : committed.problem;
  }

  async function unitOf(text: string): Promise<Result<UnitRecord, Problem>> {
    return readUnit(options.recipe.matchLabel(text)?.['serial'] ?? text.trim(), store);
  }

  /** An empty text names the unit to which the board in the slot belongs. */
  async function orderedUnit({ text, slot }: VerifyOrder): Promise<Result<UnitRecord, Problem>> {
    if (text.trim() !== '') return unitOf(text);
    const shown = options.station.snapshot().slots.find((one) => one.slot === slot);
    const hardwareId = shown?.path == null ? null : shown.hardwareId;
    if (hardwareId === null) return fail(problem('slot-without-board', { slot }));
    const holder = await store.holder({ hardwareId });
    if (!holder.ok) return holder;
    return holder.value === null
      ? fail(problem('serial-unknown', { serial: hardwareId }))
      : readUnit(holder.value.serial, store);
  }

  async function verify(order: VerifyOrder): Promise<Result<{ id: string; serial: string }, Problem>> {
    if (halting) return fail(problem('station-stopping'));
    const unit = await orderedUnit(order);
    if (!unit.ok) return unit;
    const { serial, job } = unit.value;
    if (order.ask === 'new-registration' && order.slot === null) return fail(problem('new-registration-needs-board'));
    if (order.ask === 'new-registration' && !order.confirm)
      return fail(problem('new-registration-unconfirmed', { serial }));
    const writes = await lotWrites(order.lot, serial);
    if (!writes.ok) return writes;
    const id = options.random.uuid();
    const stopOf = (actor: string | null): void => void stop(id, actor);
    // Of a unit that nobody knows there is nothing to compare a board with.
    const loan = order.slot === null || job === null ? ok(null) : options.station.lend(order.slot, serial, stopOf);
    if (!loan.ok) return loan;
    const plan = planFor(unit.value, order, loan.value);
    const first = startVerification(plan);
    const verification: Verification = {
      id,
      serial,
      slot: loan.value?.slot ?? null,
      lot: order.lot,
      jobId: job?.id ?? null,
      ask: order.ask,
      state: first.state,
      origin: { ...options.origin, actor: order.actor },
      startedAt: isoNow(clock),
      finishedAt: null,
    };
    const refusal = await commit(verification, order.actor, ...writes.value, {
      write: 'verification-started',
      verification,
    });
    if (refusal !== null) {
      loan.value?.giveBack();
      return fail(refusal);
    }
    begin(verification, plan, first, { unit: unit.value, loan: loan.value, hands: order.hands });
    return ok({ id, serial });
  }

  async function lotWrites(id: string | null, serial: string): Promise<Result<StoreWrite[], Problem>> {
    if (id === null) return ok([]);
    const found = await store.lot(id);
    if (!found.ok) return found;
    if (found.value === null) return fail(problem('lot-unknown', { lot: id }));
    return ok([{ write: 'lot-member-named', lot: found.value.lot, serial }]);
  }

  function begin(
    verification: Verification,
    plan: VerifyPlan,
    first: VerifyDecision,
    parts: { readonly unit: UnitRecord; readonly loan: SlotLoan | null; readonly hands: boolean },
  ): void {
    const session = createVerifySession({ ...options, ...parts });
    const start = Promise.withResolvers<void>();
    const work: Work = {
      verification,
      plan,
      session,
      stopped: null,
      onStop: () => {},
      done: start.promise
        .then(() => drive(work, first))
        .then(
          () => end(work, parts.loan),
          async (error: unknown) => {
            logger.error('a verification failed in a way nobody named', { reason: String(error) });
            await end(work, parts.loan);
          },
        ),
    };
    works.set(verification.id, work);
    start.resolve();
    onChange();
  }

  async function end(work: Work, loan: SlotLoan | null): Promise<void> {
    await work.session.close();
    loan?.giveBack();
    works.delete(work.verification.id);
    const { state, serial } = work.verification;
    onChange();
    if (state.step !== 'done') return;
    const told = await options.onVerdict?.(serial, state.verdict, work.verification.origin.actor);
    if (told?.ok === false) options.logger.error('a verdict was not taken', { serial, code: told.problem.code });
  }

  async function drive(work: Work, first: VerifyDecision): Promise<void> {
    let decision: VerifyDecision | null = first;
    while (decision?.effect != null) {
      const event = await answerOf(work, work.session.perform(decision.effect, decision.state));
      const { verification } = work;
      decision = decideVerification(verification.state, event, work.plan);
      if (decision === null) return;
      const done = decision.state.step === 'done';
      const next = { ...verification, state: decision.state, finishedAt: done ? isoNow(clock) : null };
      const actor = (event.event === 'stopped' ? work.stopped?.actor : null) ?? verification.origin.actor;
      const refusal = await commit(next, actor, {
        write: 'verification-changed',
        verification: next,
        event: event.event,
      });
      if (refusal !== null) {
        // The books still say that it runs; the next start ends it.
        logger.error('a verification could not be recorded', { verification: next.id, code: refusal.code });
        return;
      }
      work.verification = next;
      onChange();
    }
  }

  /** Nothing irreversible can be under way, so a stop overtakes every answer. */
  function answerOf(work: Work, performing: Promise<VerificationEvent>): Promise<VerificationEvent> {
    return new Promise((resolve, reject) => {
      work.onStop = () => {
        if (work.stopped === null) return;
        const { code, facts } = work.stopped.problem;
        resolve({ event: 'stopped', problem: { code, facts: { ...facts } } });
      };
      work.onStop();
      performing.then(resolve, reject);
    });
  }

  function stop(id: string, actor: string | null, cause: Problem = problem('verification-stopped')): Problem | null {
    const work = works.get(id);
    if (work === undefined) return problem('verification-unknown', { id });
    // What ended it first is what the books will say.
    work.stopped ??= { problem: cause, actor };
    work.onStop();
    return null;
  }

  async function recover(): Promise<Result<void, Problem>> {
    const left = await store.runningVerifications();
    if (!left.ok) return left;
    for (const verification of left.value) {
      const { observed } = verification.state;
      const cause = problem('verification-interrupted');
      const reason = { code: cause.code, facts: { ...cause.facts } };
      const state = { step: 'done', observed, verdict: 'cannot-tell', checks: [], reason } as const;
      const next: Verification = { ...verification, state: { ...state, checks: [] }, finishedAt: isoNow(clock) };
      const event = 'stopped';
      const refusal = await commit(next, 'station', { write: 'verification-changed', verification: next, event });
      if (refusal !== null) return fail(refusal);
    }
    return ok(undefined);
  }

  return {
    verify,
    unitOf,
    stop: (id, actor) => stop(id, actor),
    running: () => [...works.values()].map((work) => work.verification).reverse(),
    finished: async (id) => works.get(id)?.done,
    recover,
    halt: async () => {
      halting = true;
      for (const id of [...works.keys()]) stop(id, null, problem('verification-interrupted'));
      await Promise.all([...works.values()].map((work) => work.done));
    },
  };
}

function planFor(unit: UnitRecord, order: VerifyOrder, loan: SlotLoan | null): VerifyPlan {
  return {
    board: loan !== null,
    identity: unit.identity !== null,
    newRegistration: loan !== null && order.ask === 'new-registration',
  };
}
