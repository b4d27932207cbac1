import type { HubDevice, LinkedHubs } from '../hub/linked-hubs.ts';

/** Hubs that are only names: identities live as long as the process, and nothing connects to them. */
export function createHubsInMemory(names: readonly string[]): LinkedHubs {
  const hubs = new Map(names.map((name) => [name.toLowerCase(), new Map<string, HubDevice>()]));
  return {
    names: () => names,
    device: (hub, deviceId) => hubs.get(hub.toLowerCase())?.get(deviceId) ?? null,
    put: (hub, device) => {
      const devices = hubs.get(hub.toLowerCase());
      if (devices === undefined) throw new Error(`${hub} is not linked`);
      devices.set(device.deviceId, device);
    },
    remove: (hub, deviceId) => void hubs.get(hub.toLowerCase())?.delete(deviceId),
    settled: async () => {},
  };
}
