import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { personalitySchema } from '../../src/shared/bench.ts';
import { valueFrom } from '../doubles/books.ts';
import { openStationBench, type StationBench, type StationBenchOptions } from '../doubles/station-bench.ts';
import { type DpsBench, startDpsBench } from '../interop/dps-bench.ts';

/* The real station at simulated boards: what becomes of a unit on its ordinary way, and of every wrong scan. */

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
const inBook = (id: string) => dps.simulator.book().filter((row) => row.registrationId === id);

describe('a unit', () => {
  it.each(personalitySchema.options)(
    'with firmware %s passes, is enrolled, and registers by itself',
    async (personality) => {
      await open({ personality });
      const board = await bench.makeBoard();
      const slot = await bench.work(board, `SN1;${board.mac}`);
      expect(slot).toMatchObject({
        verdict: { outcome: 'passed', problem: null },
        serial: 'SN1',
        ask: null,
        hint: null,
      });
      await bench.station().settled();
      const id = `az-${board.mac}v${personality.replaceAll('.', 'v')}`;
      const [row] = inBook(id);
      // The board restarts by itself and may be registering already.
      expect(row).toMatchObject({ provisioningStatus: 'enabled' });
      expect(board.board.state().secretWrites).toBe(1);
      bench.unplug(board);
      // The board derives its certificate from what it holds; only the enrolled one lets it in.
      expect(await bench.powerUp(board)).toMatch(/^assigned /);
      await bench.station().lookAtAll();
      const { latest } = valueFrom(await bench.station().books.unit('SN1'));
      expect(latest?.state).toMatchObject({
        step: 'done',
        outcome: 'passed',
        identity: { registrationId: id, fingerprint: row?.sha256Thumbprint },
      });
      expect(latest?.state).toHaveProperty('provedAt', expect.stringMatching(/^\d{4}-/));
      expect(latest).toMatchObject({ hardwareId: board.usbSerial, origin: { mode: 'training', actor: 'tester' } });
      expect(valueFrom(await bench.station().books.counts()).jobs).toMatchObject({ passed: 1, proved: 1, running: 0 });
    },
  );

  it('whose board waits at its prompt already needs no hand', async () => {
    await open();
    bench.idle();
    const board = await bench.makeBoard();
    board.board.hold('A');
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    expect(bench.shown.some((text) => text.includes('"ask":"enter-configuration"'))).toBe(false);
  });

  it('leaves its secret nowhere but in the board', async () => {
    await open();
    const boards = await Promise.all([bench.makeBoard(), bench.makeBoard()]);
    for (const [index, board] of boards.entries()) await bench.work(board, `SN${index};${board.mac}`);
    await bench.station().settled();
    const files = readdirSync(bench.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const places = [
      ...files.map((file) => readFileSync(join(file.parentPath, file.name))),
      ...bench.shown.map((text) => Buffer.from(text)),
    ];
    expect(files.length).toBeGreaterThan(4);
    for (const board of boards) {
      const hex = board.memory.read('uds');
      expect(hex).toMatch(/^[0-9a-f]{64}$/i);
      const secret = Buffer.from(hex, 'hex');
      const forms = [hex.toLowerCase(), hex.toUpperCase(), secret.toString('base64'), secret.toString('base64url')];
      for (const place of places) {
        for (const form of forms) expect(place.includes(form)).toBe(false);
        expect(place.includes(secret)).toBe(false);
        // No part of it either: eight bytes do not come by chance.
        expect(place.includes(hex.slice(0, 16).toLowerCase())).toBe(false);
      }
    }
    const password = boards[0]?.memory.read('wifiPassword') ?? '';
    const key = /SharedAccessKey=(.*)$/.exec(dps.ready.serviceConnectionString)?.[1] ?? '';
    expect([password.length, key.length].every((length) => length > 8)).toBe(true);
    for (const place of places) expect([place.includes(password), place.includes(key)]).toEqual([false, false]);
  });
});

describe('scans', () => {
  it('a second scan before a plug is refused aloud; the first keeps waiting until CANCEL', async () => {
    await open();
    const board = await bench.makeBoard();
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    expect(await bench.station().scan('SN2;c89346000002')).toMatchObject({
      ok: false,
      problem: { code: 'scan-waiting-for-board', facts: { waiting: 'SN1' } },
    });
    expect(bench.station().snapshot()).toMatchObject({
      waitingScan: { serial: 'SN1', slot: null },
      scanProblem: { code: 'scan-waiting-for-board' },
    });
    expect(await bench.station().scan(`SN1;${board.mac}`)).toMatchObject({ ok: true });
    valueFrom(await bench.station().scan('CANCEL'));
    expect(bench.station().snapshot()).toMatchObject({ waitingScan: null, scanProblem: null });
    valueFrom(await bench.station().scan('SN2;c89346000002'));
  });

  it.each([
    ['?!', 'scan-not-recognised'],
    ['SN1', 'label-has-no-mac'],
    ['SLOT 3', 'slot-unknown'],
    ['SLOT 0', 'slot-unknown'],
  ])('%s: %s', async (text, code) => {
    await open();
    expect(await bench.station().scan(text)).toMatchObject({ ok: false, problem: { code } });
    expect(bench.station().snapshot().waitingScan).toBeNull();
  });

  it("a slot's own barcode comes first or last, and works at a board that is there already", async () => {
    await open({ slots: 3 });
    const [one, two] = [await bench.makeBoard(), await bench.makeBoard()];
    bench.plug(one);
    bench.plug(two);
    expect(bench.slotOf(two)).toMatchObject({ slot: 2, state: 'idle' });
    valueFrom(await bench.station().scan('SLOT 2'));
    valueFrom(await bench.station().scan(`SN2;${two.mac}`));
    await bench.until(({ slots }) => slots[1]?.state === 'done');
    expect(bench.slotOf(two)).toMatchObject({ slot: 2, serial: 'SN2', verdict: { outcome: 'passed' } });
    expect(bench.slotOf(one)).toMatchObject({ slot: 1, state: 'idle', serial: null });
    valueFrom(await bench.station().scan(`SN1;${one.mac}`));
    valueFrom(await bench.station().scan('SLOT 1'));
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    expect(bench.slotOf(one)).toMatchObject({ serial: 'SN1', verdict: { outcome: 'passed' } });
  });

  it('a serial that passed is refused, on whatever board; a board that passed takes no other serial', async () => {
    await open();
    const [one, two] = [await bench.makeBoard(), await bench.makeBoard()];
    await bench.work(one, `SN1;${one.mac}`);
    bench.unplug(one);
    expect(await bench.station().scan(`SN1;${two.mac}`)).toMatchObject({
      ok: false,
      problem: { code: 'serial-already-passed' },
    });
    expect(await bench.station().rework(`SN1;${one.mac}`)).toMatchObject({
      ok: false,
      problem: { code: 'rework-not-needed' },
    });
    expect(await bench.station().rework('SN9;c89346000009')).toMatchObject({
      ok: false,
      problem: { code: 'serial-unknown' },
    });
    const slot = await bench.work(one, `SN2;${one.mac}`);
    expect(slot).toMatchObject({ problem: { code: 'hardware-taken', facts: { serial: 'SN1' } } });
    expect(one.board.state().secretWrites).toBe(1);
    // The scan still waits: the right board may follow.
    expect(bench.station().snapshot().waitingScan?.serial).toBe('SN2');
    bench.unplug(one);
    bench.plug(two);
    await bench.until(({ slots }) => slots.some((now) => now.serial === 'SN2' && now.state === 'done'));
    // The label named another board: its MAC is the id that SN1 has.
    expect(bench.slotOf(two)?.verdict).toMatchObject({ outcome: 'failed', problem: { code: 'registration-id-taken' } });
    expect(two.board.state().secretWrites).toBe(0);
  });

  it('a serial in work is refused with its slot', async () => {
    await open();
    bench.idle();
    const [one, two] = [await bench.makeBoard(), await bench.makeBoard()];
    valueFrom(await bench.station().scan(`SN1;${one.mac}`));
    bench.plug(one);
    await bench.until(({ slots }) => slots[0]?.ask === 'enter-configuration');
    expect(await bench.station().scan(`SN1;${two.mac}`)).toMatchObject({
      ok: false,
      problem: { code: 'serial-in-work', facts: { slot: 1 } },
    });
  });
});

it('sixteen slots work at once, and none waits for another', async () => {
  await open({ slots: 16 });
  const boards = await Promise.all(Array.from({ length: 16 }, () => bench.makeBoard()));
  const stuck = boards[0];
  for (const [index, board] of boards.entries()) {
    valueFrom(await bench.station().scan(`SN${index + 1};${board.mac}`));
    if (board === stuck) board.board.setFault('silence');
    bench.plug(board);
    await bench.until(({ waitingScan }) => waitingScan === null);
  }
  const now = await bench.until(({ slots }) => slots.filter((slot) => slot.state === 'done').length === 15);
  expect(now.slots.filter((slot) => slot.state === 'working').map((slot) => slot.serial)).toEqual(['SN1']);
  expect(now.slots.filter((slot) => slot.verdict?.outcome === 'passed')).toHaveLength(15);
  await bench.station().settled();
  for (const board of boards.slice(1)) expect(inBook(`az-${board.mac}v1v6v5`)).toHaveLength(1);
});
