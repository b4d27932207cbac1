import type { Job, PublicIdentity } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { assertNever, fail, ok, type Result } from '../../shared/result.ts';
import { judgeSecretAnswer, judgeSetting, versionFromAnswer } from '../domain/console-dialogue.ts';
import { enrollmentFrom, fillTemplate } from '../domain/enrollment.ts';
import type { JobEffect, JobEvent } from '../domain/provision-machine.ts';
import { deriveMxchipIdentity } from '../identity/mxchip-identity.ts';
import { macFrom, stationRegistrationId } from '../identity/registration-id.ts';
import { udsToHex, wipe } from '../identity/uds.ts';
import type { Line } from '../ports/line.ts';
import { type BoardConsole, createBoardConsole } from './board-console.ts';
import { enterConfiguration, findMac } from './board-modes.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';
import type { SessionOptions } from './session-options.ts';

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
  let closed = false;

  const failed = (cause: Problem): JobEvent => ({ event: 'failed', problem: cause });

  async function connect(): Promise<JobEvent> {
    const opened = await options.opener.open(options.path, { baudRate: recipe.board.baudRate });
    if (!opened.ok) return failed(opened.problem);
    // Aborted meanwhile, or another board took the place: this line must not be worked on, and not stay open.
    if (closed || !options.isHere()) {
      await opened.value.close();
      return failed(problem(closed ? 'line-closed' : 'line-lost'));
    }
    line = opened.value;
    talk = createBoardConsole(line, options.clock);
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

  async function makeIdentity(mac: string | null, version: string): Promise<JobEvent> {
    const { job } = options;
    const id = registrationIdFor(options.recipe, job, mac, version);
    if (!id.ok) return failed(id.problem);
    const refusal = await refusalOf(id.value);
    if (refusal !== null) return failed(refusal);
    const queued = await options.store.wasQueued(job.instance, id.value);
    if (!queued.ok) return failed(queued.problem);
    if (closed) return failed(problem('line-closed'));
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
    const enrollment = enrollmentFrom(identity, recipe.enrollment, {
      serial: job.serial,
      mac,
      version: version.replaceAll('.', 'v'),
    });
    return { event: 'identity-made', identity, enrollment };
  }

  /** What speaks against giving this board this identity, before any secret exists. */
  async function refusalOf(registrationId: string): Promise<Problem | null> {
    const { job } = options;
    const holder = await options.store.holder({ instance: job.instance, registrationId });
    if (!holder.ok) return holder.problem;
    if (holder.value !== null && holder.value.id !== job.supersedes) {
      return problem('registration-id-taken', { registrationId, serial: holder.value.serial });
    }
    if (recipe.secret.storage === 'rewritable') return null;
    // Without an adapter's serial nobody can tell whether this board was written before.
    if (job.hardwareId === null) return problem('hardware-id-needed', { path: options.path });
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
        return findMac(talk, effect.from, options);
      case 'enter-configuration':
        return enterConfiguration(talk, options);
      case 'read-version':
        return readVersion(talk);
      case 'set-wifi':
        return setWifi(talk);
      case 'make-identity':
        return makeIdentity(effect.mac, effect.version);
      case 'write-secret':
        return writeSecret(talk);
      default:
        return assertNever(effect);
    }
  }

  return {
    perform,
    close: async () => {
      closed = true;
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
