import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/*
 * What the AZ3166 console says, read from text (bytes as latin-1). Sources: Microsoft DevKit SDK console source of
 * 1.3.0, 1.6.2, 1.6.5 and 2.0.0. Lines end with CR on the way in, the prompt is CR LF # space at the end of the
 * buffer; bytes before the banner are noise.
 */

/** The prompt; it is not followed by a line end, so only the end of the buffer tells. */
export const consolePrompt = '\r\n# ';
const banner = '** MXChip - Microsoft IoT Developer Kit **';

/** Whether the console waits for a command now. */
export function isAtPrompt(text: string): boolean {
  return text.endsWith(consolePrompt);
}

/** Whether the board restarted somewhere in this text. */
export function hasBanner(text: string): boolean {
  return text.includes(banner);
}

/** Mode of a board as its output shows it; null: nothing telling was said yet. */
export type ObservedMode = 'booting' | 'user' | 'ap' | 'configuration';

/** Recognises the mode from everything heard so far; the newest start-up counts. */
export function observedMode(text: string): ObservedMode | null {
  const start = text.lastIndexOf(banner);
  const heard = start < 0 ? text : text.slice(start);
  if (isAtPrompt(heard)) return 'configuration';
  if (/AP mode Wi-Fi AZ-|Soft AP AZ-/.test(heard)) return 'ap';
  if (/press Button A and reset to enter configuration mode|Wi-Fi .* connected\.|Info: {1,4}DevKit /.test(heard))
    return 'user';
  return start < 0 ? null : 'booting';
}

/** The MAC from the access point's name in AP mode: 12 lower-case hex digits, or null when it was not said (yet). */
export function macFromApMode(text: string): string | null {
  return /\bAZ-([0-9a-fA-F]{12})\b/.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** SDK version from the answer to `version`. */
export function versionFromAnswer(answer: string): Result<string, Problem<'board-refused-command' | 'board-rebooted'>> {
  const version = /DevKitSDK version: (\d+\.\d+\.\d+)/.exec(answer)?.[1];
  if (version !== undefined) return ok(version);
  return fail(hasBanner(answer) ? problem('board-rebooted') : problem('board-refused-command', { command: 'version' }));
}

/** Judges the answer to a command whose success is one known line. */
export function judgeSetting(
  command: string,
  answer: string,
  success: string,
): Result<void, Problem<'board-refused-command' | 'board-rebooted'>> {
  if (hasBanner(answer)) return fail(problem('board-rebooted'));
  // A password that is too long is stored all the same, after the refusal: the refusal counts.
  const refused = /^(Invalid|Usage:|Error:|ERROR:)/m.test(answer.replaceAll('\r\n', '\n'));
  return answer.includes(success) && !refused ? ok(undefined) : fail(problem('board-refused-command', { command }));
}

/** How the board answered to the secret. `unknown`: it may or may not be stored. */
export type SecretAnswer =
  | { readonly answer: 'acknowledged' }
  | { readonly answer: 'refused'; readonly problem: Problem<'board-secret-write-failed'> }
  | { readonly answer: 'unknown'; readonly problem: Problem };

/** What a command that stores a secret says. */
export type SecretWords = { readonly success: string; readonly failures: readonly string[] };

const storeFailures = ['ERROR: Failed to write EEPROM', 'ERROR: Verify failed', 'Error:'];

/** Words of `set_dps_uds`. */
export const udsWords: SecretWords = {
  success: 'INFO: Set DPS UDS successfully.',
  failures: [...storeFailures, 'Usage: set_dps_uds'],
};

/** Words of `set_az_iotdps` (1.6.5 and later); here a refusal is one: nothing is stored after it. */
export const dpsConnectionWords: SecretWords = {
  success: 'INFO: Set DPS connection string successfully.',
  failures: [...storeFailures, 'Usage: set_az_iotdps', 'Invalid DPS connection string.'],
};

/**
 * Judges the answer to a command that stores a secret. `Invalid UDS.` means nothing: 1.6.5 and 2.0.0 print it for a valid secret and
 * store it (they count the terminating NUL). A restart before the success line leaves open what was stored.
 */
export function judgeSecretAnswer(answer: string, words: SecretWords = udsWords): SecretAnswer {
  const acknowledged = answer.indexOf(words.success);
  const restart = answer.indexOf(banner);
  const failures = words.failures.map((text) => ({ text, at: answer.indexOf(text) })).filter(({ at }) => at >= 0);
  const first = failures.sort((one, other) => one.at - other.at)[0];
  if (first !== undefined && (restart < 0 || first.at < restart)) {
    // Only the known phrase: what follows may be an echo of the mistyped line, and with it the secret.
    const code = /^[^\r\n]{0,30}?: (0x[0-9A-Fa-f]{2})\b/.exec(answer.slice(first.at))?.[1];
    const said = code === undefined ? first.text : `${first.text}: ${code}`;
    return { answer: 'refused', problem: problem('board-secret-write-failed', { answer: said }) };
  }
  if (acknowledged >= 0) return { answer: 'acknowledged' };
  return { answer: 'unknown', problem: restart >= 0 ? problem('board-rebooted') : problem('board-silent') };
}
