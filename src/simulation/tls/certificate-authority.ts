import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { certificatePemFrom, publicKeyOf } from './certificates.ts';
import { readIfThere, writeFileAtomically } from './whole-file.ts';

const dayInMs = 86_400_000;
const authorityName = 'DPS Station simulation CA (training only)';

/** A CA of the simulation: its certificate file is what a station must trust to reach simulated servers. */
export type CertificateAuthority = {
  /** Absolute path of the CA's certificate, PEM. */
  readonly caFile: string;
  readonly caPem: string;
  /** Issues a server certificate for DNS names and IP addresses, valid from yesterday for two years. */
  readonly issueServer: (names: readonly string[]) => { readonly certPem: string; readonly keyPem: string };
};

/**
 * Opens the CA kept in `folder` (`ca.pem`, `ca-key.pem`), or makes a new one there, valid for 20 years. The system
 * clock decides about validity, never a test's clock, because real clients check it. Throws an Error with one
 * sentence when only half of the CA is there or the key cannot be read.
 */
export async function openCertificateAuthority(folder: string): Promise<CertificateAuthority> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const caFile = resolve(join(folder, 'ca.pem'));
  const keyFile = resolve(join(folder, 'ca-key.pem'));
  const [caPem, keyPem] = await Promise.all([readIfThere(caFile), readIfThere(keyFile)]);
  if ((caPem === null) !== (keyPem === null)) {
    throw new Error(
      `The folder ${folder} holds only one of ca.pem and ca-key.pem; remove it or choose another folder.`,
    );
  }
  if (caPem !== null && keyPem !== null) return authorityFrom(caFile, caPem, createPrivateKey(keyPem));
  return await createAuthority(caFile, keyFile);
}

async function createAuthority(caFile: string, keyFile: string): Promise<CertificateAuthority> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const caPem = certificatePemFrom({
    commonName: authorityName,
    publicKey,
    issuer: null,
    signingKey: privateKey,
    role: 'authority',
    notBefore: new Date(Date.now() - dayInMs),
    notAfter: new Date(Date.now() + 20 * 365 * dayInMs),
  });
  await writeFileAtomically(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await writeFileAtomically(caFile, caPem, 0o644);
  return authorityFrom(caFile, caPem, privateKey);
}

function authorityFrom(caFile: string, caPem: string, caKey: KeyObject): CertificateAuthority {
  return {
    caFile,
    caPem,
    issueServer: (names) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const certPem = certificatePemFrom({
        commonName: names[0] ?? 'localhost',
        publicKey,
        issuer: { commonName: authorityName, publicKey: publicKeyOf(caKey) },
        signingKey: caKey,
        role: 'server',
        names,
        notBefore: new Date(Date.now() - dayInMs),
        notAfter: new Date(Date.now() + 2 * 365 * dayInMs),
      });
      return { certPem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
  };
}
