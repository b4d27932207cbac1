import type { CatalogueEntry } from './entry.ts';

/** What a judge finds in an enrollment or a group before it is sent. */
export const judgementsProblems = {
  'record-unreadable': {
    title: 'This is no enrollment record: {reason}.',
    remedy: 'Mend it as said; members are spelled as in the REST API 2021-10-01.',
    retry: 'never',
    blame: 'operator',
  },
  'enrollment-id-invalid': {
    title: 'The {what} "{id}" cannot be used.',
    remedy: 'Use 1 to 128 letters, digits and - . _ : of ASCII; begin and end with a letter or a digit.',
    retry: 'never',
    blame: 'operator',
  },
  'enrollment-id-unsafe': {
    title: 'The {what} "{id}" is allowed, but not safe everywhere.',
    remedy:
      'Use lower-case letters, digits and - . _ inside where you may choose: keys are derived letter by letter, and a colon is in no device id.',
    retry: 'never',
    blame: 'operator',
  },
  'device-id-invalid': {
    title: 'The device id "{deviceId}" cannot be used.',
    remedy: "Use 1 to 128 letters, digits and - . + % _ # * ? ! ( ) , = @ $ ' of ASCII.",
    retry: 'never',
    blame: 'operator',
  },
  'device-id-missing': {
    title: 'The registration id "{registrationId}" holds a colon, which no device id may.',
    remedy: 'Give a deviceId of its own, or choose a registration id without a colon.',
    retry: 'never',
    blame: 'operator',
  },
  'allocation-unknown': {
    title: 'There is no allocation policy "{policy}".',
    remedy: 'Use one of {known}, spelled exactly so.',
    retry: 'never',
    blame: 'operator',
  },
  'allocation-needs-hub': {
    title: 'Static allocation needs exactly one hub, not {count}.',
    remedy: 'Name one hub in iotHubs, or choose another allocationPolicy.',
    retry: 'never',
    blame: 'operator',
  },
  'allocation-needs-function': {
    title: 'Custom allocation is asked for, but no function is named.',
    remedy: 'Add customAllocationDefinition with webhookUrl and apiVersion.',
    retry: 'never',
    blame: 'operator',
  },
  'allocation-function-unused': {
    title: 'A function for allocation is named, but the policy is not custom.',
    remedy: 'Leave customAllocationDefinition out, or set allocationPolicy to custom.',
    retry: 'never',
    blame: 'operator',
  },
  'hub-not-linked': {
    title: 'The hub {hub} is not linked to this DPS instance.',
    remedy: 'Use one of {linked}, or have the hub linked first.',
    retry: 'operator',
    blame: 'operator',
  },
  'twin-name-reserved': {
    title: 'The initial twin has a member "{name}" in {part}, a name that clients claim for themselves.',
    remedy: 'Choose another name; version, count and metadata break typed clients.',
    retry: 'never',
    blame: 'operator',
  },
  'attestation-missing': {
    title: 'There is no credential.',
    remedy: 'Add an attestation: an endorsement key, a certificate or symmetric keys.',
    retry: 'never',
    blame: 'operator',
  },
  'attestation-unknown': {
    title: 'There is no kind of credential "{type}".',
    remedy: 'Use one of {known}, spelled exactly so.',
    retry: 'never',
    blame: 'operator',
  },
  'attestation-mixed': {
    title: 'A credential of type {type} cannot also hold {others}.',
    remedy: 'Leave the other part out, or put it into a record of its own.',
    retry: 'never',
    blame: 'operator',
  },
  'attestation-not-for-group': {
    title: 'TPMs have no enrollment group.',
    remedy: 'Make an individual enrollment for each TPM.',
    retry: 'never',
    blame: 'operator',
  },
  'member-not-for-group': {
    title: 'A group has no {member}.',
    remedy: 'Leave it out; it belongs to individual enrollments.',
    retry: 'never',
    blame: 'operator',
  },
  'authority-not-verified': {
    title: 'The DPS instance has no verified CA certificate "{name}".',
    remedy: 'Choose one that was verified, or upload it and prove its possession first.',
    retry: 'operator',
    blame: 'operator',
  },
  'certificate-missing': {
    title: 'The {slot} certificate is missing.',
    remedy: 'Give its text: what the service returns of a certificate (info) cannot be sent again.',
    retry: 'never',
    blame: 'operator',
  },
  'certificate-unreadable': {
    title: 'The {slot} certificate cannot be read: {reason}.',
    remedy: 'Give one whole certificate as PEM with its header lines, or as base64 of its DER.',
    retry: 'never',
    blame: 'operator',
  },
  'certificate-encoded-twice': {
    title: 'The {slot} certificate is a PEM that was encoded in base64 a second time.',
    remedy: 'Decode it once; give the PEM itself, with its header lines.',
    retry: 'never',
    blame: 'operator',
  },
  'certificate-chain': {
    title: 'The {slot} certificate is a chain of {count} certificates.',
    remedy: "Give the device's own certificate alone; the service refuses chains here.",
    retry: 'never',
    blame: 'operator',
  },
  'certificate-of-authority': {
    title: 'The {slot} certificate belongs to an authority, not to a device.',
    remedy: "Give the device's own certificate, or make an enrollment group for this authority.",
    retry: 'never',
    blame: 'operator',
  },
  'certificate-of-device': {
    title: 'The {slot} signing certificate may sign nothing: it belongs to a device.',
    remedy: "Give the certificate of the authority that signed the devices' certificates.",
    retry: 'never',
    blame: 'operator',
  },
  'certificate-expired': {
    title: 'The {slot} certificate was valid until {until}.',
    remedy: 'Give the device a new certificate first; it could not register with this one.',
    retry: 'never',
    blame: 'unit',
  },
  'certificate-not-yet': {
    title: 'The {slot} certificate is valid only from {from}.',
    remedy: 'Check the clock of this computer and of who signed it, or wait until then.',
    retry: 'operator',
    blame: 'unit',
  },
  'certificate-key-unfit': {
    title: 'The {slot} certificate has a key that is too weak or of an unusual kind ({key}).',
    remedy: 'Use a certificate with RSA of at least 2048 bits, or with ECDSA on P-256, P-384 or P-521.',
    retry: 'never',
    blame: 'unit',
  },
  'certificate-names': {
    title: 'The {slot} certificate has {count} common names, not one.',
    remedy: 'Use a certificate with one common name: it is the registration id of the device.',
    retry: 'never',
    blame: 'unit',
  },
  'certificate-name-differs': {
    title: 'The {slot} certificate is for "{name}", not for {registrationId}.',
    remedy:
      'Give this device its own certificate, or use its common name as registration id; the device could not register.',
    retry: 'never',
    blame: 'operator',
  },
  'certificate-name-case': {
    title: 'The {slot} certificate is for "{name}", which differs from {registrationId} in letter case.',
    remedy: 'Use the common name letter by letter as registration id where you may choose.',
    retry: 'never',
    blame: 'operator',
  },
  'enrollment-too-large': {
    title: 'The record has {bytes} bytes, more than the {limit} of a message.',
    remedy: 'Shorten the initial twin or the device information.',
    retry: 'never',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
