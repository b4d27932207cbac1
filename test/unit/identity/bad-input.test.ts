import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureFirmwareImage } from '../../../src/main/identity/firmware-image.ts';
import {
  blankFormRegistrationId,
  encodableRegistrationId,
  macFrom,
  stationRegistrationId,
} from '../../../src/main/identity/registration-id.ts';
import { udsFromHex, udsToHex, wipe, withoutLineEnd } from '../../../src/main/identity/uds.ts';
import { describeProblem } from '../../../src/shared/describe-problem.ts';
import { diceVectors, imageFiles } from './vectors.ts';

type Change = (map: string) => string;

function measured(image: string, change: Change, binBytes?: number) {
  const files = imageFiles(image);
  return measureFirmwareImage({
    bin: binBytes === undefined ? files.bin : files.bin.subarray(0, binBytes),
    map: Buffer.from(change(files.map.toString('latin1')), 'latin1'),
  });
}

const stopCoreAt =
  (address: string): Change =>
  (map) =>
    map.replace('0x000000000800c22c                __stop_riot_core', `0x${address}                __stop_riot_core`);
const same: Change = (map) => map;

/** What the port does with each error case of the vectors: the code of the refusal, or null where it accepts. */
const errorCases: Record<string, () => { readonly code: string | null; readonly value?: unknown }> = {
  'core-empty': () => codeOf(measured('A', stopCoreAt('000000000800c100'))),
  'core-7-bytes': () => codeOf(measured('A', stopCoreAt('000000000800c107'))),
  'fw-empty': () => codeOf(measured('C', same)),
  'map-without-start-core': () => codeOf(measured('A', (map) => map.replace('__start_riot_core', '__start_other'))),
  'map-without-stop-fw': () => codeOf(measured('A', (map) => map.replace('__stop_riot_fw', '__stop_other'))),
  'bin-shorter-than-core': () => codeOf(measured('A', same, 0x22b)),
  'bin-shorter-than-fw': () => codeOf(measured('A', same, 0x2f3)),
  'flash-origin-zero': () =>
    codeOf(measured('A', (map) => map.replace('0x000000000800c000 0x', '0x0000000000000000 0x'))),
  'uds-63': () => codeOf(udsFromHex(text('uds-63', 'uds'))),
  'uds-65': () => codeOf(udsFromHex(text('uds-65', 'uds'))),
  'uds-not-hex': () => codeOf(udsFromHex(text('uds-not-hex', 'uds'))),
  'uds-empty': () => codeOf(udsFromHex(text('uds-empty', 'uds'))),
  ...Object.fromEntries(
    [
      'mac-upper',
      'mac-colons',
      'mac-11',
      'mac-not-hex',
      'version-6-chars',
      'version-10.0.1',
      'version-two-parts',
      'version-with-v',
    ].map((id) => [
      id,
      () => codeOf(blankFormRegistrationId({ mac: text(id, 'mac'), version: text(id, 'firmwareVersion') })),
    ]),
  ),
  ...Object.fromEntries(
    ['rid-upper', 'rid-underscore', 'rid-60', 'rid-127', 'rid-129'].map((id) => [
      id,
      () => codeOf(encodableRegistrationId(text(id, 'registrationId'))),
    ]),
  ),
};

function codeOf(result: { ok: true; value: unknown } | { ok: false; problem: { code: string } }) {
  return result.ok ? { code: null, value: result.value } : { code: result.problem.code };
}

function text(id: string, member: string): string {
  const found = diceVectors.errorCases.find((errorCase) => errorCase.id === id) as Record<string, unknown> | undefined;
  return String(found?.[member]);
}

const expectedCodes: Record<string, string | null> = {
  'core-empty': 'riot-core-too-small',
  'core-7-bytes': 'riot-core-too-small',
  'fw-empty': null,
  'map-without-start-core': 'map-symbol-missing',
  'map-without-stop-fw': 'map-symbol-missing',
  'bin-shorter-than-core': 'map-outside-image',
  'bin-shorter-than-fw': 'map-outside-image',
  'flash-origin-zero': 'map-symbol-missing',
  'uds-63': 'uds-wrong-length',
  'uds-65': 'uds-wrong-length',
  'uds-not-hex': 'uds-not-hex',
  'uds-empty': 'uds-wrong-length',
  'mac-upper': null,
  'mac-colons': null,
  'mac-11': 'mac-invalid',
  'mac-not-hex': 'mac-invalid',
  'version-6-chars': null,
  'version-10.0.1': null,
  'version-two-parts': 'firmware-version-invalid',
  'version-with-v': 'firmware-version-invalid',
  'rid-upper': 'registration-id-invalid',
  'rid-underscore': 'registration-id-invalid',
  'rid-60': null,
  'rid-127': 'registration-id-too-long',
  'rid-129': 'registration-id-too-long',
};

describe('each of the 25 error cases', () => {
  it('is known here', () => {
    expect(diceVectors.errorCases).toHaveLength(25);
    expect(Object.keys(errorCases).sort()).toEqual(diceVectors.errorCases.map(({ id }) => id).sort());
  });

  it.each(diceVectors.errorCases)('$id: $portMust', ({ id, portMust }) => {
    const outcome = errorCases[id]?.();
    expect(outcome?.code).toBe(expectedCodes[id]);
    if (portMust.startsWith('refuse')) expect(outcome?.code).not.toBeNull();
  });

  it('follows the device where the tool does not', () => {
    expect(errorCases['version-6-chars']?.().value).toBe('az-c89346841a81v1v6v10');
    expect(errorCases['version-10.0.1']?.().value).toBe('az-c89346841a81v10v0v1');
    expect(errorCases['mac-upper']?.().value).toBe('az-c89346841a81v1v4v1');
    expect(errorCases['mac-colons']?.().value).toBe('az-c89346841a81v1v4v1');
  });

  it('warns of an empty riot_fw, whose FWID is the hash of nothing', () => {
    expect(errorCases['fw-empty']?.().value).toMatchObject({
      fwid: Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'),
      warnings: [{ code: 'riot-fw-empty' }],
    });
  });
});

describe('a map that does not fit its image', () => {
  it.each<[string, Change, string]>([
    ['stop before start', stopCoreAt('000000000800c0ff'), 'map-range-invalid'],
    ['range before the flash', (map) => map.replaceAll('800c100', '800b100'), 'map-outside-image'],
    ['range behind the image', (map) => map.replaceAll('800c2f4', '800c500'), 'map-outside-image'],
    ['core longer in the section line', (map) => map.replace('0x12c core', '0x130 core'), 'map-size-mismatch'],
    ['core shorter in the section line', (map) => map.replace('0x12c core', '0x128 core'), 'map-size-mismatch'],
    [
      'fw section elsewhere',
      (map) => map.replace(' 0x000000000800c22c       0xc8', ' 0x000000000800c300       0xc8'),
      'map-size-mismatch',
    ],
    ['text longer than the image', (map) => map.replace('0x400', '0x404'), 'map-size-mismatch'],
    [
      'flash smaller than the image',
      (map) => map.replace('0x00000000000f4000', '0x0000000000000300'),
      'map-size-mismatch',
    ],
    ['stop symbol 0', stopCoreAt('0'), 'map-symbol-missing'],
    ['no text at all', () => '', 'map-symbol-missing'],
  ])('%s', (_name, change, code) => {
    const result = measured('A', change);
    expect(codeOf(result).code).toBe(code);
    if (!result.ok) {
      const { title, remedy } = describeProblem(result.problem);
      expect(`${title}${remedy}`).not.toMatch(/[{}]/);
    }
  });

  it('refuses the drag-and-drop image, whose offsets are all wrong', () => {
    const { bin, map } = imageFiles('A');
    const dragAndDrop = Buffer.concat([Buffer.alloc(0xc000, 0xff), bin]);
    const result = measureFirmwareImage({ bin: dragAndDrop, map });
    expect(result).toMatchObject({
      ok: false,
      problem: { code: 'image-with-boot-loader', facts: { excessBytes: 0xc000 } },
    });
  });

  it('is never more than a refusal, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.uint8Array({ maxLength: 64 }), (junk, at, bin) => {
        const { map } = imageFiles('A');
        for (const [index, byte] of junk.entries()) map.writeUInt8(byte, (at + index) % map.length);
        expect(measureFirmwareImage({ bin, map }).ok).toBe(false);
        expect(measureFirmwareImage({ bin, map: junk }).ok).toBe(false);
      }),
    );
  });

  it("counts the linker's padding and forgets sections it threw away", () => {
    const result = measured('A', (map) =>
      map
        .replace(
          'Memory Configuration',
          'Discarded input sections\n\n .riot_core     0x0000000000000000       0x10 a.o\n\nMemory Configuration',
        )
        .replace('0x12c core', '0x12a core')
        .replace(
          '                0x000000000800c22c                __stop_riot_core',
          ' *fill*         0x000000000800c22a        0x2 \n                0x000000000800c22c                __stop_riot_core',
        ),
    );
    expect(result.ok).toBe(true);
  });

  it('accepts initialised data behind the text, as every real image has', () => {
    const files = imageFiles('A');
    const bin = Buffer.concat([files.bin, Buffer.alloc(0xd000)]);
    const data = '\n.data           0x0000000020000200     0xd000 load address 0x000000000800c400\n';
    expect(measureFirmwareImage({ bin, map: Buffer.concat([files.map, Buffer.from(data)]) }).ok).toBe(true);
  });
});

describe("the tool's way of reading a map", () => {
  const start = (change: Change) => {
    const result = measured('A', change);
    return result.ok ? result.value.riotCore.start : result.problem.code;
  };
  const symbolLine = '                0x000000000800c100                __start_riot_core = .';

  it('takes the first 0x of the chunk', () => {
    expect(start((map) => map.replace(symbolLine, `${symbolLine} 0xdead`))).toBe(0x0800c100);
  });

  it('loses a symbol that 127 characters cut off from its address', () => {
    const spaces = ' '.repeat(127 - 18);
    expect(start((map) => map.replace(symbolLine, `0x000000000800c100${spaces}__start_riot_core = .`))).toBe(
      'map-symbol-missing',
    );
    expect(start((map) => map.replace(symbolLine, `0x000000000800c100${spaces.slice(21)}__start_riot_core = .`))).toBe(
      0x0800c100,
    );
  });

  it('wants the spacing of the FLASH line verbatim', () => {
    expect(start((map) => map.replace('FLASH            0x', 'FLASH           0x'))).toBe('map-symbol-missing');
  });
});

describe('a secret as text', () => {
  it('reads both cases and names the place of a wrong character, never the character', () => {
    const upper = udsFromHex('AB'.repeat(32));
    expect(upper).toEqual({ ok: true, value: Buffer.alloc(32, 0xab) });
    for (const [wrong, position] of [
      ['g', 64],
      [':', 64],
      ['@', 64],
      ['`', 64],
      ['/', 64],
      [' ', 64],
      ['é', 64],
    ] as const) {
      expect(udsFromHex(`${'0'.repeat(63)}${wrong}`)).toEqual({
        ok: false,
        problem: { code: 'uds-not-hex', facts: { position } },
      });
    }
  });

  it('goes through Buffers and back', () => {
    const uds = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 8 + 3));
    const hex = udsToHex(uds);
    expect(hex.toString('latin1')).toBe(uds.toString('hex'));
    expect(udsFromHex(hex)).toEqual({ ok: true, value: uds });
    wipe(hex);
    expect(hex.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ['ab\n', 'ab'],
    ['ab\r\n', 'ab'],
    ['ab', 'ab'],
    ['ab\r', 'ab\r'],
    ['ab\n\n', 'ab\n'],
    ['\n', ''],
    ['', ''],
  ])('a file may end with one line end: %j', (file, expected) => {
    expect(withoutLineEnd(Buffer.from(file)).toString()).toBe(expected);
  });
});

describe('ids', () => {
  it('end at 64 for the station and at 126 for the encoder', () => {
    expect(stationRegistrationId('a'.repeat(64)).ok).toBe(true);
    expect(stationRegistrationId('a'.repeat(65))).toMatchObject({
      problem: { code: 'registration-id-too-long', facts: { length: 65, limit: 64 } },
    });
    expect(encodableRegistrationId('a'.repeat(126)).ok).toBe(true);
  });

  it.each(['', 'a b', 'ä', 'a\n', 'a.b', 'A'])('refuses %j', (id) => {
    expect(stationRegistrationId(id)).toMatchObject({ problem: { code: 'registration-id-invalid' } });
  });

  it.each(['C8:93:46:84:1A:81', 'c8-93-46-84-1a-81', 'C89346841A81'])('reads the MAC %s', (mac) => {
    expect(macFrom(mac)).toEqual({ ok: true, value: 'c89346841a81' });
  });
});
