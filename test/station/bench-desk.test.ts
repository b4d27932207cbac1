import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { type BenchControl, connectBench } from '../../src/main/bench/bench-control.ts';
import { type BenchDesk, openBenchDesk } from '../../src/main/bench/bench-desk.ts';
import { benchSecrets, benchSettings } from '../../src/main/bench/bench-settings.ts';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import type { BenchBoard, BenchState } from '../../src/shared/bench.ts';
import type { TrayBoard } from '../../src/shared/bench-panel.ts';
import { valueFrom } from '../doubles/books.ts';
import { startTestBench } from '../doubles/test-bench.ts';

/*
 * The hands of the embedded bench on a computer where each of them can be slow, and beside the hands of a person.
 */

/** A hand that is held until it is let go. */
type Held = { readonly asked: Promise<void>; letGo(): void };

/**
 * A desk of one place. The next hand that pulls a board can be held before it pulls, or when the cable is out and the
 * place not free yet.
 */
async function openDesk() {
  const simulated = await startTestBench();
  onTestFinished(() => simulated.stop());
  const folder = mkdtempSync(join(tmpdir(), 'bench-desk-'));
  const settings = benchSettings(simulated.ready, { station: 's', slots: 1 }, 'mxchip-devkit');
  const handle = valueFrom(
    await openStation({
      dataFolder: folder,
      settings,
      recipe: valueFrom(loadRecipe(settings.recipe)),
      door: 'test',
      actor: 'tester',
      secrets: benchSecrets(simulated.ready),
    }),
  );
  onTestFinished(async () => {
    await handle.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const poweredUp: string[] = []; // in their customer's place
  const straight = connectBench(simulated.ready.control);
  let held: { readonly where: 'before' | 'half'; asked(): void; readonly gate: Promise<void> } | null = null;
  let half: BenchBoard | null = null; // its cable is out
  const holdPull = (where: 'before' | 'half'): Held => {
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    held = { where, asked: asked.resolve, gate: gate.promise };
    return { asked: asked.promise, letGo: gate.resolve };
  };
  async function slowPull(board: string, hand: NonNullable<typeof held>) {
    if (hand.where === 'before') {
      hand.asked();
      await hand.gate;
      return straight.call('unplug', { board });
    }
    half = { ...simulated.bench.state().boards.find((one) => one.board === board), path: null } as BenchBoard;
    const pulled = await straight.call('unplug', { board });
    hand.asked();
    await hand.gate;
    half = null;
    return pulled;
  }
  const control: BenchControl = {
    call: async (verb, request) => {
      if (verb === 'unplug' && held !== null) {
        const hand = held;
        held = null;
        return slowPull((request as { board: string }).board, hand) as never;
      }
      if (verb === 'power-up') poweredUp.push(...(request as { boards: string[] }).boards);
      const answer = await straight.call(verb, request);
      if (verb !== 'state' || half === null) return answer;
      const state = answer as BenchState;
      const boards = state.boards.map((one) => (one.board === half?.board ? half : one));
      return { ...state, boards } as never;
    },
  };
  const troubles: unknown[] = [];
  const sight = { blind: false }; // the station has not found the boards yet
  const slow: StationHandle = {
    ...handle,
    snapshot: () => {
      const now = handle.snapshot();
      return sight.blind
        ? { ...now, slots: now.slots.map((slot) => ({ ...slot, path: null, hardwareId: null })) }
        : now;
    },
  };
  const desk = await openBenchDesk({
    control,
    handle: slow,
    slots: 1,
    kind: '1.6.5',
    clock: systemClock,
    onTrouble: (error) => troubles.push(error),
  });
  onTestFinished(() => desk.stop());
  return { desk, control, handle, holdPull, poweredUp, sight, troubles, bench: simulated.bench };
}

/** Waits until a station or a desk shows what is wanted. */
function until(shown: Pick<BenchDesk, 'onChange'>, fact: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!fact()) return;
      stop();
      resolve();
    };
    const stop = shown.onChange(check);
    check();
  });
}

async function passByHand(desk: BenchDesk, handle: StationHandle, board: TrayBoard): Promise<void> {
  const slot = () => handle.snapshot().slots[0];
  valueFrom(await desk.do({ deed: 'scan', board: board.board }));
  await until(handle, () => handle.snapshot().waitingScan?.serial === board.serial);
  valueFrom(await desk.do({ deed: 'plug', board: board.board }));
  await until(handle, () => slot()?.ask === 'enter-configuration');
  valueFrom(await desk.do({ deed: 'press', board: board.board, buttons: 'enter-configuration' }));
  await until(handle, () => slot()?.verdict?.outcome === 'passed');
}

const only = (desk: BenchDesk): TrayBoard => {
  const [board] = desk.panel().tray.slice(-1);
  if (board === undefined) throw new Error('the tray is empty');
  return board;
};

describe('a bench that works through its tray', () => {
  it('gives a board power at its customer only when the hand that took it off has let go', async () => {
    const { desk, control, handle, holdPull, poweredUp, troubles } = await openDesk();
    const pulling = holdPull('half');
    valueFrom(await desk.do({ deed: 'work' }));
    await pulling.asked;
    // The station has missed the board long before the hand is back.
    await until(handle, () => handle.snapshot().slots[0]?.path === null);
    await handle.settled();
    // A desk that thought itself done would look at its boards now; these looks come behind that one.
    for (let looks = 0; looks < 10; looks++) await control.call('state', {});
    expect(desk.panel().working).not.toBeNull();
    pulling.letGo();
    await until(desk, () => desk.panel().working === null);
    expect(poweredUp).toEqual([only(desk).board]);
    expect(only(desk)).toMatchObject({ slot: null, lastRegistration: expect.stringContaining('assigned') });
    expect(troubles).toEqual([]);
  });

  it('begins when the board that a person just takes off is off', async () => {
    const { desk, control, handle, holdPull, poweredUp, troubles } = await openDesk();
    const first = only(desk);
    await passByHand(desk, handle, first);
    const pulling = holdPull('before');
    const pulled = desk.do({ deed: 'unplug', board: first.board });
    const begun = desk.do({ deed: 'work' });
    await pulling.asked;
    // A desk that did not wait would make its new tray meanwhile.
    for (let looks = 0; looks < 100; looks++) await control.call('state', {});
    pulling.letGo();
    valueFrom(await pulled);
    valueFrom(await begun);
    await until(desk, () => desk.panel().working === null);
    expect(only(desk).board).not.toBe(first.board);
    expect(poweredUp).toEqual([only(desk).board]);
    expect(only(desk)).toMatchObject({ slot: null, lastRegistration: expect.stringContaining('assigned') });
    expect(troubles).toEqual([]);
  });

  it('takes a board for gone that a person pulled in the same moment', async () => {
    const { desk, handle, holdPull, poweredUp, troubles, bench } = await openDesk();
    const first = only(desk);
    valueFrom(await desk.do({ deed: 'plug', board: first.board }));
    await until(handle, () => handle.snapshot().slots[0]?.state === 'idle');
    const pulling = holdPull('before');
    valueFrom(await desk.do({ deed: 'work' }));
    await pulling.asked;
    valueFrom(await desk.do({ deed: 'unplug', board: first.board }));
    pulling.letGo();
    await until(desk, () => desk.panel().working === null);
    expect(troubles).toEqual([]);
    expect(bench.state().boards.map((one) => one.slot)).toEqual([null, null]);
    expect(poweredUp).toEqual([only(desk).board]);
  });

  it('does not wait for a board that a person took away before the station found it', async () => {
    const { desk, poweredUp, sight, troubles } = await openDesk();
    const first = only(desk);
    sight.blind = true;
    valueFrom(await desk.do({ deed: 'plug', board: first.board }));
    valueFrom(await desk.do({ deed: 'work' }));
    valueFrom(await desk.do({ deed: 'unplug', board: first.board }));
    sight.blind = false;
    await until(desk, () => desk.panel().working === null);
    expect(troubles).toEqual([]);
    expect(poweredUp).toEqual([only(desk).board]);
    expect(only(desk).lastRegistration).toContain('assigned');
  });
});
