import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ConnectionString, parseConnectionString } from '../shared/connection-string.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { InstanceSettings, Settings } from '../shared/settings.ts';
import { sharedAccessAuthorization } from './adapters/dps/authorization.ts';
import { registryFrom } from './adapters/dps/enrollment-registry.ts';
import { createEnrollmentService } from './adapters/dps/enrollment-service.ts';
import { createServiceCaller } from './adapters/dps/service-caller.ts';
import { judgeMode } from './domain/mode-rules.ts';
import { type SymmetricKeys, unitSymmetricKeys } from './identity/symmetric-keys.ts';
import type { Clock } from './ports/clock.ts';
import type { EnrollmentRegistry, RegistryFailure } from './ports/enrollment-registry.ts';
import type { Vault } from './ports/vault.ts';
import { createInstance, type Instance, type Instances } from './station/instances.ts';
import { readKeyRoot } from './station/key-root.ts';

/** Connects the DPS instances of the settings; refuses what does not belong to the mode. */
export async function connectInstances(options: {
  readonly settings: Settings;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly decorateRegistry?: (registry: EnrollmentRegistry) => EnrollmentRegistry;
}): Promise<Result<Instances, Problem>> {
  const instances = new Map<string, Instance>();
  for (const [name, settings] of Object.entries(options.settings.dps)) {
    const connection = await connectionOf(settings, options.vault);
    if (!connection.ok) return connection;
    const ca = readAuthorities(settings.caFile);
    if (!ca.ok) return ca;
    const { hostName } = connection.value;
    const refusal = judgeMode(options.settings.mode, {
      hostName,
      globalEndpoint: settings.globalEndpoint,
      authorities: ca.value.names,
    });
    if (refusal !== null) return fail(refusal);
    const { clock, vault } = options;
    const keyName = connection.value.sharedAccessKeyName;
    const key = () => keyOf(settings, vault);
    const caller = createServiceCaller({
      hostName,
      port: settings.port ?? connection.value.port ?? 443,
      authorization: sharedAccessAuthorization({ hostName, keyName, key, clock }),
      ...(ca.value.pem === null ? {} : { ca: ca.value.pem }),
      clock,
      timeoutInMs: settings.timeoutInMs,
    });
    const service = createEnrollmentService(caller);
    const plainRegistry = registryFrom(service, (unit) => symmetricKeysOf(unit, vault));
    const registry = options.decorateRegistry?.(plainRegistry) ?? plainRegistry;
    const { operationsPerMinute, bulkWeight } = settings;
    instances.set(name, createInstance({ hostName, registry, service, operationsPerMinute, bulkWeight, clock }));
  }
  return ok(instances);
}

async function connectionOf(settings: InstanceSettings, vault: Vault): Promise<Result<ConnectionString, Problem>> {
  const secret = await vault.get(settings.connectionStringSecret);
  if (!secret.ok) return secret;
  const parsed = parseConnectionString(secret.value.toString('utf8'));
  secret.value.fill(0);
  return parsed;
}

/** The key leaves the vault for each token and is forgotten after it. */
async function keyOf(settings: InstanceSettings, vault: Vault): Promise<Result<Buffer, RegistryFailure>> {
  const connection = await connectionOf(settings, vault);
  if (connection.ok) {
    // Memory of its own: overwriting it later overwrites the only decoded copy.
    const decoded = Buffer.from(connection.value.sharedAccessKey, 'base64');
    const key = Buffer.allocUnsafeSlow(decoded.length);
    decoded.copy(key);
    decoded.fill(0);
    return ok(key);
  }
  const refused = problem('credentials-refused', { trackingId: 'none' });
  return fail({ problem: refused, retryAfterInMs: null });
}

/** The key root leaves the vault for each enrollment that needs it. */
async function symmetricKeysOf(
  unit: { readonly registrationId: string; readonly keySalt: string },
  vault: Vault,
): Promise<Result<SymmetricKeys, RegistryFailure>> {
  const root = await readKeyRoot(vault);
  if (!root.ok) return fail({ problem: problem('key-root-missing'), retryAfterInMs: null });
  const salt = Buffer.from(unit.keySalt, 'hex');
  const keys = unitSymmetricKeys({ root: root.value, salt, registrationId: unit.registrationId });
  root.value.fill(0);
  return ok(keys);
}

function readAuthorities(
  caFile: string | undefined,
): Result<{ pem: string | null; names: readonly string[] }, Problem<'file-unreadable'>> {
  if (caFile === undefined) return ok({ pem: null, names: [] });
  try {
    const pem = readFileSync(caFile, 'utf8');
    const each = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return ok({ pem, names: each.map((one) => new X509Certificate(one).subject) });
  } catch (error) {
    return fail(
      problem('file-unreadable', { file: caFile, reason: (error as NodeJS.ErrnoException).code ?? 'no certificate' }),
    );
  }
}
