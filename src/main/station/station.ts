import type { Job, Origin } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { Pause, StationSnapshot } from '../../shared/station-snapshot.ts';
import { type Placement, placeLines } from '../domain/placement.ts';
import { planOf, stepsOf } from '../domain/provision-machine.ts';
import type { Clock } from '../ports/clock.ts';
import type { LinePresence, Unsubscribe } from '../ports/line.ts';
import type { Logger } from '../ports/logger.ts';
import type { OrderGate } from '../ports/order-desk.ts';
import type { Random } from '../ports/random.ts';
import type { StationStore } from '../ports/station-store.ts';
import { boardRefusal } from './board-refusal.ts';
import { interruption } from './interruption.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';
import type { SlotLoan } from './loan.ts';
import { newJob } from './new-job.ts';
import {
  createScanDesk,
  type ScanAnswer,
  type ScanDeskOptions,
  type TypedUnit,
  type WaitingUnit,
} from './scan-desk.ts';
import { createSlot, type Slot, type SlotOptions } from './slot.ts';

/** What a station is made of. */
export type StationOptions = {
  readonly slots: number;
  readonly recipe: LoadedRecipe;
  readonly origin: Origin;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
  readonly logger: Logger;
  readonly store: StationStore;
  /** Which serials the work order admits. */
  readonly orders: OrderGate;
  /** What whoever scans may do. */
  readonly permits: ScanDeskOptions['permits'];
  /** Where units of this recipe can be enrolled. */
  readonly fits: ScanDeskOptions['fits'];
  /** Looks at a finished unit that QA scanned. */
  readonly verify: ScanDeskOptions['verify'];
  readonly openSession: SlotOptions['openSession'];
  /** Whether a unit could be recorded now: disk, clock, database. */
  readonly mayStart: () => Promise<Result<void, Problem>>;
  readonly onQueued: () => void;
  /** A board with this adapter has power in a slot now. */
  readonly onArrived?: (hardwareId: string) => void;
  /**
   * Work that a stop interrupted before the secret was touched: `resume` with its board, `end` it (the serial is free
   * again), or `leave` it to the next start. What had reached the secret is always settled.
   */
  readonly interrupted: 'resume' | 'end' | 'leave';
  readonly pause: () => Pause | null;
};

/** Many slots, one scan desk. */
export type Station = {
  /** `actor`: who scanned, null when only the door is known. */
  scan(text: string, actor?: string | null): Promise<Result<ScanAnswer, Problem>>;
  rework(text: string, actor?: string | null): Promise<Result<ScanAnswer, Problem>>;
  /** Shows that a scan was not heard, and why. */
  refuseScan(cause: Problem): void;
  take(unit: TypedUnit): Promise<Result<ScanAnswer, Problem>>;
  abort(slot: number, actor?: string | null): Problem | null;
  typeMac(slot: number, text: string): Problem | null;
  /** Lends the board of a slot in which nothing is worked on; no job begins there until it is given back. */
  lend(slot: number, serial: string, onStop: (actor: string | null) => void): Result<SlotLoan, Problem>;
  /** A finished job was settled or proved by what the service says. */
  jobSettled(job: Job): void;
  /** The lines that are there now; call with each change. */
  linesChanged(present: readonly LinePresence[]): void;
  /** Settles what a stop interrupted; call once, before the first lines. */
  recover(): Promise<Result<void, Problem>>;
  snapshot(): StationSnapshot;
  onChange(listener: () => void): Unsubscribe;
  /** Somebody else is at work: what `QA ON` said holds no more. */
  looksNoMore(): void;
  /** Tells the listeners that something outside the slots changed. */
  changed(): void;
  /** Stops what may be stopped and resolves when no slot works any more; interrupted jobs keep waiting in the books. */
  halt(): Promise<void>;
};

/** Makes a station; nothing runs until lines and scans come. */
export function createStation(options: StationOptions): Station {
  const listeners = new Set<() => void>();
  const desk = createScanDesk({
    ...options,
    own: options.origin.actor,
    awaitsBoard: (job) => [...interrupted.values()].some(({ id }) => id === job.id),
  });
  let placement: Placement<LinePresence> = { seen: [], places: new Map() };
  const interrupted = new Map<Slot, Job>(); // wait for their board
  const running = new Set<Promise<void>>();
  let halting = false;
  let revision = 0;
  let scanProblem: Problem | null = null;
  let scanCount = 0;
  let abortAsked: number | null = null; // slot whose work shall stop if the next scan says so

  const changed = (): void => {
    revision += 1;
    for (const listener of [...listeners]) listener();
  };
  const slots = Array.from({ length: options.slots }, (_, index) =>
    createSlot({ ...options, slot: index + 1, onChange: changed }),
  );

  function track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => {
      options.logger.error('a slot failed in a way nobody named', { reason: String(error) });
    });
    running.add(tracked);
    void tracked.finally(() => {
      running.delete(tracked);
      changed();
    });
  }

  async function scanned(
    task: Promise<Result<ScanAnswer, Problem>>,
    actor: string | null = null,
  ): Promise<Result<ScanAnswer, Problem>> {
    const judged = await task;
    scanCount += 1;
    const answer = judged.ok ? followConfirmation(judged.value, actor) : judged;
    scanProblem = answer.ok ? null : answer.problem;
    if (!answer.ok) options.logger.warn('a scan was refused', { code: answer.problem.code });
    changed();
    startWhereNamed();
    return answer;
  }

  /** An abort is asked for once and done when the very next scan confirms it; every other scan means no. */
  function followConfirmation(answer: ScanAnswer, actor: string | null): Result<ScanAnswer, Problem> {
    const asked = abortAsked;
    abortAsked = null;
    if (answer.scan === 'abort-asked') {
      const working = slots[answer.slot - 1]?.snapshot().state === 'working';
      if (!working) return { ok: false, problem: problem('nothing-to-abort', { slot: answer.slot }) };
      abortAsked = answer.slot;
    }
    const refusal = answer.scan === 'confirmed' && asked !== null ? abort(asked, actor) : null;
    return refusal === null ? { ok: true, value: answer } : { ok: false, problem: refusal };
  }

  function abort(number: number, actor: string | null = null): Problem | null {
    const slot = slots[number - 1];
    if (slot === undefined) return slotProblem(number);
    interrupted.delete(slot);
    return slot.abort(actor);
  }

  /** A slot that was named and holds a board nobody worked on yet need not wait for a plug. */
  function startWhereNamed(): void {
    const waiting = desk.waiting();
    const slot = waiting?.slot == null ? undefined : slots[waiting.slot - 1];
    if (waiting === null || slot?.snapshot().state !== 'idle' || interrupted.has(slot)) return;
    begin(waiting, slot);
  }

  function begin(unit: WaitingUnit, slot: Slot): void {
    const line = placement.places.get(slot.slot);
    if (line !== undefined && !halting) track(start(unit, slot, line));
  }

  function linesChanged(now: readonly LinePresence[]): void {
    const waiting = desk.waiting();
    const change = placeLines(placement, now, {
      slots: options.slots,
      working: new Set(slots.filter((slot) => slot.snapshot().state === 'working').map((slot) => slot.slot)),
      returning: new Map([...interrupted].map(([slot, job]) => [slot.slot, job.hardwareId])),
      waiting: waiting === null ? null : (waiting.slot ?? 'any'),
    });
    placement = change.placement;
    for (const number of change.left) slots[number - 1]?.place(null);
    for (const number of [...change.returned, ...change.arrived]) {
      const line = placement.places.get(number);
      if (line === undefined) continue;
      slots[number - 1]?.place({ path: line.path, hardwareId: line.usbSerial });
      if (line.usbSerial !== null) options.onArrived?.(line.usbSerial);
    }
    for (const number of change.returned) boardReturned(slots[number - 1]);
    const starting = change.starts === null ? undefined : slots[change.starts - 1];
    if (waiting !== null && starting !== undefined) begin(waiting, starting);
  }

  function boardReturned(slot: Slot | undefined): void {
    const job = slot === undefined ? undefined : interrupted.get(slot);
    if (slot === undefined || job === undefined || halting) return;
    interrupted.delete(slot);
    track(slot.resume(job, { event: 'interrupted', problem: interruption(job, 'resume') }));
  }

  const isStillHere = (slot: Slot, line: LinePresence): boolean => placement.places.get(slot.slot) === line;

  async function start(unit: WaitingUnit, slot: Slot, line: LinePresence): Promise<void> {
    const refusal = await boardRefusal(unit, line, options);
    if (refusal !== null) return slot.refuse(refusal);
    // Another board was quicker, the scan was cancelled, the board is gone, or the station stops.
    if (desk.waiting() !== unit || !isStillHere(slot, line) || halting) return;
    desk.taken();
    const job = newJob(unit, slot.slot, line, options);
    const committed = await options.store.commit({
      origin: job.origin,
      at: job.startedAt,
      writes: [{ write: 'job-started', job }],
    });
    if (!committed.ok) return slot.refuse(committed.problem);
    // The station stops: the books say that this unit waits for its board, and the next start takes it up.
    if (halting) return;
    // From here the session itself sees when the board leaves.
    await slot.run(job);
  }

  async function recoverOne(job: Job): Promise<void> {
    // A job of a place that this station does not have now is settled in a place of its own.
    const slot = slots[job.slot - 1] ?? createSlot({ ...options, slot: job.slot, onChange: changed });
    const settled = interruption(job, 'end');
    if (job.state.step === 'intent') {
      await slot.resume(job, { event: 'interrupted', problem: settled });
      return slot.showCard(settled);
    }
    if (job.state.step === 'restarting') {
      await slot.resume(job, { event: 'restarted' });
      return slot.showCard(settled);
    }
    if (options.interrupted === 'leave') return;
    // Without an adapter's serial, or under another recipe, nobody can say that the board here is the same.
    const same = job.hardwareId !== null && job.recipeHash === options.recipe.hash && slots.includes(slot);
    if (options.interrupted === 'end' || !same) {
      await slot.resume(job, { event: 'failed', problem: settled });
      return slot.showCard(settled);
    }
    interrupted.set(slot, job);
    slot.awaitBoard(job, interruption(job, 'resume'));
  }

  /** A question about work that has ended by itself is no question any more. */
  function stillWorking(number: number | null): { slot: number; serial: string | null } | null {
    const shown = number === null ? undefined : slots[number - 1]?.snapshot();
    return shown?.state === 'working' ? { slot: shown.slot, serial: shown.serial } : null;
  }

  function slotProblem(slot: number): Problem | null {
    return slots[slot - 1] === undefined ? problem('slot-unknown', { slot, slots: options.slots }) : null;
  }

  return {
    scan: (text, actor = null) =>
      abortAsked !== null && /^\s*CANCEL\s*$/i.test(text)
        ? scanned(Promise.resolve({ ok: true, value: { scan: 'cancelled' } })) // no to the question, and to nothing else
        : scanned(desk.scan(text, actor), actor),
    rework: (text, actor = null) => scanned(desk.rework(text, actor)),
    refuseScan: (cause) => void scanned(Promise.resolve({ ok: false, problem: cause })),
    take: (unit) => scanned(desk.take(unit)),
    abort,
    typeMac: (number, text) => {
      slots[number - 1]?.typeMac(text);
      return slotProblem(number);
    },
    lend: (number, serial, onStop) => {
      const slot = slots[number - 1];
      if (slot === undefined) {
        return { ok: false, problem: problem('slot-unknown', { slot: number, slots: options.slots }) };
      }
      const lent = slot.lend(serial, onStop);
      return 'code' in lent ? { ok: false, problem: lent } : { ok: true, value: lent };
    },
    jobSettled: (job) => {
      for (const slot of slots) slot.renew(job);
    },
    linesChanged,
    recover: async () => {
      const jobs = await options.store.runningJobs();
      if (!jobs.ok) return jobs;
      for (const job of jobs.value) await recoverOne(job);
      return { ok: true, value: undefined };
    },
    snapshot: () => ({
      revision,
      station: options.origin.station,
      mode: options.origin.mode,
      recipe: options.recipe.recipe.name,
      steps: [...stepsOf(planOf(options.recipe.recipe))],
      waitingScan: waitingOf(desk.waiting()),
      scanProblem: scanProblem === null ? null : { code: scanProblem.code, facts: { ...scanProblem.facts } },
      scanCount,
      abortAsked: stillWorking(abortAsked),
      qaOn: desk.looks(),
      slots: slots.map((slot) => slot.snapshot()),
      pause: options.pause(),
    }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    looksNoMore: () => {
      desk.looksNoMore();
      changed();
    },
    changed,
    halt: async () => {
      halting = true;
      for (const slot of slots) if (!interrupted.has(slot)) slot.abort(null);
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function waitingOf(unit: WaitingUnit | null): { serial: string; slot: number | null } | null {
  return unit === null ? null : { serial: unit.serial, slot: unit.slot };
}
