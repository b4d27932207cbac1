import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

/*
 * Certificates for simulated servers and for test devices: ECDSA P-256 with SHA-256, written with node-forge's ASN.1
 * and signed by node:crypto, because node-forge knows no elliptic curves. They pass `openssl verify -x509_strict`.
 */

const { asn1 } = forge;
type Asn1 = forge.asn1.Asn1;
const { Class, Type } = asn1;

/** What a certificate shall say. `issuer` null means self-signed. */
export type CertificateRequest = {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  /** Whose key signs: the CA's certificate name and key, or null for a self-signed certificate of `signingKey`. */
  readonly issuer: { readonly commonName: string; readonly publicKey: KeyObject } | null;
  readonly signingKey: KeyObject;
  readonly role: 'authority' | 'server' | 'client';
  /** DNS names and IP addresses for the subject alternative name; servers need at least one. */
  readonly names?: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
};

const oids = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const node = (type: number, constructed: boolean, value: string | Asn1[]): Asn1 =>
  asn1.create(Class.UNIVERSAL, type, constructed, value);
const sequence = (...items: Asn1[]): Asn1 => node(Type.SEQUENCE, true, items);
const oid = (dotted: string): Asn1 => node(Type.OID, false, asn1.oidToDer(dotted).getBytes());
const octets = (bytes: string): Asn1 => node(Type.OCTETSTRING, false, bytes);
const bits = (bytes: string, unused = 0): Asn1 => node(Type.BITSTRING, false, String.fromCharCode(unused) + bytes);
const context = (tag: number, constructed: boolean, value: string | Asn1[]): Asn1 =>
  asn1.create(Class.CONTEXT_SPECIFIC, tag, constructed, value);
const der = (value: Asn1): string => asn1.toDer(value).getBytes();

function nameFrom(commonName: string): Asn1 {
  const value = Buffer.from(commonName, 'utf8').toString('latin1');
  return sequence(node(Type.SET, true, [sequence(oid(oids.commonName), node(Type.UTF8, false, value))]));
}

function timeFrom(date: Date): Asn1 {
  // RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050.
  return date.getUTCFullYear() < 2050
    ? node(Type.UTCTIME, false, asn1.dateToUtcTime(date))
    : node(Type.GENERALIZEDTIME, false, asn1.dateToGeneralizedTime(date));
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 5280 4.2.1.2 method 1: SHA-1 over the bits of the public key (here the uncompressed point, 65 bytes). */
function keyIdentifier(key: KeyObject): string {
  return createHash('sha1').update(spki(key).subarray(-65)).digest().toString('latin1');
}

function extension(id: string, critical: boolean, value: Asn1): Asn1 {
  const flag = critical ? [node(Type.BOOLEAN, false, '\xff')] : [];
  return sequence(oid(id), ...flag, octets(der(value)));
}

function addressBytes(address: string): string {
  if (isIP(address) === 4) return String.fromCharCode(...address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return all.map((group) => Buffer.from(group.padStart(4, '0'), 'hex').toString('latin1')).join('');
}

function alternativeName(name: string): Asn1 {
  return isIP(name) === 0 ? context(2, false, name) : context(7, false, addressBytes(name));
}

function extensionsFor(request: CertificateRequest): Asn1[] {
  const authority = request.role === 'authority';
  const constraints = authority ? sequence(node(Type.BOOLEAN, false, '\xff')) : sequence();
  const usage = authority ? bits('\x06', 1) : bits('\x80', 7); // keyCertSign + cRLSign, or digitalSignature
  const issuerKey = request.issuer?.publicKey ?? request.publicKey;
  const extensions = [
    extension(oids.basicConstraints, true, constraints),
    extension(oids.keyUsage, true, usage),
    extension(oids.subjectKeyIdentifier, false, octets(keyIdentifier(request.publicKey))),
    extension(oids.authorityKeyIdentifier, false, sequence(context(0, false, keyIdentifier(issuerKey)))),
  ];
  if (!authority) {
    const purpose = request.role === 'server' ? oids.serverAuth : oids.clientAuth;
    extensions.push(extension(oids.extendedKeyUsage, false, sequence(oid(purpose))));
  }
  const names = request.names ?? [];
  if (names.length > 0) {
    extensions.push(extension(oids.subjectAltName, false, sequence(...names.map(alternativeName))));
  }
  return extensions;
}

/** Makes one certificate and answers its PEM text. Throws only on a programming error (wrong kind of key). */
export function certificatePemFrom(request: CertificateRequest): string {
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40; // positive and never shortened by leading zeros
  const body = sequence(
    context(0, true, [node(Type.INTEGER, false, '\x02')]),
    node(Type.INTEGER, false, serial.toString('latin1')),
    algorithm,
    nameFrom(request.issuer?.commonName ?? request.commonName),
    sequence(timeFrom(request.notBefore), timeFrom(request.notAfter)),
    nameFrom(request.commonName),
    asn1.fromDer(spki(request.publicKey).toString('latin1')),
    context(3, true, [sequence(...extensionsFor(request))]),
  );
  const signature = sign('sha256', Buffer.from(der(body), 'latin1'), request.signingKey);
  const certificate = Buffer.from(der(sequence(body, algorithm, bits(signature.toString('latin1')))), 'latin1');
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The public half of a private key. */
export function publicKeyOf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey);
}
