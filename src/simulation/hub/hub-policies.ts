import { randomBytes } from 'node:crypto';
import type { PolicyKeys } from '../dps/records.ts';

/** Rights of a hub's shared access policy (Azure documentation, control access to IoT Hub). Device connections use keys of their own. */
export type HubRight = 'RegistryRead' | 'RegistryWrite' | 'ServiceConnect';

/** The policy with all rights. */
export const hubOwnerPolicy = 'iothubowner';

const rightsByPolicy: Readonly<Record<string, readonly HubRight[]>> = {
  [hubOwnerPolicy]: ['RegistryRead', 'RegistryWrite', 'ServiceConnect'],
  service: ['ServiceConnect'],
  registryRead: ['RegistryRead'],
  registryReadWrite: ['RegistryRead', 'RegistryWrite'],
};

/** Rights of a policy; none for a name that is not known. */
export function hubRightsOf(policy: string): readonly HubRight[] {
  return Object.hasOwn(rightsByPolicy, policy) ? (rightsByPolicy[policy] ?? []) : [];
}

/** The policies that every hub is made with, each with two new 64-byte keys. */
export function freshHubPolicies(): PolicyKeys[] {
  return Object.keys(rightsByPolicy).map((name) => ({
    name,
    primaryKey: randomBytes(64).toString('base64'),
    secondaryKey: randomBytes(64).toString('base64'),
  }));
}
