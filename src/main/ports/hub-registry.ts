import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { VaultTrouble } from './vault.ts';

/** Why a hub gave no answer to work with. */
export type HubProblem =
  | VaultTrouble
  | Problem<
      | 'hub-unreachable'
      | 'hub-throttled'
      | 'hub-failed'
      | 'hub-credentials-refused'
      | 'hub-request-refused'
      | 'hub-answer-unreadable'
      | 'hub-device-changed'
      | 'clock-wrong'
    >;

/** A failed call. `retryAfterInMs`: as the hub asked. A write may have been carried out all the same. */
export type HubFailure = { readonly problem: HubProblem; readonly retryAfterInMs: number | null };

/** A device identity as a hub's registry has it (Azure documentation, identity registry); no key in it. */
export type HubDevice = {
  readonly deviceId: string;
  readonly status: 'enabled' | 'disabled';
  /** May be minutes old, and never means anything for a device that speaks HTTPS. */
  readonly connectionState: 'connected' | 'disconnected';
  readonly lastActivityTime: string | null; // ISO 8601 as the hub writes it; null: never
  /** Another one for the same id: the identity was removed and made anew. */
  readonly generationId: string;
  readonly etag: string;
  readonly authentication: 'sas' | 'selfSigned' | 'certificateAuthority' | 'other';
  /** Of the certificates that the device may present; upper-case hex of SHA-1 or SHA-256. */
  readonly thumbprints: { readonly primary: string | null; readonly secondary: string | null };
};

/** Device identities of one IoT Hub. One call, one attempt: nothing is retried here. */
export interface HubRegistry {
  /** Host name, lower case. */
  readonly hostName: string;
  /** Null when there is no such device. Ids are compared with letter case. */
  get(deviceId: string): Promise<Result<HubDevice | null, HubFailure>>;
  /**
   * Lets a device in or keeps it out; everything else of it stays. Null when there is no such device,
   * `hub-device-changed` when somebody changed it in the same moment.
   */
  setEnabled(deviceId: string, enabled: boolean): Promise<Result<HubDevice | null, HubFailure>>;
  /** Removes the identity and with it the device's twin; false when there was none. */
  remove(deviceId: string): Promise<Result<boolean, HubFailure>>;
}

/** The hubs of the settings by host name in lower case. */
export type HubRegistries = ReadonlyMap<string, HubRegistry>;

/** The registry of a hub, its name compared without letter case; null when the settings give no access. */
export function hubNamed(hubs: HubRegistries, hostName: string): HubRegistry | null {
  return hubs.get(hostName.toLowerCase()) ?? null;
}
