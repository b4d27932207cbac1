import type { CatalogueEntry } from './entry.ts';

/** Problems between the station and the registry of an IoT Hub. */
export const hubsProblems = {
  'hub-unreachable': {
    title: 'The IoT Hub {host} cannot be reached ({reason}).',
    remedy: 'Check the network, the host name and the proxy in the settings, then try again.',
    retry: 'operator',
    blame: 'cloud',
  },
  'hub-throttled': {
    title: 'The IoT Hub {host} asks for fewer calls.',
    remedy: 'Wait a minute, then try again: the registry takes about 100 calls a minute per unit.',
    retry: 'operator',
    blame: 'cloud',
  },
  'hub-failed': {
    title: 'The IoT Hub {host} failed with status {status} (tracking id {trackingId}).',
    remedy: 'Wait a moment, then try again. If it lasts, give the tracking id to Azure support.',
    retry: 'operator',
    blame: 'cloud',
  },
  'hub-credentials-refused': {
    title: 'The IoT Hub {host} refuses this connection string.',
    remedy: 'Store one of a policy with RegistryRead and RegistryWrite (such as registryReadWrite) in the vault.',
    retry: 'operator',
    blame: 'station',
  },
  'hub-request-refused': {
    title: 'The IoT Hub {host} refuses the request (status {status}).',
    remedy: 'Look at the device in the portal: its registry entry may be of a kind that this station does not know.',
    retry: 'operator',
    blame: 'cloud',
  },
  'hub-answer-unreadable': {
    title: 'Something answered in place of the IoT Hub {host} ({reason}).',
    remedy: 'Check proxy and captive portal: something else came back instead of an answer of the hub.',
    retry: 'operator',
    blame: 'cloud',
  },
  'hub-device-changed': {
    title: 'The device {deviceId} was changed at the IoT Hub {host} in the same moment.',
    remedy: 'Look at it again, then decide anew.',
    retry: 'operator',
    blame: 'cloud',
  },
  'hub-other-name': {
    title: 'The connection string for the IoT Hub {host} is of another hub.',
    remedy: 'Store the connection string of {host} in the vault, or mend the name of the hub in the settings.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
