import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { fingerprintOf } from '../../src/main/identity/fingerprint.ts';
import { unitSymmetricKeys } from '../../src/main/identity/symmetric-keys.ts';
import { keyRootFrom } from '../../src/main/station/key-root.ts';
import type { Enrollment } from '../../src/shared/enrollment.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok, type Result } from '../../src/shared/result.ts';
import { valueFrom } from '../doubles/books.ts';
import { registryFor } from '../doubles/courier-rig.ts';
import { type DpsBench, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';

describe('the key root', () => {
  /** A vault whose every answer takes some turns of the loop, as that of a disk does. */
  function slowVault() {
    const kept = new Map<string, Buffer>();
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    return {
      kept,
      get: async (name: string): Promise<Result<Buffer, ReturnType<typeof missing>>> => {
        await turns();
        const value = kept.get(name);
        return value === undefined ? fail(missing(name)) : ok(Buffer.from(value));
      },
      set: async (name: string, value: Uint8Array) => {
        await turns();
        kept.set(name, Buffer.from(value));
        await turns();
        return ok(undefined);
      },
    };
  }
  const missing = (name: string) => problem('secret-not-found', { name });

  it('is made once, however many slots want it at the same time', async () => {
    for (let apart = 0; apart < 12; apart += 1) {
      const vault = slowVault();
      const first = keyRootFrom(vault, systemRandom);
      for (let turn = 0; turn < apart; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const others = [keyRootFrom(vault, systemRandom), keyRootFrom(vault, systemRandom)];
      const roots = (await Promise.all([first, ...others])).map((root) => valueFrom(root).toString('base64'));
      expect(new Set(roots), `${apart} turns apart`).toEqual(new Set([[...vault.kept.values()][0]?.toString()]));
    }
  });
});

describe('keys that are derived again', () => {
  let bench: DpsBench;
  beforeEach(async () => {
    bench = await startDpsBench();
  });
  afterEach(() => bench.close());

  it('are sent only when they are those that the board got', async () => {
    const [root, other] = [randomBytes(32), randomBytes(32)];
    const salt = randomBytes(16);
    const derived = unitSymmetricKeys({ root, salt, registrationId: 'sn-1' });
    const enrollment: Enrollment = {
      registrationId: 'sn-1',
      provisioningStatus: 'enabled',
      attestation: {
        type: 'symmetricKey',
        keySalt: salt.toString('hex'),
        keyFingerprint: fingerprintOf(derived.primary),
      },
    };
    const registryWith = (from: Buffer) =>
      registryFor(
        { bench, clock: systemClock },
        {
          symmetricKeys: async ({ registrationId, keySalt }) =>
            ok(unitSymmetricKeys({ root: from, salt: Buffer.from(keySalt, 'hex'), registrationId })),
        },
      );
    const ask = serviceCaller(bench.ready);
    expect(await registryWith(other).createMany([enrollment])).toMatchObject({
      ok: false,
      problem: { problem: { code: 'key-root-changed', facts: { registrationId: 'sn-1' } } },
    });
    expect((await ask('GET', '/enrollments/sn-1')).status).toBe(404);
    valueFrom(await registryWith(root).createMany([enrollment]));
    const held = await ask('POST', '/enrollments/sn-1/attestationmechanism');
    expect(held.json.symmetricKey.primaryKey).toBe(derived.primary.toString('base64'));
  });
});
