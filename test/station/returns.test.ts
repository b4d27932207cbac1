import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RecipeOf } from '../../src/shared/recipe.ts';
import type { ReturnOptions, ReturnOrder } from '../../src/shared/returns.ts';
import { valueFrom } from '../doubles/books.ts';
import {
  openStationBench,
  type StationBench,
  type StationBenchOptions,
  type TestBoard,
} from '../doubles/station-bench.ts';
import { type DpsBench, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';

/*
 * Returns at a real station: simulated boards, the simulated service over HTTPS. Boards and the service's own book are
 * the judges.
 */

type DiceRecipe = RecipeOf<'mxchip-devkit'>;

let dps: DpsBench;
let bench: StationBench;
beforeAll(async () => {
  dps = await startDpsBench();
});
afterAll(() => dps.close());
afterEach(async () => {
  dps.simulator.setFaults({ outage: 'none', failCalls: { calls: 0, status: 500 } });
  await bench.close();
});

async function open(options: StationBenchOptions = {}): Promise<StationBench> {
  bench = await openStationBench(dps, options);
  bench.operate();
  return bench;
}

const idOf = (board: TestBoard): string => `az-${board.mac}v1v6v5`;
const inBook = (board: TestBoard, at = dps) => at.simulator.book().filter((row) => row.registrationId === idOf(board));
const books = async (serial: string) => valueFrom(await bench.station().books.unit(serial));
const nothing: ReturnOptions = { deleteRegistration: false, removeHubIdentity: false, oldEntry: 'delete', to: null };

const orderOf = (serial: string, deed: ReturnOrder['deed'], change: Partial<ReturnOrder> = {}): ReturnOrder => ({
  serial,
  reason: 'field-failure',
  note: 'came back wet',
  deed,
  options: nothing,
  ...change,
});

function openReturn(order: ReturnOrder) {
  const { permits, returns } = bench.station();
  return returns.open(order, { actor: 'T-1', permits, countersign: null });
}

/** The return, once `fact` holds. */
async function until(id: string, fact: (step: string, code: string | null) => boolean) {
  const { returns } = bench.station();
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const stop = returns.onChange(changed.resolve);
    const found = valueFrom(await returns.detail(id));
    if (fact(found.case.state.step, found.wait.problem?.code ?? null)) {
      stop();
      return found;
    }
    await changed.promise;
    stop();
  }
}
const ended = (id: string) => until(id, (step) => step === 'done');

/** A unit that passed, registered and was proved. */
async function provedUnit(serial: string): Promise<TestBoard> {
  const board = await bench.makeBoard();
  expect((await bench.work(board, `${serial};${board.mac}`)).verdict?.outcome).toBe('passed');
  await bench.station().settled();
  bench.unplug(board);
  await registers(board);
  expect((await books(serial)).live?.state).toMatchObject({ provedAt: expect.any(String) });
  return board;
}

/** The board powers up away from the station and registers; the station hears of it. */
async function registers(board: TestBoard): Promise<void> {
  expect(await bench.powerUp(board)).toMatch(/^assigned /);
  await bench.station().lookAtAll();
}

describe('a new identity', () => {
  it('with the network down twice in between ends with one enabled credential, the one that the board holds', async () => {
    await open();
    const board = await provedUnit('SN1');
    const [before] = inBook(board);
    const secret = board.memory.read('uds');
    dps.simulator.setFaults({ outage: 'refuse' });
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-identity')));
    const waiting = await until(id, (_, code) => code !== null);
    expect(waiting).toMatchObject({ case: { state: { step: 'disabling' } }, wait: { needsPerson: false } });
    expect(waiting.wait.problem?.code).toBe('network-down');
    expect(Date.parse(waiting.wait.nextTryAt ?? '')).toBeGreaterThan(Date.now());
    // Nothing is written while the old credential still opens the door.
    expect(await bench.station().scan(`SN1;${board.mac}`)).toMatchObject({ problem: { code: 'return-not-ready' } });
    dps.simulator.setFaults({ outage: 'none' });
    bench.station().flush();
    await until(id, (step) => step === 'awaiting-board');
    expect(inBook(board)).toMatchObject([
      { provisioningStatus: 'disabled', sha256Thumbprint: before?.sha256Thumbprint },
    ]);
    expect(await bench.powerUp(board)).not.toMatch(/^assigned /);

    dps.simulator.setFaults({ outage: 'refuse' });
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    bench.unplug(board);
    await until(id, (step) => step === 'delivering');
    expect(board.memory.read('uds')).not.toBe(secret);
    dps.simulator.setFaults({ outage: 'none' });
    bench.station().flush();
    await until(id, (step) => step === 'proving');
    const [after, ...more] = inBook(board);
    expect(more).toEqual([]);
    expect(after).toMatchObject({ provisioningStatus: 'enabled' });
    expect(after?.sha256Thumbprint).not.toBe(before?.sha256Thumbprint);
    await registers(board);
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'finished' });
    expect(board.board.state().secretWrites).toBe(2);
    const { live } = await books('SN1');
    expect(live).toMatchObject({ kind: 'reprovision', state: { outcome: 'passed', provedAt: expect.any(String) } });
    const story = valueFrom(await bench.station().books.unitHistory('SN1')).lines.map(({ event }) => event);
    expect(story.filter((event) => event.startsWith('return-'))).toEqual([
      ...[
        'return-opened',
        'return-waits',
        'return-entry-seen',
        'return-step-held',
        'return-identity-written',
        'return-delivered',
      ],
      'return-proved',
    ]);
  });

  it('beside the old one, where the recipe allows it: both stand until the new one is proved', async () => {
    await open({ recipe: (recipe: DiceRecipe) => ({ ...recipe, returns: { overlap: true } }) });
    const board = await provedUnit('SN1');
    const before = inBook(board)[0]?.sha256Thumbprint;
    const ask = serviceCaller(dps.ready);
    const held = async () => {
      const slots = (await ask('GET', `/enrollments/${idOf(board)}`)).json.attestation.x509.clientCertificates;
      return [slots.primary, slots.secondary].map((slot) => slot?.info.sha256Thumbprint.toLowerCase() ?? null);
    };
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-identity')));
    await until(id, (step) => step === 'awaiting-board');
    expect(inBook(board)).toMatchObject([{ provisioningStatus: 'enabled' }]);
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    bench.unplug(board);
    await bench.station().settled();
    await until(id, (step) => step !== 'delivering' && step !== 'awaiting-board');
    const { live } = await books('SN1');
    const now = live?.state.step === 'done' ? live.state.identity?.fingerprint : null;
    expect(await held()).toEqual([before, now]);
    await registers(board);
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'finished' });
    expect(await held()).toEqual([now, null]);
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
  });

  it('after a compromise never stands beside the old one', async () => {
    await open({ recipe: (recipe: DiceRecipe) => ({ ...recipe, returns: { overlap: true } }) });
    const board = await provedUnit('SN1');
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-identity', { reason: 'suspected-compromise' })));
    await until(id, (step) => step === 'awaiting-board');
    expect(inBook(board)).toMatchObject([{ provisioningStatus: 'disabled' }]);
  });

  it('waits for a person when the service refuses the credentials, and goes on when told', async () => {
    await open();
    const board = await provedUnit('SN1');
    dps.simulator.setFaults({ failCalls: { calls: 1, status: 401 } });
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-identity')));
    const waiting = await until(id, (_, code) => code !== null);
    expect(waiting.wait).toMatchObject({
      problem: { code: 'credentials-refused' },
      needsPerson: true,
      nextTryAt: null,
    });
    const { permits, returns } = bench.station();
    expect(await returns.goOn(id, true, { actor: 'T-1', permits })).toMatchObject({
      problem: { code: 'return-step-needed' },
    });
    valueFrom(await returns.goOn(id, false, { actor: 'T-1', permits }));
    await until(id, (step) => step === 'awaiting-board');
    expect(inBook(board)).toMatchObject([{ provisioningStatus: 'disabled' }]);
  });

  it('is refused on storage that takes a secret once: it needs a new board', async () => {
    await open({ recipe: (recipe: DiceRecipe) => ({ ...recipe, secret: { storage: 'once' } }) });
    await provedUnit('SN1');
    expect(await openReturn(orderOf('SN1', 'new-identity'))).toMatchObject({
      problem: { code: 'return-needs-new-board' },
    });
  });

  it('on another board is refused, and so is a second return of the same serial', async () => {
    await open();
    const board = await provedUnit('SN1');
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-identity')));
    expect(await openReturn(orderOf('SN1', 'retire'))).toMatchObject({ problem: { code: 'return-is-open' } });
    await until(id, (step) => step === 'awaiting-board');
    const other = await bench.makeBoard();
    expect(await bench.work(other, `SN1;${board.mac}`)).toMatchObject({ problem: { code: 'serial-other-board' } });
    expect(other.board.state().secretWrites).toBe(0);
  });
});

describe('a cancellation', () => {
  it('lets the old identity in again', async () => {
    await open();
    const board = await provedUnit('SN1');
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-identity')));
    await until(id, (step) => step === 'awaiting-board');
    const { permits, returns } = bench.station();
    valueFrom(await returns.cancel(id, { actor: 'T-1', permits }));
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'cancelled' });
    expect(inBook(board)).toMatchObject([{ provisioningStatus: 'enabled' }]);
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
    expect(await bench.station().scan(`SN1;${board.mac}`)).toMatchObject({
      problem: { code: 'serial-already-passed' },
    });
    expect(await returns.cancel(id, { actor: 'T-1', permits })).toMatchObject({
      problem: { code: 'return-not-found' },
    });
  });

  it('that comes when the unit was scanned already keeps the board from getting anything', async () => {
    await open();
    const board = await provedUnit('SN1');
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-identity')));
    await until(id, (step) => step === 'awaiting-board');
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    const { permits, returns } = bench.station();
    valueFrom(await returns.cancel(id, { actor: 'T-1', permits }));
    await ended(id);
    bench.plug(board);
    const now = await bench.until(({ slots }) => slots.some(({ problem }) => problem !== null));
    expect(now.slots.find(({ problem }) => problem !== null)?.problem?.code).toBe('return-needed');
    expect(board.board.state().secretWrites).toBe(1);
  });
});

describe('a return that leads nowhere', () => {
  it('is ended by a person, shows an item that is parked, and makes room for a retirement', async () => {
    await open();
    const board = await provedUnit('SN1');
    const options = { ...nothing, deleteRegistration: true };
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'new-board', { options })));
    await until(id, (step) => step === 'awaiting-board');
    const other = await bench.makeBoard();
    const rejected = { registrationId: idOf(other), errorCode: 400004, message: 'not like this' };
    dps.simulator.setFaults({ rejectIds: [rejected] });
    expect((await bench.work(other, `SN1;${other.mac}`)).verdict?.outcome).toBe('passed');
    bench.unplug(other);
    await bench.station().settled();
    dps.simulator.setFaults({ rejectIds: [] });
    const parked = await until(id, (_, code) => code === 'enrollment-refused');
    expect(parked).toMatchObject({ case: { state: { step: 'delivering' } }, wait: { needsPerson: true } });
    const { permits, returns } = bench.station();
    expect(await returns.cancel(id, { actor: 'T-1', permits })).toMatchObject({ problem: { code: 'return-too-late' } });
    valueFrom(await returns.goOn(id, true, { actor: 'T-1', permits }));
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'unproved' });
    const retired = valueFrom(await openReturn(orderOf('SN1', 'retire', { reason: 'scrap' })));
    expect((await ended(retired.id)).case.state).toMatchObject({ outcome: 'finished' });
    expect((await books('SN1')).live).toBeNull();
    expect(inBook(board)).toMatchObject([{ provisioningStatus: 'disabled' }]);
  });
});

describe('a new board under the old serial', () => {
  it('takes over; the old board is refused by the service, and its entry is gone', async () => {
    await open();
    const old = await provedUnit('SN1');
    const order = orderOf('SN1', 'new-board', { reason: 'board-replaced' });
    const { id } = valueFrom(await openReturn(order));
    await until(id, (step) => step === 'awaiting-board');
    const slot = await bench.work(old, `SN1;${old.mac}`);
    expect(slot.problem?.code).toBe('return-same-board');
    bench.unplug(old);
    valueFrom(await bench.station().scan('CANCEL'));
    const board = await bench.makeBoard();
    expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
    bench.unplug(board);
    await bench.station().settled();
    expect(inBook(old)).toMatchObject([{ provisioningStatus: 'disabled' }]);
    expect(await bench.powerUp(old)).not.toMatch(/^assigned /);
    await registers(board);
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'finished' });
    expect([inBook(old).length, inBook(board).length]).toEqual([0, 1]);
    expect(await bench.powerUp(old)).not.toMatch(/^assigned /);
    expect((await books('SN1')).live?.hardwareId).toBe(board.usbSerial);
  });
});

describe('the same identity again', () => {
  it('writes nothing, says that the secret is gone, and ends when the board has registered anew', async () => {
    await open();
    const board = await provedUnit('SN1');
    const [before] = inBook(board);
    const opened = valueFrom(
      await openReturn(orderOf('SN1', 'register-again', { options: { ...nothing, deleteRegistration: true } })),
    );
    expect(opened.notice).toMatchObject({ code: 'return-secret-gone', facts: { serial: 'SN1' } });
    await until(opened.id, (step) => step === 'awaiting-registration');
    expect(inBook(board)).toEqual([{ ...before, registrationStatus: 'unassigned' }]);
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
    bench.station().flush();
    expect((await ended(opened.id)).case.state).toMatchObject({ outcome: 'finished' });
    expect(inBook(board)).toEqual([before]);
    expect(board.board.state().secretWrites).toBe(1);
  });

  it('does not take the registration of before for a new one', async () => {
    await open();
    const board = await provedUnit('SN1');
    const { id } = valueFrom(await openReturn(orderOf('SN1', 'register-again')));
    await until(id, (step) => step === 'awaiting-registration');
    await bench.station().returns.settled();
    bench.station().flush();
    await bench.station().returns.settled();
    expect(valueFrom(await bench.station().returns.detail(id)).case.state.step).toBe('awaiting-registration');
    expect(await bench.powerUp(board)).toMatch(/^assigned /);
    bench.station().flush();
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'finished' });
  });
});

describe('a retirement', () => {
  it('takes entry and registration record away; nobody holds the identity any more', async () => {
    await open();
    const board = await provedUnit('SN1');
    const order = orderOf('SN1', 'retire', { reason: 'scrap', options: { ...nothing, deleteRegistration: true } });
    const { id } = valueFrom(await openReturn(order));
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'finished' });
    expect(inBook(board)).toEqual([]);
    expect(await bench.powerUp(board)).not.toMatch(/^assigned /);
    expect((await books('SN1')).live).toBeNull();
    expect(await openReturn(order)).toMatchObject({ problem: { code: 'return-no-identity' } });
  });

  it('leaves the entry in place, disabled, where that was asked for', async () => {
    await open();
    const board = await provedUnit('SN1');
    const order = orderOf('SN1', 'retire', { options: { ...nothing, oldEntry: 'disable' } });
    const { id } = valueFrom(await openReturn(order));
    await ended(id);
    expect(inBook(board)).toMatchObject([{ provisioningStatus: 'disabled' }]);
  });

  it('names the hub whose identity it cannot reach, and goes on without when a person says so', async () => {
    await open();
    await provedUnit('SN1');
    const order = orderOf('SN1', 'retire', { options: { ...nothing, removeHubIdentity: true } });
    const { id } = valueFrom(await openReturn(order));
    const waiting = await until(id, (_, code) => code !== null);
    expect(waiting).toMatchObject({ wait: { problem: { code: 'no-hub-access' }, needsPerson: true } });
    const { permits, returns } = bench.station();
    valueFrom(await returns.goOn(id, true, { actor: 'T-1', permits }));
    expect((await ended(id)).case.state).toMatchObject({ outcome: 'finished' });
  });
});

describe('a move to another instance', () => {
  it('gives a new credential there; the old entry is disabled first and removed when the new one is proved', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'returns-move-'));
    const west = await startDpsBench({ idScope: '0ne00WE5700' });
    try {
      await open({ folder });
      const east = await provedUnit('SN1');
      await bench.close();
      bench = await openStationBench(west, {
        folder,
        instance: 'west',
        beside: { name: 'default', dps },
        recipe: (recipe) => ({ ...recipe, enrollment: { ...recipe.enrollment, instance: 'west' } }),
      });
      bench.operate();
      const order = orderOf('SN1', 'move', { reason: 'move' });
      expect(await openReturn(order)).toMatchObject({ problem: { code: 'return-no-target' } });
      expect(await openReturn({ ...order, options: { ...nothing, to: 'north' } })).toMatchObject({
        problem: { code: 'no-instance' },
      });
      const { id } = valueFrom(await openReturn({ ...order, options: { ...nothing, to: 'west' } }));
      await until(id, (step) => step === 'awaiting-board');
      expect(inBook(east)).toMatchObject([{ provisioningStatus: 'disabled' }]);
      // The same board, with the firmware of the other instance.
      const board = await bench.makeBoard('1.6.5', east);
      expect((await bench.work(board, `SN1;${board.mac}`)).verdict?.outcome).toBe('passed');
      bench.unplug(board);
      await bench.station().settled();
      await registers(board);
      expect((await ended(id)).case.state).toMatchObject({ outcome: 'finished' });
      expect(inBook(east)).toEqual([]);
      expect(inBook(board, west)).toMatchObject([{ provisioningStatus: 'enabled', registrationStatus: 'assigned' }]);
    } finally {
      await bench.close();
      await west.close();
      await open();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
