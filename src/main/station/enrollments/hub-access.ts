import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';

/** What the life of an enrollment needs of a hub: its devices can be stopped and taken away. */
export type HubAccess = {
  /** False when the hub does not know the device. */
  setEnabled(deviceId: string, enabled: boolean): Promise<Result<boolean, Problem>>;
  remove(deviceId: string): Promise<Result<boolean, Problem>>;
};

/** The hub of this host name, or null where the station has no access to it. */
export type HubOf = (hostName: string) => HubAccess | null;
