import { type Problem, problem } from '../../shared/problem.ts';
import type { RecipeOf } from '../../shared/recipe.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { judgeSetting, versionFromAnswer } from '../domain/console-dialogue.ts';
import type { JobEffect, JobEvent } from '../domain/provision-machine.ts';
import { macFrom } from '../identity/registration-id.ts';
import { wipe } from '../identity/uds.ts';
import { type BoardConsole, createBoardConsole, type WaitProblem } from './board-console.ts';
import { createBoardLine } from './board-line.ts';
import { enterConfiguration, findMac } from './board-modes.ts';
import type { SessionOptions } from './session-options.ts';

/** A DevKit at its console. */
export type DevkitBoard = {
  perform(effect: JobEffect): Promise<JobEvent>;
  /** Sends one command line; `line-closed` before `connect`. The bytes stay the caller's to overwrite. */
  command(line: Uint8Array, expected: RegExp, timeoutInMs: number): Promise<Result<string, WaitProblem>>;
  close(): Promise<void>;
};

/** Works with an MXChip IoT DevKit over its configuration console. */
export function createDevkitBoard(
  options: SessionOptions,
  recipe: RecipeOf<'mxchip-devkit' | 'mxchip-devkit-symmetric-key'>,
): DevkitBoard {
  const line = createBoardLine(options, recipe.board.baudRate);
  let talk: BoardConsole | null = null;

  const failed = (cause: Problem): JobEvent => ({ event: 'failed', problem: cause });

  async function connect(): Promise<JobEvent> {
    const opened = await line.open();
    if (!opened.ok) return failed(opened.problem);
    talk = createBoardConsole(opened.value, options.clock);
    if (recipe.registrationId.macFrom !== 'label') return { event: 'connected', labelMac: null };
    if (options.job.labelMac === null) return failed(problem('label-has-no-mac', { text: options.job.serial }));
    const mac = macFrom(options.job.labelMac);
    return mac.ok ? { event: 'connected', labelMac: mac.value } : failed(mac.problem);
  }

  async function readVersion(with_: BoardConsole): Promise<JobEvent> {
    const answer = await with_.command(Buffer.from('version'), /DevKitSDK version: \S+\r\n/, options.times.answer);
    if (!answer.ok) return failed(answer.problem);
    const version = versionFromAnswer(answer.value);
    if (!version.ok) return failed(version.problem);
    if (version.value !== recipe.firmware.version) {
      return failed(problem('firmware-version-mismatch', { found: version.value, expected: recipe.firmware.version }));
    }
    return { event: 'version-read', version: version.value };
  }

  async function setWifi(with_: BoardConsole): Promise<JobEvent> {
    const plan = recipe.wifi;
    if (plan.do === 'keep') return { event: 'wifi-set' };
    if (plan.ssid !== undefined) {
      const stored = await setting(with_, 'set_wifissid', Buffer.from(plan.ssid), 'INFO: Set Wi-Fi SSID successfully.');
      if (!stored.ok) return failed(stored.problem);
    }
    const password = plan.do === 'set' ? await options.vault.get(plan.passwordSecret) : ok(Buffer.alloc(0));
    if (!password.ok) return failed(password.problem);
    const stored = await setting(with_, 'set_wifipwd', password.value, 'INFO: Set Wi-Fi password successfully.');
    wipe(password.value);
    return stored.ok ? { event: 'wifi-set' } : failed(stored.problem);
  }

  async function setting(
    with_: BoardConsole,
    command: string,
    value: Buffer,
    success: string,
  ): Promise<Result<void, Problem>> {
    const argument = value.length === 0 ? Buffer.alloc(0) : quoted(value);
    const text = Buffer.concat([Buffer.from(command), argument]);
    wipe(argument);
    const answer = await with_.command(text, new RegExp(success.replaceAll('.', '\\.')), options.times.answer);
    wipe(text);
    return answer.ok ? judgeSetting(command, answer.value, success) : fail(answer.problem);
  }

  /** Best effort: the unit has passed; a board that does not restart by itself is restarted by its next plug. */
  async function restart(): Promise<JobEvent> {
    if (talk === null) {
      const opened = await connect();
      if (opened.event !== 'connected') return { event: 'restarted' };
    }
    const sent = await talk?.send(Buffer.from('exit'));
    if (sent?.ok) await talk?.until((now) => now.includes('Reboot\r\n'), options.times.probe);
    return { event: 'restarted' };
  }

  return {
    perform: async (effect) => {
      if (effect.effect === 'connect') return connect();
      if (effect.effect === 'restart-board') return restart();
      if (talk === null) return failed(problem('line-closed'));
      switch (effect.effect) {
        case 'find-mac':
          return findMac(talk, effect.from, options);
        case 'enter-configuration':
          return enterConfiguration(talk, options);
        case 'read-version':
          return readVersion(talk);
        case 'set-wifi':
          return setWifi(talk);
        default:
          throw new Error(`a DevKit knows no ${effect.effect}`);
      }
    },
    command: async (text, expected, timeoutInMs) =>
      talk === null ? fail(problem('line-closed')) : talk.command(text, expected, timeoutInMs),
    close: async () => {
      talk?.dispose();
      await line.close();
    },
  };
}

/** ` "value"` with the console's escapes: arguments split at spaces, `\"` stands for a quote. */
export function quoted(value: Uint8Array): Buffer {
  const bytes = [0x20, 0x22];
  for (const byte of value) bytes.push(...(byte === 0x22 ? [0x5c, 0x22] : [byte]));
  const text = Buffer.allocUnsafeSlow(bytes.length + 1);
  text.set([...bytes, 0x22]);
  bytes.fill(0);
  return text;
}
