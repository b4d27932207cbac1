import type { HubAuthentication } from './linked-hubs.ts';
import type { StoredDevice } from './records.ts';

/** How answers show a time at which something never happened (published answers of the service). */
const never = '0001-01-01T00:00:00';

const noKeys = { primaryKey: null, secondaryKey: null };
const noThumbprints = { primaryThumbprint: null, secondaryThumbprint: null };

/** A device identity as the registry answers it. */
export function identityView(device: StoredDevice, connected: boolean): Record<string, unknown> {
  return {
    deviceId: device.deviceId,
    generationId: device.generationId,
    etag: device.etag,
    connectionState: connected ? 'Connected' : 'Disconnected',
    status: device.status,
    statusReason: device.statusReason,
    connectionStateUpdatedTime: device.connectionStateUpdatedTime ?? never,
    statusUpdatedTime: device.statusUpdatedTime ?? never,
    lastActivityTime: device.lastActivityTime ?? never,
    cloudToDeviceMessageCount: 0,
    capabilities: { iotEdge: device.iotEdge },
    authentication: authenticationView(device.authentication),
  };
}

function authenticationView(authentication: HubAuthentication): Record<string, unknown> {
  return authentication.type === 'sas'
    ? { symmetricKey: authentication.symmetricKey, x509Thumbprint: noThumbprints, type: 'sas' }
    : { symmetricKey: noKeys, x509Thumbprint: authentication.x509Thumbprint, type: 'selfSigned' };
}

/** A device twin as the registry and the query language answer it. */
export function twinView(device: StoredDevice, connected: boolean): Record<string, unknown> {
  const { twin, authentication } = device;
  return {
    deviceId: device.deviceId,
    etag: twinEtag(twin.version),
    deviceEtag: device.etag,
    status: device.status,
    ...(device.statusReason !== null && { statusReason: device.statusReason }),
    statusUpdateTime: device.statusUpdatedTime ?? `${never}Z`,
    connectionState: connected ? 'Connected' : 'Disconnected',
    lastActivityTime: device.lastActivityTime ?? `${never}Z`,
    cloudToDeviceMessageCount: 0,
    authenticationType: authentication.type,
    x509Thumbprint: authentication.type === 'sas' ? noThumbprints : authentication.x509Thumbprint,
    modelId: '',
    version: twin.version,
    ...(Object.keys(twin.tags).length > 0 && { tags: twin.tags }),
    properties: {
      desired: { ...twin.desired, $version: twin.desiredVersion },
      reported: { ...twin.reported, $version: twin.reportedVersion },
    },
    capabilities: { iotEdge: device.iotEdge },
  };
}

/** What the device itself sees of its twin: no tags (Azure documentation, device twins). */
export function deviceTwinView({ twin }: StoredDevice): Record<string, unknown> {
  return {
    desired: { ...twin.desired, $version: twin.desiredVersion },
    reported: { ...twin.reported, $version: twin.reportedVersion },
  };
}

/** Base64 of the version as eight bytes: `AAAAAAAAAAE=` for 1 (published answers of the service). */
function twinEtag(version: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(version));
  return bytes.toString('base64');
}
