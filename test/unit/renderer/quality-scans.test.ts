import { describe, expect, it } from 'vitest';
import { scanMeaning } from '../../../src/renderer/features/quality/scan-meaning.ts';

describe('a scan at the QA bench', () => {
  it.each(['SN00012', 'SN00012;c89346000012', ' SN00012\r', 'ORDERLY-7', 'CONFIRMED', 'SLOT-A', 'BADGER', 'QA ONE'])(
    'takes %j for a unit',
    (text) => expect(scanMeaning(text)).toEqual({ scan: 'unit', text: text.trim() }),
  );

  it.each([
    ['SLOT 3', 3],
    ['slot-12', 12],
    ['SLOT4', 4],
  ])('takes %j for a place', (text, slot) => expect(scanMeaning(text)).toEqual({ scan: 'slot', slot }));

  it.each([
    'CONFIRM',
    ' cancel ',
    'ABORT 2',
    'BADGE 4711',
    'BADGE OUT',
    'QA ON',
    'qa-off',
    'ORDER A-7',
    '{"name":"A-7"}',
    '',
    '\r\n',
  ])('leaves %j to the station and to dialogs', (text) => expect(scanMeaning(text)).toBeNull());

  it('leaves what is longer than a label can be to the station', () => {
    expect(scanMeaning('x'.repeat(513))).toBeNull();
  });
});
