import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { InstanceSettings, Settings } from '../shared/settings.ts';
import { registryFrom } from './adapters/dps/enrollment-registry.ts';
import { createEnrollmentService } from './adapters/dps/enrollment-service.ts';
import { createServiceCaller } from './adapters/dps/service-caller.ts';
import { type AccessTools, accessFrom, failureOf, wayFrom } from './compose-access.ts';
import { judgeMode } from './domain/mode-rules.ts';
import { type SymmetricKeys, unitSymmetricKeys } from './identity/symmetric-keys.ts';
import type { EnrollmentRegistry, RegistryFailure } from './ports/enrollment-registry.ts';
import type { Vault } from './ports/vault.ts';
import { createInstance, type Instance, type Instances } from './station/instances.ts';
import { readKeyRoot } from './station/key-root.ts';

type ConnectOptions = AccessTools & {
  readonly settings: Settings;
  readonly decorateRegistry?: (registry: EnrollmentRegistry) => EnrollmentRegistry;
};

/** Connects the DPS instances of the settings; refuses what does not belong to the mode. */
export async function connectInstances(options: ConnectOptions): Promise<Result<Instances, Problem>> {
  const instances = new Map<string, Instance>();
  for (const [name, settings] of Object.entries(options.settings.dps)) {
    const connected = await connectInstance(name, settings, options);
    if (!connected.ok) return connected;
    instances.set(name, connected.value);
  }
  return ok(instances);
}

async function connectInstance(
  name: string,
  settings: InstanceSettings,
  options: ConnectOptions,
): Promise<Result<Instance, Problem>> {
  const way = wayFrom(settings, options);
  if (!way.ok) return way;
  const access = await accessFrom(settings, way.value, options);
  if (!access.ok) return access;
  const { hostName, port, authorization, wordRefusal, isOwner } = access.value;
  const { ca, agent, authorities } = way.value;
  const { globalEndpoint } = settings;
  const refusal = judgeMode(options.settings.mode, { hostName, globalEndpoint, authorities });
  if (refusal !== null) return fail(refusal);
  const { clock, vault } = options;
  const caller = createServiceCaller({
    hostName,
    port: settings.port ?? port ?? 443,
    authorization,
    ...(ca === null ? {} : { ca }),
    ...(agent ? { agent } : {}),
    ...(wordRefusal === null ? {} : { wordRefusal }),
    clock,
    timeoutInMs: settings.timeoutInMs,
  });
  const service = createEnrollmentService(caller);
  const plainRegistry = registryFrom(service, (unit) => symmetricKeysOf(unit, vault));
  const registry = options.decorateRegistry?.(plainRegistry) ?? plainRegistry;
  const { operationsPerMinute, bulkWeight } = settings;
  const advice = isOwner && advises(options.settings) ? [problem('policy-too-strong', { instance: name })] : [];
  return ok(createInstance({ hostName, registry, service, operationsPerMinute, bulkWeight, clock, advice }));
}

/** Nobody can mend the policy of the embedded bench, and nothing there is worth it. */
function advises({ mode, bench }: Settings): boolean {
  return mode === 'production' || bench === 'off';
}

/** The key root leaves the vault for each enrollment that needs it. */
async function symmetricKeysOf(
  unit: { readonly registrationId: string; readonly keySalt: string },
  vault: Vault,
): Promise<Result<SymmetricKeys, RegistryFailure>> {
  const root = await readKeyRoot(vault);
  if (!root.ok) return fail(failureOf(root.problem, problem('key-root-missing')));
  const salt = Buffer.from(unit.keySalt, 'hex');
  const keys = unitSymmetricKeys({ root: root.value, salt, registrationId: unit.registrationId });
  root.value.fill(0);
  return ok(keys);
}
