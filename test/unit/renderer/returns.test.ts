import { describe, expect, it } from 'vitest';
import { isForGood, leavesOldEntry, obstacleTo } from '../../../src/renderer/features/returns/deed-choices.ts';
import { countsOf, ordersFrom } from '../../../src/renderer/features/returns/forecast-order.ts';
import {
  mayCancel,
  mayLeaveOut,
  placesOf,
  stepsOf,
  timesOf,
} from '../../../src/renderer/features/returns/return-steps.ts';
import { loadStretch } from '../../../src/renderer/features/returns/return-stretch.ts';
import type { HistoryLine } from '../../../src/shared/records.ts';
import { ok } from '../../../src/shared/result.ts';
import { type FoundUnit, type ReturnRow, type ReturnState, returnListSchema } from '../../../src/shared/returns.ts';

const options = { deleteRegistration: false, removeHubIdentity: false, oldEntry: 'disable', to: null } as const;
const plain = { options, overlap: false } as const;
const start: ReturnState = { step: 'disabling' };

describe('the steps of a return', () => {
  it('are those of its deed', () => {
    expect(stepsOf({ ...plain, deed: 'new-identity', state: start })).toEqual([
      'disabling',
      'awaiting-board',
      'delivering',
      'proving',
      'done',
    ]);
    expect(stepsOf({ ...plain, deed: 'retire', state: start })).toEqual(['disabling', 'removing', 'done']);
    expect(stepsOf({ ...plain, deed: 'move', state: start }).slice(-3)).toEqual(['proving', 'removing', 'done']);
  });

  it('hold what was asked for besides, the record last', () => {
    const all = { ...options, deleteRegistration: true, removeHubIdentity: true };
    expect(stepsOf({ options: all, overlap: false, deed: 'register-again', state: { step: 'noting' } })).toEqual([
      'noting',
      'clearing-hub',
      'clearing-record',
      'enabling',
      'awaiting-registration',
      'done',
    ]);
  });

  it('leave the old credential alone where both overlap', () => {
    const steps = stepsOf({ options, overlap: true, deed: 'new-identity', state: { step: 'awaiting-board' } });
    expect(steps).toEqual(['awaiting-board', 'delivering', 'proving', 'promoting', 'done']);
  });

  it('say how far it is, and what was left out', () => {
    const proving: ReturnState = { step: 'proving', jobId: 'j' };
    const there = (state: ReturnState) => placesOf({ ...plain, deed: 'new-identity', state }).map(({ place }) => place);
    expect(there(proving)).toEqual(['done', 'done', 'done', 'now', 'later']);
    expect(there({ step: 'done', outcome: 'unproved', jobId: 'j' })).toEqual([
      'done',
      'done',
      'done',
      'left-out',
      'done',
    ]);
    expect(placesOf({ ...plain, deed: 'retire', state: { step: 'done', outcome: 'cancelled', jobId: null } })).toEqual([
      { step: 'restoring', place: 'done' },
      { step: 'done', place: 'done' },
    ]);
  });

  it('get their times from the history', () => {
    const steps = stepsOf({ ...plain, deed: 'new-identity', state: { step: 'done', outcome: 'finished', jobId: 'j' } });
    const line = (event: string, at: string): HistoryLine => ({
      seq: 1,
      at,
      event,
      step: null,
      problem: null,
      jobId: null,
      actor: 'kim',
    });
    const times = timesOf(steps, [
      line('return-opened', '1'),
      line('return-waits', '1'),
      line('return-continued', '1'),
      line('return-step-held', '2'),
      line('job-started', '3'),
      line('return-identity-written', '4'),
      line('return-proved', '5'),
    ]);
    expect([...times]).toEqual([
      ['disabling', '2'],
      ['awaiting-board', '4'],
      ['delivering', '5'],
      ['proving', '5'],
      ['done', '5'],
    ]);
    const cancelled = timesOf(
      ['restoring', 'done'],
      [line('return-step-held', '2'), line('return-cancel-asked', '3'), line('return-step-held', '4')],
    );
    expect([...cancelled]).toEqual([
      ['restoring', '4'],
      ['done', '4'],
    ]);
  });

  it('are cancelled only before anything was cleared, and left out only where that is possible', () => {
    expect(mayCancel({ options, state: { step: 'awaiting-board' } })).toBe(true);
    expect(mayCancel({ options: { ...options, deleteRegistration: true }, state: { step: 'awaiting-board' } })).toBe(
      false,
    );
    expect(mayCancel({ options, state: { step: 'proving', jobId: 'j' } })).toBe(false);
    expect(mayLeaveOut('proving')).toBe(true);
    expect(mayLeaveOut('disabling')).toBe(false);
  });
});

const unit: FoundUnit = {
  serial: 'SN1',
  registrationId: 'sn1',
  hardwareId: 'A1',
  mac: null,
  instance: 'default',
  recipe: 'mxchip-devkit',
  live: true,
  provedAt: null,
  returnId: null,
};

describe('what can be done with a unit', () => {
  it('is said with the reason where it cannot be', () => {
    const facts = { unit, card: null, instances: ['default'] };
    expect(obstacleTo('retire', facts)).toBeNull();
    expect(obstacleTo('move', facts)?.code).toBe('return-no-target');
    expect(obstacleTo('move', { ...facts, instances: ['default', 'other'] })).toBeNull();
    expect(obstacleTo('retire', { ...facts, unit: { ...unit, live: false } })?.code).toBe('return-no-identity');
    expect(obstacleTo('retire', { ...facts, unit: { ...unit, returnId: 'r' } })?.code).toBe('return-is-open');
  });

  it('is asked once more where it cannot be taken back', () => {
    expect(isForGood('register-again', options)).toBe(false);
    expect(isForGood('register-again', { ...options, removeHubIdentity: true })).toBe(true);
    expect(isForGood('retire', options)).toBe(true);
    expect(leavesOldEntry('new-identity')).toBe(false);
  });
});

describe('a forecast', () => {
  const row = (serial: string, verdict: 'stops' | 'goes-on' | 'cannot-tell') => ({
    serial,
    registrationId: serial,
    recipe: 'mxchip-devkit',
    verdict,
    why: [],
  });

  it('counts, and prepares the order for the units that stop', () => {
    const rows = [row('A', 'stops'), row('B', 'goes-on'), row('C', 'cannot-tell'), row('D', 'stops')];
    expect(countsOf(rows)).toEqual({ stops: 2, 'goes-on': 1, 'cannot-tell': 1 });
    const [order, ...more] = ordersFrom(rows, 'x'.repeat(600));
    expect(more).toEqual([]);
    expect(returnListSchema.parse(order).serials).toEqual(['A', 'D']);
    expect(ordersFrom([row('B', 'goes-on')], '')).toEqual([]);
  });
});

describe('the list of returns', () => {
  it('is entered in the middle by reading from the top', async () => {
    const all = Array.from({ length: 2_500 }, (_, index) => ({ row: 2_500 - index }) as ReturnRow);
    const asked: number[] = [];
    const page = async (before: number | null, limit: number) => {
      asked.push(limit);
      const from = before === null ? all : all.filter((one) => one.row < before);
      const rows = from.slice(0, limit);
      return ok({ rows, next: from.length > limit ? (rows.at(-1)?.row ?? null) : null, total: all.length });
    };
    const middle = await loadStretch({ before: null, skip: 1_200, limit: 100 }, page);
    expect(middle.ok && [middle.value.rows.length, middle.value.rows[0]?.row]).toEqual([100, 1_300]);
    expect(asked).toEqual([1_000, 300]);
    const last = await loadStretch({ before: 51, skip: 0, limit: 100 }, page);
    expect(last.ok && last.value.rows.length).toBe(50);
  });
});
