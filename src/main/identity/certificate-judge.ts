import { X509Certificate } from 'node:crypto';
import type { Finding } from '../../shared/enrollment-judgement.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { longestStationId } from './registration-id.ts';
import { sha256Thumbprint } from './thumbprint.ts';

/** A certificate that could be read. */
export type ReadCertificate = {
  readonly base64: string; // DER, without header lines: the form that is taken everywhere
  readonly sha256: string; // thumbprint, lower-case hex
  readonly x509: X509Certificate;
};

/** Where a certificate stands in a record, and what it is there for. */
export type CertificatePlace = {
  readonly slot: string; // `primary` or `secondary`, for sentences
  readonly use: 'device' | 'signing';
  readonly registrationId: string | null; // null: a group's, whose name is nobody's
  readonly now: number; // milliseconds since 1970 UTC
};

/** Why a text is no certificate. */
export type CertificateTextProblem = Problem<
  'certificate-unreadable' | 'certificate-encoded-twice' | 'certificate-chain'
>;

const beginning = '-----BEGIN ';

/**
 * Reads one certificate: PEM (RFC 7468; text around it is allowed) or base64 DER with any white space. Other things that
 * are put into a slot by mistake are named.
 */
export function certificateFrom(text: string, slot: string): Result<ReadCertificate, CertificateTextProblem> {
  const unreadable = (reason: string) => fail(problem('certificate-unreadable', { slot, reason }));
  const labels = text
    .split(beginning)
    .slice(1)
    .map((part) => part.slice(0, part.indexOf('-----')).slice(0, 40));
  const stranger = labels.find((label) => label !== 'CERTIFICATE');
  if (stranger !== undefined) return unreadable(`it holds a ${stranger}`);
  if (labels.length > 1) return fail(problem('certificate-chain', { slot, count: labels.length }));
  const body = labels.length === 1 ? betweenLines(text) : text;
  if (body === null) return unreadable('its last line is missing');
  const base64 = body.replace(/\s+/g, '');
  const der = Buffer.from(base64, 'base64');
  if (base64 === '') return unreadable('it is empty');
  if (der.toString('base64') !== base64) return unreadable('it is not base64');
  if (der.subarray(0, beginning.length).toString('latin1') === beginning) {
    return fail(problem('certificate-encoded-twice', { slot }));
  }
  return fromDer(der, base64, slot);
}

function betweenLines(text: string): string | null {
  const start = text.indexOf('-----', text.indexOf(beginning) + beginning.length);
  const end = text.indexOf('-----END CERTIFICATE-----', start);
  return end === -1 ? null : text.slice(start + 5, end);
}

function fromDer(der: Buffer, base64: string, slot: string): Result<ReadCertificate, CertificateTextProblem> {
  const unreadable = (reason: string) => fail(problem('certificate-unreadable', { slot, reason }));
  try {
    const x509 = new X509Certificate(der);
    // The library reads the first certificate and passes over what follows.
    if (lengthOfElement(der) !== der.length) return unreadable('bytes follow it');
    return ok({ base64, sha256: sha256Thumbprint(der), x509 });
  } catch {
    return unreadable('it is no X.509 certificate, or is cut short');
  }
}

/** Length of the element at the beginning in bytes, header included (X.690, 8.1.3); a certificate has a long header. */
function lengthOfElement(der: Buffer): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  return 2 + octets + der.readUIntBE(2, octets);
}

/** Common names of a certificate's subject, one attribute per line. */
export function commonNames(x509: X509Certificate): readonly string[] {
  return (x509.subject ?? '')
    .split('\n')
    .filter((line) => line.startsWith('CN='))
    .map((line) => line.slice(3));
}

/** Judges what a certificate says against the place it stands in. */
export function judgeCertificate({ x509 }: ReadCertificate, place: CertificatePlace): readonly Finding[] {
  return [
    ...judgePosition(x509, place),
    ...judgeDates(x509, place),
    ...judgeKey(x509, place),
    ...judgeName(x509, place),
  ];
}

const refusal = (found: Problem): Finding => ({ weight: 'refusal', problem: found });

/** Who may sign nothing is a leaf (RFC 5280, 4.2.1.9): only a leaf is a device, only others sign for a group. */
function judgePosition(x509: X509Certificate, { slot, use }: CertificatePlace): readonly Finding[] {
  if (use === 'device') return x509.ca ? [refusal(problem('certificate-of-authority', { slot }))] : [];
  return x509.ca ? [] : [refusal(problem('certificate-of-device', { slot }))];
}

/** Validity (RFC 5280, 4.1.2.5): the service takes a certificate out of its time and refuses its device later. */
function judgeDates(x509: X509Certificate, { slot, now }: CertificatePlace): readonly Finding[] {
  const from = Date.parse(x509.validFrom);
  const to = Date.parse(x509.validTo);
  if (now < from) return [refusal(problem('certificate-not-yet', { slot, from: new Date(from).toISOString() }))];
  return now > to ? [refusal(problem('certificate-expired', { slot, until: new Date(to).toISOString() }))] : [];
}

/** Curves of NIST by OpenSSL's names, with which TLS clients of the service are known to work. */
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];
/** Below 112 bits of strength (NIST SP 800-131A). */
const weakestRsa = 2048;

function judgeKey(x509: X509Certificate, { slot }: CertificatePlace): readonly Finding[] {
  const unfit = (key: string) => [refusal(problem('certificate-key-unfit', { slot, key }))];
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = x509.publicKey;
    if (type === 'ec') return curves.includes(details?.namedCurve ?? '') ? [] : unfit(details?.namedCurve ?? 'unknown');
    if (type !== 'rsa') return unfit(type ?? 'unknown');
    const bits = details?.modulusLength ?? 0;
    return bits < weakestRsa ? unfit(`RSA ${bits}`) : [];
  } catch {
    return unfit('unknown');
  }
}

/** The registration id of an X.509 device is the common name of its leaf (Azure documentation, X.509 attestation). */
function judgeName(x509: X509Certificate, { slot, registrationId }: CertificatePlace): readonly Finding[] {
  if (registrationId === null) return [];
  const { length } = registrationId;
  if (length > longestStationId) {
    return [refusal(problem('registration-id-too-long', { registrationId, length, limit: longestStationId }))];
  }
  const names = commonNames(x509);
  const [name = ''] = names;
  if (names.length !== 1) return [refusal(problem('certificate-names', { slot, count: names.length }))];
  if (name === registrationId) return [];
  const facts = { slot, name: name.slice(0, 128), registrationId };
  // Ids are compared without letter case; how the service compares one with a common name is not documented.
  return name.toLowerCase() === registrationId.toLowerCase()
    ? [{ weight: 'advice', problem: problem('certificate-name-case', facts) }]
    : [refusal(problem('certificate-name-differs', facts))];
}
