import { isDeepStrictEqual } from 'node:util';
import type { HubBook } from './hub-book.ts';
import type { HubClock } from './hub-clock.ts';
import type { HubSwitches } from './hub-switches.ts';
import type { HubAuthentication, HubDevice } from './linked-hubs.ts';
import type { StoredDevice } from './records.ts';

/** The live connections of a hub's devices, as its registry acts on them. */
export type DeviceConnections = {
  readonly isConnected: (deviceId: string) => boolean;
  readonly cut: (deviceId: string) => void;
};

/** One simulated hub: what every request may look at. */
export type Hub = {
  readonly book: HubBook;
  /** Host names by which clients may call it: its own and those of loopback, lower case, without ports. */
  readonly aliases: readonly string[];
  readonly clock: HubClock;
  readonly switches: HubSwitches;
  readonly connections: DeviceConnections;
};

/** What somebody who may change a registry decides about an identity; what is absent stays. */
export type IdentityChange = {
  readonly authentication?: HubAuthentication;
  readonly iotEdge?: boolean;
  readonly status?: StoredDevice['status'];
  readonly statusReason?: string | null;
  readonly twin?: HubDevice['twin'];
};

/**
 * Creates the identity or changes the one that is there, and answers what is held now. A disabled device loses its
 * connection (Azure documentation, device identity: a disabled device cannot connect).
 */
export function changeIdentity(hub: Hub, deviceId: string, change: IdentityChange): StoredDevice {
  const before = hub.book.device(deviceId) ?? freshIdentity(hub, deviceId, change);
  const status = change.status ?? before.status;
  const now = hub.clock.timestamp();
  const after: StoredDevice = {
    ...before,
    etag: hub.clock.etag(),
    status,
    statusReason: change.statusReason === undefined ? before.statusReason : change.statusReason,
    statusUpdatedTime: status === before.status ? before.statusUpdatedTime : now,
    authentication: change.authentication ?? before.authentication,
    iotEdge: change.iotEdge ?? before.iotEdge,
    twin: change.twin === undefined ? before.twin : twinAfter(before.twin, change.twin),
  };
  hub.book.put(after);
  if (status === 'disabled') hub.connections.cut(deviceId);
  return after;
}

/** Deletes the identity with its twin and cuts its connection. */
export function removeIdentity(hub: Hub, deviceId: string): void {
  hub.book.remove(deviceId);
  hub.connections.cut(deviceId);
}

function freshIdentity(hub: Hub, deviceId: string, change: IdentityChange): StoredDevice {
  if (change.authentication === undefined) throw new Error('A new identity needs credentials.');
  return {
    deviceId,
    generationId: hub.clock.generationId(),
    etag: '',
    status: 'enabled',
    statusReason: null,
    statusUpdatedTime: null,
    connectionStateUpdatedTime: null,
    lastActivityTime: null,
    authentication: change.authentication,
    iotEdge: false,
    twin: {
      tags: { ...change.twin?.tags },
      desired: { ...change.twin?.desired },
      reported: {},
      version: 1,
      desiredVersion: 1,
      reportedVersion: 1,
    },
    messagesReceived: 0,
  };
}

function twinAfter(before: StoredDevice['twin'], change: HubDevice['twin']): StoredDevice['twin'] {
  const { tags, desired } = before;
  if (isDeepStrictEqual(change, { tags, desired })) return before;
  return {
    ...before,
    tags: { ...change.tags },
    desired: { ...change.desired },
    version: before.version + 1,
    desiredVersion: before.desiredVersion + (isDeepStrictEqual(change.desired, desired) ? 0 : 1),
  };
}
