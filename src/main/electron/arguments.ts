import { resolve } from 'node:path';

/** What the words behind the program's name ask for. */
export type Asked =
  | { readonly door: 'window'; readonly dataFolder: string | null }
  | { readonly door: 'terminal'; readonly words: readonly string[] };

/** Switches of Chromium and Electron itself, which both read on their own. */
const runtimeSwitch =
  /^--(no-sandbox|inspect|remote-debugging-|ozone-|enable-|disable-|force-|user-data-dir|lang=|dps-station-parent)/;
/** What the terminal's commands answer without a command; everything else that starts with a dash is for the window. */
const terminalSwitches: readonly string[] = ['--version', '-V', '--help', '-h'];

/**
 * Reads the words behind the program's name: a first word without a dash is a command of the terminal, otherwise the
 * window opens, on the folder after `--data` if there is one.
 */
export function askedBy(words: readonly string[]): Asked {
  const own = words.filter((word) => !runtimeSwitch.test(word));
  const first = own[0];
  if (first !== undefined && (!first.startsWith('-') || terminalSwitches.includes(first))) {
    return { door: 'terminal', words: own };
  }
  const at = own.findIndex((word) => word === '--data' || word.startsWith('--data='));
  const folder = own[at] === '--data' ? own[at + 1] : own[at]?.slice('--data='.length);
  return { door: 'window', dataFolder: folder === undefined || folder === '' ? null : resolve(folder) };
}

/**
 * The words behind the program's name. Started by the bare Electron (from sources), its own switches and the path of
 * the app stand between: what it does with them is its default app's business.
 */
export function wordsOf(argv: readonly string[], byBareElectron: boolean): readonly string[] {
  const words = argv.slice(1);
  if (!byBareElectron) return words;
  const app = words.findIndex(
    (word, at) => !word.startsWith('-') && !['-r', '--require'].includes(words[at - 1] ?? ''),
  );
  return app < 0 ? [] : words.slice(app + 1);
}
