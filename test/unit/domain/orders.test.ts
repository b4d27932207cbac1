import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { goldenState } from '../../../src/main/domain/golden-check.ts';
import {
  isSerialOf,
  judgeAdmission,
  judgeLoaded,
  serialCountOf,
  serialsOf,
} from '../../../src/main/domain/order-admission.ts';
import { type ProgressFacts, progressOf } from '../../../src/main/domain/order-progress.ts';
import { isSample } from '../../../src/main/domain/sampling.ts';
import { shiftAt, type ZoneOffset } from '../../../src/main/domain/shift.ts';
import { judgeIdentity } from '../../../src/main/domain/station-identity.ts';
import { sampleHash } from '../../../src/main/identity/sample-hash.ts';
import { problem } from '../../../src/shared/problem.ts';
import { type WorkOrder, workOrderSchema } from '../../../src/shared/work-order.ts';
import { orderOf } from '../../doubles/orders.ts';

/* Rules of the line as tables: who belongs to an order, how it goes, when a shift is, what is a sample. */

const range: WorkOrder['serials'] = { range: { prefix: 'SN', from: 8, to: 11, digits: 3 } };

describe('an order', () => {
  it.each<[string, Partial<Record<keyof WorkOrder, unknown>>, string]>([
    ['another schema', { schema: 'dps-station/order/2' }, 'schema'],
    ['a name that no barcode can say', { name: 'A B' }, 'name'],
    ['a pin that is no hash', { recipeHash: 'abc' }, 'recipeHash'],
    ['nothing to make', { quantity: 0 }, 'quantity'],
    ['more units than serials', { quantity: 3, serials: { list: ['a', 'b'] } }, 'quantity'],
    ['more units than the range has', { quantity: 5, serials: range }, 'quantity'],
    ['a serial twice', { quantity: 1, serials: { list: ['a', 'a'] } }, 'serials'],
    ['a range backwards', { serials: { range: { prefix: '', from: 2, to: 1, digits: 3 } } }, 'serials'],
    ['a number with more digits', { serials: { range: { prefix: '', from: 1, to: 1000, digits: 3 } } }, 'serials'],
    ['a member that nobody knows', { colour: 'red' } as never, ''],
  ])('is refused: %s', (_, change, path) => {
    const parsed = workOrderSchema.safeParse({ ...orderOf('A'), ...change });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map((issue) => String(issue.path[0] ?? ''))).toContain(path);
  });

  it.each<[WorkOrder['serials'], string, boolean]>([
    [null, 'anything', true],
    [{ list: ['a', 'b'] }, 'b', true],
    [{ list: ['a', 'b'] }, 'c', false],
    [range, 'SN008', true],
    [range, 'SN011', true],
    [range, 'SN007', false],
    [range, 'SN012', false],
    [range, 'SN8', false],
    [range, 'SN0008', false],
    [range, 'SX008', false],
    [range, 'SN00a', false],
    [range, 'SN1e1', false],
    [range, 'SN+10', false],
  ])('%j holds %s: %s', (serials, serial, held) => {
    expect(isSerialOf({ serials }, serial)).toBe(held);
  });

  it('counts its serials and gives them by the stretch', () => {
    expect(serialCountOf({ serials: range })).toBe(4);
    expect(serialsOf({ serials: range }, 0, 10)).toEqual(['SN008', 'SN009', 'SN010', 'SN011']);
    expect(serialsOf({ serials: range }, 3, 10)).toEqual(['SN011']);
    expect(serialsOf({ serials: range }, 4, 10)).toEqual([]);
    expect(serialsOf({ serials: { list: ['x', 'y', 'z'] } }, 1, 1)).toEqual(['y']);
    expect(serialsOf({ serials: null }, 0, 10)).toBeNull();
  });
});

describe('a scan under an order', () => {
  const order = orderOf('A', { quantity: 2, serials: { list: ['s1', 's2', 's3'] } });
  const fits = (instance: string) => (instance === order.instance ? null : problem('no-instance', { instance }));
  const loaded = { recipe: order.recipe, hash: order.recipeHash, fits };
  const active = { order, state: 'open' as const, active: true, closesOn: null, addedAt: '', closedAt: null };
  const facts = { serial: 's1', active, orders: 'optional' as const, loaded, taken: 0 };

  it.each<[string, Partial<Parameters<typeof judgeAdmission>[0]>, string | undefined]>([
    ['of the order', {}, undefined],
    ['of another', { serial: 's9' }, 'serial-not-in-order'],
    ['one to go', { taken: 1 }, undefined],
    ['none to go', { taken: 2 }, 'order-full'],
    ['closed', { active: { ...active, state: 'closed' } }, 'order-closed'],
    ['another recipe', { loaded: { ...loaded, recipe: 'other' } }, 'order-other-recipe'],
    ['a changed recipe', { loaded: { ...loaded, hash: '0'.repeat(64) } }, 'order-other-recipe'],
    ['an unfit instance', { active: { ...active, order: { ...order, instance: 'b' } } }, 'no-instance'],
    [
      'another, fit instance',
      { active: { ...active, order: { ...order, instance: 'b' } }, loaded: { ...loaded, fits: () => null } },
      undefined,
    ],
    ['no order, none needed', { active: null }, undefined],
    ['no order, one needed', { active: null, orders: 'required' }, 'no-order'],
  ])('%s', (_, change, code) => {
    expect(judgeAdmission({ ...facts, ...change })?.code).toBe(code);
  });

  it('fits what is loaded', () => {
    expect(judgeLoaded(order, loaded)).toBeNull();
  });
});

describe('progress', () => {
  const minute = (of: number) => new Date(Date.UTC(2026, 10, 20, 8, of)).toISOString();
  const now = Date.parse(minute(60));
  const facts: ProgressFacts = {
    quantity: 10,
    running: 1,
    passed: 4,
    unsettled: 0,
    failed: 1,
    aborted: 0,
    delivered: 3,
    proved: 2,
    units: 5,
    firstPass: 4,
    firstStartedAt: minute(0),
    passedAt: [minute(57), minute(55), minute(50), minute(48)],
    passedSince: 4,
    taktTargetInS: 90,
  };

  it('takes the median between passes, and forecasts the end by it', () => {
    // Gaps of 2, 5 and 2 minutes: the middle one is 120 s; six units to go are 12 minutes.
    expect(progressOf(facts, now)).toMatchObject({ taktInS: 120, unitsPerHour: 4, endsAt: minute(72) });
  });

  it.each<[string, Partial<ProgressFacts>, object]>([
    ['two gaps: halfway', { passedAt: [minute(57), minute(55), minute(50)] }, { taktInS: 210 }],
    ['one pass: the target tells', { passedAt: [minute(57)] }, { taktInS: null, endsAt: minute(69) }],
    ['one pass, no target', { passedAt: [], taktTargetInS: null }, { taktInS: null, endsAt: null }],
    ['half an hour old', { firstStartedAt: minute(30) }, { unitsPerHour: 8 }],
    ['just begun', { firstStartedAt: '2026-11-20T08:59:30.000Z' }, { unitsPerHour: null }],
    ['not begun', { firstStartedAt: null }, { unitsPerHour: null }],
    ['all made', { passed: 10 }, { endsAt: null }],
  ])('%s', (_, change, expected) => {
    expect(progressOf({ ...facts, ...change }, now)).toMatchObject(expected);
  });
});

describe('shifts', () => {
  /** What the time zone database says, by the calendar of the runtime. */
  const zone =
    (timeZone: string): ZoneOffset =>
    (at) => {
      const parts = new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }).formatToParts(at);
      const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
      const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
      return Math.round((local - at) / 60_000);
    };
  const three = ['06:00', '14:00', '22:00'];

  it.each<[string, string, readonly string[], string, string, string]>([
    ['a plain day', 'UTC', three, '2026-11-20T10:00Z', '2026-11-20T06:00Z', '2026-11-20T14:00Z'],
    ['its very start', 'UTC', three, '2026-11-20T14:00Z', '2026-11-20T14:00Z', '2026-11-20T22:00Z'],
    ['the night before midnight', 'UTC', three, '2026-11-20T23:00Z', '2026-11-20T22:00Z', '2026-11-21T06:00Z'],
    ['the night behind midnight', 'UTC', three, '2026-11-21T05:59Z', '2026-11-20T22:00Z', '2026-11-21T06:00Z'],
    ['local time', 'Europe/Berlin', three, '2026-11-20T10:00Z', '2026-11-20T05:00Z', '2026-11-20T13:00Z'],
    // 2026-03-29 02:00 -> 03:00 in Berlin: the night shift has seven hours.
    ['spring night', 'Europe/Berlin', three, '2026-03-29T02:00Z', '2026-03-28T21:00Z', '2026-03-29T04:00Z'],
    // 2026-10-25 03:00 -> 02:00: nine hours.
    ['autumn night', 'Europe/Berlin', three, '2026-10-25T02:00Z', '2026-10-24T20:00Z', '2026-10-25T05:00Z'],
    // A start that the clock skips: 02:30 is shown by nobody; half an hour behind the gap.
    ['skipped start', 'Europe/Berlin', ['02:30'], '2026-03-29T02:00Z', '2026-03-29T01:30Z', '2026-03-30T00:30Z'],
    // A start that comes twice: the first one counts.
    ['doubled start', 'Europe/Berlin', ['02:30'], '2026-10-25T01:00Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    [
      'half-hour summer time',
      'Australia/Lord_Howe',
      three,
      '2026-10-03T16:00Z',
      '2026-10-03T11:30Z',
      '2026-10-03T19:00Z',
    ],
    ['far from Greenwich', 'Pacific/Auckland', three, '2026-11-20T00:30Z', '2026-11-19T17:00Z', '2026-11-20T01:00Z'],
    ['one shift a day', 'America/New_York', ['00:00'], '2026-03-08T12:00Z', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
  ])('%s', (_, timeZone, starts, at, since, until) => {
    const shift = shiftAt(Date.parse(at), starts, zone(timeZone));
    expect([shift.since, shift.until]).toEqual([Date.parse(since), Date.parse(until)]);
  });
});

describe('samples', () => {
  it.each([
    // printf 'LOT-7\nSN0001' | sha256sum, in GNU coreutils 9.
    ['LOT-7', 'SN0001', '82839856909bfbd687b1375ac04dfd51455b3197c90fbf4773fd843fdc78038b'],
    ['LOT-7', 'SN0002', '973db2da479ca1bf7f8532a991b8b38c2382f998674f3863cb0c207e6ac4cd3d'],
    ['LOT-8', 'SN0001', '2736c8a60c83e3c8e2ae00491a5ca32044406dd27f9debdf5f26c249e4862512'],
  ])('hash of %s and %s', (lot, serial, hash) => {
    expect(sampleHash(lot, serial)).toBe(hash);
  });

  const half = `8${'0'.repeat(63)}`;
  it.each<[string, number, boolean]>([
    ['0'.repeat(64), 0, false],
    ['0'.repeat(64), 1, true],
    ['f'.repeat(64), 1_000, true],
    ['f'.repeat(64), 999, false],
    [half, 500, false], // exactly a half is not below it
    [`7${'f'.repeat(63)}`, 500, true],
    [half, 501, true],
  ])('%s at %i of a thousand: %s', (hash, perThousand, drawn) => {
    expect(isSample(hash, perThousand)).toBe(drawn);
  });

  it('are as many as asked for, by a count of the hashes themselves', () => {
    const serials = Array.from({ length: 20_000 }, (_, index) => `SN${index}`);
    const drawn = serials.filter((serial) => isSample(sampleHash('LOT', serial), 20));
    // The same drawn apart, in floating point from the first 48 bits.
    const apart = serials.filter((serial) => {
      const digest = createHash('sha256')
        .update(Buffer.from(`LOT\n${serial}`))
        .digest();
      return digest.readUIntBE(0, 6) / 2 ** 48 < 0.02;
    });
    expect(drawn).toEqual(apart);
    expect(drawn.length).toBeGreaterThan(320);
    expect(drawn.length).toBeLessThan(480);
  });
});

describe('the golden check', () => {
  const at = (of: string) => `2026-11-20T${of}:00.000Z`;
  const units = [
    { serial: 'GOOD', expect: 'pass' as const },
    { serial: 'BAD', expect: 'fail' as const },
  ];
  const judged = (serial: string, found: string, time: string) => ({ serial, found, at: at(time) });
  const right = [judged('GOOD', 'pass', '06:10'), judged('BAD', 'fail', '06:12')];
  const facts = { units, results: right, shiftStartedAt: at('06:00'), everyHours: 4, now: Date.parse(at('08:00')) };

  it.each<[string, Partial<typeof facts>, string, readonly string[]]>([
    ['both right', {}, 'good', []],
    ['nothing judged', { results: [] }, 'due', ['GOOD', 'BAD']],
    ['one judged', { results: right.slice(0, 1) }, 'due', ['BAD']],
    ['before the shift', { shiftStartedAt: at('06:11') }, 'due', ['GOOD']],
    ['too long ago', { now: Date.parse(at('10:10')) }, 'expired', ['GOOD']],
    ['a bad unit that passed', { results: [...right, judged('BAD', 'pass', '07:00')] }, 'failed', ['BAD']],
    ['a good unit that failed', { results: [judged('GOOD', 'fail', '06:20')] }, 'failed', ['GOOD']],
    ['a verifier that cannot tell', { results: [...right, judged('BAD', 'cannot-tell', '07:00')] }, 'failed', ['BAD']],
    ['right again', { results: [judged('BAD', 'pass', '06:01'), ...right] }, 'good', []],
    ['no bad unit known', { units: units.slice(0, 1) }, 'due', ['a known-bad unit']],
    ['no good unit known', { units: units.slice(1) }, 'due', ['a known-good unit']],
  ])('%s', (_, change, state, serials) => {
    expect(goldenState({ ...facts, ...change })).toMatchObject({ state, serials });
  });

  it('is good until the older of the two expires', () => {
    expect(goldenState(facts).goodUntil).toBe(at('10:10'));
  });

  it.each(['pass', 'fail', 'cannot-tell'])('stays shut for a verifier that always says %s', (always) => {
    const results = units.map(({ serial }) => judged(serial, always, '06:10'));
    expect(goldenState({ ...facts, results }).state).toBe('failed');
  });
});

describe('the name of a station', () => {
  const was = { station: 'a', line: 'L1', number: 3 };
  it.each<[string, object, object | null, number, string | null]>([
    ['no job yet', was, null, 0, null],
    ['as before', was, was, 1, null],
    ['another name', { ...was, station: 'b' }, was, 0, 'station-renamed'],
    ['another line', { ...was, line: 'L2' }, was, 0, 'station-renamed'],
    ['another number', { ...was, number: 4 }, was, 0, 'station-renamed'],
    ['no line any more', { station: 'a', number: 3 }, was, 0, 'station-renamed'],
    ['another name with open jobs', { ...was, station: 'b' }, was, 2, 'station-renamed-at-work'],
  ])('%s', (_, now, before, open, code) => {
    const judged = judgeIdentity(now as typeof was, before as typeof was | null, open);
    const told = judged === null ? null : 'refuse' in judged ? judged.refuse : judged.warn;
    expect(told?.code ?? null).toBe(code);
    expect(judged === null || 'refuse' in judged === open > 0).toBe(true);
  });
});
