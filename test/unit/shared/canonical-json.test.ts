import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';

/* RFC 8785, JSON Canonicalization Scheme: its own samples. */

/** The number with these bits (IEEE 754, double precision, hexadecimal). */
function numberOf(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE();
}

/** Appendix B. */
const numbers: readonly (readonly [bits: string, json: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

describe('canonical JSON', () => {
  it.each(numbers)('writes the number %s as %s', (bits, json) => {
    expect(canonicalJson(numberOf(bits))).toBe(json);
    expect(canonicalJson([{ number: numberOf(bits) }])).toBe(`[{"number":${json}}]`);
  });

  it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('refuses the number %s', (bits) => {
    expect(() => canonicalJson({ a: [numberOf(bits)] })).toThrow(TypeError);
  });

  it('escapes what section 3.2.2.2 names, and nothing else', () => {
    const controls = String.fromCharCode(...Array(32).keys());
    expect(canonicalJson(controls)).toBe(
      '"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f' +
        '\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"',
    );
    expect(canonicalJson('"\\/\u007f\u0080\u2028\u2029\ufeff€😀')).toBe('"\\"\\\\/\u007f\u0080\u2028\u2029\ufeff€😀"');
  });

  it.each([['\ud800'], ['a\udeadb'], ['\udc00\ud800'], ['😀\ud83d']])(
    'refuses a lone surrogate, in a text as in a name',
    (text) => {
      expect(() => canonicalJson(text)).toThrow(TypeError);
      expect(() => canonicalJson({ [text]: 1 })).toThrow(TypeError);
    },
  );

  it('sorts members in depth, leaves arrays as they are, keeps unnormalised texts', () => {
    expect(
      canonicalJson({
        '1': { f: { f: 'hi', F: 5 }, '\n': 56.0 },
        '10': {},
        '': 'empty',
        a: {},
        '111': [{ e: 'yes', E: 'no' }],
        A: {},
      }),
    ).toBe('{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}');
    expect(canonicalJson(['z', 'a', '\u0041\u030a'])).toBe('["z","a","A\u030a"]');
  });

  it.each([[1n], [() => {}], [Symbol('x')], [new Date(0)], [[undefined]]])('refuses what is no JSON', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});
