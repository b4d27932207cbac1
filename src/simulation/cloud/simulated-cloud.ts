import type { DpsFaults, DpsReady } from '../../shared/bench.ts';
import { type DpsSimulator, type DpsSimulatorOptions, startDpsSimulator } from '../dps/simulator.ts';
import { type HubOptions, type SimulatedHubs, startSimulatedHubs } from '../hub/simulated-hubs.ts';
import { openCertificateAuthority } from '../tls/certificate-authority.ts';

/** The hub that a cloud has unless told. Nobody connects by this name: the ready file says where it listens. */
export const trainingHub = 'training-hub.azure-devices.net';

/** How to start a whole cloud; what concerns the provisioning service is its own (see {@link DpsSimulatorOptions}). */
export type SimulatedCloudOptions = Omit<DpsSimulatorOptions, 'hubs' | 'linkedHubs'> & {
  /** The linked hubs, in their order; one with the name {@link trainingHub} unless told. */
  readonly linked?: readonly HubOptions[];
  /** Identities, twins and keys of the hubs survive here; without it they live in memory. */
  readonly hubStateFile?: string;
};

/** A running cloud: a provisioning service and its linked hubs in one process. */
export type SimulatedCloud = Omit<DpsSimulator, 'ready'> & {
  /** As of the provisioning service, with its hubs. */
  readonly ready: DpsReady;
  readonly hubs: SimulatedHubs;
};

/**
 * Starts hubs and a provisioning service that assigns devices to them, under one CA in `folder`. The outage `refuse`
 * takes the network away from all of them. Rejects as its parts do, and then leaves none of them running.
 */
export async function startSimulatedCloud(options: SimulatedCloudOptions): Promise<SimulatedCloud> {
  const { linked = [{ hostName: trainingHub }], hubStateFile, ...dpsOptions } = options;
  const { now, random, onBug } = options;
  const hubs = await startSimulatedHubs({
    hubs: linked,
    authority: await openCertificateAuthority(options.folder),
    ...(hubStateFile !== undefined && { stateFile: hubStateFile }),
    ...(now && { now }),
    ...(random && { random }),
    ...(onBug && { onBug }),
  });
  try {
    const dps = await startDpsSimulator({ ...dpsOptions, hubs: hubs.linked });
    return cloudFrom(dps, hubs);
  } catch (error) {
    await hubs.stop();
    throw error;
  }
}

function cloudFrom(dps: DpsSimulator, hubs: SimulatedHubs): SimulatedCloud {
  return {
    ...dps,
    hubs,
    ready: { ...dps.ready, hubs: [...hubs.ready] },
    setFaults: (faults: DpsFaults) => {
      const current = dps.setFaults(faults);
      hubs.setNetwork(current.outage !== 'refuse');
      return current;
    },
    stop: async () => {
      await dps.stop();
      await hubs.stop();
    },
  };
}
