import type { CatalogueEntry } from './entry.ts';

/** Problems of returns and re-provisioning. */
export const returnsProblems = {
  'return-secret-gone': {
    title: 'The secret of {serial} was kept nowhere: nothing is written, and it cannot be written again.',
    remedy: 'Restart the board so that it registers. If it lost its secret, open a return with a new identity.',
    retry: 'operator',
    blame: 'unit',
  },
  'return-is-open': {
    title: 'There is an open return of {serial} already.',
    remedy: 'Use that return, or cancel it first.',
    retry: 'operator',
    blame: 'operator',
  },
  'return-not-found': {
    title: 'There is no open return {id}.',
    remedy: 'Look at the list of returns; it may have ended.',
    retry: 'never',
    blame: 'operator',
  },
  'return-no-identity': {
    title: '{serial} holds no identity that could be returned.',
    remedy: 'Scan it and provision it like a new unit.',
    retry: 'never',
    blame: 'operator',
  },
  'return-in-queue': {
    title: 'The enrollment of {serial} still waits in the queue.',
    remedy: 'Wait until it is delivered, then open the return.',
    retry: 'operator',
    blame: 'operator',
  },
  'return-needs-new-board': {
    title:
      'The board of {serial} cannot get a new identity: its storage takes a secret only once, or its chip has one of its own.',
    remedy: 'Choose a new board under the old serial.',
    retry: 'never',
    blame: 'unit',
  },
  'return-group-unit': {
    title: '{serial} came in through the enrollment group {group}: it has no entry whose credential could be replaced.',
    remedy: 'Choose to register it again, or retire it and provision a new unit.',
    retry: 'never',
    blame: 'operator',
  },
  'return-no-target': {
    title: 'A move needs another DPS instance than {instance}.',
    remedy: 'Name another instance of the settings.',
    retry: 'operator',
    blame: 'operator',
  },
  'return-not-a-move': {
    title: 'Only a move names another DPS instance.',
    remedy: 'Leave the instance out, or choose to move the unit.',
    retry: 'operator',
    blame: 'operator',
  },
  'return-second-badge': {
    title: 'The recipe asks for two people to release the return of {serial}.',
    remedy: 'Scan the badge of a second person.',
    retry: 'operator',
    blame: 'operator',
  },
  'return-not-ready': {
    title: 'The return of {serial} is not ready for its board yet (step {step}).',
    remedy: 'Wait until the old entry is out of the way; see the list of returns for what holds it up.',
    retry: 'station',
    blame: 'cloud',
  },
  'return-same-board': {
    title: 'This is the old board of {serial}; its return asks for a new one.',
    remedy: 'Plug in the new board, or cancel the return and open one with a new identity.',
    retry: 'operator',
    blame: 'operator',
  },
  'return-too-late': {
    title: 'The return of {serial} cannot be cancelled any more (step {step}).',
    remedy: 'Let it go on; afterwards another return can be opened. Nothing to do now.',
    retry: 'never',
    blame: 'operator',
  },
  'return-step-needed': {
    title: 'The step {step} of the return of {serial} cannot be left out.',
    remedy: 'Mend what holds it up, then continue.',
    retry: 'operator',
    blame: 'operator',
  },
  'return-needed': {
    title: '{serial} holds a live identity, and no open return lets another one take its place.',
    remedy: 'Open a return first, with a reason.',
    retry: 'never',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
