import type { BenchBoard, BoardKind } from '../../shared/bench.ts';
import type { BenchDeed, BenchPanel, TrayBoard } from '../../shared/bench-panel.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../ports/clock.ts';
import type { Unsubscribe } from '../ports/line.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import type { BenchControl } from './bench-control.ts';
import { createOperator, type Operator } from './operator.ts';

/** What a bench desk works with. */
export type BenchDeskOptions = {
  readonly control: BenchControl;
  readonly handle: StationHandle;
  readonly slots: number;
  readonly kind: BoardKind; // of the boards on the tray
  readonly clock: Clock;
  /** The bench broke while it worked by itself. */
  readonly onTrouble: (error: unknown) => void;
};

/** The hands of a newcomer, or of the bench itself, at the embedded bench. */
export type BenchDesk = {
  panel(): BenchPanel;
  onChange(listener: () => void): Unsubscribe;
  do(deed: BenchDeed): Promise<Result<void, Problem>>;
  /** No hand begins anything any more; one that is moving ends with the bench. */
  stop(): Promise<void>;
};

/** Displays and lights change without anybody's doing; so often a watched panel looks at them. */
const lookEveryMs = 250;

/** Lays a tray of boards beside the bench: those an earlier run left unfinished, filled up with fresh ones. */
export async function openBenchDesk(options: BenchDeskOptions): Promise<BenchDesk> {
  const { control, handle, slots, kind, clock } = options;
  const listeners = new Set<() => void>();
  let tray: readonly string[] = [];
  let boards: ReadonlyMap<string, BenchBoard> = new Map();
  let networkCut = false;
  let shift: { readonly ended: Promise<void>; readonly rest: AbortController; readonly total: number } | null = null;
  let left = 0;
  let beginning = false; // a shift is being got ready
  let worker: Operator | null = null; // who works the shift
  let pulling: Promise<unknown> = Promise.resolve(); // the hands that take boards off
  let stopTimer = (): void => {};
  let stopped = false;

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  async function look(): Promise<void> {
    const state = await control.call('state', {});
    const next = new Map(state.boards.map((board) => [board.board, board]));
    const differs = JSON.stringify([...next.values()]) !== JSON.stringify([...boards.values()]);
    boards = next;
    if (differs) changed();
  }

  /** Looks as long as somebody watches. */
  function lookAgain(): void {
    stopTimer();
    if (stopped || listeners.size === 0) return;
    stopTimer = clock.after(lookEveryMs, () => {
      // A bench that has gone shows at the next deed.
      void look()
        .catch(() => undefined)
        .then(lookAgain);
    });
  }

  async function freshTray(): Promise<void> {
    const staying = tray.filter((id) => boards.get(id)?.slot != null);
    const made = await control.call('make-boards', { count: slots, personality: kind });
    tray = [...staying, ...made.boards.map((board) => board.board)];
    await look();
    changed();
  }

  /** Boards whose unit has not passed yet. */
  async function unfinished(ids: readonly string[]): Promise<readonly string[]> {
    const open: string[] = [];
    for (const id of ids) {
      const board = boards.get(id);
      const unit = board === undefined ? null : await handle.books.unit(serialOf(board));
      if (unit?.ok && unit.value.live?.state.step !== 'done') open.push(id);
    }
    return open;
  }

  async function firstTray(): Promise<void> {
    await look();
    // Boards of another recipe stay in their drawer.
    const fitting = [...boards.values()].filter((board) => (board.personality === 'linux') === (kind === 'linux'));
    const known = fitting.map((board) => board.board).slice(-4 * slots);
    const open = (await unfinished(known)).slice(-slots);
    const missing = slots - open.length;
    const made = missing === 0 ? [] : (await control.call('make-boards', { count: missing, personality: kind })).boards;
    tray = [...open, ...made.map((board) => board.board)];
    await look();
  }

  /** Works through the tray, then gives every board power in its customer's place so that it registers. */
  async function workThrough(ids: readonly string[], rest: AbortController): Promise<void> {
    const operator = createOperator(handle, control, slots);
    worker = operator;
    const units = ids.map((id) => demoUnit(boards.get(id)));
    left = units.length;
    const before = async (): Promise<void> => {
      left -= 1;
      changed();
    };
    await operator.work(units, before, rest.signal);
    await handle.settled();
    await look();
    const mayRegister = (board: BenchBoard | undefined): boolean =>
      board !== undefined && board.slot === null && (board.secretWrites > 0 || board.personality === 'linux');
    const loose = ids.filter((id) => mayRegister(boards.get(id)));
    if (!rest.signal.aborted && !networkCut && loose.length > 0) await control.call('power-up', { boards: [...loose] });
    await handle.lookAtAll();
  }

  async function work(): Promise<Result<void, Problem>> {
    if (shift !== null || beginning) return ok(undefined);
    beginning = true;
    try {
      return await begin();
    } finally {
      beginning = false;
    }
  }

  /** A unit that somebody scanned before is plugged in first: two cannot wait at once. */
  async function plugWaiting(): Promise<Result<void, Problem>> {
    const waiting = handle.snapshot().waitingScan;
    if (waiting === null) return ok(undefined);
    const board = tray.find((id) => {
      const known = boards.get(id);
      return known !== undefined && known.slot === null && serialOf(known) === waiting.serial;
    });
    if (board === undefined) return fail(problem('scan-waiting-for-board', { waiting: waiting.serial }));
    const plugged = await plug(board);
    if (plugged.ok) await begun(board);
    return plugged;
  }

  /** The station has taken the board on, or says why not: until then it looks like one that nobody wants. */
  function begun(board: string): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        const slot = handle.snapshot().slots.find((one) => one.hardwareId === board && one.path !== null);
        if (!stopped && slot?.state !== 'working' && slot?.problem == null) return;
        stop();
        resolve();
      };
      const stop = handle.onChange(check);
      check();
    });
  }

  async function begin(): Promise<Result<void, Problem>> {
    const plugged = await plugWaiting();
    if (!plugged.ok) return plugged;
    // A board that is just being taken off has its place no more.
    await pulling;
    await look();
    let todo = await unfinished(tray.filter((id) => boards.get(id)?.slot === null));
    if (todo.length === 0) {
      await freshTray();
      todo = await unfinished(tray.filter((id) => boards.get(id)?.slot === null));
    }
    const rest = new AbortController();
    const ended = workThrough(todo, rest)
      // A bench that goes away with its station takes its hands along.
      .catch((error: unknown) => {
        if (!stopped) options.onTrouble(error);
      })
      .finally(() => {
        shift = null;
        worker = null;
        void look()
          .catch(() => undefined)
          .then(changed);
      });
    shift = { ended, rest, total: todo.length };
    changed();
    return ok(undefined);
  }

  function freeSlot(): number | undefined {
    const taken = new Set([...boards.values()].map((board) => board.slot));
    return Array.from({ length: slots }, (_, index) => index + 1).find((slot) => !taken.has(slot));
  }

  async function plug(board: string): Promise<Result<void, Problem>> {
    await look();
    const slot = freeSlot();
    if (slot === undefined) return fail(problem('bench-refused', { reason: 'every place on the bench is taken' }));
    await control.call('plug', { board, slot });
    return ok(undefined);
  }

  async function carryOut(deed: BenchDeed): Promise<Result<void, Problem>> {
    switch (deed.deed) {
      case 'scan': {
        const board = boards.get(deed.board);
        if (board === undefined) return fail(problem('bench-refused', { reason: 'that board is not on the tray' }));
        await control.call('scan', { text: labelOf(board) });
        return ok(undefined);
      }
      case 'plug':
        return plug(deed.board);
      case 'unplug': {
        const pulled = control.call('unplug', { board: deed.board });
        pulling = Promise.allSettled([pulling, pulled]);
        await pulled;
        worker?.missed(deed.board);
        return ok(undefined);
      }
      case 'press':
        await control.call('press', { board: deed.board, buttons: deed.buttons });
        return ok(undefined);
      case 'fault':
        await control.call('fault', { board: deed.board, fault: deed.fault });
        return ok(undefined);
      case 'network':
        await control.call('dps-faults', { outage: deed.cut ? 'refuse' : 'none' });
        networkCut = deed.cut;
        return ok(undefined);
      case 'new-tray':
        await freshTray();
        return ok(undefined);
      case 'work':
        return work();
      case 'rest':
        shift?.rest.abort();
        return ok(undefined);
    }
  }

  await firstTray();
  return {
    panel: () => ({
      tray: tray.flatMap((id) => {
        const board = boards.get(id);
        return board === undefined ? [] : [trayBoard(board)];
      }),
      slots,
      networkCut,
      working: shift === null ? null : { left, total: shift.total },
    }),
    onChange: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) lookAgain();
      return () => {
        listeners.delete(listener);
      };
    },
    do: async (deed) => {
      try {
        const done = await carryOut(deed);
        await look();
        changed();
        return done;
      } catch (error) {
        return fail(problem('bench-refused', { reason: error instanceof Error ? error.message : String(error) }));
      }
    },
    stop: async () => {
      stopped = true;
      stopTimer();
      shift?.rest.abort();
    },
  };
}

/** The serial on a board's label: stable over restarts, because it comes from the MAC. */
function serialOf(board: BenchBoard): string {
  return `SN${board.mac.slice(-6).toUpperCase()}`;
}

function labelOf(board: BenchBoard): string {
  return board.personality === 'linux' ? serialOf(board) : `${serialOf(board)};${board.mac}`;
}

function trayBoard(board: BenchBoard): TrayBoard {
  return { ...board, serial: serialOf(board), label: labelOf(board) };
}

function demoUnit(board: BenchBoard | undefined) {
  if (board === undefined) throw new Error('a board of the tray is not on the bench');
  return { board: board.board, serial: serialOf(board), label: labelOf(board) };
}
