import type { CatalogueEntry } from './entry.ts';

/** Problems of scans, serials and slots. */
export const scansProblems = {
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
    remedy:
      'Reset its board with Wi-Fi in reach: if it registers, it passes. Otherwise let an authorised person run "provision --rework".',
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
  'nothing-to-abort': {
    title: 'Nothing is being worked on in slot {slot}.',
    remedy: 'Scan the ABORT code of the slot that works.',
    retry: 'operator',
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
  'hardware-id-needed': {
    title:
      'The adapter on {path} has no serial number, and this recipe writes a storage that takes a secret only once.',
    remedy: 'Use an adapter with a serial number, so that a board that was written before is recognised.',
    retry: 'never',
    blame: 'fixture',
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
