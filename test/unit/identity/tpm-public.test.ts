import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endorsementKeyFrom, endorsementKeyHash, storageKeyFrom } from '../../../src/main/identity/tpm-public.ts';
import { valueFrom } from '../../doubles/books.ts';
import { tpmKeys } from '../../vectors/tpm-keys.ts';

/* Offsets into a TPM2B_PUBLIC of the RSA 2048 template (TCG TPM 2.0 Library part 2, 12.2.5; EK Credential Profile, L-1). */
const at = { size: 0, type: 2, nameAlgorithm: 4, attributes: 6, symmetric: 44, scheme: 50, bits: 52, modulusSize: 58 };
const attributeBits = { fixedTpm: 1 << 1, restricted: 1 << 16, decrypt: 1 << 17 };

function changed(change: (bytes: Buffer) => Buffer | undefined): string {
  const bytes = Buffer.from(tpmKeys.endorsement, 'base64');
  return (change(bytes) ?? bytes).toString('base64');
}

function without(bit: number): string {
  return changed((bytes) => {
    bytes.writeUInt32BE((bytes.readUInt32BE(at.attributes) & ~bit) >>> 0, at.attributes);
    return undefined;
  });
}

function withNumber(offset: number, value: number): string {
  return changed((bytes) => {
    bytes.writeUInt16BE(value, offset);
    return undefined;
  });
}

describe('an endorsement key', () => {
  it.each([
    ['RSA 2048', tpmKeys.endorsement],
    ['ECC P-256', tpmKeys.endorsementOnCurve],
  ])('of the profile, %s, is taken', (kind, key) => {
    expect(valueFrom(endorsementKeyFrom(key))).toMatchObject({ kind, base64: key });
  });

  it('is told from a storage root key, which is read all the same', () => {
    expect(valueFrom(storageKeyFrom(tpmKeys.storageRoot))).toMatchObject({ kind: 'RSA 2048', hasPolicy: false });
  });

  it('may have been broken by a terminal', () => {
    const broken = tpmKeys.endorsement.replace(/(.{64})/g, '$1\r\n');
    expect(valueFrom(endorsementKeyFrom(` ${broken} `)).base64).toBe(tpmKeys.endorsement);
  });

  it('gives the id which the SDKs give: SHA-256 in base32, lower case, without padding', () => {
    const hash = createHash('sha256').update(Buffer.from(tpmKeys.endorsement, 'base64')).digest();
    // RFC 4648, section 6, by bits instead of by the code under test.
    const bits = [...hash]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('')
      .padEnd(260, '0');
    const letters = (bits.match(/.{5}/g) ?? []).map(
      (five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)],
    );
    const id = endorsementKeyHash(valueFrom(endorsementKeyFrom(tpmKeys.endorsement)));
    expect(id).toBe(letters.join(''));
    expect(id).toHaveLength(52);
  });

  it.each([
    ['empty', '', /not base64/],
    ['no base64', 'this is no key', /not base64/],
    ['base64 of PEM', Buffer.from('-----BEGIN PUBLIC KEY-----').toString('base64'), /size field/],
    ['cut short', changed((bytes) => bytes.subarray(0, 200)), /size field/],
    ['longer than its size', changed((bytes) => Buffer.concat([bytes, Buffer.alloc(4)])), /size field/],
    ['a storage root key', tpmKeys.storageRoot, /storage key/],
    ['not restricted', without(attributeBits.restricted), /restricted decryption key/],
    ['no decryption key', without(attributeBits.decrypt), /restricted decryption key/],
    ['one that may leave its TPM', without(attributeBits.fixedTpm), /restricted decryption key/],
    ['of another algorithm', withNumber(at.type, 0x0008), /neither an RSA nor an ECC/],
    ['named by SHA-1', withNumber(at.nameAlgorithm, 0x0004), /SHA-2/],
    ['without AES', withNumber(at.symmetric, 0x0010), /AES/],
    ['bound to a scheme', withNumber(at.scheme, 0x0015), /scheme/],
    ['of other bits than its modulus', withNumber(at.bits, 3072), /bits/],
    ['longer inside than outside', withNumber(at.modulusSize, 512), /cut short/],
  ])('that is %s is refused with the reason', (_what, key, reason) => {
    const refused = endorsementKeyFrom(key);
    expect(refused).toMatchObject({ ok: false, problem: { code: 'endorsement-key-invalid' } });
    if (!refused.ok) expect(refused.problem.facts.reason).toMatch(reason);
  });

  it('is refused or taken, never thrown at, with any byte changed', () => {
    const bytes = Buffer.from(tpmKeys.endorsement, 'base64');
    for (let index = 0; index < bytes.length; index += 1) {
      const one = Buffer.from(bytes);
      one[index] = (one[index] ?? 0) ^ 0xff;
      expect(() => endorsementKeyFrom(one.toString('base64')), String(index)).not.toThrow();
    }
  });
});
