import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { createHandlers } from '../../src/main/station/handlers.ts';
import type { OrderState } from '../../src/shared/contract-orders.ts';
import type { WorkOrder } from '../../src/shared/work-order.ts';
import { jobOf, testMoment, testOrigin, valueFrom } from '../doubles/books.ts';
import { orderOf } from '../doubles/orders.ts';
import { openStationBench, type StationBench, type StationBenchOptions } from '../doubles/station-bench.ts';
import { type DpsBench, startDpsBench } from '../interop/dps-bench.ts';

/* The real station under work orders: who is let in, how an order goes, when it closes, what a shift leaves behind. */

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

/** An order for what the bench has loaded. */
function order(name: string, change: Partial<WorkOrder> = {}): WorkOrder {
  const { recipe, hash } = bench.recipe;
  return orderOf(name, { recipe: recipe.name, recipeHash: hash, ...change });
}

const calls = () => createHandlers(bench.station()).calls;
const put = async (one: WorkOrder) =>
  valueFrom(await calls()['order-put']({ order: one, choose: true, actor: 'lead' }));
const close = (name: string, badge: string | null = null) =>
  calls()['order-close']({ order: name, actor: 'lead', countersign: badge === null ? null : { badge, pin: null } });
const code = (result: { ok: true } | { ok: false; problem: { code: string } }) =>
  result.ok ? 'ok' : result.problem.code;

/** The stream's next value that shows a fact. */
function line(fact: (state: OrderState) => boolean): Promise<OrderState> {
  return new Promise((resolve) => {
    let stop = (): void => {};
    const listener = (state: OrderState | null): void => {
      if (state === null || !fact(state)) return;
      queueMicrotask(() => stop());
      resolve(state);
    };
    stop = createHandlers(bench.station()).streams.orders(listener);
  });
}

/** Resolves when a return waits for its board. */
async function awaitsBoard(id: string): Promise<void> {
  const { returns } = bench.station();
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const stop = returns.onChange(changed.resolve);
    const { case: now } = valueFrom(await returns.detail(id));
    if (now.state.step !== 'awaiting-board') await changed.promise;
    stop();
    if (now.state.step === 'awaiting-board') return;
  }
}

async function made(serial: string) {
  const board = await bench.makeBoard();
  const slot = await bench.work(board, `${serial};${board.mac}`);
  bench.unplug(board);
  return { board, outcome: slot.verdict?.outcome };
}

it('an order of twelve: list, failures, a full order, proof before it closes, and a restart in between', async () => {
  const serials = Array.from({ length: 14 }, (_, index) => `SN${String(index + 1).padStart(2, '0')}`);
  await open({ settings: { orders: 'required', line: 'L1', number: 7 } });
  expect(code(await bench.station().scan('SN01;c89346000001'))).toBe('no-order');
  await put(order('WO-12', { quantity: 12, serials: { list: serials }, closesOn: 'proved', taktTargetInS: 60 }));
  expect(code(await bench.station().scan('SN99;c89346000001'))).toBe('serial-not-in-order');

  // A wrong board fails, and its serial is free again.
  const wrong = await bench.makeBoard('1.6.2');
  expect((await bench.work(wrong, `SN01;${wrong.mac}`)).verdict?.outcome).toBe('failed');
  bench.unplug(wrong);
  expect(valueFrom(await calls()['order-serials']({ order: 'WO-12', after: 0, limit: 1 }))).toMatchObject({
    rows: [{ serial: 'SN01', state: 'free', failures: 1 }],
    next: 1,
    total: 14,
  });

  const units = [];
  for (const serial of serials.slice(0, 6)) units.push(await made(serial));
  await bench.restart();
  bench.operate();
  expect(valueFrom(await bench.station().books.activeOrder())?.order.name).toBe('WO-12');
  expect(code(await bench.station().scan('SN01;c89346000001'))).toBe('serial-already-passed');
  for (const serial of serials.slice(6, 12)) units.push(await made(serial));
  expect(units.map(({ outcome }) => outcome)).toEqual(units.map(() => 'passed'));
  const full = await bench.station().scan('SN13;c89346000013');
  expect(full).toMatchObject({ problem: { code: 'order-full', facts: { order: 'WO-12' } } });
  const { latest } = valueFrom(await bench.station().books.unit('SN12'));
  expect(latest).toMatchObject({ order: 'WO-12', origin: { line: 'L1', number: 7 } });

  // Enrolled is not enough: this order asks for proof.
  await bench.station().settled();
  expect(await close('WO-12')).toMatchObject({ problem: { code: 'order-open-items', facts: { wanted: 'proved' } } });
  for (const { board } of units) expect(await bench.powerUp(board)).toMatch(/^assigned /);
  await bench.station().lookAtAll();
  const now = await line((state) => state.progress?.proved === 12);
  expect(now).toMatchObject({
    active: { name: 'WO-12', active: true, serials: { by: 'list', count: 14 } },
    progress: { passed: 12, failed: 1, units: 12, firstPass: 11, delivered: 12, taktTargetInS: 60, endsAt: null },
    serials: { free: 2, reserved: 0, used: 12 },
    recall: 0,
    golden: { state: 'none' },
  });
  expect(code(await close('WO-12'))).toBe('ok');
  expect(code(await close('WO-12'))).toBe('order-closed');
  expect(code(await bench.station().scan('SN13;c89346000013'))).toBe('no-order');
}, 180_000);

it('a parked unit that left is on the recall list with its order, keeps it open, and stands on the shift report', async () => {
  await open({ settings: { line: 'L1', number: 7 } });
  await put(order('WO-R', { quantity: 2, closesOn: 'delivered', sampling: { perThousand: 1_000, lot: 'L' } }));
  const board = await bench.makeBoard();
  dps.simulator.setFaults({ poisonIds: [`az-${board.mac}v1v6v5`] });
  expect(await bench.work(board, `SN1;${board.mac}`)).toMatchObject({ order: 'WO-R', sampled: true });
  expect((await line(({ samplingDue }) => samplingDue.length > 0)).samplingDue).toEqual([{ slot: 1, serial: 'SN1' }]);
  await bench.station().settled();
  expect((await line(() => true)).recall).toBe(0); // it is still here
  bench.unplug(board);
  expect(await line(({ recall }) => recall === 1)).toMatchObject({ samplingDue: [] });
  const row = { serial: 'SN1', order: 'WO-R', problem: { code: 'enrollment-refused' } };
  expect(valueFrom(await calls()['recall-list']({ before: null, limit: 10 }))).toMatchObject({ rows: [row], total: 1 });
  const asked = await close('WO-R');
  const facts = { order: 'WO-R', count: 1, serials: 'SN1', wanted: 'delivered' };
  expect(asked).toMatchObject({ problem: { code: 'order-open-items', facts } });

  const report = valueFrom(await calls()['shift-report']({ at: null }));
  expect(report).toMatchObject({
    station: 'station-1',
    line: 'L1',
    number: 7,
    order: { name: 'WO-R' },
    passed: 1,
    failed: 0,
    samples: [{ serial: 'SN1', order: 'WO-R' }],
    recall: { total: 1, rows: [row] },
  });
  const { rows } = valueFrom(await bench.station().books.listJournal({ after: 0, limit: 1_000 }));
  expect(report.auditHead).toBe(`${rows.at(-1)?.seq}:${rows.at(-1)?.hash}`);

  dps.simulator.setFaults({ poisonIds: [] });
  const [item] = valueFrom(await bench.station().books.listItems({ states: ['parked'], after: 0, limit: 1 })).rows;
  valueFrom(await bench.station().retry(item?.id ?? 0, 'lead'));
  await bench.station().settled();
  expect(code(await close('WO-R'))).toBe('ok');
});

it('two badges close an order that asks for them', async () => {
  await open();
  await put(order('WO-2', { twoBadges: true }));
  expect([code(await close('WO-2')), code(await close('WO-2', 'lead'))]).toEqual([
    'order-second-badge',
    'countersign-same',
  ]);
  expect(code(await close('WO-2', 'engineer'))).toBe('ok');
  const { rows } = valueFrom(await bench.station().books.listJournal({ after: 0, limit: 10 }));
  expect(rows.at(-1)).toMatchObject({ event: 'order-closed', origin: { actor: 'lead' } });
  expect(rows.at(-1)?.data).toBe('{"countersignedBy":"engineer","order":"WO-2"}');
});

it('orders that lie as files in the folder are taken in when the station opens', async () => {
  await open();
  const orders = join(bench.folder, 'data', 'training', 'orders');
  mkdirSync(orders);
  writeFileSync(join(orders, 'a.json'), JSON.stringify(order('WO-F')));
  writeFileSync(join(orders, 'b.json'), '{');
  writeFileSync(join(orders, 'c.txt'), 'no order');
  await bench.restart();
  expect(valueFrom(await calls()['order-list']({ state: 'open', limit: 10 })).rows.map(({ name }) => name)).toEqual([
    'WO-F',
  ]);
  expect(bench.station().warnings()).toMatchObject([
    { code: 'order-invalid', facts: { from: join('orders', 'b.json') } },
  ]);
});

describe('a folder under another name', () => {
  const renamed = { station: 'station-2' };
  it('is a warning while nothing is open', async () => {
    await open();
    await bench.restart({ settings: renamed });
    expect(bench.station().warnings()).toEqual([]); // no unit yet
    bench.operate();
    await made('SN1');
    await bench.restart({ settings: { ...renamed, number: 2 } });
    expect(bench.station().warnings()).toMatchObject([{ code: 'station-renamed' }]);
  });

  it('is not opened while jobs are open', async () => {
    await open();
    const killed = jobOf('SN1', { hardwareId: 'H1', origin: { ...testOrigin, station: 'station-1' } });
    const meanwhile = async (store: StationStore) =>
      valueFrom(
        await store.commit({ origin: testOrigin, at: testMoment, writes: [{ write: 'job-started', job: killed }] }),
      );
    await expect(bench.restart({ settings: renamed, meanwhile })).rejects.toThrow('station-renamed-at-work');
    await bench.restart();
  });
});

describe('golden units', () => {
  const goldenUnits = [
    { serial: 'GOOD', expect: 'pass' as const },
    { serial: 'BAD', expect: 'fail' as const },
  ];
  /** Judges every golden unit as a verifier does. */
  const verify = async (verdictOf: (serial: string) => 'pass' | 'fail' | 'cannot-tell') => {
    for (const { serial } of goldenUnits) {
      expect(valueFrom(await bench.station().orders.judgeGolden(serial, verdictOf(serial), 'qa'))).toBe(true);
    }
  };
  const right = (serial: string) => (serial === 'GOOD' ? 'pass' : 'fail');

  async function openGuarded(): Promise<void> {
    await open({ settings: { goldenUnits, shiftStarts: ['00:00'] } });
    await put(order('WO-G', { goldenCheck: { everyHours: 4 } }));
  }

  it('must be judged right before a unit is begun', async () => {
    await openGuarded();
    const due = { code: 'golden-check-due', facts: { serials: 'GOOD, BAD' } };
    expect(await bench.station().scan('SN1;c89346000001')).toMatchObject({ problem: due });
    expect((await line(() => true)).golden).toMatchObject({ state: 'due', serials: ['GOOD', 'BAD'] });
    await verify(right);
    expect((await line(() => true)).golden).toMatchObject({ state: 'good', serials: [] });
    expect((await made('SN1')).outcome).toBe('passed');
    expect(valueFrom(await bench.station().orders.judgeGolden('SN1', 'fail', 'qa'))).toBe(false);
  });

  it.each(['pass', 'fail', 'cannot-tell'] as const)(
    'keep the line shut for a verifier that always says %s',
    async (always) => {
      await openGuarded();
      await verify(() => always);
      const scanned = await bench.station().scan('SN1;c89346000001');
      expect(code(scanned)).toBe('golden-check-failed');
      await verify(right);
      valueFrom(await bench.station().scan('SN1;c89346000001'));
    },
  );

  it('that are judged wrong while a unit waits keep its board from being begun', async () => {
    await openGuarded();
    await verify(right);
    const board = await bench.makeBoard();
    valueFrom(await bench.station().scan(`SN1;${board.mac}`));
    await verify(() => 'pass');
    bench.plug(board);
    await bench.until(({ slots }) => slots[0]?.problem?.code === 'golden-check-failed');
    expect(board.board.state().secretWrites).toBe(0);
  });

  it('are asked for by the order alone', async () => {
    await open({ settings: { goldenUnits } });
    await put(order('WO-1'));
    valueFrom(await bench.station().scan('SN1;c89346000001'));
  });
});

describe('scans choose orders', () => {
  it('by number, and by an order that is a barcode itself', async () => {
    await open();
    await put(order('WO-1'));
    const whole = order('WO-2', {
      customer: 'x'.repeat(180),
      serials: { list: Array.from({ length: 100 }, (_, i) => `SN${i}`) },
    });
    expect(JSON.stringify(whole).length).toBeGreaterThan(512);
    valueFrom(await calls().scan({ text: JSON.stringify(whole), actor: 'badge 7' }));
    expect(valueFrom(await bench.station().books.activeOrder())?.order).toEqual(whole);
    valueFrom(await bench.station().scan('ORDER WO-1', 'badge 8'));
    expect(valueFrom(await bench.station().books.activeOrder())?.order.name).toBe('WO-1');
    const { rows } = valueFrom(await bench.station().books.listJournal({ after: 0, limit: 100 }));
    expect(
      rows.filter(({ event }) => event.startsWith('order-')).map(({ event, origin }) => [event, origin.actor]),
    ).toEqual([
      ['order-put', 'lead'],
      ['order-chosen', 'lead'],
      ['order-put', 'badge 7'],
      ['order-chosen', 'badge 7'],
      ['order-chosen', 'badge 8'],
    ]);
  });

  it.each([
    ['ORDER NOWHERE', 'order-unknown'],
    ['{"schema":"dps-station/order/1"}', 'order-invalid'],
    ['{not json', 'order-invalid'],
  ])('%s: %s', async (text, refusal) => {
    await open();
    expect(code(await bench.station().scan(text))).toBe(refusal);
  });

  it('never an order for another recipe, or for an instance that nobody knows', async () => {
    await open();
    const station = bench.station();
    const choose = (one: WorkOrder) => station.orders.put(one, true, 'lead');
    expect(code(await choose(order('A', { recipeHash: '0'.repeat(64) })))).toBe('order-other-recipe');
    expect(code(await choose(order('B', { instance: 'other' })))).toBe('no-instance');
    expect(valueFrom(await station.books.activeOrder())).toBeNull();
  });
});

describe('an order that names another instance than its recipe', () => {
  it('enrolls its units there, and a returned one stays there', async () => {
    // The boards of this bench register in the west; the recipe's own instance has the same ID scope.
    const own = await startDpsBench({ idScope: dps.ready.idScope });
    try {
      await open({ instance: 'west', beside: { name: 'default', dps: own } });
      expect(bench.recipe.recipe.enrollment.instance).toBe('default');
      await put(order('WO-W', { instance: 'west' }));
      const { board, outcome } = await made('SNW1');
      expect(outcome).toBe('passed');
      const station = bench.station();
      await station.settled();
      const entries = () => dps.simulator.book().filter(({ registrationId }) => registrationId.includes(board.mac));
      const [before] = entries();
      expect(before).toMatchObject({ provisioningStatus: 'enabled' });
      expect(await bench.powerUp(board)).toMatch(/^assigned /);
      await station.lookAtAll();

      const options = { deleteRegistration: false, removeHubIdentity: false, oldEntry: 'disable', to: null } as const;
      const back = { serial: 'SNW1', reason: 'field-failure', note: '', deed: 'new-identity', options } as const;
      const asking = { actor: 'tech', permits: station.permits, countersign: null };
      const { id } = valueFrom(await station.returns.open(back, asking));
      await awaitsBoard(id);
      expect((await bench.work(board, `SNW1;${board.mac}`)).verdict?.outcome).toBe('passed');
      await station.settled();
      const [after, ...more] = entries();
      expect(more).toEqual([]);
      expect(after?.sha256Thumbprint).not.toBe(before?.sha256Thumbprint);
      const { live } = valueFrom(await station.books.unit('SNW1'));
      expect(live).toMatchObject({ instance: 'west' });
      expect(own.simulator.book()).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it('is refused where the firmware was made for another ID scope', async () => {
    const far = await startDpsBench({ idScope: '0ne00FA4000' });
    try {
      await open({ beside: { name: 'far', dps: far } });
      const refused = await bench.station().orders.put(order('WO-F', { instance: 'far' }), true, 'lead');
      expect(refused).toMatchObject({
        problem: {
          code: 'firmware-other-instance',
          facts: { what: 'ID scope', value: '0ne00FA4000', instance: 'far' },
        },
      });
    } finally {
      await far.close();
    }
  });
});

it('a serial that waits for its board is refused for another, and resumes with its own', async () => {
  await open();
  await put(order('WO-1', { quantity: 1 }));
  const [own, other] = [await bench.makeBoard(), await bench.makeBoard()];
  const { recipe, hash } = bench.recipe;
  const killed = jobOf('SN1', {
    hardwareId: own.usbSerial,
    labelMac: own.mac,
    recipe: recipe.name,
    recipeHash: hash,
    order: 'WO-1',
    origin: { ...testOrigin, station: 'station-1' },
  });
  await bench.restart({
    meanwhile: async (store) =>
      valueFrom(
        await store.commit({ origin: testOrigin, at: testMoment, writes: [{ write: 'job-started', job: killed }] }),
      ),
  });
  bench.operate();
  expect(await bench.station().scan(`SN1;${other.mac}`)).toMatchObject({
    problem: { code: 'serial-reserved', facts: { serial: 'SN1', slot: 1, board: own.usbSerial } },
  });
  bench.plug(other);
  expect(bench.station().snapshot().slots[0]).toMatchObject({ serial: 'SN1', ask: 'plug-back' });
  bench.plug(own);
  await bench.until(({ slots }) => slots[0]?.verdict?.outcome === 'passed');
  expect(other.board.state().secretWrites).toBe(0);
  expect(valueFrom(await bench.station().books.unit('SN1')).latest).toMatchObject({ order: 'WO-1' });
  expect(code(await bench.station().scan(`SN2;${other.mac}`))).toBe('order-full');
});
