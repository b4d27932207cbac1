import type { CatalogueEntry } from './entry.ts';

/** Problems of ports and lines. */
export const linesProblems = {
  'port-not-found': {
    title: 'There is no port {path}.',
    remedy: 'Plug the board in, or choose a port that "doctor" lists.',
    retry: 'operator',
    blame: 'operator',
  },
  'port-in-use': {
    title: 'Another program uses the port {path}.',
    remedy: 'Close the serial monitor or the other station that holds it, then try again.',
    retry: 'operator',
    blame: 'operator',
  },
  'port-no-permission': {
    title: 'This account may not open the port {path}.',
    remedy: 'On Linux add the account to the group dialout (sudo usermod -aG dialout "$USER") and log in again.',
    retry: 'operator',
    blame: 'station',
  },
  'port-failed': {
    title: 'The port {path} could not be opened ({reason}).',
    remedy: 'Unplug the board, plug it in again and try once more.',
    retry: 'operator',
    blame: 'fixture',
  },
  'ports-not-listable': {
    title: 'The ports of this computer cannot be listed ({reason}).',
    remedy: 'On Linux install the package udev, or name a folder of lines in the settings; then start again.',
    retry: 'station',
    blame: 'station',
  },
  'line-lost': {
    title: 'The connection to the board was lost.',
    remedy: 'Check the cable, then plug the board in again.',
    retry: 'operator',
    blame: 'fixture',
  },
  'line-closed': {
    title: 'The connection to the board was closed by the station.',
    remedy: 'Start the unit again.',
    retry: 'operator',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;
