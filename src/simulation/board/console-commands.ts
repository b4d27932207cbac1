import { helpText, versionText } from './board-texts.ts';
import type { CommandName, Firmware } from './personality.ts';
import type { ZoneName } from './secure-element.ts';
import { zones } from './secure-element.ts';

/** How storing a zone ended. `gone`: the board reset or lost its line meanwhile and says nothing more. */
export type WriteOutcome = 'stored' | 'failed' | 'not-verified' | 'gone';

/** What the commands of the console act upon. */
export type ConsoleBoard = {
  readonly firmware: Firmware;
  send(text: string): void;
  store(zone: ZoneName, text: string): Promise<WriteOutcome>;
  enableSecureChannel(): Promise<boolean>;
  scanNetworks(): Promise<readonly string[]>;
  /** Reboots; nothing more comes from this console. */
  reboot(): void;
};

type Command = (board: ConsoleBoard, words: readonly string[]) => void | Promise<void>;

/** Longest values in characters (Microsoft DevKit SDK, EEPROMInterface: sizes with their NUL). */
const longest = { ssid: 31, password: 63, connectionString: 511, uds: 64 } as const;

const enableSecureUsage = [
  'Usage: enable_secure <secure level> <provided key>. 64-characters key is only needed for level 2. More detail:\r\n',
  '        1."enable_secure 1" to enable secure channel with pre set key.\r\n',
  '        2."enable_secure 2 ([a-f]|[0-9]){64}" to enable secure channel with provided key. (not implemented)\r\n',
  '        3."enable_secure 3" to enable secure channel with random key. (not implemented)\r\n',
].join('');

async function storeAndTell(board: ConsoleBoard, zone: ZoneName, text: string, success: string): Promise<void> {
  const outcome = await board.store(zone, text);
  const zoneHex = zones[zone].number.toString(16).padStart(2, '0');
  if (outcome === 'stored') board.send(`${success}\r\n`);
  if (outcome === 'failed') board.send(`ERROR: Failed to write EEPROM: 0x${zoneHex}.\r\n`);
  if (outcome === 'not-verified') board.send('ERROR: Verify failed.\r\n');
}

/** A command that wants one argument of limited length and refuses a longer one. */
function setting(parts: {
  readonly zone: ZoneName;
  readonly usage: string;
  readonly longest: number;
  readonly invalid: string;
  readonly success: string;
}): Command {
  return (board, [, value]) => {
    if (value === undefined) return board.send(`${parts.usage}\r\n`);
    if (value.length > parts.longest) return board.send(`${parts.invalid}\r\n`);
    return storeAndTell(board, parts.zone, value, parts.success);
  };
}

const setWifiPassword: Command = (board, [, password = '']) => {
  // No return after the refusal: the original stores a password that is too long all the same.
  if (password.length > longest.password) board.send('Invalid Wi-Fi password.\r\n');
  return storeAndTell(board, 'wifiPassword', password, 'INFO: Set Wi-Fi password successfully.');
};

const setUds: Command = (board, [, uds]) => {
  if (uds === undefined) return board.send('Usage: set_dps_uds [uds]. Please provide the UDS for DPS.\r\n');
  const measured = uds.length + (board.firmware.udsTestCountsNul ? 1 : 0);
  // Here too the refusal is words only. Nothing checks that the secret is hex.
  if (measured !== longest.uds) board.send('Invalid UDS.\r\n');
  return storeAndTell(board, 'uds', uds, 'INFO: Set DPS UDS successfully.');
};

const enableSecure: Command = async (board, words) => {
  // Levels 2 and 3 are announced but not implemented.
  if (words.length !== 2 || words[1] !== '1') return board.send(enableSecureUsage);
  const enabled = await board.enableSecureChannel();
  board.send(
    enabled ? 'INFO: Enable secure channel successfully.\r\n' : 'INFO: Secure channel has already been enabled.\r\n',
  );
};

const scan: Command = async (board) => {
  const networks = (await board.scanNetworks()).slice(0, 10);
  if (networks.length === 0) return board.send('No available network.\r\n');
  board.send(`Available networks:\r\n${networks.map((ssid) => `  ${ssid}\r\n`).join('')}`);
};

const commands: Readonly<Record<CommandName, Command>> = {
  help: (board) => board.send(helpText(board.firmware)),
  version: (board) => board.send(versionText(board.firmware)),
  exit: (board) => {
    board.send('Reboot\r\n');
    board.reboot();
  },
  scan,
  set_wifissid: setting({
    zone: 'wifiSsid',
    usage: 'Usage: set_wifissid <SSID>. Please provide the SSID of the Wi-Fi.',
    longest: longest.ssid,
    invalid: 'Invalid Wi-Fi SSID.',
    success: 'INFO: Set Wi-Fi SSID successfully.',
  }),
  set_wifipwd: setWifiPassword,
  set_az_iothub: setting({
    zone: 'hub',
    usage: 'Usage: set_az_iothub <connection string>. Please provide the connection string of the Azure IoT hub.',
    longest: longest.connectionString,
    invalid: 'Invalid Azure IoT hub connection string.',
    success: 'INFO: Set Azure Iot hub connection string successfully.',
  }),
  set_dps_uds: setUds,
  set_az_iotdps: setting({
    zone: 'hub', // one zone for both connection strings
    usage: 'Usage: set_az_iotdps <connection string>. Please provide the connection string of DPS.',
    longest: longest.connectionString,
    invalid: 'Invalid DPS connection string.',
    success: 'INFO: Set DPS connection string successfully.',
  }),
  enable_secure: enableSecure,
};

/** Runs one line that was split into at least one word. Source: Microsoft DevKit console source. */
export async function runCommand(board: ConsoleBoard, words: readonly string[]): Promise<void> {
  const [name = ''] = words;
  const known = board.firmware.help.some((entry) => entry.name === name);
  if (known) await commands[name as CommandName](board, words);
  else board.send(`Error:Invalid command: ${name}\r\n`);
}
