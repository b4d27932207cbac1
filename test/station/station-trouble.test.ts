import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BoardFault, trainingWifi } from '../../src/shared/bench.ts';
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

/* The real station when boards, cables and people misbehave, and under other recipes than the ordinary one. */

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
const idOf = (board: TestBoard): string => `az-${board.mac}v1v6v5`;
const inBook = (id: string) => dps.simulator.book().filter((row) => row.registrationId === id);
const writes = (board: TestBoard): number => board.board.state().secretWrites;
const latest = async (serial: string) => valueFrom(await bench.station().books.unit(serial)).latest;

describe('boards that do not fit', () => {
  it('another firmware fails before any secret exists', async () => {
    await open();
    const board = await bench.makeBoard('1.6.2');
    const slot = await bench.work(board, `SN1;${board.mac}`);
    expect(slot.verdict).toMatchObject({
      outcome: 'failed',
      problem: { code: 'firmware-version-mismatch', facts: { found: '1.6.2', expected: '1.6.5' } },
    });
    expect(writes(board)).toBe(0);
  });

  it('a port that another program holds fails, and the serial is free again', async () => {
    await open();
    const board = await bench.makeBoard();
    bench.plug(board);
    await bench.takePort(board);
    valueFrom(await bench.station().scan('SLOT 1'));
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    expect(bench.slotOf(board)?.verdict).toMatchObject({ outcome: 'failed', problem: { code: 'port-in-use' } });
    bench.unplug(board);
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
  });

  it('a board that is pulled before the secret fails; the serial is free again', async () => {
    await open();
    bench.idle();
    const board = await bench.makeBoard();
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    bench.plug(board);
    await bench.until(({ slots }) => slots[0]?.ask === 'enter-configuration');
    bench.unplug(board);
    await bench.until(({ slots }) => slots[0]?.verdict !== null);
    expect((await latest('SN1'))?.state).toMatchObject({ outcome: 'failed', problem: { code: 'line-lost' } });
    bench.operate();
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    expect(writes(board)).toBe(1);
  });

  it('silence after the banner is told as a hint, and the station carries on when the person tries again', async () => {
    await open({ times: { silence: 200 } });
    bench.idle();
    const board = await bench.makeBoard();
    board.board.setFault('silence');
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    bench.plug(board);
    await bench.until(({ slots }) => slots[0]?.ask === 'enter-configuration');
    board.board.reset('A');
    await bench.until(({ slots }) => slots[0]?.hint?.code === 'board-silent');
    expect(bench.slotOf(board)).toMatchObject({ state: 'working', ask: 'enter-configuration' });
    board.board.setFault('none');
    board.board.reset('A');
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    expect(bench.slotOf(board)).toMatchObject({ verdict: { outcome: 'passed' }, hint: null, ask: null });
  });

  it('a reset without the button is told as a hint, and the station carries on', async () => {
    await open();
    bench.idle();
    const board = await bench.makeBoard();
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    bench.plug(board);
    await bench.until(({ slots }) => slots[0]?.ask === 'enter-configuration');
    board.board.reset(null);
    await bench.until(({ slots }) => slots[0]?.hint?.code === 'board-mode-timeout');
    board.board.reset('A');
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    expect(bench.slotOf(board)?.verdict?.outcome).toBe('passed');
  });

  it('a person who never comes ends the job with a remedy', async () => {
    await open({ times: { operator: 300 } });
    bench.idle();
    const board = await bench.makeBoard();
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict).toMatchObject({
      outcome: 'failed',
      problem: { code: 'board-mode-timeout' },
    });
  });
});

describe('where the MAC comes from', () => {
  const macFrom =
    (from: DiceRecipe['registrationId']['macFrom']) =>
    (recipe: DiceRecipe): DiceRecipe => ({
      ...recipe,
      registrationId: { ...recipe.registrationId, macFrom: from },
    });

  it('from the access point: asked for first, then configuration mode', async () => {
    await open({ recipe: macFrom('ap-mode') });
    const board = await bench.makeBoard();
    expect((await bench.work(board, 'SN1')).verdict?.outcome).toBe('passed');
    await bench.station().settled();
    expect(inBook(idOf(board))).toHaveLength(1);
    const asks = bench.shown.flatMap((text) => /"ask":"([a-z-]+)"/.exec(text)?.[1] ?? []);
    expect(asks.filter((ask, index) => ask !== asks[index - 1])).toEqual(['enter-ap', 'enter-configuration']);
  });

  it('from the access point, but the label names another board', async () => {
    await open({ recipe: macFrom('ap-mode') });
    const board = await bench.makeBoard();
    expect((await bench.work(board, 'SN1;c89346ffffff')).verdict).toMatchObject({
      outcome: 'failed',
      problem: { code: 'mac-mismatch', facts: { found: board.mac } },
    });
    expect(writes(board)).toBe(0);
  });

  it('typed from the display, in any spelling', async () => {
    await open({ recipe: macFrom('display') });
    const board = await bench.makeBoard();
    valueFrom(await bench.station().scan('SN1'));
    bench.plug(board);
    await bench.until(({ slots }) => slots[0]?.ask === 'type-mac');
    expect(bench.station().typeMac(9, board.mac)).toMatchObject({ code: 'slot-unknown' });
    expect(bench.station().typeMac(1, board.mac.toUpperCase().replace(/(..)(?=.)/g, '$1:'))).toBeNull();
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    await bench.station().settled();
    expect(inBook(idOf(board))).toHaveLength(1);
  });

  it('typed wrongly: the unit fails, nothing was written', async () => {
    await open({ recipe: macFrom('display') });
    const board = await bench.makeBoard();
    valueFrom(await bench.station().scan('SN1'));
    bench.plug(board);
    await bench.until(({ slots }) => slots[0]?.ask === 'type-mac');
    bench.station().typeMac(1, 'not a mac');
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    expect(bench.slotOf(board)?.verdict).toMatchObject({ outcome: 'failed', problem: { code: 'mac-invalid' } });
    expect(writes(board)).toBe(0);
  });

  it('not at all: the id is made of the serial', async () => {
    await open({ recipe: (recipe) => ({ ...recipe, registrationId: { template: 'unit-{serial}', macFrom: 'none' } }) });
    const board = await bench.makeBoard();
    expect((await bench.work(board, 'sn1')).verdict?.outcome).toBe('passed');
    await bench.station().settled();
    expect(inBook('unit-sn1')).toHaveLength(1);
  });
});

describe('Wi-Fi', () => {
  const before = { ssid: 'old "net" #1', password: 'old secret' };
  it.each<[string, DiceRecipe['wifi'], { ssid: string; password: string }]>([
    ['keep', { do: 'keep' }, before],
    ['clear', { do: 'clear' }, { ...before, password: '' }],
    ['clear with a name', { do: 'clear', ssid: 'plant # 7' }, { ssid: 'plant # 7', password: '' }],
    [
      'set',
      { do: 'set', ssid: 'line "A" #1', passwordSecret: 'wifi-password' },
      { ssid: 'line "A" #1', password: trainingWifi.password },
    ],
  ])('%s', async (_, wifi, after) => {
    await open({ recipe: (recipe) => ({ ...recipe, wifi }) });
    const board = await bench.makeBoard();
    await board.memory.write('wifiSsid', before.ssid);
    await board.memory.write('wifiPassword', before.password);
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    expect({ ssid: board.memory.read('wifiSsid'), password: board.memory.read('wifiPassword') }).toEqual(after);
  });

  it('a password that the vault does not hold fails the unit before its secret', async () => {
    await open({
      recipe: (recipe) => ({ ...recipe, wifi: { do: 'set', ssid: 'x', passwordSecret: 'nobody-stored-it' } }),
    });
    const board = await bench.makeBoard();
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict).toMatchObject({
      outcome: 'failed',
      problem: { code: 'secret-not-found' },
    });
    expect(writes(board)).toBe(0);
  });
});

describe('writing the secret', () => {
  it.each<[BoardFault, number]>([
    ['write-failure', 0],
    ['verify-failure', 1],
  ])('%s fails the unit, nothing is enrolled, the serial is free again', async (fault, written) => {
    await open();
    const board = await bench.makeBoard();
    board.board.setFault(fault);
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict).toMatchObject({
      outcome: 'failed',
      problem: { code: 'board-secret-write-failed' },
    });
    await bench.station().settled();
    expect(inBook(idOf(board))).toEqual([]);
    expect(writes(board)).toBe(written);
    bench.unplug(board);
    board.board.setFault('none');
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
  });

  it.each<BoardFault>(['reboot-in-write', 'unplug-in-write'])(
    '%s: enrolled all the same, and passes when the board registers',
    async (fault) => {
      await open();
      const board = await bench.makeBoard();
      board.board.setFault(fault);
      await bench.work(board, `SN1;${board.mac}`);
      expect((await latest('SN1'))?.state).toMatchObject({ step: 'done', outcome: 'unsettled' });
      await bench.station().settled();
      expect(inBook(idOf(board))).toHaveLength(1);
      expect(await bench.station().scan(`SN1;${board.mac}`)).toMatchObject({
        ok: false,
        problem: { code: 'serial-unsettled' },
      });
      if (fault === 'reboot-in-write') bench.unplug(board);
      board.board.setFault('none');
      expect(await bench.powerUp(board)).toMatch(/^assigned /);
      await bench.station().lookAtAll();
      expect((await latest('SN1'))?.state).toMatchObject({
        outcome: 'passed',
        problem: null,
        provedAt: expect.any(String),
      });
      expect(writes(board)).toBe(1);
      expect(valueFrom(await bench.station().books.counts()).jobs).toMatchObject({
        passed: 1,
        unsettled: 0,
        proved: 1,
      });
    },
  );
});
