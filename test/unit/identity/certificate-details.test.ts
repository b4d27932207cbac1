import { describe, expect, it } from 'vitest';
import { certificateDetails } from '../../../src/main/identity/certificate-details.ts';
import { selfSigned } from '../../interop/dps-bench.ts';
import { diceVectors } from './vectors.ts';

/* Names, dates and thumbprints as "openssl x509" prints them and as the vectors hold them. */

const ownWords = {
  issuer: 'CN=devkitdice, C=US, O=DEVKIT_TEST',
  notBefore: '2017-01-01T00:00:00.000Z',
  notAfter: '2037-01-01T00:00:00.000Z',
  publicKey: 'EC P-256',
};

describe('certificate details', () => {
  it.each(diceVectors.cases)('of the malformed Alias certificate: $id', ({ registrationId, outputs }) => {
    expect(certificateDetails(outputs.aliasCertPem)).toEqual({
      ...ownWords,
      subject: `CN=${registrationId}, C=US, O=DEVKIT_TEST`,
      serialNumber: '0a0b0c0d0e',
      sha1Thumbprint: outputs.aliasCertSha1,
      sha256Thumbprint: outputs.aliasCertSha256,
      pem: outputs.aliasCertPem,
    });
  });

  it('of a DeviceID certificate', () => {
    const pem = diceVectors.cases[0]?.outputs.deviceCertPem ?? '';
    expect(certificateDetails(pem)).toMatchObject({
      ...ownWords,
      subject: ownWords.issuer,
      serialNumber: '0e0d0c0b0a',
      sha256Thumbprint: '9de01803a4af4c8863e4b36ea020c8c8a72e4061bc9324ddb5cc244ae2832742',
    });
  });

  it('of an ordinary certificate', () => {
    expect(certificateDetails(selfSigned('ordinary').certPem)).toMatchObject({ subject: 'CN=ordinary' });
  });

  it.each(['', 'no certificate', '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----'])('none of %j', (pem) => {
    expect(certificateDetails(pem)).toBeNull();
  });
});
