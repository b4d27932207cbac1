import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fwidOfAliasCertificate } from '../../../src/main/identity/alias-measurement.ts';
import { selfSigned } from '../../interop/dps-bench.ts';
import { diceVectors } from './vectors.ts';

/* The FWID inside certificates that Microsoft's own tool made. */
describe('the measurement in an Alias certificate', () => {
  it('is the FWID of every vector', () => {
    const { cases } = diceVectors;
    expect(cases.length).toBeGreaterThan(30);
    for (const one of cases) expect(fwidOfAliasCertificate(one.outputs.aliasCertPem)).toBe(one.intermediates.fwid);
  });

  it('is in no other certificate, and in nothing that is none', () => {
    expect(fwidOfAliasCertificate(selfSigned('unit').certPem)).toBeNull();
    expect(fwidOfAliasCertificate(createHash('sha256').digest('hex'))).toBeNull();
  });
});
