import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { connectHubs } from '../../src/main/compose-hubs.ts';
import { connectInstances } from '../../src/main/compose-instances.ts';
import { fingerprintOf } from '../../src/main/identity/fingerprint.ts';
import { unitSymmetricKeys } from '../../src/main/identity/symmetric-keys.ts';
import type { Vault, VaultProblem } from '../../src/main/ports/vault.ts';
import { keyRootSecret } from '../../src/main/station/key-root.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { enrollmentOf, valueFrom } from '../doubles/books.ts';

/* What a call says when the vault does not give its secret: whose fault it is decides what a person has to do. */

const connectionString = 'HostName=localhost:9;SharedAccessKeyName=station;SharedAccessKey=c2VjcmV0';
const entra = { kind: 'entra', host: 'localhost', credential: 'service-principal', clientSecret: 'entra' };
const place = { idScope: '0ne00AB12CD', globalEndpoint: 'localhost' };
const settings = settingsSchema.parse({
  mode: 'training',
  bench: 'off',
  dps: {
    key: { connectionStringSecret: 'dps', ...place },
    entra: { auth: { ...entra, tenantId: randomUUID(), clientId: randomUUID() }, ...place },
  },
  hubs: { localhost: { connectionStringSecret: 'hub' } },
});

/** A vault that gives until it is told why not. */
function vaultInTrouble() {
  const trouble = new Map<string, VaultProblem>();
  const vault: Vault = {
    backend: 'double',
    get: async (name) => {
      const why = trouble.get(name);
      return why === undefined ? ok(Buffer.from(connectionString)) : fail(why);
    },
    set: async () => ok(undefined),
  };
  return { vault, trouble };
}

const { attestation: _, ...plain } = enrollmentOf('unit-1', 'AAAA');
const derived = unitSymmetricKeys({
  root: Buffer.from(connectionString, 'base64'),
  salt: Buffer.alloc(16),
  registrationId: 'unit-1',
});
const withKeys = {
  ...plain,
  attestation: { type: 'symmetricKey', keySalt: '00'.repeat(16), keyFingerprint: fingerprintOf(derived.primary) },
} as const;

const kinds = [
  { secret: 'dps', instance: 'key', missing: 'credentials-refused' },
  { secret: 'entra', instance: 'entra', missing: 'entra-secret-wrong' },
  { secret: keyRootSecret, instance: 'key', missing: 'key-root-missing' },
];

describe.each(kinds)('a call without "$secret"', ({ secret, instance, missing }) => {
  it.each([
    { why: problem('secret-not-found', { name: secret }), told: { code: missing } },
    { why: problem('vault-locked'), told: problem('vault-locked') },
    { why: problem('vault-unsafe', { file: 'v' }), told: problem('vault-unsafe', { file: 'v' }) },
    {
      why: problem('vault-unreadable', { file: 'v', reason: 'r' }),
      told: problem('vault-unreadable', { file: 'v', reason: 'r' }),
    },
  ])('because of $why.code', async ({ why, told }) => {
    const { vault, trouble } = vaultInTrouble();
    const one = valueFrom(await connectInstances({ settings, vault, clock: systemClock })).get(instance);
    trouble.set(secret, why as VaultProblem);
    expect(await one?.registry.createMany([withKeys])).toMatchObject({ ok: false, problem: { problem: told } });
    if (why.code !== 'secret-not-found') expect(one?.lastAnswerAt()).toBeNull();
  });
});

it('a hub that cannot be asked because the vault is locked is not called unreachable', async () => {
  const { vault, trouble } = vaultInTrouble();
  const { hubs } = await connectHubs({ settings, vault, clock: systemClock });
  trouble.set('hub', problem('vault-locked'));
  expect(await hubs.get('localhost')?.get('unit-1')).toMatchObject({ problem: { problem: { code: 'vault-locked' } } });
});
