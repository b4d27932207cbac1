import { describe, expect, it } from 'vitest';
import {
  actsOf,
  isFreeBadge,
  isWeakPin,
  noTries,
  type PinTries,
  readBadgeScan,
  rolesFor,
  tryPin,
} from '../../../src/main/domain/people-rules.ts';
import { actSchema, roleSchema, roleTableSchema, shippedRoles } from '../../../src/shared/people.ts';
import { whoMay } from '../../doubles/who-may.ts';

describe('a scan', () => {
  it.each([
    ['BADGE 17', { badge: 'in', id: '17' }],
    ['badge k.meier-2', { badge: 'in', id: 'k.meier-2' }],
    ['BADGE-17\r\n', { badge: 'in', id: '17' }],
    ['\u0002BADGE  17\u0003', { badge: 'in', id: '17' }],
    ['BADGE OUT', { badge: 'out' }],
    ['badge out', { badge: 'out' }],
    ['BADGE', null],
    ['BADGES 17', null],
    ['SN-BADGE 17', null],
    ['SLOT 1', null],
    ['', null],
  ])('%j about badges is %j', (text, meaning) => {
    expect(readBadgeScan(text)).toEqual(meaning);
  });
});

describe('the shipped table of roles', () => {
  it.each(actSchema.options)('lets %s be done by those who should', (act) => {
    const allowed = roleSchema.options.filter((role) => actsOf([role], shippedRoles).includes(act));
    expect(allowed).toEqual(whoMay[act]);
    expect(rolesFor(act, shippedRoles)).toEqual(whoMay[act]);
  });

  it('adds up the roles of a badge', () => {
    expect(new Set(actsOf(['operator', 'qa'], shippedRoles))).toEqual(
      new Set(['provision', 'verify', 'release', 'bench']),
    );
  });

  it('is one that the settings take; acts that do not exist and engineers without power are refused', () => {
    expect(roleTableSchema.safeParse(shippedRoles).success).toBe(true);
    expect(roleTableSchema.safeParse({ ...shippedRoles, operator: ['fly'] }).success).toBe(false);
    expect(roleTableSchema.safeParse({ ...shippedRoles, cook: [] }).success).toBe(false);
    for (const kept of ['people', 'settings']) {
      const engineer = actSchema.options.filter((act) => act !== kept);
      expect(roleTableSchema.safeParse({ ...shippedRoles, engineer }).success).toBe(false);
    }
    expect(roleTableSchema.safeParse({ ...shippedRoles, engineer: ['people', 'settings'] }).success).toBe(true);
  });
});

describe('a badge', () => {
  it('is not called like a command or like those who are no person', () => {
    for (const badge of ['OUT', 'out', 'station', 'Terminal', 'nobody']) expect(isFreeBadge(badge)).toBe(false);
    for (const badge of ['17', 'outer', 'kim']) expect(isFreeBadge(badge)).toBe(true);
  });
});

describe('a PIN', () => {
  it.each([
    ['2580', false],
    ['1357', false], // a row in steps of two is none that everybody tries
    ['739154826031', false],
    ['123', true],
    ['7391548260311', true],
    ['12a4', true],
    ['0000', true],
    ['1234', true],
    ['9876', true],
    ['4711', true], // stands on the badge
    ['', true],
    ['１２３５', true], // full-width digits
  ])('%s is too easy: %s', (pin, weak) => {
    expect(isWeakPin(pin, '4711')).toBe(weak);
  });
});

describe('wrong PINs in a row', () => {
  const minute = 60_000;
  const start = Date.UTC(2026, 10, 26, 8);

  /** Tries at these moments (minutes after the start); what each met, and how long the lock then was. */
  function run(moments: readonly number[]): { readonly met: string; readonly waitInMinutes: number | null }[] {
    let tries: PinTries = noTries;
    return moments.map((moment) => {
      const judged = tryPin(tries, start + moment * minute);
      tries = judged.tries;
      const { lockedUntil } = tries;
      const wait = lockedUntil === null ? null : (lockedUntil - (start + moment * minute)) / minute;
      return { met: judged.locked ? 'locked' : 'judged', waitInMinutes: wait };
    });
  }

  it('are five free ones, then each waits longer, an hour at most', () => {
    const waits = run([0, 0, 0, 0, 0, 1, 6, 21, 81, 141]);
    expect(waits.map(({ waitInMinutes }) => waitInMinutes)).toEqual([null, null, null, null, 1, 5, 15, 60, 60, 60]);
    expect(waits.every(({ met }) => met === 'judged')).toBe(true);
  });

  it('meet a lock that tries neither shorten nor lengthen', () => {
    expect(run([0, 0, 0, 0, 0, 0.5, 0.9, 1]).slice(5)).toEqual([
      { met: 'locked', waitInMinutes: 0.5 },
      { met: 'locked', waitInMinutes: expect.closeTo(0.1, 6) },
      { met: 'judged', waitInMinutes: 5 },
    ]);
  });

  it('gain nothing by a clock that is set back, and do not lock for years by one that ran ahead', () => {
    const decade = 10 * 365 * 24 * 60;
    const [, , , , , early, later, after] = run([decade, decade, decade, decade, decade, 0, 0.5, 1]);
    expect(early).toEqual({ met: 'locked', waitInMinutes: 1 });
    expect(later).toEqual({ met: 'locked', waitInMinutes: 0.5 });
    expect(after?.met).toBe('judged');
  });
});
