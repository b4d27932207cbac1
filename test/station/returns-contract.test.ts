import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createHandlers } from '../../src/main/station/handlers.ts';
import { connect } from '../../src/shared/link/connect.ts';
import { linkPair } from '../../src/shared/link/link.ts';
import { serve } from '../../src/shared/link/serve.ts';
import type { OpenReturns } from '../../src/shared/returns.ts';
import { firmwareFile } from '../../src/simulation/board/bench-recipe.ts';
import { valueFrom } from '../doubles/books.ts';
import { openStationBench, type StationBench, type TestBoard } from '../doubles/station-bench.ts';
import { type DpsBench, startDpsBench } from '../interop/dps-bench.ts';

/* Returns as a page asks for them: over a link, every message parsed on both sides. */

let dps: DpsBench;
let bench: StationBench;
let board: TestBoard;
let client: ReturnType<typeof connect>;
const bugs: unknown[] = [];
beforeAll(async () => {
  dps = await startDpsBench();
  bench = await openStationBench(dps);
  bench.operate();
  board = await bench.makeBoard();
  await bench.work(board, `SN1;${board.mac}`);
  await bench.station().settled();
  const pair = linkPair();
  serve(pair.near, createHandlers(bench.station()), (error) => bugs.push(error));
  client = connect(pair.far);
}, 60_000);
afterAll(async () => {
  expect(bugs).toEqual([]);
  await bench.close();
  await dps.close();
});

const options = { deleteRegistration: false, removeHubIdentity: false, oldEntry: 'disable', to: null } as const;
const order = { serial: 'SN1', reason: 'scrap', note: '', deed: 'retire', options } as const;

it('finds the unit by its MAC and by plugging it in', async () => {
  const wanted = { serial: 'SN1', hardwareId: board.usbSerial, live: true, returnId: null };
  const mac = board.mac.replace(/..(?=.)/g, '$&:').toUpperCase();
  expect(valueFrom(await client.call('unit-find', { text: mac })).rows).toMatchObject([wanted]);
  const slot = bench.slotOf(board)?.slot ?? 0;
  expect(valueFrom(await client.call('unit-at-slot', { slot }))).toMatchObject({ unit: wanted });
  expect(valueFrom(await client.call('unit-at-slot', { slot: 9 }))).toEqual({ hardwareId: null, unit: null });
});

it('opens no return without a reason, and none for nobody', async () => {
  for (const bad of [{ reason: '' }, { actor: '' }, { deed: 'sell' }, { reason: undefined }]) {
    const input = { actor: 'T-1', countersign: null, ...order, ...bad };
    expect(await client.call('return-open', input as never)).toMatchObject({ ok: false });
  }
  expect(valueFrom(await client.call('return-list', { open: true, before: null, limit: 10 })).total).toBe(0);
});

it('says which certificates another image stops', async () => {
  const file = (ending: string) => readFileSync(join(bench.folder, `${firmwareFile}.${ending}`));
  const [bin, map] = [file('bin'), file('map')];
  const ask = (image: Buffer) =>
    client.call('forecast', {
      bin: image.toString('base64'),
      map: map.toString('base64'),
      recipe: null,
      known: [],
      after: 0,
      limit: 10,
    });
  expect(valueFrom(await ask(bin)).rows).toMatchObject([{ serial: 'SN1', verdict: 'goes-on' }]);
  bin.writeUInt8(bin.readUInt8(0x1000) ^ 1, 0x1000); // first byte of riot_core
  expect(valueFrom(await ask(bin)).rows).toMatchObject([{ serial: 'SN1', verdict: 'stops', why: ['riot-core'] }]);
});

it('follows a return on the stream until it has ended', async () => {
  const shown: (OpenReturns | null)[] = [];
  dps.simulator.setFaults({ failCalls: { calls: 1, status: 401 } });
  const heard = (fact: (now: OpenReturns | null) => boolean) =>
    new Promise<void>((resolve) => {
      const stop = client.watch('returns', (now) => {
        shown.push(now);
        if (fact(now)) queueMicrotask(() => resolve(stop()));
      });
      onTestFinished(stop);
    });
  const waiting = heard((now) => now?.rows[0]?.wait.needsPerson === true);
  const { id, notice } = valueFrom(await client.call('return-open', { actor: 'T-1', countersign: null, ...order }));
  expect(notice).toBeNull();
  await waiting;
  expect(shown.at(-1)).toMatchObject({
    open: 1,
    rows: [{ id, serial: 'SN1', step: 'disabling', wait: { problem: { code: 'credentials-refused' } } }],
  });
  const over = heard((now) => now?.open === 0 && shown.some((one) => one?.open === 1));
  valueFrom(await client.call('return-continue', { actor: 'T-1', id, leaveOut: false }));
  await over;
  expect(valueFrom(await client.call('return-detail', { id })).case.state).toMatchObject({ outcome: 'finished' });
  expect(await client.call('return-cancel', { actor: 'T-1', id })).toMatchObject({
    problem: { code: 'return-not-found' },
  });
  const { rows } = valueFrom(await client.call('return-list', { open: false, before: null, limit: 10 }));
  expect(rows).toMatchObject([{ id, origin: { actor: 'T-1' }, reason: 'scrap' }]);
});
