import { signatureS, signatureValue } from './constant-nonce-signature.ts';
import { bitString, element, objectIdentifier, tag } from './der.ts';

/*
 * The two certificates of the DevKit (microsoft/devkit-sdk, RiotX509Bldr): fixed DER templates. Everything but the
 * holes is constant on all boards: serial number, issuer, both dates.
 */

const ecdsaWithSha256 = element(tag.sequence, objectIdentifier('2a8648ce3d040302'));
const p256Algorithm = element(tag.sequence, objectIdentifier('2a8648ce3d0201'), objectIdentifier('2a8648ce3d030107'));
const version3 = element(tag.context0, element(tag.integer, Uint8Array.of(2)));
const aliasSerial = element(tag.integer, Buffer.from('0a0b0c0d0e', 'hex'));
const deviceIdSerial = element(tag.integer, Buffer.from('0e0d0c0b0a', 'hex'));
const validity = element(
  tag.sequence,
  element(tag.utcTime, Buffer.from('170101000000Z', 'latin1')),
  element(tag.utcTime, Buffer.from('370101000000Z', 'latin1')),
);
const basicConstraintsOid = objectIdentifier('551d13');
const critical = Uint8Array.of(0x01, 0x01, 0xff);

/** extKeyUsage, critical: clientAuth only. */
const extendedKeyUsage = element(
  tag.sequence,
  objectIdentifier('551d25'),
  critical,
  element(tag.octetString, element(tag.sequence, objectIdentifier('2b06010505070302'))),
);
const subjectAltNameOid = objectIdentifier('551d11');
/** Microsoft's first RIoT identifier, 1.3.6.1.4.1.311.89.3.1. */
const riotOid = objectIdentifier('2b060104018237590301');
const sha256Oid = objectIdentifier('608648016503040201');
const compositeIdVersion = element(tag.integer, Uint8Array.of(1));

function relativeName(oidHex: string, text: string): Buffer {
  const value = element(tag.utf8String, Buffer.from(text, 'latin1'));
  return element(tag.set, element(tag.sequence, objectIdentifier(oidHex), value));
}

const country = relativeName('550406', 'US');
const organization = relativeName('55040a', 'DEVKIT_TEST');

/** CN, C, O in this unusual order, each a UTF8String: the country too. */
function distinguishedName(commonName: string): Buffer {
  return element(tag.sequence, relativeName('550403', commonName), country, organization);
}

const issuer = distinguishedName('devkitdice');

/** SubjectPublicKeyInfo of an uncompressed P-256 point (65 bytes, 04 X Y), as in RFC 5480. */
export function publicKeyInfo(publicKey: Uint8Array): Buffer {
  return element(tag.sequence, p256Algorithm, bitString(publicKey));
}

/**
 * subjectAltName, critical. Its one otherName holds the value directly, without the [0] EXPLICIT of RFC 5280: a defect
 * of the original that strict parsers refuse, and that must stay because the whole certificate is compared.
 */
function compositeIdExtension(deviceIdPublicKey: Uint8Array, fwid: Uint8Array): Buffer {
  const measurement = element(tag.sequence, sha256Oid, element(tag.octetString, fwid));
  const compositeId = element(tag.sequence, compositeIdVersion, publicKeyInfo(deviceIdPublicKey), measurement);
  const otherName = element(tag.context0, riotOid, compositeId);
  return element(tag.sequence, subjectAltNameOid, critical, element(tag.octetString, element(tag.sequence, otherName)));
}

/** What fills the template of the Alias certificate. Points are uncompressed (65 bytes), `fwid` has 32 bytes. */
export type AliasCertificateParts = {
  readonly registrationId: string; // becomes the subject's CN; [a-z0-9-], 1 to 126 characters
  readonly aliasPublicKey: Uint8Array;
  readonly deviceIdPublicKey: Uint8Array;
  readonly fwid: Uint8Array;
};

/** The part of the Alias certificate that is signed: 463 bytes plus the id, for ids up to 81 characters. */
export function aliasCertificateTbs(parts: AliasCertificateParts): Buffer {
  const extensions = element(tag.sequence, extendedKeyUsage, compositeIdExtension(parts.deviceIdPublicKey, parts.fwid));
  return element(
    tag.sequence,
    version3,
    aliasSerial,
    ecdsaWithSha256,
    issuer,
    validity,
    distinguishedName(parts.registrationId),
    publicKeyInfo(parts.aliasPublicKey),
    element(tag.context3, extensions),
  );
}

/** What fills the template of the DeviceID certificate: `pathLength` is 1 in firmware 1.3.0 to 1.4.1, 2 from 1.5.1 on. */
export type DeviceIdCertificateParts = { readonly deviceIdPublicKey: Uint8Array; readonly pathLength: 1 | 2 };

/** The signed part of the self-signed DeviceID certificate, which neither tool nor board ever hands out: 288 bytes. */
export function deviceIdCertificateTbs(parts: DeviceIdCertificateParts): Buffer {
  const constraints = element(
    tag.sequence,
    critical, // here the BOOLEAN cA = TRUE; the extension itself is not critical
    element(tag.integer, Uint8Array.of(parts.pathLength)),
  );
  const extension = element(tag.sequence, basicConstraintsOid, element(tag.octetString, constraints));
  return element(
    tag.sequence,
    version3,
    deviceIdSerial,
    ecdsaWithSha256,
    issuer,
    validity,
    issuer,
    publicKeyInfo(parts.deviceIdPublicKey),
    element(tag.context3, element(tag.sequence, extension)),
  );
}

/** A certificate in DER: `tbs` signed with the DeviceID private key (32 big-endian bytes) and the constant nonce. */
export function signedCertificate(tbs: Uint8Array, deviceIdPrivateKey: Buffer): Buffer {
  const signature = signatureValue(signatureS(tbs, deviceIdPrivateKey));
  return element(tag.sequence, tbs, ecdsaWithSha256, bitString(signature));
}
