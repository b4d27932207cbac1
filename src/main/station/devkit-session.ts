import type { Job, PublicIdentity } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { assertNever, fail, ok, type Result } from '../../shared/result.ts';
import type { Ask } from '../../shared/station-snapshot.ts';
import {
  judgeSecretAnswer,
  judgeSetting,
  macFromApMode,
  observedMode,
  versionFromAnswer,
} from '../domain/console-dialogue.ts';
import { fillTemplate } from '../domain/enrollment.ts';
import type { JobEffect, JobEvent } from '../domain/provision-machine.ts';
import { deriveMxchipIdentity } from '../identity/mxchip-identity.ts';
import { macFrom, stationRegistrationId } from '../identity/registration-id.ts';
import { udsToHex, wipe } from '../identity/uds.ts';
import type { Clock } from '../ports/clock.ts';
import type { Line, LineOpener } from '../ports/line.ts';
import type { Random } from '../ports/random.ts';
import type { StationStore } from '../ports/station-store.ts';
import type { Vault } from '../ports/vault.ts';
import { type BoardConsole, createBoardConsole } from './board-console.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';

/** How long things may take, in milliseconds. */
export type SessionTimes = {
  readonly answer: number; // a command's answer
  readonly secretAnswer: number; // storing the secret and reading it back
  readonly probe: number; // silence after which a person is asked
  readonly silence: number; // silence after a banner that means a failed start
  readonly operator: number; // a person's patience is longer than any board's
};

/** Times for real boards. */
export const defaultSessionTimes: SessionTimes = {
  answer: 10_000,
  secretAnswer: 20_000,
  probe: 400,
  silence: 20_000,
  operator: 1_800_000,
};

/** What a session needs; each part is asked for the least. */
export type SessionOptions = {
  readonly job: Job;
  readonly path: string;
  readonly recipe: LoadedRecipe;
  readonly opener: LineOpener;
  readonly clock: Clock;
  readonly random: Pick<Random, 'secretBytes'>;
  readonly vault: Pick<Vault, 'get'>;
  readonly store: Pick<StationStore, 'wasQueued' | 'wasWritten' | 'holder'>;
  readonly times: SessionTimes;
  /** What a person should do now, and what went wrong with the last attempt at it. */
  readonly onAsk: (ask: Ask | null, hint: Problem | null) => void;
  /** Resolves with what a person typed when a MAC is asked for. */
  readonly typedMac: () => Promise<string>;
};

/** The work with one board: carries out effects, holds the secret from its making to its acknowledgement, no longer. */
export type DeviceSession = {
  perform(effect: JobEffect): Promise<JobEvent>;
  /** Overwrites the secret and frees the line. */
  close(): Promise<void>;
};

/** Works with an MXChip IoT DevKit over its console. */
export function createDevkitSession(options: SessionOptions): DeviceSession {
  const { recipe } = options.recipe;
  let line: Line | null = null;
  let talk: BoardConsole | null = null;
  let uds: Buffer | null = null;

  const failed = (cause: Problem): JobEvent => ({ event: 'failed', problem: cause });

  async function connect(): Promise<JobEvent> {
    const opened = await options.opener.open(options.path, { baudRate: recipe.board.baudRate });
    if (!opened.ok) return failed(opened.problem);
    line = opened.value;
    talk = createBoardConsole(line, options.clock);
    if (recipe.registrationId.macFrom !== 'label') return { event: 'connected', labelMac: null };
    if (options.job.labelMac === null) return failed(problem('label-has-no-mac', { text: options.job.serial }));
    const mac = macFrom(options.job.labelMac);
    return mac.ok ? { event: 'connected', labelMac: mac.value } : failed(mac.problem);
  }

  async function findMac(with_: BoardConsole, from: 'ap-mode' | 'display'): Promise<JobEvent> {
    let text: string;
    if (from === 'display') {
      options.onAsk('type-mac', null);
      text = await options.typedMac();
    } else {
      options.onAsk('enter-ap', null);
      const heard = await with_.until((now) => macFromApMode(now) !== null, options.times.operator);
      if (!heard.ok) return failed(modeProblem(heard.problem, 'access point'));
      text = macFromApMode(heard.value) ?? '';
    }
    options.onAsk(null, null);
    const mac = macFrom(text);
    if (!mac.ok) return failed(mac.problem);
    const label = options.job.labelMac === null ? null : macFrom(options.job.labelMac);
    if (label?.ok && label.value !== mac.value) {
      return failed(problem('mac-mismatch', { found: mac.value, expected: label.value }));
    }
    return { event: 'mac-found', mac: mac.value };
  }

  /**
   * A plugged board is in user mode and cannot be moved from there by bytes: a person (hold A, press RESET) or a
   * fixture does it. A board that is at its prompt already answers to an empty line.
   */
  async function enterConfiguration(with_: BoardConsole): Promise<JobEvent> {
    const probed = await with_.probe();
    if (!probed.ok) return failed(probed.problem);
    const telling = (now: string): boolean => ['configuration', 'user', 'ap'].includes(observedMode(now) ?? '');
    const first = await with_.until(telling, options.times.probe);
    if (!first.ok && first.problem.code !== 'board-silent') return failed(first.problem);
    if (observedMode(with_.heard()) !== 'configuration') {
      options.onAsk('enter-configuration', null);
      const entered = await waitForConfiguration(with_);
      options.onAsk(null, null);
      if (!entered.ok) return failed(entered.problem);
    }
    return { event: 'in-configuration' };
  }

  /** Waits for the person; says meanwhile when the board started in another mode or fell silent after its banner. */
  async function waitForConfiguration(with_: BoardConsole): Promise<Result<void, Problem>> {
    const deadline = options.clock.now() + options.times.operator;
    const modeOf = (now: string): string => `${now.split('** MXChip').length} ${observedMode(now)}`;
    let seen = modeOf(with_.heard());
    let silent = false;
    for (;;) {
      const left = deadline - options.clock.now();
      const patience = seen.endsWith('booting') && !silent ? Math.min(left, options.times.silence) : left;
      const heard = await with_.until((now) => modeOf(now) !== seen, patience);
      if (!heard.ok && heard.problem.code !== 'board-silent') return heard;
      if (!heard.ok) {
        if (options.clock.now() >= deadline) return fail(problem('board-mode-timeout', { mode: 'configuration' }));
        silent = true;
        options.onAsk('enter-configuration', problem('board-silent'));
        continue;
      }
      seen = modeOf(heard.value);
      const mode = observedMode(heard.value);
      if (mode === 'configuration') return ok(undefined);
      silent = false;
      if (mode === 'user' || mode === 'ap') {
        options.onAsk('enter-configuration', problem('board-mode-timeout', { mode: 'configuration' }));
      }
    }
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

  async function makeIdentity(mac: string | null, version: string): Promise<JobEvent> {
    const { job } = options;
    const id = registrationIdFor(options.recipe, job, mac, version);
    if (!id.ok) return failed(id.problem);
    const refusal = await refusalOf(id.value);
    if (refusal !== null) return failed(refusal);
    const queued = await options.store.wasQueued(job.instance, id.value);
    if (!queued.ok) return failed(queued.problem);
    uds = options.random.secretBytes(32);
    const derived = deriveMxchipIdentity({ uds, image: options.recipe.image, registrationId: id.value });
    if (!derived.ok) return failed(derived.problem);
    wipe(derived.value.aliasPrivateKey);
    const { registrationId, certificatePem, sha1Thumbprint, sha256Thumbprint } = derived.value.identity;
    const identity: PublicIdentity = {
      registrationId,
      certificatePem,
      sha1Thumbprint,
      sha256Thumbprint,
      replaces: queued.value,
    };
    return { event: 'identity-made', identity };
  }

  /** What speaks against giving this board this identity, before any secret exists. */
  async function refusalOf(registrationId: string): Promise<Problem | null> {
    const { job } = options;
    const holder = await options.store.holder({ instance: job.instance, registrationId });
    if (!holder.ok) return holder.problem;
    if (holder.value !== null && holder.value.id !== job.supersedes) {
      return problem('registration-id-taken', { registrationId, serial: holder.value.serial });
    }
    if (recipe.secret.storage === 'rewritable' || job.hardwareId === null) return null;
    const written = await options.store.wasWritten(job.hardwareId);
    if (!written.ok) return written.problem;
    return written.value ? problem('secret-written-once') : null;
  }

  async function writeSecret(with_: BoardConsole): Promise<JobEvent> {
    if (uds === null) return { event: 'secret-unknown', problem: problem('line-closed') };
    const hex = udsToHex(uds);
    const text = Buffer.allocUnsafeSlow(12 + hex.length);
    text.write('set_dps_uds ', 'latin1');
    text.set(hex, 12);
    wipe(hex);
    const answer = await with_.command(
      text,
      /INFO: Set DPS UDS successfully\.\r\n|ERROR: /,
      options.times.secretAnswer,
    );
    wipe(text);
    // Whatever the answer, this secret is never sent again.
    forget();
    if (!answer.ok) return { event: 'secret-unknown', problem: answer.problem };
    const judged = judgeSecretAnswer(answer.value);
    if (judged.answer === 'acknowledged') return { event: 'secret-acknowledged' };
    return { event: judged.answer === 'refused' ? 'secret-refused' : 'secret-unknown', problem: judged.problem };
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

  function forget(): void {
    if (uds !== null) wipe(uds);
    uds = null;
  }

  function perform(effect: JobEffect): Promise<JobEvent> {
    if (effect.effect === 'connect') return connect();
    if (effect.effect === 'restart-board') return restart();
    if (talk === null) return Promise.resolve(failed(problem('line-closed')));
    switch (effect.effect) {
      case 'find-mac':
        return findMac(talk, effect.from);
      case 'enter-configuration':
        return enterConfiguration(talk);
      case 'read-version':
        return readVersion(talk);
      case 'set-wifi':
        return setWifi(talk);
      case 'make-identity':
        return makeIdentity(effect.mac, effect.version);
      case 'write-secret':
        return writeSecret(talk);
      case 'release':
        throw new Error("release is the slot's own");
      default:
        return assertNever(effect);
    }
  }

  return {
    perform,
    close: async () => {
      forget();
      talk?.dispose();
      await line?.close();
    },
  };
}

/** ` "value"` with the console's escapes: arguments split at spaces, `\"` stands for a quote. */
function quoted(value: Uint8Array): Buffer {
  const bytes = [0x20, 0x22];
  for (const byte of value) bytes.push(...(byte === 0x22 ? [0x5c, 0x22] : [byte]));
  const text = Buffer.allocUnsafeSlow(bytes.length + 1);
  text.set([...bytes, 0x22]);
  bytes.fill(0);
  return text;
}

function modeProblem(cause: Problem, mode: string): Problem {
  return cause.code === 'board-silent' ? problem('board-mode-timeout', { mode }) : cause;
}

function registrationIdFor(
  recipe: LoadedRecipe,
  job: Job,
  mac: string | null,
  version: string,
): Result<string, Problem> {
  const values = { serial: job.serial, mac, version: version.replaceAll('.', 'v') };
  const text = fillTemplate(recipe.recipe.registrationId.template, values);
  if (text === null) return fail(problem('label-has-no-mac', { text: job.serial }));
  return stationRegistrationId(text);
}
