import type { BoardClock } from './board-clock.ts';
import type { DeviceCloud } from './device-cloud.ts';
import type { FirmwareBuild } from './firmware.ts';
import type { Firmware } from './personality.ts';
import type { SecureElement } from './secure-element.ts';
import type { BoardTiming } from './timing.ts';

/** The Wi-Fi around the board. */
export type WifiNetwork = { readonly ssid: string; readonly password: string };

/** What a board is made of. Time, randomness and surroundings come from outside. */
export type BoardParts = {
  readonly board: string; // USB serial of its adapter
  readonly mac: string; // 12 lower-case hex digits
  readonly firmware: Firmware;
  readonly build: FirmwareBuild;
  readonly secureElement: SecureElement;
  readonly network: WifiNetwork | null;
  readonly cloud: DeviceCloud | null;
  readonly timing: BoardTiming;
  readonly clock: BoardClock;
  readonly random: (bytes: number) => Uint8Array;
  /** The cable comes off by a fault; whoever holds the line takes it away. */
  readonly onUnplug: () => void;
};
