import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { PolicyKeys } from '../dps/records.ts';
import { createSaver, readState } from '../tls/state-file.ts';
import { freshHubPolicies } from './hub-policies.ts';
import { hubStateSchema, type StoredDevice, type StoredHub } from './records.ts';

/** The identities of one hub, by device id with regard to letter case; kept in a file when there is one. */
export type HubBook = {
  readonly name: string;
  readonly policies: readonly PolicyKeys[];
  readonly device: (deviceId: string) => StoredDevice | undefined;
  readonly put: (device: StoredDevice) => void;
  readonly remove: (deviceId: string) => void;
  /** All identities in the order in which they came. */
  readonly devices: () => Iterable<StoredDevice>;
};

/** The books of all hubs of one state file. */
export type HubShelf = {
  readonly books: readonly HubBook[];
  /** Resolves when every change made so far is on disk; rejects when the file cannot be written. */
  readonly settled: () => Promise<void>;
};

/**
 * Opens the books of the named hubs (lower-case host names), from `stateFile` when it exists. Throws an Error with one
 * sentence when the file is damaged; it is then left as it is.
 */
export async function openHubShelf(stateFile: string | null, names: readonly string[]): Promise<HubShelf> {
  const file = stateFile === null ? null : resolve(stateFile);
  if (file !== null) await mkdir(dirname(file), { recursive: true });
  const found = file === null ? null : await readState(file, hubStateSchema, 'a hub simulator');
  const held = new Map((found?.hubs ?? []).map((hub) => [hub.name, hub]));
  const missing = names.filter((name) => !held.has(name));
  for (const name of missing) held.set(name, { name, policies: freshHubPolicies(), devices: [] });
  const maps = new Map(
    [...held.values()].map((hub) => [hub.name, new Map(hub.devices.map((device) => [device.deviceId, device]))]),
  );
  const saver = createSaver(file, () => ({
    format: 'hub-simulator-state',
    version: 1,
    hubs: [...held.values()].map((hub) => ({ ...hub, devices: [...(maps.get(hub.name)?.values() ?? [])] })),
  }));
  if (missing.length > 0) saver.changed();
  await saver.settled();
  const bookOf = (name: string): HubBook => {
    const hub = held.get(name) as StoredHub;
    return bookFrom(hub, maps.get(name) ?? new Map(), saver.changed);
  };
  return { books: names.map(bookOf), settled: saver.settled };
}

function bookFrom(hub: StoredHub, devices: Map<string, StoredDevice>, changed: () => void): HubBook {
  return {
    name: hub.name,
    policies: hub.policies,
    device: (deviceId) => devices.get(deviceId),
    put: (device) => {
      devices.set(device.deviceId, device);
      changed();
    },
    remove: (deviceId) => {
      if (devices.delete(deviceId)) changed();
    },
    devices: () => devices.values(),
  };
}
