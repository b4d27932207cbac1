import { describe, expect, it } from 'vitest';
import { wellFormed } from '../../../src/shared/well-formed.ts';

describe('whole Unicode', () => {
  it.each([
    ['a high half at the end', 'ab\ud83d', 'ab\ufffd'],
    ['a low half alone', '\ude00ab', '\ufffdab'],
    ['in a list', ['a', '\ud83d'], ['a', '\ufffd']],
    ['deep in an object', { one: { two: ['\ud83d'] }, three: 3 }, { one: { two: ['\ufffd'] }, three: 3 }],
  ])('%s becomes U+FFFD', (_, text, whole) => {
    expect(wellFormed(text)).toEqual(whole);
  });

  it('what is whole is given back as it is', () => {
    const bytes = new Uint8Array([0xd8, 0x3d]);
    const value = { text: 'ok \u{1f600}', none: null, list: [1, true, undefined], bytes };
    expect(wellFormed(value)).toBe(value);
  });

  it('leaves what it was given as it was', () => {
    const given = { text: '\ud83d', rest: { a: 1 } };
    const whole = wellFormed(given);
    expect(given.text).toBe('\ud83d');
    expect(whole.rest).toBe(given.rest);
  });
});
