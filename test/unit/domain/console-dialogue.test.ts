import { describe, expect, it } from 'vitest';
import {
  hasBanner,
  isAtPrompt,
  judgeSecretAnswer,
  judgeSetting,
  macFromApMode,
  observedMode,
  versionFromAnswer,
} from '../../../src/main/domain/console-dialogue.ts';

/* Texts of Microsoft's console (DevKit SDK 1.3.0 to 2.0.0), as they come over the line. */

const banner =
  '********************************************\r\n** MXChip - Microsoft IoT Developer Kit **\r\n********************************************\r\n';
const userHint =
  'You can 1. press Button A and reset to enter configuration mode.\r\n        2. press Button B and reset to enter AP mode.\r\n\r\n';
const help = 'Configuration console:\r\n - help: Help document.\r\n - version: System version.\r\n';
const noise = '\u00ff\u0000\u00fe#\u0080\r\n';
const prompt = '\r\n# ';

describe('modes', () => {
  it.each<[string, string, string | null]>([
    ['silence', '', null],
    ['noise', noise, null],
    ['banner', `${noise}${banner}`, 'booting'],
    ['banner and hint', `${banner}${userHint}`, 'user'],
    ['Wi-Fi in user mode', `${banner}${userHint}Wi-Fi line connected.\r\n`, 'user'],
    ['AP mode', `${banner}AP mode Wi-Fi AZ-c8934680ec24\r\n`, 'ap'],
    ['configuration', `${banner}${help}${prompt}`, 'configuration'],
    ['a prompt alone, after a probe', prompt, 'configuration'],
    ['a reset after configuration', `${banner}${help}${prompt}${noise}${banner}`, 'booting'],
    ['user mode after configuration', `${banner}${help}${prompt}exit\r\nReboot\r\n${banner}${userHint}`, 'user'],
    ['configuration after user mode', `${banner}${userHint}${noise}${banner}${help}${prompt}`, 'configuration'],
    ['a network whose name has a # in it', `${banner}${userHint}Wi-Fi guest # connected.\r\n`, 'user'],
    ['a scan result with a # in it', `${banner}${help}${prompt}scan\r\n1: a\r\n# b (-40)\r\n`, 'booting'],
  ])('%s', (_, text, mode) => {
    expect(observedMode(text)).toBe(mode);
  });

  it('a prompt is the end of what was heard, nothing in its middle', () => {
    expect(isAtPrompt(`x${prompt}`)).toBe(true);
    expect(isAtPrompt(`x${prompt}v`)).toBe(false);
    expect(isAtPrompt('# ')).toBe(false);
    expect(hasBanner(`${noise}${banner}`)).toBe(true);
    expect(hasBanner('MXChip')).toBe(false);
  });

  it.each([
    ['AP mode Wi-Fi AZ-c8934680ec24\r\n', 'c8934680ec24'],
    ['Soft AP AZ-C8934680EC24 started', 'c8934680ec24'],
    ['AZ-c8934680ec2', null],
    ['AZ-c8934680ec245', null],
    ['AZ-c8934680', null],
    ['', null],
  ])('MAC in %j: %s', (text, mac) => {
    expect(macFromApMode(text)).toBe(mac);
  });
});

describe('version', () => {
  it.each([
    ['version\r\n\r\nMicrosoft Azure IoT Developer Kit \r\nDevKitSDK version: 1.6.5\r\n\r\n# ', '1.6.5'],
    ['DevKitSDK version: 2.0.0\r\n', '2.0.0'],
    ['DevKitSDK version: 10.20.30\r\n', '10.20.30'],
  ])('%j', (answer, version) => {
    expect(versionFromAnswer(answer)).toEqual({ ok: true, value: version });
  });
  it.each([
    ['Invalid command, please input help\r\n\r\n# ', 'board-refused-command'],
    [`vers${noise}${banner}`, 'board-rebooted'],
    ['', 'board-refused-command'],
  ])('%j is a problem', (answer, code) => {
    expect(versionFromAnswer(answer)).toMatchObject({ ok: false, problem: { code } });
  });
});

describe('settings', () => {
  const success = 'INFO: Set Wi-Fi SSID successfully.';
  it.each<[string, string | null]>([
    [`set_wifissid "line"\r\n${success}\r\n\r\n# `, null],
    [`set_wifissid "a # b"\r\n${success}\r\n\r\n# `, null],
    ['Usage: set_wifissid [SSID]. Please provide the SSID of the Wi-Fi.\r\n\r\n# ', 'board-refused-command'],
    // A value that is too long is stored all the same, after the refusal.
    [`Invalid Wi-Fi SSID.\r\n${success}\r\n\r\n# `, 'board-refused-command'],
    ['ERROR: Failed to write EEPROM: 0x06.\r\n\r\n# ', 'board-refused-command'],
    [`${success.slice(0, 10)}${noise}${banner}`, 'board-rebooted'],
    ['\r\n# ', 'board-refused-command'],
  ])('%j: %s', (answer, code) => {
    const judged = judgeSetting('set_wifissid', answer, success);
    expect(judged.ok ? null : judged.problem.code).toBe(code);
  });
});

describe('the secret', () => {
  const echo = `set_dps_uds ${'*'.repeat(64)}\r\n`;
  const stored = 'INFO: Set DPS UDS successfully.\r\n';
  const falseRefusal = 'Invalid UDS.\r\n';
  it.each<[string, string, string]>([
    ['stored (1.3.0, 1.6.2)', `${echo}${stored}\r\n# `, 'acknowledged'],
    ['stored after the false refusal (1.6.5, 2.0.0)', `${echo}${falseRefusal}${stored}\r\n# `, 'acknowledged'],
    ['stored, then a reboot', `${echo}${stored}${noise}${banner}`, 'acknowledged'],
    ['a write failure', `${echo}ERROR: Failed to write EEPROM: 0x06.\r\n\r\n# `, 'refused'],
    [
      'a write failure after the false refusal',
      `${echo}${falseRefusal}ERROR: Failed to write EEPROM: 0x06.\r\n\r\n# `,
      'refused',
    ],
    ['a failed verification', `${echo}ERROR: Verify failed.\r\n\r\n# `, 'refused'],
    ['a mistyped command', 'Usage: set_dps_uds [uds]. Please provide the UDS for DPS.\r\n\r\n# ', 'refused'],
    ['the false refusal alone', `${echo}${falseRefusal}\r\n# `, 'unknown'],
    ['a reboot before any answer', `${echo}${noise}${banner}`, 'unknown'],
    ['a reboot, then words that look like a failure', `${echo}${banner}ERROR: Verify failed.\r\n`, 'unknown'],
    ['silence', echo, 'unknown'],
    ['a bare prompt', '\r\n# ', 'unknown'],
  ])('%s: %#', (_, text, expected) => {
    expect(judgeSecretAnswer(text).answer).toBe(expected);
  });

  it('names a reboot and silence, and of what the board said only known phrases', () => {
    expect(judgeSecretAnswer(banner)).toMatchObject({ problem: { code: 'board-rebooted' } });
    expect(judgeSecretAnswer('')).toMatchObject({ problem: { code: 'board-silent' } });
    const refused = judgeSecretAnswer(`${echo}ERROR: Failed to write EEPROM: 0x06.\r\nmore\r\n# `);
    expect(refused).toMatchObject({ problem: { facts: { answer: 'ERROR: Failed to write EEPROM: 0x06' } } });
    // A lost space glues the secret to the command: the board repeats both in clear.
    const leaked = judgeSecretAnswer(`x\r\nError:Invalid command: set_dps_uds${'5a'.repeat(32)}\r\n\r\n# `);
    expect(leaked).toMatchObject({ answer: 'refused' });
    expect(JSON.stringify(leaked)).not.toContain('5a5a');
  });
});
