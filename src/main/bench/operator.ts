import type { SlotSnapshot } from '../../shared/station-snapshot.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import type { BenchControl } from './bench-control.ts';

/** A unit of the demo: its board and what its label says. */
export type DemoUnit = { readonly board: string; readonly serial: string; readonly label: string };

/**
 * An operator made of rules: scans a label, plugs the board, presses what the station asks for and nothing else, takes
 * finished boards away. All hands go through the bench, which counts them.
 */
export type Operator = {
  /** Works through the units, `before` each; resolves when each had its turn and every board is off the bench. */
  work(
    units: readonly DemoUnit[],
    before?: (unit: DemoUnit) => Promise<void>,
    /** Aborted: no further unit is begun; those on the bench are finished. */
    signal?: AbortSignal,
  ): Promise<void>;
  /** Somebody else took this board off the bench. */
  missed(board: string): void;
};

/** Makes an operator who watches this station. */
export function createOperator(handle: StationHandle, bench: BenchControl, slots: number): Operator {
  const answered = new Map<number, string>(); // slot -> the ask that was answered
  const benchSlots = new Map<string, number>(); // board -> place on the bench
  const leaving = new Set<string>(); // boards that were taken off and that the station has not missed yet
  const busy = new Map<string, Promise<unknown>>();
  const wakers = new Set<() => void>();

  /** One hand per board at a time. */
  function hand(board: string, task: () => Promise<unknown>): void {
    const run = task().finally(() => {
      busy.delete(board);
      for (const wake of [...wakers]) wake();
      look();
    });
    busy.set(board, run);
    run.catch((error: unknown) => fail(error));
  }
  let fail: (error: unknown) => void = () => {};

  function look(): void {
    const { slots: shown } = handle.snapshot();
    for (const board of leaving)
      if (!shown.some((slot) => slot.path !== null && slot.hardwareId === board)) leaving.delete(board);
    for (const slot of shown) {
      answer(slot);
      if (slot.state === 'done' && slot.path !== null && slot.hardwareId !== null) takeAway(slot.hardwareId);
    }
  }

  function answer(slot: SlotSnapshot): void {
    if (slot.ask === null || slot.hardwareId === null || slot.path === null) {
      answered.delete(slot.slot);
      return;
    }
    const ask = `${slot.jobId} ${slot.ask} ${slot.hint?.code ?? ''}`;
    if (answered.get(slot.slot) === ask || slot.ask === 'plug-back' || slot.ask === 'type-mac') return;
    const board = slot.hardwareId;
    const buttons = slot.ask;
    // A hand that is busy here looks again when it is done.
    if (busy.has(board)) return;
    answered.set(slot.slot, ask);
    hand(board, () => bench.call('press', { board, buttons }));
  }

  function takeAway(board: string): void {
    if (leaving.has(board) || busy.has(board)) return;
    leaving.add(board);
    hand(board, async () => {
      await pull(board);
      benchSlots.delete(board);
    });
  }

  /** Pulls a board; one that somebody else pulled in the same moment is off as well. */
  async function pull(board: string): Promise<void> {
    try {
      await bench.call('unplug', { board });
    } catch (error) {
      const { boards } = await bench.call('state', {});
      if (boards.some((one) => one.board === board && one.path !== null)) throw error;
    }
  }

  /** Waits for a fact, or until nobody wants it any more. */
  function until(fact: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => check(), { once: true });
      const check = (): void => {
        if (!fact() && signal?.aborted !== true) return;
        wakers.delete(check);
        resolve();
      };
      wakers.add(check);
      check();
    });
  }

  const freeBenchSlot = (): number | undefined => {
    const taken = new Set(benchSlots.values());
    return Array.from({ length: slots }, (_, index) => index + 1).find((slot) => !taken.has(slot));
  };
  const stationHasRoom = (): boolean =>
    handle.snapshot().slots.some((slot) => slot.state !== 'working' && slot.path === null);

  async function feed(unit: DemoUnit, signal?: AbortSignal): Promise<void> {
    const ready = (): boolean =>
      handle.snapshot().waitingScan === null && stationHasRoom() && freeBenchSlot() !== undefined;
    await until(ready, signal);
    if (signal?.aborted) return;
    await bench.call('scan', { text: unit.label });
    await until(() => handle.snapshot().waitingScan?.serial === unit.serial || handle.snapshot().scanProblem !== null);
    if (handle.snapshot().waitingScan?.serial !== unit.serial) return;
    const slot = freeBenchSlot();
    if (slot === undefined) throw new Error('no place on the bench');
    benchSlots.set(unit.board, slot);
    await bench.call('plug', { board: unit.board, slot });
    await until(() => handle.snapshot().waitingScan === null || benchSlots.get(unit.board) !== slot);
  }

  /** What lies on the bench: left there by a stop of the station, perhaps with a hand still moving it. */
  async function lookAtBench(): Promise<readonly string[]> {
    for (;;) {
      const { boards } = await bench.call('state', {});
      const lying = boards.filter((board) => board.slot !== null);
      if (lying.some((board) => board.path === null)) continue;
      for (const { board, slot } of lying) benchSlots.set(board, slot ?? 0);
      return lying.map(({ board }) => board);
    }
  }

  /** Boards that lie on the bench without a job are taken off first; only then may one of them come again. */
  async function clearBench(lying: readonly string[]): Promise<void> {
    const shownAt = (board: string) =>
      handle.snapshot().slots.find((slot) => slot.hardwareId === board && slot.path !== null);
    for (const board of lying) {
      await until(() => shownAt(board) !== undefined || !benchSlots.has(board));
      if (shownAt(board)?.state === 'idle') takeAway(board);
    }
    await until(() => lying.every((board) => !leaving.has(board) && !busy.has(board)));
  }

  return {
    work: async (units, before, signal) => {
      const failed = new Promise<never>((_, reject) => {
        fail = reject;
      });
      failed.catch(() => undefined);
      const lying = await lookAtBench();
      const stop = handle.onChange(() => {
        look();
        for (const wake of [...wakers]) wake();
      });
      try {
        const shift = async (): Promise<void> => {
          look();
          await clearBench(lying);
          for (const unit of units) {
            if (signal?.aborted) break;
            await before?.(unit);
            await feed(unit, signal);
          }
          const allOff = (): boolean =>
            handle.snapshot().slots.every((slot) => slot.state !== 'working' && slot.path === null);
          // The station misses a board before the hand that took it has let go.
          await until(() => allOff() && busy.size === 0);
        };
        await Promise.race([shift(), failed]);
      } finally {
        stop();
      }
    },
    missed: (board) => {
      benchSlots.delete(board);
      for (const wake of [...wakers]) wake();
    },
  };
}
