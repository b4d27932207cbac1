import { type Problem, problem } from '../../../shared/problem.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { BoardView, Challenge, Observation } from '../../../shared/verification.ts';
import { macFromApMode, observedMode } from '../../domain/console-dialogue.ts';
import { shellQuoted } from '../../domain/shell-dialogue.ts';
import { type ConsoleFacts, consoleFacts, hasTriedToRegister } from '../../domain/verify-console.ts';
import { challengeText } from '../../identity/challenge.ts';
import { endorsementKeyFrom } from '../../identity/tpm-public.ts';
import type { Random } from '../../ports/random.ts';
import { type BoardConsole, createBoardConsole } from '../board-console.ts';
import { createBoardLine } from '../board-line.ts';
import { enterConfiguration } from '../board-modes.ts';
import { createLinuxBoard } from '../linux-board.ts';
import type { SlotLoan } from '../loan.ts';
import type { ShellTools } from '../session-options.ts';

/** A board that is only read: there is no way to write through this. */
export type UnitReader = {
  connect(): Promise<Result<void, Problem>>;
  read(): Promise<Observation<'board'>>;
  /** Restarts the board, where that can be done without writing, and listens while it registers. */
  restartAndWait(): Promise<Observation<'board'>>;
  close(): Promise<void>;
};

/** What reading a board needs. */
export type ReaderOptions = Pick<ShellTools, 'opener' | 'clock' | 'times' | 'vault'> & {
  readonly loan: SlotLoan;
  readonly recipe: Recipe;
  readonly serial: string;
  readonly random: Pick<Random, 'secretBytes'>;
  /** A person may be asked to press buttons. */
  readonly hands: boolean;
  /** Whether the record holds a MAC that is worth a press. */
  readonly wantsMac: boolean;
};

/** Makes the reader of a recipe's board. */
export function createUnitReader(options: ReaderOptions): UnitReader {
  const { recipe } = options;
  const isDevkit = recipe.kind === 'mxchip-devkit' || recipe.kind === 'mxchip-devkit-symmetric-key';
  return isDevkit ? devkitReader(options) : shellReader(options, recipe);
}

const untold: BoardView = {
  usbSerial: null,
  mac: null,
  firmwareVersion: null,
  registrationId: null,
  registeredAt: null,
  endorsementKey: null,
  certificate: null,
  challenge: null,
};

/** An attempt to register takes Wi-Fi, keys and the service some seconds each. */
const registeringInMs = 90_000;

/** Its secret cannot be asked for (there is no such command); what it tells of itself is read in the mode it is in. */
function devkitReader(options: ReaderOptions): UnitReader {
  const { loan, times, clock } = options;
  const line = createBoardLine({ ...options, path: loan.path, isHere: loan.isHere }, options.recipe.board.baudRate);
  let talk: BoardConsole | null = null;
  let facts: ConsoleFacts = consoleFacts('');

  function listen(heard: string): void {
    const now = consoleFacts(heard);
    facts = {
      mac: now.mac ?? facts.mac,
      firmwareVersion: now.firmwareVersion ?? facts.firmwareVersion,
      registrationId: now.registrationId ?? facts.registrationId,
      registeredAt: now.registeredAt ?? facts.registeredAt,
    };
  }
  const view = (): Observation<'board'> => found({ ...untold, ...facts, usbSerial: loan.hardwareId });
  const ask = { onAsk: loan.ask, clock, times };

  async function read(with_: BoardConsole): Promise<Observation<'board'>> {
    const probed = await with_.probe();
    if (!probed.ok) return unknown(probed.problem);
    const telling = (now: string): boolean => ['configuration', 'user', 'ap'].includes(observedMode(now) ?? '');
    const first = await with_.until(telling, times.probe);
    if (!first.ok && first.problem.code !== 'board-silent') return unknown(first.problem);
    listen(with_.heard());
    if (options.hands) {
      const pressed = await readWithHands(with_);
      if (pressed !== null) return unknown(pressed);
    }
    if (observedMode(with_.heard()) === 'configuration') {
      const answer = await with_.command(Buffer.from('version'), /DevKitSDK version: \S+\r\n/, times.answer);
      if (!answer.ok) return unknown(answer.problem);
      listen(answer.value);
    }
    return view();
  }

  /** The MAC by the name of the access point, where the record has one; then the prompt. */
  async function readWithHands(with_: BoardConsole): Promise<Problem | null> {
    if (options.wantsMac && facts.mac === null) {
      loan.ask('enter-ap', null);
      const heard = await with_.until((now) => macFromApMode(now) !== null, times.operator);
      loan.ask(null, null);
      if (!heard.ok) return heard.problem;
      listen(heard.value);
    }
    const entered = await enterConfiguration(with_, ask);
    return entered.event === 'failed' ? entered.problem : null;
  }

  async function restartAndWait(with_: BoardConsole): Promise<Observation<'board'>> {
    const entered = await enterConfiguration(with_, ask);
    if (entered.event === 'failed') return unknown(entered.problem);
    const sent = await with_.send(Buffer.from('exit'));
    if (!sent.ok) return unknown(sent.problem);
    const heard = await with_.until(hasTriedToRegister, registeringInMs);
    listen(with_.heard());
    return heard.ok || heard.problem.code === 'board-silent' ? view() : unknown(heard.problem);
  }

  return {
    connect: async () => {
      const opened = await line.open();
      if (!opened.ok) return opened;
      talk = createBoardConsole(opened.value, clock);
      return ok(undefined);
    },
    read: async () => (talk === null ? unknown(problem('line-closed')) : read(talk)),
    restartAndWait: async () => (talk === null ? unknown(problem('line-closed')) : restartAndWait(talk)),
    close: async () => {
      talk?.dispose();
      await line.close();
    },
  };
}

/** Reads public things by shell commands: the endorsement key, or the certificate; never the file of a key. */
function shellReader(
  options: ReaderOptions,
  recipe: Extract<Recipe, { kind: 'linux-tpm' | 'x509-station' }>,
): UnitReader {
  const { loan, times } = options;
  const board = createLinuxBoard({ ...options, path: loan.path, isHere: loan.isHere }, recipe);

  async function connect(): Promise<Result<void, Problem>> {
    const connected = await board.perform({ effect: 'connect' });
    if (connected.event === 'failed') return fail(connected.problem);
    const open = await board.perform({ effect: 'open-shell' });
    return open.event === 'failed' ? fail(open.problem) : ok(undefined);
  }

  async function read(): Promise<Observation<'board'>> {
    const told = { ...untold, usbSerial: loan.hardwareId };
    if (recipe.kind === 'linux-tpm') {
      // Making a primary key takes some TPMs half a minute.
      const lines = await board.run(recipe.read.endorsementKey, times.secretAnswer * 3);
      if (!lines.ok) return unknown(lines.problem);
      const key = endorsementKeyFrom(lines.value.at(-1) ?? '');
      return key.ok ? found({ ...told, endorsementKey: key.value.base64 }) : unknown(key.problem);
    }
    const lines = await board.run(`cat ${shellQuoted(recipe.write.certificate)}`, times.answer);
    if (!lines.ok) return unknown(lines.problem);
    const signature = recipe.read?.signature ?? null;
    const challenge = signature === null ? null : await asked(signature);
    return found({ ...told, certificate: firstCertificate(lines.value), challenge });
  }

  /** Has a challenge of this very look signed; on the board nothing is written for it. */
  async function asked(sign: string): Promise<Challenge> {
    const text = challengeText(options.serial, options.random.secretBytes(32));
    const lines = await board.run(`printf %s ${shellQuoted(text)} | ${sign} | base64`, times.secretAnswer);
    const answer = lines.ok ? lines.value.join('') : '';
    // What is no base64 is a complaint of the shell.
    const isSignature = /^[A-Za-z0-9+/]{40,}={0,2}$/.test(answer);
    return { text, signature: isSignature ? answer : null };
  }

  return {
    connect,
    read,
    // No command that every agent understands asks for a registration without writing something.
    restartAndWait: read,
    close: board.close,
  };
}

/** The leaf stands first in a chain; empty when there is no certificate in these lines, which no other board's is. */
function firstCertificate(lines: readonly string[]): string {
  const begin = lines.indexOf('-----BEGIN CERTIFICATE-----');
  const end = lines.indexOf('-----END CERTIFICATE-----', begin);
  return begin < 0 || end < 0 ? '' : `${lines.slice(begin, end + 1).join('\n')}\n`;
}

function found(value: BoardView): Observation<'board'> {
  return { seen: 'found', value };
}

function unknown(cause: Problem): Observation<'board'> {
  return { seen: 'unknown', problem: { code: cause.code, facts: { ...cause.facts } } };
}
