import type { Personality } from '../../shared/bench.ts';

/** One line of the help text: ` - <name>: <help>.`. */
type HelpEntry = { readonly name: CommandName; readonly help: string };

/** Commands of the configuration console. */
export type CommandName =
  | 'help'
  | 'version'
  | 'exit'
  | 'scan'
  | 'set_wifissid'
  | 'set_wifipwd'
  | 'set_az_iothub'
  | 'set_dps_uds'
  | 'set_az_iotdps'
  | 'enable_secure';

/** In what one firmware differs from another on the console. */
export type Firmware = {
  readonly version: Personality;
  readonly help: readonly HelpEntry[];
  /** From 1.6.5 on the length test of the secret counts the terminating NUL, and so refuses the right length in words. */
  readonly udsTestCountsNul: boolean;
  /** Until 1.6.2 the console sleeps whenever it finds no input. */
  readonly sleepsWithoutInput: boolean;
  readonly apModeEnding: string; // last words of the AP text
  readonly dpsVersionFirst: boolean; // order of the Info lines
  readonly apiVersion: string; // of the DPS device API
};

const commands = {
  help: 'Help document',
  version: 'System version',
  exit: 'Exit and reboot',
  scan: 'Scan Wi-Fi AP',
  set_wifissid: 'Set Wi-Fi SSID',
  set_wifipwd: 'Set Wi-Fi password',
} as const;
const secureChannel = 'Enable secure channel between AZ3166 and secure chip';
const symmetricKey =
  'Set DPS Symmetric Key. Format: "DPSEndpoint=global.azure-devices-provisioning.net;IdScope=XXX;DeviceId=XXX;SymmetricKey=XXX"';
const secretSince165 = 'Set DPS Unique Device Secret (UDS) for X.509 certificates';

function helpOf(more: Partial<Record<CommandName, string>>): HelpEntry[] {
  const entries = Object.entries({ ...commands, ...more, enable_secure: secureChannel });
  return entries.map(([name, help]) => ({ name: name as CommandName, help }));
}

const early = {
  help: helpOf({
    set_az_iothub: 'Set the connection string of Microsoft Azure IoT Hub',
    set_dps_uds: 'Set DPS Unique Device Secret (DPS)',
  }),
  udsTestCountsNul: false,
  sleepsWithoutInput: true,
};

function late(secretHelp: string) {
  return {
    help: helpOf({
      set_az_iothub: 'Set IoT Hub device connection string',
      set_dps_uds: secretHelp,
      set_az_iotdps: symmetricKey,
    }),
    udsTestCountsNul: true,
    sleepsWithoutInput: false,
    apModeEnding: 'the system settings.',
    dpsVersionFirst: true,
    apiVersion: '2018-09-01-preview',
  };
}

/**
 * The firmware versions that can be simulated. Sources: Microsoft DevKit console source of 1.3.0, 1.6.2, 1.6.5 and 2.0.0;
 * the help text of 1.6.5, with its doubled full stop, from the published tutorial of its time.
 */
export const firmwares: Readonly<Record<Personality, Firmware>> = {
  '1.3.0': {
    version: '1.3.0',
    ...early,
    apModeEnding: 'the Wi-Fi settings.',
    dpsVersionFirst: false,
    apiVersion: '2017-11-15',
  },
  '1.6.2': {
    version: '1.6.2',
    ...early,
    apModeEnding: 'the system settings.',
    dpsVersionFirst: true,
    apiVersion: '2018-09-01-preview',
  },
  '1.6.5': { version: '1.6.5', ...late(`${secretSince165}.`) },
  '2.0.0': { version: '2.0.0', ...late(secretSince165) },
};
