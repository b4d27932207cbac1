import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  deviceIdKeyOf,
  isSignedWith,
  namesItselfIssuer,
  publicKeyOf,
  wrappedPem,
} from '../../../src/main/identity/certificate-signer.ts';
import { selfSigned } from '../../interop/dps-bench.ts';

/* The vectors come from Microsoft's own tool: certificates with the DeviceID keys that signed them. */
type Case = { id: string; outputs: { aliasCertPem: string; deviceIdPublicPem: string; deviceCertPem: string } };
const file = new URL('../../vectors/dice-vectors.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
const der = (pem: string | null) =>
  pem === null ? null : createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('hex');

it.each(cases.map((one) => [one.id, one.outputs] as const))(
  '%s: the DeviceID key in the certificate is the one that signed it',
  (_, { aliasCertPem, deviceIdPublicPem, deviceCertPem }) => {
    expect(der(deviceIdKeyOf(aliasCertPem))).toBe(der(deviceIdPublicPem));
    expect(isSignedWith(aliasCertPem, deviceIdPublicPem)).toBe(true);
    expect(isSignedWith(aliasCertPem, publicKeyOf(aliasCertPem) ?? '')).toBe(false);
    expect(deviceIdKeyOf(deviceCertPem)).toBeNull();
    const lines = (wrappedPem(aliasCertPem) ?? '').trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(64);
  },
);

it('knows an ordinary certificate from a DevKit’s, and what is none', () => {
  const { certPem } = selfSigned('sn1');
  expect(deviceIdKeyOf(certPem)).toBeNull();
  expect(namesItselfIssuer(certPem)).toBe(true);
  expect(isSignedWith(certPem, publicKeyOf(certPem) ?? '')).toBe(true);
  expect([deviceIdKeyOf('x'), publicKeyOf('x'), wrappedPem('x')]).toEqual([null, null, null]);
  expect([isSignedWith('x', 'y'), namesItselfIssuer('x')]).toEqual([false, false]);
});
