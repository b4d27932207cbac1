/**
 * Every problem an operator may meet: one title, one remedy, who retries, whose fault it is.
 * `{name}` is filled from the problem's facts. The wording lives here and nowhere else.
 *
 * retry: `station` tries again by itself, `operator` after the remedy, `never` with the same input.
 * blame: unit | fixture | operator | cloud | station.
 */
export type CatalogueEntry = {
  readonly title: string;
  readonly remedy: string;
  readonly retry: 'station' | 'operator' | 'never';
  readonly blame: 'unit' | 'fixture' | 'operator' | 'cloud' | 'station';
};

const identity = {
  'uds-wrong-length': {
    title: 'The secret has {length} characters, not 64.',
    remedy: 'Give exactly 64 hexadecimal digits (32 bytes). The old tool cut longer text silently; this one refuses.',
    retry: 'never',
    blame: 'operator',
  },
  'uds-not-hex': {
    title: 'The secret holds a character that is no hexadecimal digit, at position {position}.',
    remedy: 'Use 0 to 9 and a to f only. The board would silently read any other character as 0.',
    retry: 'never',
    blame: 'operator',
  },
  'registration-id-invalid': {
    title: 'The registration id "{registrationId}" cannot be used on this board.',
    remedy: 'Use only a to z, 0 to 9 and "-"; the board refuses everything else.',
    retry: 'never',
    blame: 'operator',
  },
  'registration-id-too-long': {
    title: 'The registration id has {length} characters, more than {limit}.',
    remedy: 'Shorten it: X.509 names and the provisioning service end at 64 characters.',
    retry: 'never',
    blame: 'operator',
  },
  'mac-invalid': {
    title: 'This is not a MAC address: "{mac}".',
    remedy: 'Read the 12 hexadecimal digits behind "id:" on the display of the board, or scan its label again.',
    retry: 'operator',
    blame: 'operator',
  },
  'firmware-version-invalid': {
    title: 'This is not a firmware version: "{version}".',
    remedy: 'Give three numbers with dots, as the board prints them, for example 1.6.5.',
    retry: 'never',
    blame: 'operator',
  },
  'map-symbol-missing': {
    title: 'The map file does not hold "{symbol}".',
    remedy:
      'Take the .map that the linker wrote together with this .bin. The old tool went on and wrote an empty or wrong certificate.',
    retry: 'never',
    blame: 'operator',
  },
  'map-range-invalid': {
    title: 'The map file puts {section} from {start} to {stop}, which is no range.',
    remedy: 'Take the .map that the linker wrote together with this .bin.',
    retry: 'never',
    blame: 'operator',
  },
  'map-outside-image': {
    title: 'The map file puts {section} outside the image ({imageBytes} bytes).',
    remedy:
      'Use the raw application .bin of the same build (its first byte belongs to the flash origin), not the drag-and-drop image, and its own .map.',
    retry: 'never',
    blame: 'operator',
  },
  'map-size-mismatch': {
    title: 'The map file says {section} has {mapBytes} bytes, but it has {imageBytes}.',
    remedy: 'The .bin and the .map come from different builds. Take both from the same build folder.',
    retry: 'never',
    blame: 'operator',
  },
  'image-with-boot-loader': {
    title: 'The image is {excessBytes} bytes longer than its map file says.',
    remedy:
      'This looks like the drag-and-drop image with the boot loader in front. Use the raw application .bin of the build.',
    retry: 'never',
    blame: 'operator',
  },
  'riot-core-too-small': {
    title: 'The section riot_core has {bytes} bytes; at least 8 are needed.',
    remedy: 'Build the sketch with the DevKit SDK 1.3.0 or later. The old tool wrote an empty certificate here.',
    retry: 'never',
    blame: 'operator',
  },
  'riot-fw-empty': {
    title: 'The section riot_fw is empty.',
    remedy:
      'Real images measure the sketch here. Check that the .map belongs to this build before using the certificate.',
    retry: 'operator',
    blame: 'operator',
  },
  'key-out-of-range': {
    title: 'This secret and image give no valid key.',
    remedy: 'Use another secret; the board itself would hang with this one (chance about 1 in 4 billion).',
    retry: 'operator',
    blame: 'unit',
  },
  'file-unreadable': {
    title: 'The file {file} cannot be read ({reason}).',
    remedy: 'Check the name and its permissions, then try again.',
    retry: 'operator',
    blame: 'operator',
  },
  'file-unwritable': {
    title: 'The file {file} cannot be written ({reason}).',
    remedy: 'Check the folder, its permissions and the free space, then try again.',
    retry: 'operator',
    blame: 'operator',
  },
  'file-exists': {
    title: 'The file {file} is there already.',
    remedy: 'Choose another name; a secret is never overwritten.',
    retry: 'operator',
    blame: 'operator',
  },
  'batch-line-invalid': {
    title: 'Line {line} cannot be used: {reason}.',
    remedy: 'Mend this line; the others were carried out.',
    retry: 'never',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;

const lines = {
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
    remedy: 'Run "doctor" and follow what it says about ports.',
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

const boards = {
  'board-silent': {
    title: 'The board does not answer.',
    remedy: 'Press RESET. If it stays silent, unplug it, plug it in again, or set it aside.',
    retry: 'operator',
    blame: 'unit',
  },
  'board-mode-timeout': {
    title: 'The board did not enter {mode} mode.',
    remedy: 'Hold the button, press and release RESET, and keep the button down until the text appears on the display.',
    retry: 'operator',
    blame: 'operator',
  },
  'board-rebooted': {
    title: 'The board restarted in the middle of the work.',
    remedy: 'Check its power and cable, then start the unit again.',
    retry: 'operator',
    blame: 'fixture',
  },
  'board-refused-command': {
    title: 'The board refused "{command}".',
    remedy: 'Start the unit again. If it happens twice, set the board aside.',
    retry: 'operator',
    blame: 'unit',
  },
  'board-secret-write-failed': {
    title: 'The board could not store its secret ({answer}).',
    remedy: 'Set the board aside: its secure element does not take the secret.',
    retry: 'operator',
    blame: 'unit',
  },
  'firmware-version-mismatch': {
    title: 'The board runs firmware {found}, the recipe expects {expected}.',
    remedy: 'Load the firmware of the recipe onto the board, or choose the recipe that belongs to this firmware.',
    retry: 'operator',
    blame: 'unit',
  },
  'mac-mismatch': {
    title: 'The board shows MAC {found}, the label says {expected}.',
    remedy: 'Another board is in this place. Put the board that belongs to the label here and scan again.',
    retry: 'operator',
    blame: 'operator',
  },
  'wrong-board': {
    title: 'Another board is in slot {slot} (adapter {found}, expected {expected}).',
    remedy: 'Put back the board that was here, or start the unit again with a scan.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;

const scans = {
  'scan-not-recognised': {
    title: 'The scan "{text}" does not look like a label of {recipe}.',
    remedy: 'Scan the label of the unit again, or choose the recipe of this product.',
    retry: 'operator',
    blame: 'operator',
  },
  'scan-waiting-for-board': {
    title: '{waiting} still waits for its board.',
    remedy: 'Plug in the board of {waiting} first, or scan CANCEL.',
    retry: 'operator',
    blame: 'operator',
  },
  'serial-already-passed': {
    title: '{serial} has passed already.',
    remedy: 'To give it a new identity use re-provisioning; nothing was changed.',
    retry: 'never',
    blame: 'operator',
  },
  'serial-in-work': {
    title: '{serial} is being worked on in slot {slot}.',
    remedy: 'Wait for that slot, or abort it first.',
    retry: 'operator',
    blame: 'operator',
  },
  'serial-unsettled': {
    title: '{serial} was interrupted while its secret was being written.',
    remedy: 'Reset its board with Wi-Fi in reach: if it registers, it passes. Otherwise order a rework with "rework".',
    retry: 'operator',
    blame: 'station',
  },
  'serial-other-board': {
    title: '{serial} belongs to another board (adapter {expected}, found {found}).',
    remedy: 'Put the board that belongs to this serial here, or use re-provisioning for a new board.',
    retry: 'operator',
    blame: 'operator',
  },
  'serial-unknown': {
    title: 'There is no unit {serial} in the books.',
    remedy: 'Check the serial, or provision the unit first.',
    retry: 'operator',
    blame: 'operator',
  },
  'registration-id-taken': {
    title: 'The registration id {registrationId} belongs to unit {serial} already.',
    remedy: 'The same board was provisioned under another serial. Use re-provisioning, or check the label.',
    retry: 'never',
    blame: 'operator',
  },
  'hardware-taken': {
    title: 'This board (adapter {hardwareId}) already carries the identity of {serial}.',
    remedy: 'Use re-provisioning to give it a new one, or check that labels and boards were not mixed up.',
    retry: 'never',
    blame: 'operator',
  },
  'slot-unknown': {
    title: 'There is no slot {slot}.',
    remedy: 'Use a slot from 1 to {slots}.',
    retry: 'operator',
    blame: 'operator',
  },
  'slot-busy': {
    title: 'Slot {slot} is busy with {serial}.',
    remedy: 'Wait until it is done, or use a free slot.',
    retry: 'operator',
    blame: 'operator',
  },
  'no-abort-now': {
    title: 'The secret of {serial} is being written; it cannot be stopped now.',
    remedy: 'Wait some seconds until the board has answered.',
    retry: 'operator',
    blame: 'operator',
  },
  aborted: {
    title: '{serial} was aborted.',
    remedy: 'Scan it again when you are ready.',
    retry: 'operator',
    blame: 'operator',
  },
  'secret-written-once': {
    title: 'The storage of this board takes a secret only once, and it was written before.',
    remedy: 'Set the board aside; it cannot get another secret.',
    retry: 'never',
    blame: 'unit',
  },
  'rework-not-needed': {
    title: '{serial} is not waiting for a rework.',
    remedy: 'Only a unit that failed to settle can be reworked; look it up with "export".',
    retry: 'never',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;

const recipes = {
  'recipe-not-found': {
    title: 'There is no recipe "{recipe}".',
    remedy: 'Give the name of a shipped recipe ({known}) or the path of a .json file.',
    retry: 'never',
    blame: 'operator',
  },
  'recipe-invalid': {
    title: 'The recipe {recipe} cannot be used: {reason}.',
    remedy: 'Mend the file as said; nothing was started.',
    retry: 'never',
    blame: 'operator',
  },
  'firmware-hash-mismatch': {
    title: 'The file {file} is not the one the recipe was made for.',
    remedy:
      'Take the pinned build back, or pin the new one on purpose: every certificate made from the old one stops matching.',
    retry: 'never',
    blame: 'operator',
  },
  'firmware-other-instance': {
    title: 'The firmware image does not hold {what} "{value}" of the DPS instance "{instance}".',
    remedy:
      'The image was made for another instance. Build the sketch with this endpoint and ID scope, or choose its instance.',
    retry: 'never',
    blame: 'operator',
  },
  'label-has-no-mac': {
    title: 'The label "{text}" holds no MAC, but the recipe takes it from there.',
    remedy: 'Scan the label that carries the MAC, or let the recipe take it from the display or AP mode.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;

const cloud = {
  'network-down': {
    title: 'The provisioning service cannot be reached ({reason}).',
    remedy:
      'Nothing to do at the bench: units are kept and sent when the network is back. If it lasts, tell your network people.',
    retry: 'station',
    blame: 'cloud',
  },
  'name-not-found': {
    title: 'The name {host} cannot be found.',
    remedy: 'Check the network cable and the host name of the DPS instance in the settings; units are kept meanwhile.',
    retry: 'station',
    blame: 'cloud',
  },
  'tls-failed': {
    title: 'The connection to {host} is not trusted ({reason}).',
    remedy: 'Check the clock, the proxy and the CA file in the settings; nothing is sent until the certificate fits.',
    retry: 'operator',
    blame: 'station',
  },
  'service-timeout': {
    title: 'The provisioning service did not answer in time.',
    remedy: 'Nothing to do: the station asks the service what arrived before it sends again.',
    retry: 'station',
    blame: 'cloud',
  },
  'service-throttled': {
    title: 'The provisioning service asks for fewer calls.',
    remedy: 'Nothing to do: the station waits as told. If it happens often, lower operationsPerMinute in the settings.',
    retry: 'station',
    blame: 'cloud',
  },
  'service-failed': {
    title: 'The provisioning service failed with status {status} (tracking id {trackingId}).',
    remedy: 'Nothing to do: the station tries again. If it lasts, give the tracking id to Azure support.',
    retry: 'station',
    blame: 'cloud',
  },
  'credentials-refused': {
    title: 'The provisioning service refuses this connection string (tracking id {trackingId}).',
    remedy:
      'Store a valid connection string (policy with EnrollmentRead and EnrollmentWrite); then run "outbox flush".',
    retry: 'operator',
    blame: 'station',
  },
  'clock-wrong': {
    title: 'The clock of this computer is off by {offsetInSeconds} seconds, so the service refuses it.',
    remedy: 'Set the clock (turn time synchronisation on); then run "outbox flush".',
    retry: 'operator',
    blame: 'station',
  },
  'access-forbidden': {
    title: 'The provisioning service does not let this computer in (403).',
    remedy: 'Check IP filter, public access and role of the DPS instance; then run "outbox flush".',
    retry: 'operator',
    blame: 'cloud',
  },
  'enrollment-exists': {
    title: 'There is an enrollment {registrationId} already.',
    remedy: 'Nothing to do: the station compares it with what it wanted to send.',
    retry: 'station',
    blame: 'cloud',
  },
  'enrollment-not-found': {
    title: 'There is no enrollment {registrationId} in the provisioning service.',
    remedy: 'Somebody deleted it. Send it again with "outbox retry".',
    retry: 'operator',
    blame: 'cloud',
  },
  'enrollment-conflict': {
    title: 'The enrollment {registrationId} exists with another credential.',
    remedy:
      'Find out who made it. If this station is right, delete that enrollment in the portal and run "outbox retry".',
    retry: 'operator',
    blame: 'cloud',
  },
  'enrollment-drift': {
    title: 'The enrollment {registrationId} exists with this credential but other values: {fields}.',
    remedy: 'Decide which values are right; mend the enrollment in the portal, then run "outbox retry".',
    retry: 'operator',
    blame: 'cloud',
  },
  'enrollment-changed': {
    title: 'The enrollment {registrationId} was changed by somebody else meanwhile.',
    remedy: 'Run "outbox retry" to send it with the newest version.',
    retry: 'station',
    blame: 'cloud',
  },
  'enrollment-refused': {
    title: 'The service refuses the enrollment {registrationId}: {message} ({errorCode}).',
    remedy: 'Mend what it says in the recipe, then run "outbox retry". The tracking id is {trackingId}.',
    retry: 'operator',
    blame: 'station',
  },
  'request-refused': {
    title: 'The service refuses the request: {message} ({errorCode}).',
    remedy: 'Mend what it says. The tracking id is {trackingId}.',
    retry: 'operator',
    blame: 'station',
  },
  'answer-unreadable': {
    title: 'Something answered in place of the provisioning service ({reason}).',
    remedy: 'Check proxy and captive portal: a web page came back instead of an answer of the service.',
    retry: 'station',
    blame: 'cloud',
  },
  'item-not-found': {
    title: 'There is no item {item} in the outbox.',
    remedy: 'List the items with "outbox list".',
    retry: 'never',
    blame: 'operator',
  },
  'item-not-parked': {
    title: 'Item {item} is {state}, not parked.',
    remedy: 'Only a parked item can be tried again by hand.',
    retry: 'never',
    blame: 'operator',
  },
  'no-instance': {
    title: 'There is no DPS instance "{instance}" in the settings.',
    remedy:
      'Add it under "dps" in settings.json, or name another instance in the recipe. Nothing is lost: units stay queued.',
    retry: 'operator',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;

const station = {
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
    remedy: 'Name the real service in the settings, or set "mode" to "training".',
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
  'disk-full': {
    title: 'The disk has {freeBytes} bytes left; the station needs {neededBytes} to record a unit.',
    remedy: 'Make room on the disk; no unit is started until what happens to it can be recorded.',
    retry: 'operator',
    blame: 'station',
  },
  'clock-behind': {
    title: 'The clock says {now}, but {reference} is from {newest}.',
    remedy: 'Set the clock (turn time synchronisation on), then start again.',
    retry: 'operator',
    blame: 'station',
  },
  'database-damaged': {
    title: 'The database {file} is damaged ({reason}).',
    remedy: 'Do not delete it. Copy the folder away for an engineer, then restore the last backup.',
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
    remedy: 'Check the disk; the unit was stopped before anything was written to the board.',
    retry: 'operator',
    blame: 'station',
  },
  'system-package-missing': {
    title: 'The program {program} is missing.',
    remedy: 'Install it: {command}',
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
  interrupted: {
    title: 'The station was interrupted while it worked on {serial}.',
    remedy: '{advice}',
    retry: 'operator',
    blame: 'station',
  },
  bug: {
    title: 'The station made a mistake it does not know ({reason}).',
    remedy: 'The unit was stopped. Send the log of today to the maintainers.',
    retry: 'never',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** All problems by code. */
export const problemCatalogue = {
  ...identity,
  ...lines,
  ...boards,
  ...scans,
  ...recipes,
  ...cloud,
  ...station,
} as const;

/** Code of a problem: a key of the catalogue, never shown as text to an operator alone. */
export type ProblemCode = keyof typeof problemCatalogue;
