import type { CatalogueEntry } from './entry.ts';

/** Problems of a board at work. */
export const boardsProblems = {
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
  'shell-login-needed': {
    title: 'The console of the board asks who logs in.',
    remedy: 'Name the account under board.login in the recipe and store its password in the vault.',
    retry: 'operator',
    blame: 'station',
  },
  'shell-login-refused': {
    title: 'The board refuses the login of "{user}".',
    remedy: 'Check the account in the recipe and its password in the vault.',
    retry: 'operator',
    blame: 'station',
  },
  'shell-command-failed': {
    title: 'The board could not carry out "{command}" (status {status}): {said}',
    remedy: 'Check that the image of the board holds what the recipe uses, then start the unit again.',
    retry: 'operator',
    blame: 'unit',
  },
} as const satisfies Record<string, CatalogueEntry>;
