import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { DpsReady, HubReady } from '../../src/shared/bench.ts';
import { type SimulatedCloud, startSimulatedCloud } from '../../src/simulation/cloud/simulated-cloud.ts';
import type { DeviceJob, DeviceOutcome } from './official-device.ts';

/* A whole simulated cloud, and Microsoft's device packages in processes of their own against it. */

const program = fileURLToPath(new URL('./official-device.ts', import.meta.url));

/** A running cloud; `close` stops it and removes the folder. */
export type CloudBench = {
  readonly cloud: SimulatedCloud;
  readonly ready: DpsReady;
  /** The first hub; its name is an address that MQTT clients reach. */
  readonly hub: HubReady;
  /** Registers a device by Microsoft's packages; `nodeOptions` choose the TLS version. */
  readonly device: (
    job: Pick<DeviceJob, 'transport' | 'registrationId' | 'key' | 'credential'>,
    nodeOptions?: readonly string[],
  ) => Promise<DeviceOutcome>;
  readonly close: () => Promise<void>;
};

/**
 * Starts a cloud whose hub has a reachable name. HTTPS is on `port`, or on a free one where that port may not be had:
 * the packages' WebSocket transport goes to 443, and reaches another port through an agent.
 */
export async function startCloudBench(
  options: { readonly now?: () => Date; readonly port?: number } = {},
): Promise<CloudBench> {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-bench-'));
  const start = (port: number): Promise<SimulatedCloud> =>
    startSimulatedCloud({ ...options, port, mqttPort: 0, folder, linked: [{}] });
  const cloud = await start(options.port ?? 0).catch(() => start(0));
  const { ready } = cloud;
  const [hub] = ready.hubs ?? [];
  if (hub === undefined) throw new Error('no hub');
  return {
    cloud,
    ready,
    hub,
    device: (job, nodeOptions = []) =>
      runDevice(ready, nodeOptions, {
        ...job,
        idScope: ready.idScope,
        mqttPort: ready.mqttPort ?? 0,
        webSocketPort: ready.port,
      }),
    close: async () => {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function runDevice(ready: DpsReady, nodeOptions: readonly string[], job: DeviceJob): Promise<DeviceOutcome> {
  const child = spawn(process.execPath, [...nodeOptions, program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ready.caFile, NODE_NO_WARNINGS: '1' },
  });
  child.stdin.end(JSON.stringify(job));
  const said = await text(child.stdout);
  if (said === '') throw new Error('the device ended without a word; see its standard error');
  return JSON.parse(said);
}
