import type { CatalogueEntry } from './entry.ts';

/** Problems of managing what a DPS instance holds. */
export const enrollmentsProblems = {
  'certificate-not-kept': {
    title: 'This station does not hold the certificate {thumbprint} of {registrationId}.',
    remedy:
      'Make the change in the portal, or import the certificate file first: the service never gives certificates back, and a change must send them again.',
    retry: 'operator',
    blame: 'operator',
  },
  'credential-not-readable': {
    title: 'The credential of {registrationId} cannot be read from the service.',
    remedy: 'Make this change in the portal; the station would take the credential away.',
    retry: 'never',
    blame: 'cloud',
  },
  'entry-not-found': {
    title: 'There is no entry {id} in the provisioning service.',
    remedy: 'Read the list again; somebody has deleted it.',
    retry: 'operator',
    blame: 'operator',
  },
  'entry-exists': {
    title: 'There is an entry {id} already.',
    remedy: 'Choose another name, or open the entry that is there.',
    retry: 'operator',
    blame: 'operator',
  },
  'no-secondary-credential': {
    title: '{id} has no secondary credential.',
    remedy: 'Give it a second credential first, let the device register with it, then promote it.',
    retry: 'operator',
    blame: 'operator',
  },
  'not-for-groups': {
    title: 'This cannot be done with the group {id}.',
    remedy: 'Choose the single devices of the group, or disable the group.',
    retry: 'never',
    blame: 'operator',
  },
  'no-hub-access': {
    title: 'This station has no access to the hub {hub}; the device may stay connected.',
    remedy:
      'Store a connection string of the hub under "hubs" in the settings, or act on the device in the hub by hand.',
    retry: 'operator',
    blame: 'station',
  },
  'confirmation-needed': {
    title: 'This changes {count} entries for good.',
    remedy: 'Type the number {count} to confirm.',
    retry: 'operator',
    blame: 'operator',
  },
  'device-certificate-unusable': {
    title: 'The certificate for {id} cannot be used: {reason}.',
    remedy: 'Give the certificate of the device as PEM, with the registration id as its common name.',
    retry: 'never',
    blame: 'operator',
  },
  'credential-of-other-kind': {
    title: '{id} has a credential of another kind.',
    remedy: 'Give a credential of the kind that the entry has, or delete the entry and make a new one.',
    retry: 'never',
    blame: 'operator',
  },
  'registration-hub-unspecified': {
    title: 'The service could not choose a hub for {id}.',
    remedy:
      'Name one hub in the entry for static allocation, or link a hub to the instance; then let it register again.',
    retry: 'operator',
    blame: 'operator',
  },
  'registration-hub-refused': {
    title: 'The service may not use the hub that {id} should go to.',
    remedy: 'Look in the portal whether the hub is still linked to the instance and its policy has its rights.',
    retry: 'operator',
    blame: 'cloud',
  },
  'registration-credential-refused': {
    title: 'The service refused the credential of {id} ({errorCode}).',
    remedy:
      'Look which certificate or key the device has; then set it up anew, or replace the credential of the entry.',
    retry: 'operator',
    blame: 'operator',
  },
  'registration-failed': {
    title: 'The device {id} could not register: {message} ({errorCode}).',
    remedy: 'Mend what it says, then let the device register again.',
    retry: 'operator',
    blame: 'cloud',
  },
  'second-credential-held': {
    title: '{id} has a second credential already.',
    remedy: 'Choose first: promote the second credential, or replace without overlap, which ends both.',
    retry: 'operator',
    blame: 'operator',
  },
  'secret-reserved': {
    title: 'The vault secret "{name}" is not for groups and devices.',
    remedy: 'Name another secret; it is made when there is none.',
    retry: 'never',
    blame: 'operator',
  },
  'no-overlap': {
    title: '{id} cannot have two endorsement keys.',
    remedy: 'Give it without overlap: another TPM is another device for the service.',
    retry: 'never',
    blame: 'operator',
  },
  'group-certificate-unusable': {
    title: 'The certificate for the group {id} cannot be used: {reason}.',
    remedy: 'Give the certificate of the root or intermediate CA that signs the certificates of the devices, as PEM.',
    retry: 'never',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
