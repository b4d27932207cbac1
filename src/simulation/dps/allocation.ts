import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Refusal } from './answer.ts';
import type { Entry } from './device-entry.ts';
import type { Instance } from './instance.ts';

/** 400208 inside a failed registration: the C SDK's constant for a hub that was not specified. */
const hubNotSpecified: Refusal = { errorCode: 400_208, message: 'IotHub not specified.' };
/** 400209 inside a failed registration: the C SDK's constant for a hub that does not accept the service. */
const hubUnauthorized: Refusal = { errorCode: 400_209, message: 'IotHub unauthorized.' };

/**
 * The hub for a device, by the entry's allocation policy. `static` needs exactly one hub to choose from; without
 * `iotHubs` these are the linked ones (recorded: it works on an instance with one hub). `hashed` spreads by registration
 * id; `geoLatency` does the same here, because nothing is far away; `custom` finds no hub, because no webhook is called.
 * `current` is the hub that the device has; with the policy to stay it remains, if it is still linked.
 */
export function hubFor(instance: Instance, entry: Entry, current: string | undefined): Result<string, Refusal> {
  const { rules, registrationId } = entry;
  const linked = instance.hubs.names();
  const isLinked = (name: string): boolean => linked.some((hub) => hub.toLowerCase() === name.toLowerCase());
  if (current !== undefined && rules.reprovisionPolicy?.updateHubAssignment === false) {
    return isLinked(current) ? ok(current) : fail(hubUnauthorized);
  }
  const legacy = rules.iotHubHostName === undefined ? undefined : [rules.iotHubHostName];
  const candidates = rules.iotHubs ?? legacy ?? linked;
  if (!candidates.every(isLinked)) return fail(hubUnauthorized);
  const policy = rules.allocationPolicy ?? 'hashed';
  const unanswered = policy === 'custom' && instance.switches.customAllocation === 'fail';
  if (unanswered || (policy === 'static' && candidates.length !== 1)) return fail(hubNotSpecified);
  const digest = createHash('sha256').update(registrationId.toLowerCase()).digest();
  const hub = candidates[digest.readUInt32BE() % Math.max(1, candidates.length)];
  return hub === undefined ? fail(hubNotSpecified) : ok(hub);
}
