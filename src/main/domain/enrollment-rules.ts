import type { Finding, JudgeContext } from '../../shared/enrollment-judgement.ts';
import { type Problem, problem } from '../../shared/problem.ts';

/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A finding that keeps a record from being sent. */
export const refusal = (found: Problem): Finding => ({ weight: 'refusal', problem: found });
/** A finding that only says what would be wiser. */
export const advice = (found: Problem): Finding => ({ weight: 'advice', problem: found });

/** Longest message of the service in bytes (Azure documentation, DPS limits: 96 KB). */
export const longestMessage = 96 * 1024;

/**
 * Registration and group ids: 1 to 128 letters, digits, - . _ : (Azure documentation, concepts-service); no special
 * character at either end (REST specification), where documentation allows a hyphen as the last one.
 */
const idPattern = /^[A-Za-z0-9]([A-Za-z0-9._:-]{0,126}[A-Za-z0-9-])?$/;
/** What documentation and specification agree on, in one letter case. */
const safeIdPattern = /^[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?$/;
/** Device ids of a hub: up to 128 characters of this set (Azure documentation, IoT Hub identity registry). */
const deviceIdPattern = /^[A-Za-z0-9\-.+%_#*?!(),=@$']{1,128}$/;

const shown = (text: unknown): string => String(text).slice(0, 128);

/** Judges a registration id or a group id. */
export function judgeId(id: unknown, what: 'registration id' | 'group id'): readonly Finding[] {
  if (typeof id !== 'string' || !idPattern.test(id)) {
    const given = typeof id === 'string' ? shown(id) : '';
    return [refusal(problem('enrollment-id-invalid', { what, id: given }))];
  }
  return safeIdPattern.test(id) ? [] : [advice(problem('enrollment-id-unsafe', { what, id }))];
}

/** Judges the device id, or what becomes of the registration id when there is none (it may hold a colon, a device id not). */
export function judgeDeviceId(deviceId: unknown, registrationId: unknown): readonly Finding[] {
  if (deviceId === undefined) {
    const colon = typeof registrationId === 'string' && registrationId.includes(':');
    return colon ? [refusal(problem('device-id-missing', { registrationId: shown(registrationId) }))] : [];
  }
  const good = typeof deviceId === 'string' && deviceIdPattern.test(deviceId);
  return good ? [] : [refusal(problem('device-id-invalid', { deviceId: shown(deviceId) }))];
}

/** Policies by name, spelled exactly so (REST specification 2021-10-01). */
const policies = ['hashed', 'geoLatency', 'static', 'custom'];

/** Judges how devices are spread over hubs. */
export function judgeAllocation(record: JsonObject, context: JudgeContext): readonly Finding[] {
  const { allocationPolicy: policy, iotHubs, iotHubHostName, customAllocationDefinition } = record;
  const findings: Finding[] = [];
  if (policy !== undefined && !policies.includes(policy as string)) {
    findings.push(refusal(problem('allocation-unknown', { policy: shown(policy), known: policies.join(', ') })));
  }
  const hubs = Array.isArray(iotHubs) ? iotHubs.filter((hub) => typeof hub === 'string') : [];
  if (typeof iotHubHostName === 'string' && !hubs.includes(iotHubHostName)) hubs.push(iotHubHostName);
  // Azure CLI insists on it; the service would choose at registration, or fail then.
  if (policy === 'static' && hubs.length !== 1) {
    findings.push(refusal(problem('allocation-needs-hub', { count: hubs.length })));
  }
  if (policy === 'custom' && customAllocationDefinition === undefined) {
    findings.push(refusal(problem('allocation-needs-function')));
  }
  if (policy !== 'custom' && customAllocationDefinition !== undefined) {
    findings.push(advice(problem('allocation-function-unused')));
  }
  const { linkedHubs } = context;
  const linked = linkedHubs?.map((hub) => hub.toLowerCase());
  for (const hub of hubs) {
    if (linked !== undefined && !linked.includes(hub.toLowerCase())) {
      findings.push(refusal(problem('hub-not-linked', { hub: shown(hub), linked: (linkedHubs ?? []).join(', ') })));
    }
  }
  return findings;
}

/** Members of a twin that typed clients claim for themselves (Azure/azure-cli#30610). */
const reservedTwinNames = ['version', 'count', 'metadata'];

/** Judges the names in the initial twin. */
export function judgeTwin(twin: unknown): readonly Finding[] {
  if (!isJsonObject(twin)) return [];
  const { tags, properties } = twin;
  const desired = isJsonObject(properties) ? properties['desired'] : undefined;
  return Object.entries({ tags, desired }).flatMap(([part, members]) =>
    reservedTwinNames
      .filter((name) => isJsonObject(members) && Object.hasOwn(members, name))
      .map((name) => refusal(problem('twin-name-reserved', { part, name }))),
  );
}

/** Members that only the service sets; a record that was exported from it holds them, and it ignores them. */
const serviceMembers = ['registrationState', 'createdDateTimeUtc', 'lastUpdatedDateTimeUtc', 'etag'];

/**
 * A record without what means nothing in a creation: nulls of optional members (accepted by the service and the same as
 * leaving them out, recorded traffic) and what only the service sets. A twin keeps its nulls. Unset status is `enabled`.
 */
export function cleanedRecord(record: JsonObject): JsonObject {
  const members = Object.entries(record)
    .filter(([name, value]) => value !== null && !serviceMembers.includes(name))
    .map(([name, value]) => [name, cleanedMember(name, value)] as const);
  const cleaned: JsonObject = Object.fromEntries(members);
  return { ...cleaned, provisioningStatus: cleaned['provisioningStatus'] ?? 'enabled' };
}

function cleanedMember(name: string, value: unknown): unknown {
  if (name === 'optionalDeviceInformation' || !isJsonObject(value)) return value;
  const own = withoutNulls(value);
  if (name === 'attestation') return deeplyWithoutNulls(own);
  const { properties } = own;
  return name === 'initialTwin' && isJsonObject(properties) ? { ...own, properties: withoutNulls(properties) } : own;
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function deeplyWithoutNulls(value: JsonObject): JsonObject {
  const members = Object.entries(withoutNulls(value));
  return Object.fromEntries(
    members.map(([name, member]) => [name, isJsonObject(member) ? deeplyWithoutNulls(member) : member]),
  );
}

/** Deeper than any real record, and far below what a recursive reader can follow. */
const deepest = 64;

/** Whether a value is nested deeper than a reader should follow. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
