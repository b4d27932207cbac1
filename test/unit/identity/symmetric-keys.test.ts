import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { groupDerivedKey, symmetricKeyFrom, unitSymmetricKeys } from '../../../src/main/identity/symmetric-keys.ts';

/** HKDF with SHA-256 for one block of output, from its two HMACs (RFC 5869, 2.2 and 2.3). */
function hkdfBlock(root: Buffer, salt: Buffer, info: string): Buffer {
  const pseudorandom = createHmac('sha256', salt).update(root).digest();
  return createHmac('sha256', pseudorandom)
    .update(info)
    .update(Buffer.from([1]))
    .digest();
}

describe('keys of a unit', () => {
  const root = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
  const salt = Buffer.from('f0e0d0c0b0a090807060504030201000', 'hex');

  it('are HKDF of the root, salted for the unit, and name themselves', () => {
    const keys = unitSymmetricKeys({ root, salt, registrationId: 'sn-1' });
    expect(keys.primary).toEqual(hkdfBlock(root, salt, 'dps-station symmetric key 1\nprimary\nsn-1'));
    expect(keys.secondary).toEqual(hkdfBlock(root, salt, 'dps-station symmetric key 1\nsecondary\nsn-1'));
  });

  it('are others for another unit, another salt and another root', () => {
    const all = [
      { root, salt, registrationId: 'sn-1' },
      { root, salt, registrationId: 'sn-2' },
      { root, salt: Buffer.alloc(16), registrationId: 'sn-1' },
      { root: Buffer.alloc(32, 7), salt, registrationId: 'sn-1' },
    ].flatMap((parts) => Object.values(unitSymmetricKeys(parts)).map((key) => key.toString('hex')));
    expect(new Set(all).size).toBe(8);
  });
});

describe('keys of devices of a group', () => {
  it('are those of the documentation', () => {
    const group = Buffer.from(
      '8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==',
      'base64',
    );
    const key = groupDerivedKey(group, 'sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6');
    expect(key.toString('base64')).toBe('Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=');
  });

  it('depend on every byte of the id, its case too', () => {
    const group = Buffer.alloc(64, 1);
    expect(groupDerivedKey(group, 'SN-1')).not.toEqual(groupDerivedKey(group, 'sn-1'));
  });
});

describe('a symmetric key as text', () => {
  const text = (length: number): string => Buffer.alloc(length, 0xfb).toString('base64');
  it.each([16, 17, 32, 64])('of %i bytes is taken', (length) => {
    expect(symmetricKeyFrom(`${text(length)}\r\n`)).toEqual(Buffer.alloc(length, 0xfb));
  });
  it.each([
    ['nothing', ''],
    ['15 bytes', text(15)],
    ['65 bytes', text(65)],
    ['no base64', 'not a key at all, but a sentence'],
    ['the alphabet of URLs', text(32).replaceAll('+', '-').replaceAll('/', '_')],
    ['no padding', text(32).replace('=', '')],
    ['bits behind the end', `${'A'.repeat(42)}B=`],
    ['a line break inside', `${text(32).slice(0, 10)}\n${text(32).slice(10)}`],
  ])('that is %s is refused', (_what, key) => {
    expect(symmetricKeyFrom(key)).toBeNull();
  });
});
