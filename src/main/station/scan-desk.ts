import type { Job } from '../../shared/job.ts';
import type { Act } from '../../shared/people.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { macSourceOf } from '../../shared/recipe.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { slotActs } from '../domain/call-acts.ts';
import { readScan } from '../domain/scan-rules.ts';
import { idProblemAtScan } from '../identity/unit-registration-id.ts';
import type { OrderGate } from '../ports/order-desk.ts';
import type { Permits } from '../ports/people.ts';
import type { StationStore } from '../ports/station-store.ts';
import type { InstanceFit } from './instance-fit.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';
import { admitReturn, type ReturnAdmission } from './returns/return-admission.ts';

/** A unit that was scanned and waits for its board. */
export type WaitingUnit = {
  readonly kind: 'provision' | 'reprovision';
  readonly serial: string;
  readonly mac: string | null;
  readonly slot: number | null; // named by a slot barcode, or null: the next board to appear
  readonly supersedes: string | null;
  readonly hardwareId: string | null; // the board that a rework must find, null: any
  readonly actor: string | null; // who scanned; null: the station's own door
  readonly order: string | null; // work order that it was admitted by
  readonly instance: string | null; // DPS instance that it must go to, null: the recipe's
  readonly returned?: ReturnAdmission; // by an open return
};

/** What a scan did. */
export type ScanAnswer =
  | { readonly scan: 'waiting'; readonly unit: WaitingUnit }
  | { readonly scan: 'slot-chosen'; readonly slot: number }
  | { readonly scan: 'cancelled' }
  | { readonly scan: 'abort-asked'; readonly slot: number }
  | { readonly scan: 'confirmed' }
  | { readonly scan: 'quality'; readonly on: boolean }
  | { readonly scan: 'order-chosen' }
  | { readonly scan: 'verifying'; readonly serial: string }
  | { readonly scan: 'nothing' };

/** A unit as a person names it at a terminal. */
export type TypedUnit = {
  readonly serial: string;
  readonly mac: string | null;
  readonly slot: number;
  readonly rework: boolean;
};

/** The one place where scans arrive: at most one unit waits for its board. */
export type ScanDesk = {
  scan(text: string, actor: string | null): Promise<Result<ScanAnswer, Problem>>;
  /** Orders a rework of a unit that could not be settled; it then waits for its board like a scanned one. */
  rework(text: string, actor: string | null): Promise<Result<ScanAnswer, Problem>>;
  /** Takes a unit whose parts were typed one by one, for a named slot; nothing in them has a meaning of its own. */
  take(unit: TypedUnit): Promise<Result<ScanAnswer, Problem>>;
  waiting(): WaitingUnit | null;
  /** Takes the waiting unit off the desk. */
  taken(): void;
  /** Whether labels are looked at, whatever else whoever scans may do. */
  looks(): boolean;
  /** Labels are begun again. */
  looksNoMore(): void;
};

/** What the desk asks. */
export type ScanDeskOptions = {
  readonly recipe: LoadedRecipe;
  readonly slots: number;
  readonly store: Pick<StationStore, 'unit' | 'openReturn'>;
  readonly orders: OrderGate;
  readonly permits: Permits;
  readonly fits: InstanceFit;
  /** Who is answerable for scans of the station's own door. */
  readonly own: string;
  /** Looks at a finished unit, with its board where a slot is named. */
  readonly verify: (unit: {
    readonly serial: string;
    readonly slot: number | null;
    readonly actor: string;
  }) => Promise<Result<unknown, Problem>>;
  /** Whether a job waits for its board to come back. */
  readonly awaitsBoard: (job: Job) => boolean;
};

/** Makes an empty desk. */
export function createScanDesk(options: ScanDeskOptions): ScanDesk {
  let waiting: WaitingUnit | null = null;
  let slot: number | null = null;
  let looks = false;
  // Two scans that arrive together are judged one after the other.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const run = turn.then(task);
    turn = run.catch(() => undefined);
    return run;
  };

  /** A scanned label means what the person at work may do with its unit; after `QA ON` it is only looked at. */
  async function labelScanned(
    serial: string,
    mac: string | null,
    actor: string | null,
  ): Promise<Result<ScanAnswer, Problem>> {
    if (looks) return lookAt(serial, actor);
    const may = (act: Act) => options.permits.permit(act, actor ?? options.own);
    const provisions = may('provision');
    const isGolden = options.orders.isGolden(serial);
    if (provisions.ok && !isGolden) return unitScanned(serial, mac, false, actor);
    if (may('return').ok && !isGolden) {
      const returned = await options.store.openReturn(serial);
      if (!returned.ok) return returned;
      if (returned.value !== null) return unitScanned(serial, mac, false, actor);
    }
    if (!may('verify').ok) return provisions.ok ? fail(problem('golden-unit', { serial })) : provisions;
    return lookAt(serial, actor);
  }

  async function lookAt(serial: string, actor: string | null): Promise<Result<ScanAnswer, Problem>> {
    const verifies = options.permits.permit('verify', actor ?? options.own);
    if (!verifies.ok) return verifies;
    const begun = await options.verify({ serial, slot, actor: verifies.value });
    if (!begun.ok) return begun;
    slot = null;
    return ok({ scan: 'verifying', serial });
  }

  async function unitScanned(
    serial: string,
    mac: string | null,
    rework: boolean,
    actor: string | null,
  ): Promise<Result<ScanAnswer, Problem>> {
    // What is known to be bad must never leave as a good unit.
    if (options.orders.isGolden(serial)) return fail(problem('golden-unit', { serial }));
    if (waiting !== null) {
      if (waiting.serial === serial) return ok({ scan: 'waiting', unit: waiting });
      return fail(problem('scan-waiting-for-board', { waiting: waiting.serial }));
    }
    if (macSourceOf(options.recipe.recipe) === 'label' && mac === null && !rework) {
      return fail(problem('label-has-no-mac', { text: serial }));
    }
    const unfit = rework ? null : idProblemAtScan(options.recipe.recipe, { serial, mac });
    if (unfit !== null) return fail(unfit);
    const books = await options.store.unit(serial);
    if (!books.ok) return books;
    if (books.value.running !== null) {
      return fail(inWork(books.value.running, options.awaitsBoard(books.value.running)));
    }
    if (rework && books.value.latest === null) return fail(problem('serial-unknown', { serial }));
    const returned = rework ? ok(null) : await admitReturn(serial, mac, books.value.live, options);
    if (!returned.ok) return returned;
    if (returned.value !== null) return awaitReturned(serial, returned.value, actor);
    const admitted = admit(serial, books.value.live, rework);
    if (!admitted.ok) return admitted;
    const replaced = admitted.value;
    const order = replaced === null ? await options.orders.admit(serial) : ok(null);
    if (!order.ok) return order;
    waiting = {
      kind: replaced === null ? 'provision' : 'reprovision',
      serial,
      mac: mac ?? replaced?.labelMac ?? null,
      slot,
      supersedes: replaced?.id ?? null,
      hardwareId: replaced?.hardwareId ?? null,
      actor,
      // A rework stays where the unit was: in its order, in its instance.
      order: order.value?.name ?? replaced?.order ?? null,
      instance: order.value?.instance ?? replaced?.instance ?? null,
    };
    slot = null;
    return ok({ scan: 'waiting', unit: waiting });
  }

  function awaitReturned(serial: string, returned: ReturnAdmission, actor: string | null): Result<ScanAnswer, Problem> {
    const { supersedes, hardwareId, mac, instance } = returned;
    // The order made its unit once; what comes back is no unit of it any more.
    const board = { mac, slot, supersedes, hardwareId };
    const unit: WaitingUnit = { kind: 'reprovision', serial, ...board, actor, order: null, instance, returned };
    waiting = unit;
    slot = null;
    return ok({ scan: 'waiting', unit });
  }

  /** A unit that waits for its board comes first: its next scan would mean something else. */
  function chooseLooks(on: boolean, actor: string | null): Result<ScanAnswer, Problem> {
    const allowed = on ? options.permits.permit('verify', actor ?? options.own) : null;
    if (allowed?.ok === false) return allowed;
    if (on && waiting !== null) return fail(problem('scan-waiting-for-board', { waiting: waiting.serial }));
    looks = on;
    return ok({ scan: 'quality', on });
  }

  /** Whoever may not work in a slot ends nobody's work there by a barcode either. */
  function mayWork(actor: string | null): Problem | null {
    const answers = slotActs.map((act) => options.permits.permit(act, actor ?? options.own));
    const [first] = answers;
    return answers.some((one) => one.ok) || first === undefined || first.ok ? null : first.problem;
  }

  async function read(text: string, rework: boolean, actor: string | null): Promise<Result<ScanAnswer, Problem>> {
    const meaning = readScan(text, options.recipe.matchLabel);
    switch (meaning.scan) {
      case 'nothing':
        return ok({ scan: 'nothing' });
      case 'cancel': {
        const refusal = waiting === null ? null : mayWork(actor);
        if (refusal !== null) return fail(refusal);
        waiting = null;
        slot = null;
        return ok({ scan: 'cancelled' });
      }
      case 'confirm':
        return ok({ scan: 'confirmed' });
      case 'slot':
        if (meaning.slot < 1 || meaning.slot > options.slots) {
          return fail(problem('slot-unknown', { slot: meaning.slot, slots: options.slots }));
        }
        if (waiting === null) slot = meaning.slot;
        else waiting = { ...waiting, slot: meaning.slot };
        return ok({ scan: 'slot-chosen', slot: meaning.slot });
      case 'abort': {
        if (meaning.slot < 1 || meaning.slot > options.slots) {
          return fail(problem('slot-unknown', { slot: meaning.slot, slots: options.slots }));
        }
        const refusal = mayWork(actor);
        return refusal === null ? ok({ scan: 'abort-asked', slot: meaning.slot }) : fail(refusal);
      }
      case 'quality':
        return chooseLooks(meaning.on, actor);
      case 'order':
      case 'order-text': {
        const chosen =
          meaning.scan === 'order'
            ? await options.orders.chooseScanned(meaning.order, actor)
            : await options.orders.putScanned(meaning.text, actor);
        return chosen.ok ? ok({ scan: 'order-chosen' }) : chosen;
      }
      case 'unknown':
        return fail(
          problem('scan-not-recognised', { text: meaning.text.slice(0, 80), recipe: options.recipe.recipe.title }),
        );
      case 'unit':
        return rework
          ? unitScanned(meaning.serial, meaning.mac, rework, actor)
          : labelScanned(meaning.serial, meaning.mac, actor);
    }
  }

  return {
    scan: (text, actor) => inTurn(() => read(text, false, actor)),
    rework: (text, actor) => inTurn(() => read(text, true, actor)),
    take: (unit) =>
      inTurn(async () => {
        // The label that would carry these parts must be one of this recipe, whatever separates them there.
        const labels =
          unit.mac === null
            ? [unit.serial]
            : [';', ',', ' ', '|', '-'].map((mark) => `${unit.serial}${mark}${unit.mac}`);
        const fits = [unit.serial, ...labels].some(
          (label) => options.recipe.matchLabel(label)?.['serial'] === unit.serial,
        );
        if (!fits) {
          const text = unit.serial.slice(0, 80);
          return fail(problem('scan-not-recognised', { text, recipe: options.recipe.recipe.title }));
        }
        slot = unit.slot;
        return unitScanned(unit.serial, unit.mac, unit.rework, null);
      }),
    waiting: () => waiting,
    taken: () => {
      waiting = null;
    },
    looks: () => looks,
    looksNoMore: () => {
      looks = false;
    },
  };
}

/** The same board resumes its job by being plugged in; another one must not get this serial. */
function inWork({ serial, slot, hardwareId }: Job, awaitsBoard: boolean): Problem {
  return awaitsBoard
    ? problem('serial-reserved', { serial, slot, board: hardwareId })
    : problem('serial-in-work', { serial, slot });
}

/** Whether the books let this serial be worked on; for a rework, the job it replaces. */
function admit(serial: string, live: Job | null, rework: boolean): Result<Job | null, Problem> {
  const unsettled = live?.state.step === 'done' && live.state.outcome === 'unsettled';
  if (rework) return unsettled ? ok(live) : fail(problem('rework-not-needed', { serial }));
  if (live === null) return ok(null);
  return fail(problem(unsettled ? 'serial-unsettled' : 'serial-already-passed', { serial }));
}
