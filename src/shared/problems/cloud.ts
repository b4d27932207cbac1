import type { CatalogueEntry } from './entry.ts';

/** Problems between the station and the provisioning service. */
export const cloudProblems = {
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
  'key-root-missing': {
    title: 'The vault does not hold the key root from which symmetric keys are made.',
    remedy: 'Copy the vault of this station back from its backup; then run "outbox flush". Units stay queued.',
    retry: 'operator',
    blame: 'station',
  },
  'key-root-changed': {
    title: 'The keys of {registrationId} were made from another key root than the one in the vault.',
    remedy:
      'Put the vault secret "symmetric-key-root" back from the backup, then send the item again; or set the unit up anew.',
    retry: 'operator',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;
