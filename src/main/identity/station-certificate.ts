import { createPrivateKey, generateKeyPairSync, type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** An issuing CA as a recipe names it: its certificate, and its private key from the vault. */
export type Issuer = { readonly certificatePem: string; readonly key: KeyObject };

/** A new key with its certificate. The caller wipes the key. */
export type StationCertificate = {
  readonly privateKeyPem: Buffer; // PKCS#8
  readonly certificatePem: string;
  readonly der: Buffer;
};

/** A key as the library's declarations call it. */
type LibraryKey = Parameters<
  typeof import('@peculiar/x509').X509CertificateGenerator.createSelfSigned
>[0]['keys']['privateKey'];

/** Why an issuer cannot issue: `issuer-unusable` {reason}. */
export type IssuerProblem = Problem<'issuer-unusable'>;

/**
 * Puts a CA and its private key together and checks that they can issue at `now` (milliseconds since 1970): the key
 * belongs to the certificate, which is a CA (RFC 5280, 4.2.1.9) and valid.
 */
export function issuerFrom(certificatePem: string, keyPem: Buffer, now: number): Result<Issuer, IssuerProblem> {
  const refuse = (reason: string) => fail(problem('issuer-unusable', { reason }));
  let certificate: X509Certificate;
  let key: KeyObject;
  try {
    certificate = new X509Certificate(certificatePem);
  } catch {
    return refuse('its certificate cannot be read');
  }
  try {
    key = createPrivateKey(keyPem);
  } catch {
    return refuse('its private key cannot be read; PKCS#8 PEM without a password is expected');
  }
  if (!certificate.checkPrivateKey(key)) return refuse('the private key in the vault belongs to another certificate');
  if (!certificate.ca) return refuse('its certificate is not one of a CA');
  if (now < Date.parse(certificate.validFrom)) return refuse('its certificate is not valid yet');
  if (now > Date.parse(certificate.validTo)) return refuse('its certificate has expired');
  if (signingAlgorithmOf(key) === null) return refuse('its key is neither ECDSA on P-256 or P-384 nor RSA');
  return ok({ certificatePem, key });
}

/**
 * Makes a P-256 key and its certificate for client authentication, with the registration id as common name, as DPS
 * wants it (Azure documentation, X.509 attestation). Without an issuer it is self-signed. Valid from five minutes ago,
 * because the clocks of boards are not the best.
 */
export async function issueStationCertificate(request: {
  readonly commonName: string;
  readonly issuer: Issuer | null;
  readonly validityInDays: number;
  readonly now: number; // milliseconds since 1970
  readonly serialNumber: Uint8Array; // 16 random bytes
}): Promise<StationCertificate> {
  // Loaded when a recipe needs it: no other station has to know it.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));
  const { issuer } = request;
  const signer = issuer?.key ?? pair.privateKey;
  const algorithm = signingAlgorithmOf(signer) ?? ecdsaP256;
  const subject = `CN=${request.commonName}`;
  const authority = issuer === null ? null : new x509.X509Certificate(issuer.certificatePem);
  const notAfter = request.now + request.validityInDays * 86_400_000;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialOf(request.serialNumber),
    subject,
    issuer: authority?.subjectName ?? subject,
    notBefore: new Date(request.now - 300_000),
    // No certificate outlives its issuer: a verifier would refuse it from that day on.
    notAfter: new Date(authority === null ? notAfter : Math.min(notAfter, authority.notAfter.getTime())),
    publicKey,
    // One object, two declarations of its type: the library's comes from the browser.
    signingKey: (await signingKeyFrom(signer, algorithm)) as unknown as LibraryKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth], false),
      await x509.SubjectKeyIdentifierExtension.create(publicKey, false),
      ...(authority === null ? [] : [await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey, false)]),
    ],
  });
  const privateKeyPem = Buffer.from(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'latin1');
  return { privateKeyPem, certificatePem: `${certificate.toString('pem')}\n`, der: Buffer.from(certificate.rawData) };
}

const ecdsaP256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

function signingAlgorithmOf(key: KeyObject) {
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
  if (key.asymmetricKeyType !== 'ec') return null;
  if (namedCurve === 'prime256v1') return ecdsaP256;
  return namedCurve === 'secp384r1' ? ({ name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' } as const) : null;
}

async function signingKeyFrom(key: KeyObject, algorithm: NonNullable<ReturnType<typeof signingAlgorithmOf>>) {
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  pkcs8.fill(0);
  return signingKey;
}

/** A positive serial number of at most 16 octets (RFC 5280, 4.1.2.2). */
function serialOf(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
