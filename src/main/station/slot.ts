import type { Job } from '../../shared/job.ts';
import type { NewOutboxItem } from '../../shared/outbox.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { Ask, SlotSnapshot } from '../../shared/station-snapshot.ts';
import {
  type Decision,
  decideProvision,
  type JobDeed,
  type JobEvent,
  mayAbort,
  planOf,
  startProvision,
} from '../domain/provision-machine.ts';
import { type Clock, isoNow } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { StationStore, StoreWrite } from '../ports/station-store.ts';
import type { DeviceSession } from './device-session.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';
import type { SlotLoan } from './loan.ts';
import { supersedingWrites } from './returns/gives-way.ts';
import { withOverlap } from './returns/overlap.ts';

/** What a slot needs of its station. */
export type SlotOptions = {
  readonly slot: number;
  readonly recipe: LoadedRecipe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<StationStore, 'commit' | 'openReturn' | 'job'>;
  readonly openSession: (
    job: Job,
    path: string,
    onAsk: (ask: Ask | null, hint: Problem | null) => void,
    typedMac: () => Promise<string>,
    isHere: () => boolean,
  ) => DeviceSession;
  readonly onChange: () => void;
  /** An item was queued: the courier may look. */
  readonly onQueued: () => void;
};

/** One place on the bench: its line, one job at a time. No slot ever waits for another. */
export type Slot = {
  readonly slot: number;
  snapshot(): SlotSnapshot;
  /** A board appeared here, or left (null). */
  place(presence: { readonly path: string; readonly hardwareId: string | null } | null): void;
  /** Runs a job that was committed as started; resolves when it is done and the line is free. */
  run(job: Job): Promise<void>;
  /** Takes up a job that a stop of the station interrupted, with the event that settles or restarts it. */
  resume(job: Job, event: JobEvent): Promise<void>;
  /** Shows a job that waits for its board to come back. */
  awaitBoard(job: Job, card: Problem): void;
  /** Shows what to do with the board of a job that a stop interrupted and that is settled already. */
  showCard(card: Problem): void;
  /** Shows why a board here is not worked on. */
  refuse(problem: Problem): void;
  /** Stops the job if it may be stopped now; the problem says why not. `actor` is answerable, null: who began it. */
  abort(actor: string | null): Problem | null;
  /** The job whose verdict is shown was settled from elsewhere: its board registered. */
  renew(job: Job): void;
  /** Gives what a person read from the display. */
  typeMac(text: string): void;
  /** Lends the board here while nothing is worked on; `onStop`: somebody aborts what the borrower does. */
  lend(serial: string, onStop: (actor: string | null) => void): SlotLoan | Problem;
};

/** `fresh`: the board here came after the last job, whose verdict is still shown. */
type Held = {
  fresh: boolean;
  job: Job | null;
  ask: Ask | null;
  hint: Problem | null;
  problem: Problem | null;
  card: Problem | null;
  lentFor: string | null; // serial of the unit whose board was lent
};

/** Makes an empty slot. */
export function createSlot(options: SlotOptions): Slot {
  const held: Held = { fresh: false, job: null, ask: null, hint: null, problem: null, card: null, lentFor: null };
  let presence: { readonly path: string; readonly hardwareId: string | null } | null = null;
  let working = false;
  let stopLoan: ((actor: string | null) => void) | null = null;
  let stop: ((event: JobEvent) => void) | null = null;
  let abortAsked: JobEvent | null = null;
  let abortedBy: string | null = null;
  let nextStep: Job['state']['step'] | null = null; // being committed
  let giveMac: ((text: string) => void) | null = null;
  const plan = planOf(options.recipe.recipe);

  function change(part: Partial<Held>): void {
    Object.assign(held, part);
    options.onChange();
  }

  function typedMac(): Promise<string> {
    return new Promise((resolve) => {
      giveMac = resolve;
    });
  }

  /** Commits a decision; on refusal the job ends as the machine says for a failure in its present state. */
  async function commit(job: Job, decision: Decision, event: string): Promise<Job | Problem> {
    const at = isoNow(options.clock);
    const done = decision.state.step === 'done';
    const next: Job = { ...job, state: decision.state, finishedAt: done ? at : null };
    const writes: StoreWrite[] = [
      ...supersedingWrites(job, decision.state),
      { write: 'job-changed', job: next, event },
    ];
    for (const deed of decision.deeds) {
      writes.push({ write: 'item-queued', item: await withOverlap(itemFor(next, deed, at), next, options.store) });
    }
    const actor = (event === 'abort-asked' ? abortedBy : null) ?? job.origin.actor;
    const committed = await options.store.commit({ origin: { ...job.origin, actor }, at, writes });
    return committed.ok ? next : committed.problem;
  }

  /** `event` null: the first decision is in the books already. */
  async function drive(job: Job, first: Decision, event: string | null, session: DeviceSession): Promise<void> {
    let current = job;
    let decision: Decision | null = first;
    let because = event;
    while (decision !== null) {
      nextStep = decision.state.step;
      const committed: Job | Problem = because === null ? current : await commit(current, decision, because);
      nextStep = null;
      if ('code' in committed) {
        const end: Decision | null = canRecord(committed)
          ? decideProvision(current.state, { event: 'failed', problem: committed }, plan)
          : null;
        if (end === null) {
          // Nothing can be recorded: stop here. The books still say where the job was; a restart settles it.
          options.logger.error('a job was stopped because it could not be recorded', { job: current.id });
          return change({ problem: committed });
        }
        decision = end;
        because = 'failed';
        continue;
      }
      current = committed;
      change({ job: current });
      if (decision.deeds.length > 0) options.onQueued();
      const effect = decision.effects[0];
      if (effect === undefined) return;
      const answered: JobEvent = abortOf(current) ?? (await stoppable(current, session.perform(effect)));
      // An abort that came while the answer was on its way still counts, as long as nothing irreversible began.
      const answer: JobEvent = abortOf(current) ?? answered;
      decision = decideProvision(current.state, answer, plan);
      because = answer.event;
    }
  }

  /** The abort that was asked for, where the job may still be stopped. */
  const abortOf = (job: Job): JobEvent | null => (mayAbort(job.state) ? abortAsked : null);

  /** An abort overtakes what a person or a board has not answered yet, where the machine allows it. */
  function stoppable(job: Job, performing: Promise<JobEvent>): Promise<JobEvent> {
    const guarded = performing.catch((error: unknown): JobEvent => {
      options.logger.error('an effect failed in a way nobody named', { reason: String(error) });
      const reason = error instanceof Error ? error.message : String(error);
      return { event: 'failed', problem: problem('bug', { reason }) };
    });
    if (!mayAbort(job.state)) return guarded;
    return new Promise((resolve) => {
      stop = resolve;
      void guarded.then(resolve);
    });
  }

  async function work(job: Job, first: Decision, event: string | null): Promise<void> {
    working = true;
    abortAsked = null;
    change({ job, fresh: false, ask: null, hint: null, problem: null, card: null });
    const onAsk = (ask: Ask | null, hint: Problem | null): void => change({ ask, hint });
    const isHere = (): boolean => presence !== null && presence.hardwareId === job.hardwareId;
    const session = options.openSession(job, presence?.path ?? '', onAsk, typedMac, isHere);
    try {
      await drive(job, first, event, session);
    } finally {
      await session.close();
      stop = null;
      giveMac = null;
      working = false;
      change({ ask: null, hint: null });
    }
  }

  function lend(serial: string, onStop: (actor: string | null) => void): SlotLoan | Problem {
    const here = presence;
    const { slot } = options;
    if (here === null) return problem('slot-without-board', { slot });
    const unfinished = held.job !== null && held.job.state.step !== 'done';
    if (working || unfinished || held.lentFor !== null) {
      return problem('slot-busy', { slot, serial: held.lentFor ?? held.job?.serial ?? 'another unit' });
    }
    stopLoan = onStop;
    change({ lentFor: serial, ask: null, hint: null, problem: null });
    return {
      slot,
      ...here,
      isHere: () => presence === here,
      ask: (ask, hint) => change({ ask, hint }),
      giveBack: () => {
        stopLoan = null;
        change({ lentFor: null, ask: null, hint: null });
      },
    };
  }

  return {
    slot: options.slot,
    lend,
    snapshot: () => slotSnapshot(options.slot, presence, held, working),
    place: (now) => {
      presence = now;
      change({ problem: null, fresh: now !== null });
    },
    run: (job) => work(job, startProvision(), null),
    resume: async (job, event) => {
      const decision = decideProvision(job.state, event, plan);
      if (decision !== null) await work(job, decision, event.event);
    },
    awaitBoard: (job, card) => change({ job, card, ask: 'plug-back' }),
    showCard: (card) => change({ card }),
    refuse: (cause) => change({ problem: cause }),
    abort: (actor) => {
      const { job } = held;
      stopLoan?.(actor);
      if (job === null || job.state.step === 'done') return null;
      const facts = { serial: job.serial };
      if (!mayAbort(job.state) || nextStep === 'intent') return problem('no-abort-now', facts);
      abortedBy = actor;
      const asked: JobEvent = { event: 'abort-asked', problem: problem('aborted', facts) };
      if (working) {
        abortAsked = asked;
        stop?.(asked);
      } else {
        const decision = decideProvision(job.state, asked, plan);
        if (decision !== null) void work(job, decision, 'abort-asked');
      }
      return null;
    },
    renew: (job) => {
      if (held.job?.id === job.id && !working) change({ job, card: null });
    },
    typeMac: (text) => giveMac?.(text),
  };
}

/** Whether a refused commit can itself be recorded as the job's end. */
function canRecord(cause: Problem): boolean {
  return !['database-failed', 'database-damaged'].includes(cause.code);
}

function itemFor(job: Job, { identity, enrollment }: JobDeed, createdAt: string): NewOutboxItem {
  const { registrationId, fingerprint, replaces } = identity;
  const own = replaces ? 'replace' : 'create';
  return {
    jobId: job.id,
    serial: job.serial,
    instance: job.instance,
    registrationId,
    mode: enrollment === null ? 'group' : own,
    enrollment,
    fingerprint,
    createdAt,
  };
}

function slotSnapshot(
  slot: number,
  presence: { readonly path: string; readonly hardwareId: string | null } | null,
  held: Held,
  working: boolean,
): SlotSnapshot {
  const { job } = held;
  const shownJob = held.lentFor === null ? job : null; // while it is lent, the verdict before says nothing
  const done = job?.state.step === 'done' ? job.state : null;
  const stored = (one: Problem | null) => (one === null ? null : { code: one.code, facts: { ...one.facts } });
  const idle = presence === null ? 'empty' : 'idle';
  const busy = working || held.lentFor !== null || (job !== null && done === null);
  const state = busy ? 'working' : done !== null && !held.fresh ? 'done' : idle;
  return {
    slot,
    path: presence?.path ?? null,
    hardwareId: presence?.hardwareId ?? job?.hardwareId ?? null,
    state,
    jobId: shownJob?.id ?? null,
    serial: held.lentFor ?? job?.serial ?? null,
    ...(shownJob?.order === undefined ? {} : { order: shownJob.order }),
    step: shownJob?.state.step ?? null,
    ask: held.ask,
    hint: stored(held.hint),
    verdict: done === null || shownJob === null ? null : { outcome: done.outcome, problem: done.problem },
    problem: stored(held.problem),
    card: stored(held.card),
  };
}
