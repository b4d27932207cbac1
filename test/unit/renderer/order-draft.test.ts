import { describe, expect, it } from 'vitest';
import { emptyDraft, orderFrom, rangeOf, serialsIn } from '../../../src/renderer/features/orders/order-draft.ts';
import { taktOf } from '../../../src/renderer/ui/takt.ts';

const hash = 'a'.repeat(64);
const draft = { ...emptyDraft, name: 'WO-1', recipe: 'devkit', recipeHash: hash, instance: 'default', quantity: 3 };

describe('an order that is typed', () => {
  it('has only what was said', () => {
    expect(orderFrom(draft)).toEqual({
      ok: true,
      value: {
        schema: 'dps-station/order/1',
        name: 'WO-1',
        recipe: 'devkit',
        recipeHash: hash,
        instance: 'default',
        quantity: 3,
        serials: null,
      },
    });
  });

  it('takes all rules', () => {
    const order = orderFrom({
      ...draft,
      closesOn: 'proved',
      taktTargetInS: 30,
      sampling: true,
      perThousand: 100,
      goldenCheck: true,
      everyHours: 8,
      twoBadges: true,
      customer: ' ACME ',
    });
    expect(order).toMatchObject({
      ok: true,
      value: {
        closesOn: 'proved',
        taktTargetInS: 30,
        sampling: { perThousand: 100, lot: 'WO-1' }, // the order is the lot where none is named
        goldenCheck: { everyHours: 8 },
        twoBadges: true,
        customer: 'ACME',
      },
    });
  });

  it.each([
    ['a list', { serials: 'list', list: 'SN-1\nSN-2, SN-3;SN-4\r\n' }, 4],
    ['a range', { serials: 'range', prefix: 'SN-', from: 9, to: 11, digits: 4 }, 3],
  ] as const)('makes every serial of %s when no quantity is typed', (_, part, quantity) => {
    expect(orderFrom({ ...draft, quantity: '', ...part })).toMatchObject({ ok: true, value: { quantity } });
  });

  it.each([
    ['a name', { name: '' }],
    ['a name without spaces', { name: 'WO 1' }],
    ['a quantity', { quantity: '' }],
    ['a hash', { recipeHash: 'abc' }],
    ['enough serials', { serials: 'list', list: 'SN-1' }],
    ['each serial once', { serials: 'list', list: 'SN-1 SN-2 SN-2' }],
    ['an end of its range', { serials: 'range', prefix: 'SN-' }],
  ] as const)('needs %s', (_, part) => {
    const order = orderFrom({ ...draft, ...part });
    expect(order).toMatchObject({ ok: false, problem: { code: 'order-invalid' } });
  });
});

it('says which end of a range is missing', () => {
  const order = orderFrom({ ...draft, serials: 'range', prefix: 'SN-' });
  expect(order).toMatchObject({ problem: { facts: { from: 'WO-1', reason: expect.stringMatching(/^to: /) } } });
});

describe('serials', () => {
  it('are read between whatever separates them', () => {
    expect(serialsIn('  SN-1\tSN-2,\nSN-3 ; ')).toEqual(['SN-1', 'SN-2', 'SN-3']);
    expect(serialsIn('\n')).toEqual([]);
  });

  it('of a range are shown by its ends', () => {
    expect(rangeOf({ ...draft, prefix: 'SN-', from: 7, to: 12, digits: 4 })).toEqual({
      first: 'SN-0007',
      last: 'SN-0012',
      count: 6,
    });
    expect(rangeOf({ ...draft, from: 7, to: '' })).toBeNull();
    expect(rangeOf({ ...draft, from: 7, to: 6 })).toBeNull();
  });
});

describe('takt', () => {
  it.each([
    [null, 30, 'none'],
    [30, null, 'none'],
    [30, 30, 'on'],
    [30.5, 30, 'behind'],
  ] as const)('of %s s, planned %s s, is %s', (taktInS, taktTargetInS, takt) => {
    expect(taktOf({ taktInS, taktTargetInS })).toBe(takt);
  });
});
