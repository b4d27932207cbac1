import type { CatalogueEntry } from './entry.ts';

/** Problems of work orders and the line. */
export const ordersProblems = {
  'no-order': {
    title: 'No work order is chosen, and this station works on none without one.',
    remedy: 'Scan the ORDER code of the work order, then the label again.',
    retry: 'operator',
    blame: 'operator',
  },
  'order-unknown': {
    title: 'There is no open work order {order}.',
    remedy: 'Check the number, or add the order with "order add F".',
    retry: 'operator',
    blame: 'operator',
  },
  'order-invalid': {
    title: 'The work order {from} cannot be used: {reason}.',
    remedy: 'Mend the order as said and give it again; nothing was changed.',
    retry: 'never',
    blame: 'operator',
  },
  'order-exists': {
    title: 'There is another work order {order} already; it is active, closed or has units.',
    remedy: 'Give the new order another number.',
    retry: 'never',
    blame: 'operator',
  },
  'order-closed': {
    title: 'The work order {order} is closed.',
    remedy: 'Scan the ORDER code of an open work order.',
    retry: 'operator',
    blame: 'operator',
  },
  'order-full': {
    title: 'The work order {order} has all its units.',
    remedy: 'Close the order and scan the ORDER code of the next one.',
    retry: 'operator',
    blame: 'operator',
  },
  'order-other-recipe': {
    title: 'The work order {order} asks for the recipe {wanted}; loaded is {loaded}.',
    remedy: 'Choose the recipe of the order in the settings; if it was changed since, let the order be written anew.',
    retry: 'operator',
    blame: 'operator',
  },
  'serial-not-in-order': {
    title: '{serial} does not belong to the work order {order}.',
    remedy: 'Set the unit aside, or scan the ORDER code of its own order.',
    retry: 'operator',
    blame: 'operator',
  },
  'serial-reserved': {
    title: '{serial} is reserved: its work waits in slot {slot} for the board {board}.',
    remedy: 'Plug that board in again. To give the serial to another board, abort slot {slot} first.',
    retry: 'operator',
    blame: 'operator',
  },
  'order-open-items': {
    title: '{count} units keep the work order {order} open; the first: {serials}.',
    remedy: 'Wait until they are {wanted}, or see to them in the queue; then close the order again.',
    retry: 'operator',
    blame: 'operator',
  },
  'order-second-badge': {
    title: 'Two different badges close the work order {order}.',
    remedy: 'Scan the badge of a second person, then close the order again.',
    retry: 'operator',
    blame: 'operator',
  },
  'golden-check-due': {
    title: 'The golden units were not judged in time: {serials}.',
    remedy: 'Take them to QA to be verified; then scan the label again.',
    retry: 'operator',
    blame: 'operator',
  },
  'golden-check-failed': {
    title: 'Golden units were judged wrong: {serials}.',
    remedy: 'Stop the line and find out what is wrong with the verification; then let QA verify them again.',
    retry: 'operator',
    blame: 'station',
  },
  'golden-unit': {
    title: '{serial} is a golden unit: it is verified and never worked on.',
    remedy: 'Take it to QA. To make it an ordinary unit, an engineer removes it from the golden units of the settings.',
    retry: 'never',
    blame: 'operator',
  },
  'board-swapped': {
    title: 'The board of {serial} is not the one that its work began with ({expected}, now {found}).',
    remedy: 'Set the board aside, then scan the label again with its own board. Nothing was written.',
    retry: 'operator',
    blame: 'operator',
  },
  'station-renamed': {
    title: 'This station is now {now}; its newest unit was made by {before}.',
    remedy: 'Check that this folder is no copy of another station. If the station was renamed, nothing else is to do.',
    retry: 'never',
    blame: 'operator',
  },
  'station-renamed-at-work': {
    title: 'This station is now {now}, but {jobs} jobs of {before} are open in this folder.',
    remedy: 'Set the old name, line and number again and finish or abort what is open; then rename the station.',
    retry: 'never',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
