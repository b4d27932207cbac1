import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BoardFault } from '../../src/shared/bench.ts';
import type { RecipeOf } from '../../src/shared/recipe.ts';
import { valueFrom } from '../doubles/books.ts';
import {
  openStationBench,
  type StationBench,
  type StationBenchOptions,
  type TestBoard,
} from '../doubles/station-bench.ts';
import { type DpsBench, startDpsBench } from '../interop/dps-bench.ts';

type DiceRecipe = RecipeOf<'mxchip-devkit'>;

/* The real station when a write did not settle, when storage takes a secret once, and when an operator stops a job. */

let dps: DpsBench;
let bench: StationBench;
beforeAll(async () => {
  dps = await startDpsBench();
});
afterAll(() => dps.close());
afterEach(() => bench.close());

async function open(options: StationBenchOptions = {}): Promise<StationBench> {
  bench = await openStationBench(dps, options);
  bench.operate();
  return bench;
}
const inBook = (board: TestBoard) =>
  dps.simulator.book().filter((row) => row.registrationId === `az-${board.mac}v1v6v5`);
const writes = (board: TestBoard): number => board.board.state().secretWrites;
const books = async (serial: string) => valueFrom(await bench.station().books.unit(serial));

/** A unit whose board took the secret and restarted before it said so. */
async function unsettledUnit(fault: BoardFault = 'reboot-in-write'): Promise<TestBoard> {
  const board = await bench.makeBoard();
  board.board.setFault(fault);
  expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('unsettled');
  bench.unplug(board);
  board.board.setFault('none');
  return board;
}

async function rework(board: TestBoard, label: string) {
  valueFrom(await bench.station().rework(label));
  bench.plug(board);
  const now = await bench.until(({ slots, waitingScan }) =>
    slots.some(
      (slot) =>
        slot.hardwareId === board.usbSerial &&
        (slot.problem !== null || (waitingScan === null && slot.state === 'done')),
    ),
  );
  return now.slots.find((slot) => slot.hardwareId === board.usbSerial);
}

describe('a rework of an unsettled unit', () => {
  it('writes a new secret, takes the place of the old job and exchanges the enrollment', async () => {
    await open();
    const board = await unsettledUnit();
    await bench.station().settled();
    const [before] = inBook(board);
    const first = board.memory.read('uds');
    const old = await books('SN1');
    expect(await rework(board, `SN1;${board.mac}`)).toMatchObject({ verdict: { outcome: 'passed' } });
    await bench.station().settled();
    const [after, ...more] = inBook(board);
    expect(more).toEqual([]);
    expect(after?.sha256Thumbprint).not.toBe(before?.sha256Thumbprint);
    expect(board.memory.read('uds')).not.toBe(first);
    expect(writes(board)).toBe(2);
    const now = await books('SN1');
    expect(now.live).toMatchObject({ kind: 'reprovision', supersedes: old.live?.id, state: { outcome: 'passed' } });
    expect(valueFrom(await bench.station().books.counts()).jobs).toMatchObject({ passed: 1, unsettled: 0, running: 0 });
    bench.unplug(board);
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
    await bench.station().lookAtAll();
    expect((await books('SN1')).live?.state).toMatchObject({ outcome: 'passed', provedAt: expect.any(String) });
  });

  it('before the first enrollment had left, sends only the newest', async () => {
    await open();
    dps.simulator.setFaults({ outage: 'refuse' });
    const board = await unsettledUnit();
    expect(await rework(board, `SN1;${board.mac}`)).toMatchObject({ verdict: { outcome: 'passed' } });
    dps.simulator.setFaults({ outage: 'none' });
    bench.station().flush();
    await bench.station().settled();
    expect(inBook(board)).toHaveLength(1);
    bench.unplug(board);
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
    expect(valueFrom(await bench.station().books.counts()).items).toMatchObject({
      delivered: 1,
      superseded: 1,
      pending: 0,
      parked: 0,
    });
  });

  it('is refused on another board, and without an order', async () => {
    await open();
    const board = await unsettledUnit();
    const other = await bench.makeBoard();
    expect(await bench.station().scan(`SN1;${board.mac}`)).toMatchObject({
      ok: false,
      problem: { code: 'serial-unsettled' },
    });
    expect(await rework(other, `SN1;${board.mac}`)).toMatchObject({ problem: { code: 'serial-other-board' } });
    expect([writes(board), writes(other)]).toEqual([1, 0]);
    expect((await books('SN1')).live?.state).toMatchObject({ outcome: 'unsettled' });
  });

  it('that the board refuses ends failed; the serial is free, and the next try exchanges the enrollment', async () => {
    await open();
    const board = await unsettledUnit();
    board.board.setFault('write-failure');
    expect(await rework(board, `SN1;${board.mac}`)).toMatchObject({ verdict: { outcome: 'failed' } });
    bench.unplug(board);
    board.board.setFault('none');
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    await bench.station().settled();
    bench.unplug(board);
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
    expect(inBook(board)).toHaveLength(1);
  });

  it('that is aborted early leaves the old certificate in its rights', async () => {
    await open();
    const board = await unsettledUnit();
    await bench.station().settled();
    const [before] = inBook(board);
    bench.idle();
    valueFrom(await bench.station().rework(`SN1;${board.mac}`));
    bench.plug(board);
    await bench.until(({ slots }) => slots.some((slot) => slot.ask === 'enter-configuration'));
    expect(bench.station().abort(bench.slotOf(board)?.slot ?? 0)).toBeNull();
    await bench.until(({ slots }) => slots.some((slot) => slot.verdict?.outcome === 'aborted'));
    // Its board had power and Wi-Fi: it may have registered already, with the old certificate and no other.
    const { live } = await books('SN1');
    expect(live?.kind).toBe('provision');
    expect(live?.state).toMatchObject({ outcome: expect.stringMatching(/^(unsettled|passed)$/) });
    bench.unplug(board);
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
    await bench.station().lookAtAll();
    expect((await books('SN1')).live?.state).toMatchObject({ outcome: 'passed', provedAt: expect.any(String) });
    expect(inBook(board)).toEqual([{ ...before, registrationStatus: 'assigned' }]);
  });
});

describe('storage that takes a secret once', () => {
  const once = (recipe: DiceRecipe): DiceRecipe => ({ ...recipe, secret: { storage: 'once' } });

  it('gets it once, and a rework is refused before anything is written', async () => {
    await open({ recipe: once });
    const board = await unsettledUnit();
    expect(await rework(board, `SN1;${board.mac}`)).toMatchObject({
      verdict: { outcome: 'failed', problem: { code: 'secret-written-once' } },
    });
    expect(writes(board)).toBe(1);
    expect((await books('SN1')).live?.state).toMatchObject({ outcome: 'unsettled' });
  });

  it('counts a write that the board refused: nobody knows what it holds', async () => {
    await open({ recipe: once });
    const board = await bench.makeBoard();
    board.board.setFault('verify-failure');
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('failed');
    bench.unplug(board);
    board.board.setFault('none');
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict).toMatchObject({
      outcome: 'failed',
      problem: { code: 'secret-written-once' },
    });
    expect(writes(board)).toBe(1);
  });

  it('an ordinary unit passes', async () => {
    await open({ recipe: once });
    const board = await bench.makeBoard();
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
  });
});

describe('an abort', () => {
  it('before the intent frees the serial and the board', async () => {
    await open();
    bench.idle();
    const board = await bench.makeBoard();
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    bench.plug(board);
    await bench.until(({ slots }) => slots[0]?.ask === 'enter-configuration');
    expect(bench.station().abort(1)).toBeNull();
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    expect(bench.slotOf(board)?.verdict).toMatchObject({ outcome: 'aborted', problem: { code: 'aborted' } });
    expect(bench.station().abort(1)).toBeNull(); // nothing is left to stop
    expect(bench.station().abort(9)).toMatchObject({ code: 'slot-unknown' });
    bench.unplug(board);
    bench.operate();
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    expect(writes(board)).toBe(1);
  });

  it('between intent and acknowledgement is refused, and the unit passes', async () => {
    await open();
    const refused: (string | undefined)[] = [];
    const stop = bench.station().onChange(() => {
      const step = bench.station().snapshot().slots[0]?.step;
      if (step === 'intent' || step === 'restarting') refused.push(bench.station().abort(1)?.code);
    });
    const board = await bench.makeBoard();
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    stop();
    expect(refused.length).toBeGreaterThan(1);
    expect(new Set(refused)).toEqual(new Set(['no-abort-now']));
    expect(writes(board)).toBe(1);
  });
});
