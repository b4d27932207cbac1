import { describe, expect, it } from 'vitest';
import { emptyLot, lotOrderFrom, serialsFrom } from '../../../src/renderer/features/quality/lot-draft.ts';

describe('a lot as it is entered', () => {
  const named = { ...emptyLot, name: ' LOT-7 ', size: 500 };

  it('is no order before it has a name, a size and a plan', () => {
    expect(lotOrderFrom(emptyLot)).toBeNull();
    expect(lotOrderFrom({ ...named, size: '' })).toBeNull();
    expect(lotOrderFrom({ ...named, name: ' ' })).toBeNull();
    expect(lotOrderFrom({ ...named, plan: 'given' })).toBeNull();
    expect(lotOrderFrom({ ...named, plan: 'given', sampleSize: 20, accept: '' })).toBeNull();
  });

  it('is ordered by table or with a plan of its own', () => {
    expect(lotOrderFrom({ ...named, aql: '0.65' })).toEqual({
      name: 'LOT-7',
      size: 500,
      plan: { plan: 'aql', aql: 0.65 },
    });
    expect(lotOrderFrom({ ...named, plan: 'given', sampleSize: 20, accept: 1 })?.plan).toEqual({
      plan: 'given',
      sampleSize: 20,
      accept: 1,
      reject: 2,
    });
  });

  it('takes serials line by line, each once, without the rest of their labels', () => {
    expect(serialsFrom('SN01;c89346000001\r\n SN02\n\nSN01\nSN03,c89346000003\nSN04 C8:93:46:00:00:04')).toEqual([
      'SN01',
      'SN02',
      'SN03',
      'SN04',
    ]);
    expect(serialsFrom(' \n')).toEqual([]);
  });
});
