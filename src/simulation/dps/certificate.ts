import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import type { CertificateInfo } from './records.ts';

/** An uploaded certificate: DER and what the service tells about it afterwards (never the text itself). */
export type UploadedCertificate = { readonly der: Buffer; readonly info: CertificateInfo };

const notACertificate = badRequest('The certificate is not a valid base64 string value');
const pemPattern = /^-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----$/;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads the `certificate` member of an enrollment: one PEM certificate with its header lines, or base64 DER without
 * them (both used by official samples and tools). White space at the end is stripped. Anything else, a PEM text
 * encoded a second time or a chain included, is 400004. node:crypto parses, because strict ASN.1 libraries throw on
 * the malformed subject alternative name of the DevKit's certificates.
 */
export function uploadedCertificateFrom(text: string): Result<UploadedCertificate, Refusal> {
  const trimmed = text.trimEnd();
  const base64 = trimmed.startsWith('-----') ? pemPattern.exec(trimmed)?.[1]?.replace(/\s/g, '') : trimmed;
  if (base64 === undefined || base64 === '' || !base64Pattern.test(base64)) return fail(notACertificate);
  const der = Buffer.from(base64, 'base64');
  if (der[0] !== 0x30) return fail(notACertificate);
  try {
    const certificate = new X509Certificate(der);
    if (!certificate.raw.equals(der)) return fail(notACertificate);
    return ok({ der, info: infoOf(certificate) });
  } catch {
    return fail(notACertificate); // the only thing that a parser of foreign bytes can tell
  }
}

/** Thumbprints are upper-case hex without colons, as Microsoft's Python client's live test compares them. */
function infoOf(certificate: X509Certificate): CertificateInfo {
  return {
    subjectName: nameText(certificate.subject),
    sha1Thumbprint: certificate.fingerprint.replaceAll(':', ''),
    sha256Thumbprint: certificate.fingerprint256.replaceAll(':', ''),
    issuerName: nameText(certificate.issuer),
    notBeforeUtc: wholeSeconds(certificate.validFrom),
    notAfterUtc: wholeSeconds(certificate.validTo),
    serialNumber: certificate.serialNumber.toUpperCase(),
    version: versionOf(certificate.raw),
  };
}

/** `CN=a, C=US, O=b` in the order of the certificate. Recorded answers show single names only, so the order is a guess. */
function nameText(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function wholeSeconds(date: string): string {
  const parsed = new Date(date);
  return Number.isNaN(parsed.getTime()) ? date : `${parsed.toISOString().slice(0, 19)}Z`;
}

/** RFC 5280 4.1: the version is the [0] element that begins the signed part; absent means version 1. */
function versionOf(der: Buffer): number {
  const signedPart = contentOffset(der, contentOffset(der, 0));
  return der[signedPart] === 0xa0 ? (der[signedPart + 4] ?? 0) + 1 : 1;
}

function contentOffset(der: Buffer, at: number): number {
  const length = der[at + 1] ?? 0;
  return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
}

/** The leaf's common name when it has exactly one, else null. */
export function commonNameOf(certificate: X509Certificate): string | null {
  const subject = certificate.toLegacyObject().subject as unknown as Record<string, string | string[] | undefined>;
  const name = subject['CN'];
  return typeof name === 'string' ? name : null;
}
