import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aliasCertificateTbs,
  deviceIdCertificateTbs,
  publicKeyInfo,
  signedCertificate,
} from '../../../src/main/identity/alias-certificate.ts';
import { signatureR, signatureS } from '../../../src/main/identity/constant-nonce-signature.ts';
import { diceHash } from '../../../src/main/identity/dice-hash.ts';
import { measureFirmwareImage } from '../../../src/main/identity/firmware-image.ts';
import { deriveMxchipIdentity } from '../../../src/main/identity/mxchip-identity.ts';
import { certificatePem, ecPrivateKeyPem, pemFrom } from '../../../src/main/identity/pem.ts';
import { blankFormRegistrationId } from '../../../src/main/identity/registration-id.ts';
import {
  aliasSeedFrom,
  compoundDeviceIdentifier,
  deriveRiotKeys,
  kdf,
  kdfFixedInput,
  keyPairFrom,
  sha256,
} from '../../../src/main/identity/riot-keys.ts';
import { udsFromHex } from '../../../src/main/identity/uds.ts';
import type { Result } from '../../../src/shared/result.ts';
import { diceVectors, imageFiles } from './vectors.ts';

function okValue<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

type Case = (typeof diceVectors.cases)[number];

function idOf({ inputs }: Case): string {
  if (inputs.registrationId !== null) return inputs.registrationId;
  return okValue(blankFormRegistrationId({ mac: inputs.mac ?? '', version: inputs.firmwareVersion ?? '' }));
}

describe.each(diceVectors.cases)('case $id', (vector) => {
  const image = okValue(measureFirmwareImage(imageFiles(vector.image)));
  const uds = okValue(udsFromHex(vector.inputs.uds));
  const expected = vector.intermediates;

  it('has every intermediate of the derivation', () => {
    const cdi = compoundDeviceIdentifier(uds, image.riotCoreDigest);
    const cdiDigest = sha256(cdi);
    const deviceKdfOutput = kdf(cdiDigest, 'Identity');
    const deviceId = okValue(keyPairFrom(deviceKdfOutput));
    const aliasSeed = aliasSeedFrom(cdiDigest, image.fwid);
    const aliasKdfOutput = kdf(aliasSeed, 'Alias');
    const alias = okValue(keyPairFrom(aliasKdfOutput));
    const aliasTbs = aliasCertificateTbs({
      registrationId: idOf(vector),
      aliasPublicKey: alias.publicKey,
      deviceIdPublicKey: deviceId.publicKey,
      fwid: image.fwid,
    });
    const deviceTbs = deviceIdCertificateTbs({ deviceIdPublicKey: deviceId.publicKey, pathLength: 2 });
    const actual: { [name in keyof typeof expected]: string } = {
      udsDigest: hex(diceHash(uds)),
      riotCoreDigest: hex(image.riotCoreDigest),
      cdi: hex(cdi),
      cdiDigest: hex(cdiDigest),
      deviceKdfFixedInput: hex(kdfFixedInput('Identity')),
      deviceKdfOutput: hex(deviceKdfOutput),
      deviceIdPrivate: hex(deviceId.privateKey),
      deviceIdPublic: hex(deviceId.publicKey),
      fwid: hex(image.fwid),
      aliasSeed: hex(aliasSeed),
      aliasKdfFixedInput: hex(kdfFixedInput('Alias')),
      aliasKdfOutput: hex(aliasKdfOutput),
      aliasPrivate: hex(alias.privateKey),
      aliasPublic: hex(alias.publicKey),
      aliasTbsDer: hex(aliasTbs),
      aliasTbsSha256: hex(sha256(aliasTbs)),
      aliasSigR: hex(signatureR),
      aliasSigS: hex(signatureS(aliasTbs, deviceId.privateKey)),
      deviceTbsDer: hex(deviceTbs),
      deviceSigS: hex(signatureS(deviceTbs, deviceId.privateKey)),
    };
    expect(actual).toEqual(expected);
  });

  it('has every output', () => {
    const keys = okValue(deriveRiotKeys({ uds, riotCoreDigest: image.riotCoreDigest, fwid: image.fwid }));
    const { deviceId } = keys;
    const registrationId = idOf(vector);
    const derived = okValue(deriveMxchipIdentity({ uds, image, registrationId }));
    const { identity, aliasPrivateKey } = derived;
    const deviceCertificate = (pathLength: 1 | 2) => {
      const tbs = deviceIdCertificateTbs({ deviceIdPublicKey: deviceId.publicKey, pathLength });
      return certificatePem(signedCertificate(tbs, deviceId.privateKey));
    };
    expect(registrationId).toBe(vector.registrationId);
    expect(identity.registrationId).toBe(vector.registrationId);
    expect(`${identity.registrationId}.pem`).toBe(vector.pemFileName);
    expect({
      aliasCertPem: identity.certificatePem,
      aliasCertSha1: identity.sha1Thumbprint,
      aliasCertSha256: identity.sha256Thumbprint,
      deviceCertPem: deviceCertificate(2),
      deviceCertPemFirmware130to141: deviceCertificate(1),
      aliasKeyPem: ecPrivateKeyPem(aliasPrivateKey, identity.aliasPublicKey),
      deviceIdPublicPem: pemFrom('PUBLIC KEY', publicKeyInfo(identity.deviceIdPublicKey)),
    }).toEqual(vector.outputs);
    expect(hex(identity.aliasPublicKey)).toBe(expected.aliasPublic);
    expect(hex(identity.fwid)).toBe(expected.fwid);
  });
});

describe('the vectors', () => {
  it('hold 37 cases, and the images that their rule makes', () => {
    expect(diceVectors.cases).toHaveLength(37);
    for (const [name, image] of Object.entries(diceVectors.images)) {
      const { bin } = imageFiles(name);
      expect(createHash('sha256').update(bin).digest('hex')).toBe(image.bin.sha256);
      const measured = okValue(measureFirmwareImage(imageFiles(name)));
      expect(measured.flashOrigin).toBe(image.flashOrigin);
      expect(measured.riotCore).toEqual(image.riotCore);
      expect(measured.riotFw).toEqual(image.riotFw);
      expect(measured.binSha256).toBe(image.bin.sha256);
      expect(measured.mapSha256).toBe(createHash('sha256').update(image.map, 'latin1').digest('hex'));
    }
  });
});

describe('any identity', () => {
  const image = okValue(measureFirmwareImage(imageFiles('A')));
  const udsBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const idCharacter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-');
  const anyId = fc.array(idCharacter, { minLength: 1, maxLength: 126 }).map((characters) => characters.join(''));

  it('is a certificate that OpenSSL reads and whose signature the DeviceID key verifies', () => {
    fc.assert(
      fc.property(udsBytes, anyId, (uds, registrationId) => {
        const { identity } = okValue(deriveMxchipIdentity({ uds, image, registrationId }));
        const certificate = new X509Certificate(identity.certificateDer);
        const key = publicKeyInfo(identity.deviceIdPublicKey);
        expect(certificate.verify(createPublicKey({ key, format: 'der', type: 'spki' }))).toBe(true);
        expect(certificate.subject).toBe(`CN=${registrationId}\nC=US\nO=DEVKIT_TEST`);
        expect(certificate.serialNumber).toBe('0A0B0C0D0E');
        expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(identity.sha256Thumbprint);
        expect(certificate.fingerprint.replaceAll(':', '').toLowerCase()).toBe(identity.sha1Thumbprint);
      }),
    );
  });

  it('encodes ids of every length from 1 to 126 and refuses 0 and 127', () => {
    const uds = Buffer.alloc(32, 7);
    for (let length = 1; length <= 126; length++) {
      const registrationId = 'a'.repeat(length);
      const { identity } = okValue(deriveMxchipIdentity({ uds, image, registrationId }));
      expect(new X509Certificate(identity.certificateDer).subject).toContain(`CN=${registrationId}\n`);
    }
    for (const [length, code] of [
      [0, 'registration-id-invalid'],
      [127, 'registration-id-too-long'],
    ] as const) {
      const refused = deriveMxchipIdentity({ uds, image, registrationId: 'a'.repeat(length) });
      expect(refused).toMatchObject({ ok: false, problem: { code } });
    }
  });

  it('is the same each time and leaves the secret alone', () => {
    fc.assert(
      fc.property(udsBytes, (uds) => {
        const copy = Buffer.from(uds);
        const [first, second] = [0, 1].map(() => okValue(deriveMxchipIdentity({ uds, image, registrationId: 'x' })));
        expect(first).toEqual(second);
        expect(copy.equals(uds)).toBe(true);
      }),
    );
  });

  it('refuses a secret of another length', () => {
    const refused = deriveMxchipIdentity({ uds: Buffer.alloc(31), image, registrationId: 'x' });
    expect(refused).toEqual({ ok: false, problem: { code: 'uds-wrong-length', facts: { length: 62 } } });
  });
});

describe('a scalar', () => {
  const order = Buffer.from(diceVectors.constants.order, 'hex');
  const littleEndian = (change: number) => {
    const bytes = Buffer.from(order);
    bytes[31] = (bytes[31] ?? 0) + change;
    return bytes.reverse();
  };

  it.each([
    ['zero', Buffer.alloc(32)],
    ['the order', littleEndian(0)],
    ['one more than the order', littleEndian(1)],
    ['all ones', Buffer.alloc(32, 0xff)],
  ])('that is %s gives no key', (_name, output) => {
    expect(keyPairFrom(output)).toEqual({ ok: false, problem: { code: 'key-out-of-range', facts: {} } });
  });

  it('may be 1 and one less than the order', () => {
    expect(keyPairFrom(Buffer.from([1, ...Buffer.alloc(31)])).ok).toBe(true);
    expect(keyPairFrom(littleEndian(-1)).ok).toBe(true);
  });
});
