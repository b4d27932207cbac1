import type { CatalogueEntry } from './entry.ts';

/** Problems of people, badges and what they may do. */
export const peopleProblems = {
  'countersign-same': {
    title: 'The badge {badge} has signed already.',
    remedy: 'Scan the badge of a second person.',
    retry: 'operator',
    blame: 'operator',
  },
  'badge-needed': {
    title: 'Nobody is at work at this station.',
    remedy: 'Scan your badge first. Commands take it with --badge.',
    retry: 'operator',
    blame: 'operator',
  },
  'not-allowed': {
    title: 'The badge {badge} may not do this ({act}).',
    remedy: 'Find somebody who may: {roles}.',
    retry: 'operator',
    blame: 'operator',
  },
  'pin-needed': {
    title: 'The badge {badge} opens with its PIN.',
    remedy: 'Type the PIN. Commands ask for it, or read it with --pin-file F.',
    retry: 'operator',
    blame: 'operator',
  },
  'badge-or-pin-wrong': {
    title: 'Badge and PIN do not belong together, or the badge is not known here.',
    remedy: 'Type the PIN again. An engineer can set a new one or enter the badge.',
    retry: 'operator',
    blame: 'operator',
  },
  'badge-locked': {
    title: 'Too many wrong PINs for the badge {badge}: none is taken until {until}.',
    remedy: 'Wait until then. An engineer can set a new PIN at once.',
    retry: 'operator',
    blame: 'operator',
  },
  'nobody-known': {
    title: 'This station knows nobody yet: everybody may do everything, under any name.',
    remedy: 'Make an engineer known first, with "people add BADGE --roles engineer".',
    retry: 'operator',
    blame: 'station',
  },
  'badge-unknown': {
    title: 'There is no badge {badge}.',
    remedy: 'Look at the badges with "people list".',
    retry: 'operator',
    blame: 'operator',
  },
  'badge-unfit': {
    title: 'A badge cannot be called {badge}.',
    remedy: 'Choose another name for it: this one has a meaning of its own in scans or records.',
    retry: 'operator',
    blame: 'operator',
  },
  'badge-retired': {
    title: 'The badge {badge} was retired: records name its person.',
    remedy: 'Give the new person a badge of their own.',
    retry: 'never',
    blame: 'operator',
  },
  'engineer-first': {
    title: 'The first person that a station knows is an engineer.',
    remedy: 'Make an engineer known first; engineers enter everybody else.',
    retry: 'operator',
    blame: 'operator',
  },
  'engineer-last': {
    title: '{badge} is the only engineer of this station.',
    remedy: 'Make another engineer known first.',
    retry: 'operator',
    blame: 'operator',
  },
  'pin-missing': {
    title: 'The roles of {badge} need a PIN.',
    remedy: 'Give one with the roles. Commands ask for it, or read it with --new-pin-file F.',
    retry: 'operator',
    blame: 'operator',
  },
  'pin-weak': {
    title: 'This PIN is guessed too easily.',
    remedy: 'Choose 4 to 12 digits that are neither all equal, nor a row such as 1234, nor the badge.',
    retry: 'operator',
    blame: 'operator',
  },
  'name-not-scrubbed': {
    title: 'The name of {badge} is erased, but another process still reads the file it stood in.',
    remedy: 'Close other commands of this station, then erase the name again.',
    retry: 'operator',
    blame: 'station',
  },
  'people-unreadable': {
    title: 'The file of the people at this station cannot be used: {reason}.',
    remedy:
      'Close the station and run "dps-station people restore", which puts its copy back. Nothing that needs a badge is done until then.',
    retry: 'operator',
    blame: 'station',
  },
  'people-readable': {
    title: 'The file of the people at this station is in order; nothing was put back.',
    remedy: 'Look at it with "people list".',
    retry: 'never',
    blame: 'operator',
  },
  'people-copy-unusable': {
    title: 'The copy of the people, {file}, cannot be used: {reason}.',
    remedy:
      'Put people.db back from another disk. To begin anew, remove people.db and people-copy.db: until an engineer is made known, everybody may do everything.',
    retry: 'operator',
    blame: 'station',
  },
  'recipe-not-approved': {
    title: 'No engineer has approved the recipe {recipe} as it is now; it runs in training only.',
    remedy: 'Find an engineer, who approves it with "recipe approve" or on the settings page.',
    retry: 'operator',
    blame: 'operator',
  },
  'recipe-changed': {
    title: 'The recipe {recipe} is not the one that was shown: its hash is {hash}.',
    remedy: 'Look at what was changed in it, then approve it by this hash.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
