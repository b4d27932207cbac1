import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issuerFrom, issueStationCertificate } from '../../../src/main/identity/station-certificate.ts';
import { valueFrom } from '../../doubles/books.ts';
import { selfSigned } from '../../interop/dps-bench.ts';
import { authority, expired, notYetValid } from '../../interop/test-authorities.ts';

const now = Date.now();
const dayInMs = 86_400_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'station-certificate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const issuerOf = ({ certPem, keyPem }: { certPem: string; keyPem: string }, at = now) =>
  issuerFrom(certPem, Buffer.from(keyPem), at);
const issue = (issuer: Parameters<typeof issueStationCertificate>[0]['issuer'], validityInDays = 365) =>
  issueStationCertificate({ commonName: 'sn-1', issuer, validityInDays, now, serialNumber: randomBytes(16) });

/** What OpenSSL says of a chain. */
function verify(authorityPem: string, pem: string, ...more: string[]): string {
  writeFileSync(join(folder, 'ca.pem'), authorityPem);
  writeFileSync(join(folder, 'leaf.pem'), pem);
  const args = ['verify', '-x509_strict', '-purpose', 'sslclient', ...more];
  return execFileSync('openssl', [...args, '-CAfile', 'ca.pem', 'leaf.pem'], { cwd: folder, encoding: 'utf8' });
}

describe('a certificate from an issuing CA', () => {
  it('stands the strict eyes of OpenSSL as a client certificate of that CA', async () => {
    const plant = authority('Plant CA');
    const made = await issue(valueFrom(issuerOf(plant)));
    expect(verify(plant.certPem, made.certificatePem)).toContain('leaf.pem: OK');
    const read = new X509Certificate(made.certificatePem);
    expect([read.subject, read.issuer, read.ca]).toEqual(['CN=sn-1', 'CN=Plant CA', false]);
    expect(read.checkPrivateKey(createPrivateKey(made.privateKeyPem))).toBe(true);
    expect(read.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(read.raw).toEqual(made.der);
    expect(read.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it.each([
    ['RSA 2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ])('is signed with %s as well', async (_what, pair) => {
    const { privateKey } = pair();
    const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    writeFileSync(join(folder, 'ca.key'), keyPem);
    const args = ['req', '-x509', '-key', 'ca.key', '-subj', '/CN=Other CA', '-days', '30', '-addext'];
    const extension = 'keyUsage=critical,keyCertSign';
    const certPem = execFileSync('openssl', [...args, extension], { cwd: folder, encoding: 'utf8' });
    const made = await issue(valueFrom(issuerOf({ certPem, keyPem }, Date.now())));
    expect(verify(certPem, made.certificatePem)).toContain('OK');
  });

  it('does not outlive the CA', async () => {
    const plant = authority('Plant CA');
    const made = await issue(valueFrom(issuerOf(plant)), 100 * 365);
    expect(new X509Certificate(made.certificatePem).validTo).toBe(new X509Certificate(plant.certPem).validTo);
  });

  it.each([
    ['whose key is another one', () => ({ ...authority('A'), keyPem: authority('B').keyPem }), /another certificate/],
    ['that is no CA', () => selfSigned('leaf'), /not one of a CA/],
    ['that has expired', () => authority('Old CA', null, expired), /expired/],
    ['that is not valid yet', () => authority('New CA', null, notYetValid), /not valid yet/],
    ['whose certificate is junk', () => ({ ...authority('A'), certPem: 'junk' }), /certificate cannot be read/],
    ['whose key is junk', () => ({ ...authority('A'), keyPem: 'junk' }), /private key cannot be read/],
  ])('comes from no CA %s', (_what, given, reason) => {
    const refused = issuerOf(given());
    expect(refused).toMatchObject({ ok: false, problem: { code: 'issuer-unusable' } });
    if (!refused.ok) expect(refused.problem.facts.reason).toMatch(reason);
  });
});

describe('a certificate of its own', () => {
  it('is signed by its own key and valid as long as it was told', async () => {
    const made = await issue(null, 30);
    const read = new X509Certificate(made.certificatePem);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(Date.parse(read.validTo) / 1_000).toBe(Math.floor((now + 30 * dayInMs) / 1_000));
    expect(Date.parse(read.validFrom)).toBeLessThan(now - 60_000);
  });

  it('is another one each time', async () => {
    const [first, second] = [await issue(null), await issue(null)];
    expect(first.der).not.toEqual(second.der);
    expect(first.privateKeyPem).not.toEqual(second.privateKeyPem);
  });
});
