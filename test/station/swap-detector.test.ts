import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import {
  type Decision,
  decideProvision,
  type JobEffect,
  type JobEvent,
  type ProvisionPlan,
  startProvision,
} from '../../src/main/domain/provision-machine.ts';
import type { LinePresence } from '../../src/main/ports/line.ts';
import { createBoardCheck } from '../../src/main/station/board-check.ts';
import { createDeviceSession } from '../../src/main/station/device-session.ts';
import type { SessionOptions } from '../../src/main/station/session-options.ts';
import type { BoardIdentity } from '../../src/shared/recipe.ts';
import { recipeSchema } from '../../src/shared/recipe.ts';
import { ok } from '../../src/shared/result.ts';
import { enrollmentOf, identityOf, jobOf, valueFrom } from '../doubles/books.ts';
import { shellLine } from '../doubles/shell-line.ts';
import { openStationBench, type StationBench } from '../doubles/station-bench.ts';
import { startDpsBench } from '../interop/dps-bench.ts';

/* A board that is exchanged while its unit is worked on: nothing must be written to it. */

/** A board of the fast bench: its own adapter, what it tells of itself, and for which unit it got a secret. */
type FastBoard = { readonly usbSerial: string; readonly tells: string; secretOf: string | null };
/** `board`: with its adapter; `behind`: the adapter stays, another board hangs on it. */
type Swap = { readonly what: 'board' | 'behind'; readonly before: JobEffect['effect'] };

const path = '/dev/bench';
const effects = ['connect', 'open-shell', 'read-board', 'make-identity', 'check-board'] as const;
/** Behind an adapter only the board itself can tell, and only what it told before. */
const behind = ['make-identity', 'check-board'] as const;

/** Numbers from 0 to 1 that come the same each time (Mulberry32, public domain). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Takes one unit through the machine and the real check; the board that was there first, the last one, and the end. */
async function work(number: number, identity: BoardIdentity, swap: Swap | null) {
  const plan: ProvisionPlan = {
    board: 'linux-shell',
    macFrom: 'none',
    setsWifi: false,
    writes: true,
    checksBoard: identity !== 'none',
  };
  const serial = `SN${number}`;
  const first: FastBoard = { usbSerial: `A${number}`, tells: `M${number}`, secretOf: null };
  let there = first;
  const job = jobOf(serial, { hardwareId: first.usbSerial });
  const check = createBoardCheck({
    job,
    path,
    identity,
    present: async () => ok([{ path, usbSerial: there.usbSerial, vendorId: null, productId: null }]),
    read: async () => ok(there.tells),
  });
  async function perform(effect: JobEffect): Promise<JobEvent> {
    if (swap?.before === effect.effect) {
      const usbSerial = swap.what === 'behind' ? there.usbSerial : `A${number}-other`;
      there = { usbSerial, tells: `M${number}-other`, secretOf: null };
    }
    switch (effect.effect) {
      case 'connect':
        return { event: 'connected', labelMac: null };
      case 'open-shell':
        return { event: 'shell-open' };
      case 'read-board':
        return (await check.remember()).ok ? { event: 'board-read' } : { event: 'restarted' };
      case 'make-identity':
        return { event: 'identity-made', identity: identityOf(serial), enrollment: enrollmentOf(serial, 'AAAA') };
      case 'check-board':
        return check.check();
      case 'write-secret':
        there.secretOf = serial;
        return { event: 'secret-acknowledged' };
      default:
        return { event: 'restarted' };
    }
  }
  let decision: Decision | null = startProvision();
  let state = decision.state;
  while (decision !== null && decision.effects[0] !== undefined) {
    decision = decideProvision(state, await perform(decision.effects[0]), plan);
    if (decision !== null) state = decision.state;
  }
  const done = state.step === 'done' ? state : null;
  return { first, last: there, outcome: done?.outcome ?? null, code: done?.problem?.code ?? null };
}

describe('10,000 units with swaps of one in a hundred', () => {
  const units = 10_000;

  async function shift(identity: BoardIdentity) {
    const chance = seeded(20_261_126);
    const count = { swapped: 0, caught: 0, falsely: 0, wrong: 0, passed: 0 };
    for (let number = 0; number < units; number++) {
      const isSwapped = chance() < 0.01;
      const what = identity === 'read' && chance() < 0.5 ? 'behind' : 'board';
      const moments = what === 'behind' ? behind : identity === 'none' ? effects.slice(0, -1) : effects;
      const before = moments[Math.floor(chance() * moments.length)] ?? 'connect';
      const unit = await work(number, identity, isSwapped ? { what, before } : null);
      if (isSwapped) count.swapped += 1;
      if (unit.code === 'board-swapped') count[isSwapped ? 'caught' : 'falsely'] += 1;
      if (unit.last !== unit.first && unit.last.secretOf !== null) count.wrong += 1;
      if (unit.outcome === 'passed') count.passed += 1;
    }
    return count;
  }

  it.each(['usb-serial', 'read'] as const)('%s: all are caught, and nobody else', async (identity) => {
    const { swapped, ...count } = await shift(identity);
    expect(swapped).toBeGreaterThan(60);
    expect(count).toEqual({ caught: swapped, falsely: 0, wrong: 0, passed: units - swapped });
  });

  it('none: each of them gets the secret of another unit, as its recipe accepts', async () => {
    const { swapped, ...count } = await shift('none');
    expect(swapped).toBeGreaterThan(60);
    expect(count).toEqual({ caught: 0, falsely: 0, wrong: swapped, passed: units });
  });

  it('usb-serial does not see a board that is exchanged behind an adapter which stays; read does', async () => {
    const swap = { what: 'behind', before: 'check-board' } as const;
    expect(await work(1, 'usb-serial', swap)).toMatchObject({ outcome: 'passed', last: { secretOf: 'SN1' } });
    expect(await work(1, 'read', swap)).toMatchObject({ outcome: 'failed', last: { secretOf: null } });
  });
});

describe('a DevKit at the real station', () => {
  let bench: StationBench | null = null;
  afterEach(async () => {
    await bench?.close();
    bench = null;
  });

  it('that is exchanged in mid-job on the same path gets no secret, and the serial is free for its own board', async () => {
    const dps = await startDpsBench();
    onTestFinished(() => dps.close());
    bench = await openStationBench(dps);
    const [own, other] = [await bench.makeBoard(), await bench.makeBoard()];
    valueFrom(await bench.station().scan(`SN1;${own.mac}`));
    bench.plug(own);
    await bench.until(({ slots }) => slots[0]?.ask === 'enter-configuration');
    bench.swap(own, other);
    other.board.reset('A');
    await bench.until(({ slots }) => slots[0]?.state === 'done');
    expect(bench.station().snapshot().slots[0]?.verdict).toEqual({
      outcome: 'failed',
      problem: {
        code: 'board-swapped',
        facts: { serial: 'SN1', expected: own.usbSerial, found: other.usbSerial },
      },
    });
    expect([own, other].map(({ board }) => board.state().secretWrites)).toEqual([0, 0]);
    const { latest } = valueFrom(await bench.station().books.unit('SN1'));
    expect(latest?.state).toMatchObject({ step: 'done', outcome: 'failed', identity: null });
    expect(valueFrom(await bench.station().books.counts()).items.pending).toBe(0);
    bench.unplug({ ...other, path: own.path });
    bench.operate();
    expect((await bench.work(own, `SN1;${own.mac}`)).verdict?.outcome).toBe('passed');
  });
});

describe('a Linux board that tells who it is', () => {
  it('is asked again by its real shell just before the write', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'swap-shell-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'machine-id');
    writeFileSync(file, 'one\n');
    const loaded = valueFrom(loadRecipe('x509-station'));
    const board = { ...loaded.recipe.board, identity: 'read' as const };
    const recipe = recipeSchema.parse({ ...loaded.recipe, board, read: { identity: `cat '${file}'` } });
    const line: LinePresence = { path: 'shell', usbSerial: 'H1', vendorId: null, productId: null };
    const session = createDeviceSession({
      job: jobOf('SN1', { hardwareId: 'H1' }),
      path: 'shell',
      recipe: { ...loaded, recipe },
      opener: { open: async () => ok(shellLine(folder)) },
      clock: systemClock,
      random: systemRandom,
      times: { answer: 5_000, secretAnswer: 5_000, probe: 100, silence: 5_000, operator: 5_000 },
      isHere: () => true,
      present: async () => ok([line]),
    } as unknown as SessionOptions);
    onTestFinished(() => session.close());
    for (const effect of ['connect', 'open-shell', 'read-board'] as const) {
      expect((await session.perform({ effect })).event).not.toBe('failed');
    }
    expect(await session.perform({ effect: 'check-board' })).toEqual({ event: 'board-checked' });
    writeFileSync(file, 'two\n');
    expect(await session.perform({ effect: 'check-board' })).toMatchObject({
      event: 'failed',
      problem: { code: 'board-swapped', facts: { expected: 'one', found: 'two' } },
    });
  });

  it('needs a recipe that says how to ask', () => {
    const { recipe } = valueFrom(loadRecipe('x509-station'));
    const asked = recipeSchema.safeParse({ ...recipe, board: { ...recipe.board, identity: 'read' } });
    expect(asked.error?.issues[0]?.path).toEqual(['read', 'identity']);
    const devkit = valueFrom(loadRecipe('mxchip-devkit')).recipe;
    expect(recipeSchema.safeParse({ ...devkit, board: { ...devkit.board, identity: 'read' } }).success).toBe(false);
  });
});
