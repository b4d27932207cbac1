import { createHmac, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubReady } from '../../src/shared/bench.ts';
import type { HubDevice } from '../../src/simulation/hub/linked-hubs.ts';
import {
  type SimulatedHubs,
  type SimulatedHubsOptions,
  startSimulatedHubs,
} from '../../src/simulation/hub/simulated-hubs.ts';
import { openCertificateAuthority } from '../../src/simulation/tls/certificate-authority.ts';
import { connectionStringParts, type Heard, sasToken, send } from './dps-bench.ts';

/* Simulated hubs in a folder of their own, and a plain client of their registry, written from the documentation. */

/** Running hubs; `close` stops them and removes the folder. */
export type HubBench = {
  readonly hubs: SimulatedHubs;
  readonly caFile: string;
  readonly folder: string;
  /** The first hub. */
  readonly hub: HubReady;
  readonly close: () => Promise<void>;
};

/**
 * Starts hubs on free ports, one unless told, in a new temporary folder unless one is given (which is then kept). Their
 * state is in `hubs.json` there.
 */
export async function startHubBench(
  options: Partial<Omit<SimulatedHubsOptions, 'authority'>> & { readonly folder?: string } = {},
): Promise<HubBench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'hub-bench-'));
  const authority = await openCertificateAuthority(folder);
  const hubs = await startSimulatedHubs({
    hubs: [{}],
    stateFile: join(folder, 'hubs.json'),
    ...options,
    authority,
  });
  const [hub] = hubs.ready;
  if (hub === undefined) throw new Error('no hub');
  return {
    hubs,
    hub,
    folder,
    caFile: authority.caFile,
    close: async () => {
      await hubs.stop();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Calls a registry; the path is given without api-version. */
export type RegistryCaller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Heard>;

/** Makes a {@link RegistryCaller} with the owner's policy, or another token. */
export function registryCaller(
  bench: Pick<HubBench, 'caFile' | 'hub'>,
  token = ownerToken(bench.hub),
  hub = bench.hub,
): RegistryCaller {
  return (method, path, body, headers = {}) =>
    send(
      { host: 'localhost', port: hub.port, caFile: bench.caFile },
      { method, path: `${path}?api-version=2021-04-12`, body, headers: { Authorization: token, ...headers } },
    );
}

/** A token of the policy `iothubowner` over the bare host name. */
export function ownerToken(hub: HubReady): string {
  const parts = connectionStringParts(hub.serviceConnectionString);
  return sasToken(parts['HostName'] ?? '', parts['SharedAccessKeyName'] ?? '', parts['SharedAccessKey'] ?? '');
}

/** A device's token for its hub: no policy is named. */
export function deviceToken(hub: string, deviceId: string, key: string, expiry = 4_102_444_800): string {
  const resource = `${hub}/devices/${deviceId}`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}`;
}

/** What a device says at CONNECT. */
export function hubLogin(hub: string, deviceId: string, password?: string) {
  const userName = `${hub}/${deviceId}/?api-version=2021-04-12`;
  return { clientId: deviceId, userName, ...(password !== undefined && { password }) };
}

/** Two keys for devices, 32 bytes each. */
export const deviceKeys = {
  primaryKey: Buffer.alloc(32, 1).toString('base64'),
  secondaryKey: Buffer.alloc(32, 2).toString('base64'),
};

/** A device that authenticates with {@link deviceKeys}, as a provisioning service puts it. */
export function keyDevice(deviceId: string, twin: Partial<HubDevice['twin']> = {}): HubDevice {
  const authentication = { type: 'sas', symmetricKey: deviceKeys } as const;
  return { deviceId, authentication, iotEdge: false, twin: { tags: {}, desired: {}, ...twin } };
}

/** A device that authenticates with a certificate, by its SHA-1 or SHA-256 thumbprint. */
export function certificateDevice(deviceId: string, certPem: string, digest: 'sha1' | 'sha256' = 'sha1'): HubDevice {
  const certificate = new X509Certificate(certPem);
  const print = digest === 'sha1' ? certificate.fingerprint : certificate.fingerprint256;
  const x509Thumbprint = { primaryThumbprint: print.replaceAll(':', ''), secondaryThumbprint: null };
  return { ...keyDevice(deviceId), authentication: { type: 'selfSigned', x509Thumbprint } };
}
