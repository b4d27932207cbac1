import type { CatalogueEntry } from './entry.ts';

const board = { retry: 'operator', blame: 'unit' } as const;
const cloud = { retry: 'operator', blame: 'cloud' } as const;
const wrong = { retry: 'operator', blame: 'operator' } as const;

/** Problems of verifications, lots and evidence. */
export const qualityProblems = {
  'unit-not-passed': {
    title: 'The books do not say that {serial} passed: it is {outcome}.',
    remedy: 'Take the unit back to the line; it must pass there before it can leave.',
    ...board,
  },
  'unit-has-no-identity': {
    title: 'The books know no identity of {serial} that could be compared.',
    remedy: 'Take the unit back to the line and let it pass there.',
    ...board,
  },
  'record-chain-broken': {
    title: 'Line {seq} of the journal, about {serial}, is not what was written.',
    remedy: 'Stop using this database and tell the engineer: somebody or something changed a record.',
    retry: 'never',
    blame: 'station',
  },
  'certificate-out-of-dates': {
    title: 'The certificate is valid from {notBefore} to {notAfter}, and not now.',
    remedy: 'Take the unit out; it needs a new certificate.',
    ...board,
  },
  'record-certificate-unreadable': {
    title: 'The certificate in the record cannot be read.',
    remedy: 'Take the unit out and tell the engineer: its record is damaged.',
    ...board,
  },
  'certificate-not-signed': {
    title: 'The signature of the certificate does not fit the key that should have signed it.',
    remedy: 'Take the unit out and tell the engineer.',
    ...board,
  },
  'board-differs': {
    title: 'The board says {found} where the record says {expected} ({what}).',
    remedy: 'Find out which unit this is: label and board do not belong together.',
    ...board,
  },
  'board-tells-nothing': {
    title: 'The board told nothing that could be compared with the record.',
    remedy: 'Look at its cable and its mode, or verify once more and let the station ask for the buttons.',
    ...board,
  },
  'board-cannot-sign': {
    title: 'The board did not sign what the station gave it, so nothing says that it holds the key of its certificate.',
    remedy:
      'Run the command of read.signature in the recipe on the board and look at what it says; mend it or leave it out.',
    ...board,
  },
  'board-key-differs': {
    title: 'The board signed with another key than that of the certificate with which this unit was enrolled.',
    remedy:
      'Set the unit apart: its certificate may be a copy. Look for a board that was exchanged or written by hand.',
    ...board,
  },
  'board-of-other-recipe': {
    title: 'The unit was made by the recipe {recipe}; this station has {loaded} loaded and cannot talk to its board.',
    remedy: 'Choose the recipe {recipe} in the settings, or verify without the board.',
    ...wrong,
  },
  'entry-not-sent': {
    title: 'The enrollment {registrationId} has not been sent yet.',
    remedy: 'Wait until the queue has delivered it, then verify again.',
    ...cloud,
  },
  'entry-disabled': {
    title: 'The entry {id} is {found} in the provisioning service, where the record says {expected}.',
    remedy: 'Find out who changed it and why. The page of enrollments can change it back.',
    ...cloud,
  },
  'entry-second-credential': {
    title: 'The entry {registrationId} holds a second credential ({thumbprint}) that the record does not know.',
    remedy: 'Find out who added it. Remove it on the page of enrollments, or promote it if the unit has it.',
    ...cloud,
  },
  'entry-key-hidden': {
    title: 'The keys of {registrationId} can be compared only where the service reveals them, and it did not.',
    remedy: 'Give the station a policy that may write enrollments, or judge the unit by its registration alone.',
    ...cloud,
  },
  'group-gone': {
    title: 'The group {group}, through which the unit comes in, is not in the provisioning service.',
    remedy: 'Find out who removed it. "enrollments group put" makes it again.',
    ...cloud,
  },
  'registration-missing': {
    title: 'The provisioning service knows no registration of {registrationId}.',
    remedy: 'Give the unit power and network, so that it registers, then verify again.',
    ...board,
  },
  'registration-not-assigned': {
    title: 'The registration of {registrationId} is {status} ({reason}).',
    remedy: 'Look at the entry and at the hubs of the instance, then let the unit register again.',
    ...cloud,
  },
  'registration-older': {
    title: 'The unit registered at {at}, before the credential that is enrolled now was ({since}).',
    remedy: 'Give the unit power and network, so that it registers with it, then verify again.',
    ...board,
  },
  'registration-not-renewed': {
    title: 'The unit was asked to register again, and {registrationId} has no newer registration.',
    remedy: 'Give the unit network, switch it off and on, then verify it by its last registration.',
    ...board,
  },
  'registration-differs': {
    title: 'The registration says {found} where {expected} is expected ({what}).',
    remedy: 'Find out which device this is: entry and registration do not belong together.',
    ...cloud,
  },
  'hub-device-missing': {
    title: 'The hub {host} knows no device {deviceId}.',
    remedy: 'Find out who removed its device, then let the unit register again.',
    ...cloud,
  },
  'hub-device-differs': {
    title: 'The hub {host} says {found} of the device {deviceId} where {expected} is expected ({what}).',
    remedy: 'Find out who changed the device at the hub, then let the unit register again.',
    ...cloud,
  },
  'verification-running': {
    title: 'The unit {serial} is being verified already.',
    remedy: 'Wait until that has ended.',
    ...wrong,
  },
  'verification-unknown': {
    title: 'There is no verification {id}.',
    remedy: 'Look at the list of verifications.',
    ...wrong,
  },
  'verification-stopped': {
    title: 'The verification was ended by a person.',
    remedy: 'Start it again when it is wanted.',
    ...wrong,
  },
  'verification-interrupted': {
    title: 'The station stopped while it verified the unit.',
    remedy: 'Start the verification again. Nothing was written anywhere.',
    retry: 'operator',
    blame: 'station',
  },
  'new-registration-unconfirmed': {
    title: 'A new registration may change the device of {serial}.',
    remedy: 'Look at what it would do, then confirm it; the last registration is judged without it.',
    ...wrong,
  },
  'new-registration-needs-board': {
    title: 'The station can ask only a board in one of its slots to register again.',
    remedy: 'Plug the board in and name its slot, or judge the last registration.',
    ...wrong,
  },
  'slot-without-board': {
    title: 'There is no board in slot {slot}.',
    remedy: 'Plug it in, or verify without the board.',
    ...wrong,
  },
  'evidence-missing': {
    title: 'There is no finished verification of {serial} to give evidence of.',
    remedy: 'Start a verification of the unit first.',
    ...wrong,
  },
  'evidence-outdated': {
    title: '{serial} got another identity since it was verified: the verdict says nothing of the one that it has now.',
    remedy: 'Start another verification of the unit, then take its evidence.',
    ...wrong,
  },
  'lot-busy': {
    title: 'The lot {lot} is not closed: one of its units is being verified.',
    remedy: 'Wait for the verdict, then close the lot.',
    ...wrong,
  },
  'entry-beside-group': {
    title: '{registrationId} has an entry of its own, {status}, which counts before the group {group}.',
    remedy: 'Look for it on the enrollments page: a disabled one keeps the unit out, and was made on purpose.',
    ...wrong,
  },
  'lot-unknown': { title: 'There is no lot {lot}.', remedy: 'Look at the list of lots.', ...wrong },
  'lot-closed': { title: 'The lot {lot} is closed.', remedy: 'Open another lot for these units.', ...wrong },
  'lot-undecided': {
    title: 'The lot {lot} cannot be closed: {left} units are still to be looked at.',
    remedy: 'Take the next units of the sample and verify them.',
    ...wrong,
  },
  'lot-name-taken': {
    title: 'A lot {name} is open already.',
    remedy: 'Close it first, or choose another name.',
    ...wrong,
  },
  'lot-full': {
    title: 'The lot {lot} has {size} units and cannot take another one.',
    remedy: 'Look at the serials: one of them may be of another lot.',
    ...wrong,
  },
  'lot-plan-given-wrong': {
    title: 'This sample plan does not fit a lot of {size} units.',
    remedy: 'Choose a sample no larger than the lot, and a rejection number one above the acceptance number.',
    ...wrong,
  },
  'lot-plan-unusable': {
    title: 'There is no sample plan for a lot of {size} units at AQL {aql}.',
    remedy: 'Choose one of 0.065, 0.1, 0.15, 0.25, 0.4, 0.65, 1, 1.5, 2.5, 4 and 6.5, or give the plan yourself.',
    ...wrong,
  },
} as const satisfies Record<string, CatalogueEntry>;
