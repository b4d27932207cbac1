import type { CatalogueEntry } from './entry.ts';

/** Problems of the station itself: settings, vault, disk, clock, database. */
export const stationProblems = {
  'connection-string-invalid': {
    title: 'The connection string cannot be used: {reason}.',
    remedy:
      'Copy it again from "Shared access policies" of the DPS instance: HostName=...;SharedAccessKeyName=...;SharedAccessKey=...',
    retry: 'never',
    blame: 'operator',
  },
  'settings-invalid': {
    title: 'The settings cannot be used: {reason}.',
    remedy: 'Mend {file} as said; the station did not start and nothing was changed.',
    retry: 'never',
    blame: 'operator',
  },
  'simulator-in-production': {
    title: '{what} belongs to the simulator and has no place in production.',
    remedy: 'Name the real service and real ports in the settings, or set "mode" to "training".',
    retry: 'never',
    blame: 'operator',
  },
  'service-in-training': {
    title: 'The host {host} is a live service; this station is in training mode.',
    remedy: 'Set "mode" to "production" in settings.json (or give --mode production) to work with a live service.',
    retry: 'never',
    blame: 'operator',
  },
  'secret-not-found': {
    title: 'The vault holds no "{name}".',
    remedy: 'Store it with "vault set {name} --file F".',
    retry: 'operator',
    blame: 'operator',
  },
  'vault-unsafe': {
    title: 'Others can read the vault {file}.',
    remedy: 'Take the rights away (chmod 600) and change the secrets in it: somebody may have read them.',
    retry: 'operator',
    blame: 'station',
  },
  'vault-unreadable': {
    title: 'The vault {file} cannot be read ({reason}).',
    remedy: 'Store the secrets again with "vault set"; keep the damaged file for an engineer.',
    retry: 'operator',
    blame: 'station',
  },
  'folder-owned': {
    title: 'Another DPS Station works in {folder}: process {pid} ({door}), since {since}.',
    remedy: 'Use that one, or stop it first.',
    retry: 'operator',
    blame: 'operator',
  },
  'station-gone': {
    title: 'The station that was asked has ended.',
    remedy: 'Start it again, then repeat the command.',
    retry: 'operator',
    blame: 'station',
  },
  'page-missing': {
    title: 'The page of DPS Station cannot be read, so there is nothing to show.',
    remedy: 'Install DPS Station again (from its sources: npm run build). The books of the station are untouched.',
    retry: 'operator',
    blame: 'station',
  },
  'disk-full': {
    title: 'The disk has {freeBytes} bytes left; the station needs {neededBytes} to record a unit.',
    remedy: 'Make room on the disk; no unit is started until what happens to it can be recorded.',
    retry: 'operator',
    blame: 'station',
  },
  'clock-behind': {
    title: 'The clock says {now}, but {reference} is from {newest}.',
    remedy:
      'Set the clock (turn time synchronisation on). If it is right now and was wrong before, say so with "clock accept".',
    retry: 'operator',
    blame: 'station',
  },
  'database-damaged': {
    title: 'The database {file} is damaged ({reason}).',
    remedy:
      'Run "restore": it sets the damaged file aside and brings the books back from the last backup and the change log. Delete nothing.',
    retry: 'operator',
    blame: 'station',
  },
  'database-newer': {
    title: 'The database was written by a newer version of the station (schema {found}, this one knows {known}).',
    remedy: 'Install the newest version on this computer.',
    retry: 'never',
    blame: 'station',
  },
  'database-failed': {
    title: 'The station could not record what happens ({reason}).',
    remedy: 'Check the disk, then start the station again: it settles the units that were at work.',
    retry: 'operator',
    blame: 'station',
  },
  'simulation-failed': {
    title: 'The simulated bench did not start ({reason}).',
    remedy: 'Run "doctor"; if nothing is wrong there, start again.',
    retry: 'operator',
    blame: 'station',
  },
  'wrong-use': {
    title: '{reason}',
    remedy: 'See --help.',
    retry: 'never',
    blame: 'operator',
  },
  'interrupted-writing': {
    title: 'The station was interrupted while it wrote the secret of {serial}.',
    remedy: 'Do not write to this board again. Reset it with Wi-Fi in reach: when it registers, {serial} passes.',
    retry: 'operator',
    blame: 'station',
  },
  'interrupted-written': {
    title: 'The station was interrupted behind the secret of {serial}.',
    remedy: 'The unit has its identity and is queued. Press RESET on its board; nothing else is to do.',
    retry: 'operator',
    blame: 'station',
  },
  'interrupted-waits': {
    title: 'The station was interrupted while it worked on {serial}.',
    remedy: 'Leave the board plugged in, or plug it in again: its work starts over by itself.',
    retry: 'operator',
    blame: 'station',
  },
  'interrupted-ended': {
    title: 'The station was interrupted while it worked on {serial}.',
    remedy: 'Nothing was written to the board. Scan the label again.',
    retry: 'operator',
    blame: 'station',
  },
  bug: {
    title: 'The station made a mistake it does not know ({reason}).',
    remedy: 'The unit was stopped. Send the log of today to the maintainers.',
    retry: 'never',
    blame: 'station',
  },
  'bench-refused': {
    title: 'The bench did not do it: {reason}.',
    remedy: 'Look at the bench panel: plug the board first, or take another one.',
    retry: 'operator',
    blame: 'operator',
  },
  'no-bench': {
    title: 'There is no simulated bench here.',
    remedy: 'Choose training with the embedded bench in the settings.',
    retry: 'never',
    blame: 'operator',
  },
  'station-busy': {
    title: 'Work is under way in {working} places.',
    remedy: 'Wait until they are through, or abort them, then try again.',
    retry: 'operator',
    blame: 'operator',
  },
  'station-starting': {
    title: 'The station is opening or closing.',
    remedy: 'Wait a moment, then try again.',
    retry: 'operator',
    blame: 'station',
  },
  'scanner-not-there': {
    title: 'The barcode scanner at {path} cannot be opened.',
    remedy: 'Plug the scanner in, or name its port in the settings. Typed scans work meanwhile.',
    retry: 'station',
    blame: 'fixture',
  },
  'station-stopping': {
    title: 'The station is being stopped.',
    remedy: 'Start it again, then repeat what you wanted to do.',
    retry: 'operator',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;
