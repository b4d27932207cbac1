import type { Problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { type HubFailure, type HubRegistries, hubNamed } from '../../ports/hub-registry.ts';

/** What the life of an enrollment needs of a hub: its devices can be stopped and taken away. */
export type HubAccess = {
  /** False when the hub does not know the device. */
  setEnabled(deviceId: string, enabled: boolean): Promise<Result<boolean, Problem>>;
  remove(deviceId: string): Promise<Result<boolean, Problem>>;
};

/** The hub of this host name, or null where the station has no access to it. */
export type HubOf = (hostName: string) => HubAccess | null;

/** The hubs of the settings, as the lives of enrollments use them. */
export function hubAccessOf(hubs: HubRegistries): HubOf {
  return (hostName) => {
    const hub = hubNamed(hubs, hostName);
    if (hub === null) return null;
    return {
      setEnabled: async (deviceId, enabled) => {
        const changed = await hub.setEnabled(deviceId, enabled);
        return changed.ok ? ok(changed.value !== null) : problemOf(changed.problem);
      },
      remove: async (deviceId) => {
        const removed = await hub.remove(deviceId);
        return removed.ok ? removed : problemOf(removed.problem);
      },
    };
  };
}

function problemOf(failure: HubFailure): Result<never, Problem> {
  return fail(failure.problem);
}
