import { macFromApMode } from './console-dialogue.ts';

/*
 * What a DevKit tells of itself without being asked. Sources: Microsoft DevKit SDK, DevkitDPSClient and the DevKitDPS
 * sample, 1.3.0 to 2.0.0. The sketch names the MAC where its registration id is blank, and traces its request.
 */

/** What was heard; null: it was not said. */
export type ConsoleFacts = {
  readonly mac: string | null;
  readonly firmwareVersion: string | null;
  readonly registrationId: string | null;
  readonly registeredAt: string | null;
};

/** Reads what a board told in any of its modes; what it said last counts. */
export function consoleFacts(heard: string): ConsoleFacts {
  const last = (pattern: RegExp): string | null => [...heard.matchAll(pattern)].at(-1)?.[1] ?? null;
  return {
    mac: last(/Info: DevKit MAC Address: ([0-9a-f]{12})\r\n/g) ?? macFromApMode(heard),
    firmwareVersion:
      last(/DevKitSDK version: (\d+\.\d+\.\d+)\r\n/g) ?? last(/Info: DevKit Firmware Version: (\d+\.\d+\.\d+)\r\n/g),
    registrationId: last(/PUT \/[^/ ]+\/registrations\/([^/ ]+)\/register\?/g),
    registeredAt: last(/Registration Information received from service: ([^!\r\n]+)!/g),
  };
}

/** Whether a board that was restarted has told how its one attempt to register ended. */
export function hasTriedToRegister(heard: string): boolean {
  return /Registration Information received from service: [^!\r\n]+!|registration failed!|DiceInit failed!|Unable to get DPS UDS|connection string is not valid/.test(
    heard,
  );
}
