import type { HubAuthentication, HubDevice, JsonObject } from '../hub/linked-hubs.ts';
import { hubFor } from './allocation.ts';
import type { Entry, Proof } from './device-entry.ts';
import type { Instance } from './instance.ts';
import type { EntrySettings, StoredRegistration } from './records.ts';
import { newTpmKey } from './tpm/challenge.ts';

/** What a registration comes to; the rest of the record stays. */
export type Outcome = Partial<StoredRegistration> & Pick<StoredRegistration, 'status' | 'operation'>;
type Substatus = NonNullable<StoredRegistration['substatus']>;

/**
 * Decides the outcome of a registration and carries it out on the hubs: the identity is made or gets new credentials,
 * and a device that moves leaves its old hub. By the reprovision policy its twin moves along or begins anew.
 */
export function assign(instance: Instance, entry: Entry, record: StoredRegistration): Outcome {
  const { operation } = record;
  if (entry.rules.provisioningStatus === 'disabled') return { status: 'disabled', operation };
  const before = record.assignedHub;
  const chosen = hubFor(instance, entry, before);
  if (!chosen.ok) {
    return { status: 'failed', errorCode: chosen.problem.errorCode, errorMessage: chosen.problem.message, operation };
  }
  const hub = chosen.value;
  // A changed deviceId takes effect only after the registration record was deleted.
  const deviceId = record.deviceId ?? entry.deviceId;
  const { authentication, blob } = credentialsFor(instance, entry.proof);
  const substatus = substatusOf(instance, entry.rules, record, hub);
  const held = before === undefined ? null : instance.hubs.device(before, deviceId);
  const keepsData = held !== null && !startsAnew(instance, entry.rules, before, hub);
  const data = keepsData ? { iotEdge: held.iotEdge, twin: held.twin } : freshDataOf(entry.rules);
  instance.hubs.put(hub, { deviceId, authentication, ...data });
  if (before !== undefined && !isSameHub(before, hub)) instance.hubs.remove(before, deviceId);
  return {
    status: 'assigned',
    substatus,
    assignedHub: hub,
    deviceId,
    ...(before !== undefined && !isSameHub(before, hub) && { earlierHubs: [...(record.earlierHubs ?? []), before] }),
    operation: { ...operation, ...(blob !== null && { authenticationKey: blob }) },
  };
}

function isSameHub(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function migrates(rules: EntrySettings): boolean {
  return rules.reprovisionPolicy?.migrateDeviceData !== false;
}

/** Whether the twin is built from the entry's initialTwin although the device had one. */
function startsAnew(instance: Instance, rules: EntrySettings, before: string | undefined, hub: string): boolean {
  if (before === undefined) return true;
  if (migrates(rules) || rules.reprovisionPolicy?.updateHubAssignment === false) return false;
  return !isSameHub(before, hub) || instance.switches.resetOnSameHub === 'reset';
}

function substatusOf(instance: Instance, rules: EntrySettings, record: StoredRegistration, hub: string): Substatus {
  const before = record.assignedHub;
  if (before === undefined) return 'initialAssignment';
  if (isSameHub(before, hub)) {
    const reset = startsAnew(instance, rules, before, hub);
    return reset ? 'deviceDataReset' : (record.substatus ?? 'initialAssignment');
  }
  if (record.earlierHubs?.some((earlier) => isSameHub(earlier, hub))) return 'reprovisionedToInitialAssignment';
  return migrates(rules) ? 'deviceDataMigrated' : 'deviceDataReset';
}

function freshDataOf(rules: EntrySettings): Pick<HubDevice, 'iotEdge' | 'twin'> {
  const twin = rules.initialTwin as { tags?: JsonObject | null; properties?: { desired?: JsonObject | null } | null };
  return {
    iotEdge: rules.capabilities?.iotEdge ?? false,
    twin: { tags: twin?.tags ?? {}, desired: twin?.properties?.desired ?? {} },
  };
}

/** What the hub knows the device by, and for a TPM the blob that carries the key there. */
function credentialsFor(
  instance: Instance,
  proof: Proof,
): { readonly authentication: HubAuthentication; readonly blob: string | null } {
  if (proof.type === 'x509') {
    // The certificate actually presented, whichever slot or group let it in (Azure CLI integration tests).
    const { fingerprint, fingerprint256 } = proof.certificate;
    const thumbprint = instance.switches.hubThumbprint === 'sha256' ? fingerprint256 : fingerprint;
    const x509Thumbprint = { primaryThumbprint: thumbprint.replaceAll(':', ''), secondaryThumbprint: null };
    return { authentication: { type: 'selfSigned', x509Thumbprint }, blob: null };
  }
  if (proof.type === 'symmetricKey') {
    const { primaryKey, secondaryKey } = proof;
    return { authentication: { type: 'sas', symmetricKey: { primaryKey, secondaryKey } }, blob: null };
  }
  const { hmacKey, blob } = newTpmKey(proof.keys, instance.host);
  const key = hmacKey.toString('base64');
  return { authentication: { type: 'sas', symmetricKey: { primaryKey: key, secondaryKey: key } }, blob };
}
