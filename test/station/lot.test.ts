import { afterEach, expect, it } from 'vitest';
import { valueFrom } from '../doubles/books.ts';
import { openStationBench, type StationBench, type TestBoard } from '../doubles/station-bench.ts';
import { type DpsBench, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';

/* A lot of finished units is looked at; what is wrong with two of them was done behind the station's back. */

let dps: DpsBench | null = null;
let bench: StationBench | null = null;
afterEach(async () => {
  await bench?.close();
  await dps?.close();
  bench = null;
  dps = null;
});

const lotSize = 20;

it('of 20 units with 2 bad ones is rejected for these two, without a false alarm', async () => {
  const service = await startDpsBench();
  dps = service;
  const at = await openStationBench(service, { slots: 4 });
  bench = at;
  at.operate();
  const station = at.station();
  const units: { readonly serial: string; readonly board: TestBoard }[] = [];
  for (let number = 1; number <= lotSize; number++) {
    const board = await at.makeBoard();
    const serial = `SN1${String(number).padStart(5, '0')}`;
    expect((await at.work(board, `${serial};${board.mac}`)).verdict?.outcome).toBe('passed');
    at.unplug(board);
    units.push({ serial, board });
  }
  await station.settled();
  await Promise.all(units.map(async ({ board }) => expect(await at.powerUp(board)).toMatch(/^assigned /)));

  // One entry gets another certificate, the board of another unit is exchanged for a third one's.
  const ask = serviceCaller(service.ready);
  const identityOf = async (serial: string) => {
    const { live } = valueFrom(await station.books.unit(serial));
    const identity = live?.state.step === 'done' ? live.state.identity : null;
    if (identity?.attestation !== 'x509') throw new Error('no certificate');
    return identity;
  };
  const [exchanged, swapped] = ['SN100007', 'SN100013'];
  const { registrationId } = await identityOf(exchanged);
  const { certificatePem } = await identityOf('SN100001');
  const { json } = await ask('GET', `/enrollments/${registrationId}`);
  const { registrationState: _, ...rest } = json;
  const attestation = { type: 'x509', x509: { clientCertificates: { primary: { certificate: certificatePem } } } };
  const put = await ask('PUT', `/enrollments/${registrationId}`, { ...rest, attestation }, { 'If-Match': json.etag });
  expect(put.status).toBe(200);

  const { calls, finished } = station.quality;
  const plan = { plan: 'given', sampleSize: lotSize, accept: 1, reject: 2 } as const;
  const { lot } = valueFrom(await calls['lot-put']({ name: '=lot <7>', size: lotSize, plan, actor: 'Q-1' }));
  expect(
    await calls['lot-put']({ name: lot.name, size: 5, plan: { ...plan, sampleSize: 5 }, actor: 'Q-1' }),
  ).toMatchObject({
    problem: { code: 'lot-name-taken' },
  });
  const sample = async () => valueFrom(await calls['lot-sample']({ lot: lot.id }));
  expect(await sample()).toEqual({ rows: [], total: 0 });
  const named = units.slice(0, 3).map(({ serial }) => serial);
  valueFrom(await calls['lot-add']({ lot: lot.id, serials: named, actor: 'Q-1' }));
  // printf '=lot <7>\nSN100002' | sha256sum begins with 41, that of SN100001 with 71, of SN100003 with 76.
  expect(await sample()).toMatchObject({
    total: 3,
    rows: ['SN100002', 'SN100001', 'SN100003'].map((serial) => ({ serial })),
  });
  const boardOf = (serial: string) => units.find((unit) => unit.serial === serial)?.board as TestBoard;
  for (const { serial } of units) {
    const plugged = boardOf(serial === swapped ? 'SN100014' : serial);
    at.plug(plugged);
    const slot = at.slotOf(plugged)?.slot ?? 0;
    const order = { slot, ask: 'last-registration', hands: false, lot: lot.id, confirm: false, actor: 'Q-1' } as const;
    const { id } = valueFrom(await calls.verify({ ...order, text: serial }));
    await finished(id);
    at.unplug(plugged);
  }
  const bad = valueFrom(
    await calls['verification-list']({ before: null, limit: 100, serial: null, verdict: 'fail', lot: lot.id }),
  );
  expect(bad.rows.map((row) => row.serial).sort()).toEqual([exchanged, swapped]);
  const counted = valueFrom(await calls['lot-list']({ before: null, limit: 10 })).rows[0];
  expect(counted).toMatchObject({
    count: { members: 20, passed: 18, failed: 2, cannotTell: 0, left: 0 },
    verdict: 'rejected',
  });

  expect(await sample()).toEqual({ rows: [], total: 0 });

  // A 21st unit is none of this lot; a unit that was found bad stays bad, whatever a later look says.
  expect(await calls['lot-add']({ lot: lot.id, serials: ['SN199999'], actor: 'Q-1' })).toMatchObject({
    problem: { code: 'lot-full' },
  });
  const again = {
    text: swapped,
    slot: null,
    ask: 'last-registration',
    hands: false,
    lot: lot.id,
    confirm: false,
  } as const;
  const { id } = valueFrom(await calls.verify({ ...again, actor: 'Q-1' }));
  await finished(id);
  expect(valueFrom(await calls.verification({ id })).state).toMatchObject({ verdict: 'pass' });
  const closed = valueFrom(await calls['lot-close']({ lot: lot.id, actor: 'Q-2' }));
  expect(closed).toMatchObject({ verdict: 'rejected', count: { failed: 2 }, lot: { closedBy: 'Q-2' } });
  expect(await calls.verify({ ...again, actor: 'Q-1' })).toMatchObject({ problem: { code: 'lot-closed' } });
  expect(await calls['lot-close']({ lot: lot.id, actor: 'Q-2' })).toMatchObject({ problem: { code: 'lot-closed' } });

  const csv = valueFrom(await calls['lot-report']({ lot: lot.id, format: 'csv' }))
    .text.trimEnd()
    .split('\n');
  expect(csv).toHaveLength(lotSize + 1);
  // No cell begins a formula.
  expect(csv.filter((line) => line.includes(",'=lot <7>,rejected,"))).toHaveLength(lotSize);
  expect(csv.filter((line) => line.includes(',fail,')).map((line) => line.split(',').slice(3, 6))).toEqual([
    [exchanged, 'fail', 'entry-credential'],
    [swapped, 'fail', 'board-usb-serial'],
  ]);
  const html = valueFrom(await calls['lot-report']({ lot: lot.id, format: 'html' })).text;
  expect(html).toContain('<h1>Lot =lot &lt;7&gt;</h1>');
  expect(html).not.toMatch(/<7>|src=|href=|url\(|@import/);
  expect(html).toContain('TRAINING');
}, 180_000);
