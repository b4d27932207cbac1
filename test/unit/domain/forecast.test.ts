import { describe, expect, it } from 'vitest';
import { forecastOf } from '../../../src/main/domain/forecast.ts';

/* Which part of an image matters to a DICE certificate: riot_core (both keys) and riot_fw (FWID and Alias key). */

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const c = 'c'.repeat(64);

describe('a certificate under another image', () => {
  it.each([
    ['goes on when both sections are the same', { fwid: a, core: b }, { fwid: a, core: b }, 'goes-on', []],
    ['stops when riot_core differs', { fwid: a, core: b }, { fwid: a, core: c }, 'stops', ['riot-core']],
    ['stops when riot_fw differs', { fwid: a, core: b }, { fwid: c, core: b }, 'stops', ['riot-fw']],
    ['stops when both differ', { fwid: a, core: b }, { fwid: b, core: a }, 'stops', ['riot-core', 'riot-fw']],
    [
      'stops for sure when riot_fw differs, whatever riot_core was',
      { fwid: a, core: null },
      { fwid: c, core: b },
      'stops',
      ['riot-fw'],
    ],
    [
      'cannot be told when riot_fw is the same and riot_core unknown',
      { fwid: a, core: null },
      { fwid: a, core: b },
      'cannot-tell',
      [],
    ],
  ] as const)('%s', (_name, unit, next, verdict, why) => {
    const measure = unit.core === null ? null : { riotCore: unit.core, fwid: unit.fwid };
    expect(forecastOf({ fwid: unit.fwid, measure }, { riotCore: next.core, fwid: next.fwid })).toEqual({
      verdict,
      why,
    });
  });

  it('trusts no measure that contradicts the certificate', () => {
    const measure = { riotCore: b, fwid: c };
    expect(forecastOf({ fwid: a, measure }, { riotCore: b, fwid: a })).toEqual({ verdict: 'cannot-tell', why: [] });
  });
});
