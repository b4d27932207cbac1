import type { Ask } from '../../shared/station-snapshot.ts';

const steps: Readonly<Record<string, string>> = {
  connecting: 'Opening the line to the board.',
  'finding-mac': 'Finding the MAC of the board.',
  'entering-configuration': 'Looking for the prompt of the board.',
  'reading-version': 'Asking the board for its firmware version.',
  'setting-wifi': 'Storing the Wi-Fi network on the board.',
  'opening-shell': 'Opening the shell of the board.',
  'reading-board': 'Reading what the board tells of itself.',
  'making-identity': 'Making the secret and its certificate.',
  'checking-board': 'Looking whether it is still the same board.',
  intent: 'Writing the secret. Do not unplug.',
  restarting: 'Stored and queued. Restarting the board.',
  done: 'Done.',
};

const asks: Readonly<Record<Ask, string>> = {
  'enter-configuration': 'Hold button A, press and release RESET, keep A down until the text appears.',
  'enter-ap': 'Hold button B, press and release RESET, keep B down until the display shows the access point.',
  'type-mac': 'Type the 12 digits behind "id:" on the display, then Enter.',
  'plug-back': 'Plug the board in again.',
};

/** What happens now, in one sentence. */
export function stepSentence(step: string | null): string {
  return steps[step ?? ''] ?? 'Waiting for the board.';
}

/** What the person should do now, in one sentence. */
export function askSentence(ask: Ask): string {
  return asks[ask];
}
