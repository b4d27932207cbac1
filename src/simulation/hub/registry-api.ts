import { coversResource, isSignedByPolicy, isUnexpired, sasTokenFrom } from '../dps/sas.ts';
import { etagMatches } from '../dps/service-clock.ts';
import type { HttpCall } from '../http/call.ts';
import { changeIdentity, type Hub, removeIdentity } from './hub.ts';
import {
  deviceNotFound,
  type HubAnswer,
  type HubRefusal,
  hubBadRequest,
  hubRefuse,
  hubReply,
  hubUnauthorized,
} from './hub-answer.ts';
import { type HubRight, hubRightsOf } from './hub-policies.ts';
import { authenticationFrom, identityRequestFrom, symmetricKeysFrom } from './identity-request.ts';
import { identityView, twinView } from './identity-view.ts';
import type { StoredDevice } from './records.ts';
import { runTwinQuery } from './twin-query.ts';

type Operation = {
  readonly right: HubRight;
  readonly run: (hub: Hub, call: HttpCall, deviceId: string) => HubAnswer | HubRefusal;
};

/** Most identities that one GET of the list answers (Azure REST reference). */
const longestList = 1000;

const operations: Readonly<Record<string, Operation>> = {
  'GET devices': { right: 'RegistryRead', run: list },
  'GET devices id': { right: 'RegistryRead', run: get },
  'PUT devices id': { right: 'RegistryWrite', run: put },
  'DELETE devices id': { right: 'RegistryWrite', run: remove },
  // Twins and queries over them need ServiceConnect (Azure documentation, device twins).
  'POST devices query': { right: 'ServiceConnect', run: query },
  'GET twins id': { right: 'ServiceConnect', run: getTwin },
};

/** Answers one call of the registry's REST API (api-version 2021-04-12): version, credentials, then the operation. */
export function answerRegistryCall(hub: Hub, call: HttpCall): HubAnswer {
  const answer = outcomeOf(hub, call);
  return 'code' in answer ? hubRefuse(answer, hub.clock.trackingId(), hub.clock.now()) : answer;
}

function outcomeOf(hub: Hub, call: HttpCall): HubAnswer | HubRefusal {
  const operation = operationFor(call);
  if (operation === undefined) return { status: 404, code: 'InvalidOperation', message: 'No such operation.' };
  if (!call.apiVersion) return { status: 400, code: 'InvalidProtocolVersion', message: 'api-version is missing' };
  if (!isAllowed(hub, call, operation.right)) return hubUnauthorized;
  return operation.run(hub, call, call.segments[1] ?? '');
}

function operationFor({ method, segments }: HttpCall): Operation | undefined {
  const [first = '', second, ...more] = segments;
  if (more.length > 0) return undefined;
  const isQuery = method === 'POST' && second?.toLowerCase() === 'query';
  const name = [method, first.toLowerCase(), isQuery ? 'query' : second && 'id'].filter(Boolean).join(' ');
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
}

function isAllowed(hub: Hub, call: HttpCall, right: HubRight): boolean {
  const token = sasTokenFrom(call.header('authorization') ?? '');
  if (token === null || !isSignedByPolicy(token, hub.book.policies) || !isUnexpired(token, hub.clock.now()))
    return false;
  const covers = hub.aliases.some((alias) => coversResource(token, alias, call.segments));
  return covers && hubRightsOf(token.policy).includes(right);
}

function viewOf(hub: Hub, device: StoredDevice): HubAnswer {
  const view = identityView(device, hub.connections.isConnected(device.deviceId));
  return hubReply(view, { ETag: `"${device.etag}"` });
}

function list(hub: Hub): HubAnswer {
  const devices = [...hub.book.devices()].slice(0, longestList);
  return hubReply(devices.map((device) => identityView(device, hub.connections.isConnected(device.deviceId))));
}

function get(hub: Hub, _call: HttpCall, deviceId: string): HubAnswer | HubRefusal {
  const device = hub.book.device(deviceId);
  return device === undefined ? deviceNotFound(deviceId) : viewOf(hub, device);
}

/** PUT creates without If-Match and updates with it. */
function put(hub: Hub, call: HttpCall, deviceId: string): HubAnswer | HubRefusal {
  const ifMatch = call.header('if-match');
  const held = hub.book.device(deviceId);
  const refusal = ifMatch === null ? existing(held) : staleness(held, ifMatch, deviceId);
  if (refusal !== null) return refusal;
  const request = identityRequestFrom(jsonOf(call), deviceId);
  if (!request.ok) return request.problem;
  const asked = authenticationFrom(request.value);
  if (!asked.ok) return asked.problem;
  const authentication = asked.value ?? (held === undefined ? symmetricKeysFrom({}) : null);
  const { status, statusReason, capabilities } = request.value;
  const changed = changeIdentity(hub, deviceId, {
    ...(authentication !== null && { authentication }),
    status: status ?? 'enabled',
    statusReason: statusReason ?? null,
    iotEdge: capabilities?.iotEdge ?? false,
  });
  return viewOf(hub, changed);
}

function existing(held: StoredDevice | undefined): HubRefusal | null {
  return held === undefined ? null : { status: 409, code: 'DeviceAlreadyExists', message: held.deviceId };
}

function staleness(held: StoredDevice | undefined, ifMatch: string, deviceId: string): HubRefusal | null {
  if (held === undefined) return deviceNotFound(deviceId);
  const given = ifMatch.trim() === '"*"' ? '*' : ifMatch; // one client quotes the star as well
  return etagMatches(given, held.etag) ? null : { status: 412, code: 'PreconditionFailed', message: deviceId };
}

function remove(hub: Hub, call: HttpCall, deviceId: string): HubAnswer | HubRefusal {
  const ifMatch = call.header('if-match') ?? (hub.switches.deleteWithoutIfMatch === 'delete' ? '*' : null);
  if (ifMatch === null) return hubBadRequest('If-Match: missing');
  const refusal = staleness(hub.book.device(deviceId), ifMatch, deviceId);
  if (refusal !== null) return refusal;
  removeIdentity(hub, deviceId);
  return hubReply(undefined, {}, 204);
}

function getTwin(hub: Hub, _call: HttpCall, deviceId: string): HubAnswer | HubRefusal {
  const device = hub.book.device(deviceId);
  return device === undefined
    ? deviceNotFound(deviceId)
    : hubReply(twinView(device, hub.connections.isConnected(deviceId)));
}

function query(hub: Hub, call: HttpCall): HubAnswer | HubRefusal {
  const body = jsonOf(call);
  const text = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
  if (typeof text !== 'string') return hubBadRequest('query: missing');
  const size = call.header('x-ms-max-item-count');
  if (size !== null && !/^[1-9]\d{0,8}$/.test(size.trim())) return hubBadRequest('x-ms-max-item-count: no number');
  const page = runTwinQuery(hub, text, size === null ? null : Number(size), call.header('x-ms-continuation') || null);
  if (!page.ok) return page.problem;
  return hubReply(page.value.rows, {
    'x-ms-item-type': /^\s*select\s+\*/i.test(text) ? 'Twin' : 'Raw',
    ...(page.value.continuation !== null && { 'x-ms-continuation': page.value.continuation }),
  });
}

function jsonOf(call: HttpCall): unknown {
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    return null; // what reads it says what is missing
  }
}
