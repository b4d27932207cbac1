import { type Problem, problem } from '../../shared/problem.ts';
import type { RecipeOf } from '../../shared/recipe.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { JobEffect, JobEvent } from '../domain/provision-machine.ts';
import {
  markedAnswer,
  markedCommand,
  markedInput,
  type ShellAnswer,
  type ShellPlace,
  shellPlace,
  shellQuoted,
} from '../domain/shell-dialogue.ts';
import { base64Bytes } from '../identity/base64-bytes.ts';
import { type BoardConsole, createBoardConsole } from './board-console.ts';
import { createBoardLine } from './board-line.ts';
import type { ShellTools } from './session-options.ts';

/** A board with Linux at its serial console. */
export type LinuxBoard = {
  perform(effect: JobEffect): Promise<JobEvent>;
  /** Runs one command line; a status other than 0 is `shell-command-failed`. Its output is the lines without empty ones. */
  run(command: string, timeoutInMs: number): Promise<Result<readonly string[], Problem>>;
  /**
   * Writes files that only their owner can read: all of them beside their places first, then one command line moves them
   * there in their order. The bytes stay the caller's to overwrite.
   */
  putFiles(files: readonly BoardFile[]): Promise<Result<void, PutFailure>>;
  close(): Promise<void>;
};

/** A file of a board by its absolute path. */
export type BoardFile = { readonly path: string; readonly bytes: Uint8Array };

/** Why files were not put. `moving`: it came after the command that moves them was sent, so that some may be in place. */
export type PutFailure = { readonly problem: Problem; readonly moving: boolean };

/** Line that ends what is typed into a file; never a line of base64. */
const endOfInput = 'DPS_STATION_END';
/** Bytes of a file per command: as base64 well below the 4,096 characters that a terminal keeps for a slow shell. */
const pieceBytes = 768;
/**
 * Nothing that is typed is echoed or kept in a history from here on. `command`: where `set` knows no history (dash, ash),
 * its error would otherwise end the whole line (POSIX.1-2024, 2.8.1).
 */
const quiet = 'stty -echo 2>/dev/null; unset HISTFILE; command set +o history 2>/dev/null; true';

/** Works with a board whose serial console ends in a shell. */
export function createLinuxBoard(options: ShellTools, recipe: RecipeOf<'linux-tpm' | 'x509-station'>): LinuxBoard {
  const line = createBoardLine(options, recipe.board.baudRate);
  let talk: BoardConsole | null = null;
  let turn = 0;

  const failed = (cause: Problem): JobEvent => ({ event: 'failed', problem: cause });

  async function connect(): Promise<JobEvent> {
    const opened = await line.open();
    if (!opened.ok) return failed(opened.problem);
    talk = createBoardConsole(opened.value, options.clock);
    return { event: 'connected', labelMac: null };
  }

  async function openShell(with_: BoardConsole): Promise<JobEvent> {
    const arrived = await logIn(with_);
    if (arrived !== null) return failed(arrived);
    const answer = await run(quiet, options.times.answer);
    return answer.ok ? { event: 'shell-open' } : failed(answer.problem);
  }

  /** Waits for the console while the board starts, and logs in where it asks for that; the problem that stands in the way. */
  async function logIn(with_: BoardConsole): Promise<Problem | null> {
    const place = await waitForPlace(with_);
    if (typeof place !== 'string') return place;
    if (place === 'prompt') return null;
    const { login } = recipe.board;
    if (login === undefined || place !== 'login') return problem('shell-login-needed');
    const asked = await say(with_, Buffer.from(login.user), ['password', 'prompt', 'refused']);
    if (typeof asked !== 'string' || asked === 'prompt') return asked === 'prompt' ? null : (asked as Problem);
    if (login.passwordSecret === undefined) return problem('shell-login-needed');
    const password = await options.vault.get(login.passwordSecret);
    if (!password.ok) return password.problem;
    const entered = await say(with_, password.value, ['prompt', 'refused', 'login']);
    password.value.fill(0);
    if (typeof entered !== 'string') return entered;
    return entered === 'prompt' ? null : problem('shell-login-refused', { user: login.user });
  }

  /** An empty line makes a console tell where it is; one that still starts is asked again. */
  async function waitForPlace(with_: BoardConsole): Promise<'login' | 'password' | 'prompt' | Problem> {
    const deadline = options.clock.now() + options.times.silence;
    while (options.clock.now() < deadline) {
      const probed = await with_.probe();
      if (!probed.ok) return probed.problem;
      const heard = await with_.until((now) => shellPlace(now) !== null, Math.max(options.times.probe, 1_000));
      const place = heard.ok ? shellPlace(heard.value) : null;
      if (!heard.ok && heard.problem.code !== 'board-silent') return heard.problem;
      if (place === 'login' || place === 'prompt' || place === 'password') return place;
    }
    return problem('board-silent');
  }

  async function say<Place extends Exclude<ShellPlace, null>>(
    with_: BoardConsole,
    text: Uint8Array,
    expected: readonly Place[],
  ): Promise<Place | Problem> {
    const sent = await with_.send(text);
    if (!sent.ok) return sent.problem;
    const told = (now: string): Place | undefined => expected.find((place) => place === shellPlace(now));
    const heard = await with_.until((now) => told(now) !== undefined, options.times.answer);
    return heard.ok ? (told(heard.value) ?? problem('board-silent')) : heard.problem;
  }

  /** Sends a marked line and what belongs to it; waits for its end. */
  async function answerTo(text: (turn: number) => Buffer, timeoutInMs: number): Promise<Result<ShellAnswer, Problem>> {
    if (talk === null) return fail(problem('line-closed'));
    turn += 1;
    const own = turn;
    const bytes = text(own);
    const sent = await talk.send(bytes);
    bytes.fill(0);
    if (!sent.ok) return sent;
    const heard = await talk.until((now) => markedAnswer(now, own) !== null, timeoutInMs);
    if (!heard.ok) return heard;
    const answer = markedAnswer(heard.value, own);
    return answer === null ? fail(problem('board-silent')) : ok(answer);
  }

  async function run(command: string, timeoutInMs: number): Promise<Result<readonly string[], Problem>> {
    const answer = await answerTo((now) => Buffer.from(markedCommand(command, now)), timeoutInMs);
    if (!answer.ok) return answer;
    const { status, lines } = answer.value;
    if (status === 0) return ok(lines);
    return fail(problem('shell-command-failed', { command, status, said: (lines.at(-1) ?? '').slice(0, 200) }));
  }

  async function putFiles(files: readonly BoardFile[]): Promise<Result<void, PutFailure>> {
    for (const file of files) {
      const drafted = await writeDraft(file);
      if (!drafted.ok) return fail({ problem: drafted.problem, moving: false });
    }
    const moves = files.map(({ path }) => `mv -f ${draftOf(path)} ${shellQuoted(path)}`);
    const moved = await run([...moves, 'sync'].join(' && '), options.times.answer);
    return moved.ok ? ok(undefined) : fail({ problem: moved.problem, moving: true });
  }

  async function writeDraft({ path, bytes }: BoardFile): Promise<Result<void, Problem>> {
    const draft = draftOf(path);
    const begun = await run(
      `umask 077; mkdir -p "$(dirname ${shellQuoted(path)})" && : > ${draft}`,
      options.times.answer,
    );
    if (!begun.ok) return begun;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      const answer = await answerTo((now) => typedInto(draft, piece, now), options.times.answer);
      if (!answer.ok) return answer;
      // What the shell said may hold what was typed: it stays out of the facts.
      if (answer.value.status !== 0) {
        return fail(
          problem('shell-command-failed', { command: `write ${path}`, status: answer.value.status, said: '' }),
        );
      }
    }
    // On the disk before it is moved: after a power cut a name never stands for an empty file.
    const whole = await run(`[ "$(wc -c < ${draft})" -eq ${bytes.length} ] && sync`, options.times.answer);
    return whole.ok ? ok(undefined) : whole;
  }

  return {
    perform: async (effect) => {
      if (effect.effect === 'connect') return connect();
      // What was written is used at the next start; nobody has to wait for that here.
      if (effect.effect === 'restart-board') return { event: 'restarted' };
      if (effect.effect !== 'open-shell') throw new Error(`a Linux board knows no ${effect.effect}`);
      return talk === null ? failed(problem('line-closed')) : openShell(talk);
    },
    run,
    putFiles,
    close: async () => {
      talk?.dispose();
      await line.close();
    },
  };
}

/** Where a file is written before it is moved to its place; quoted for a shell. */
function draftOf(path: string): string {
  return shellQuoted(`${path}.dps-new`);
}

/** A command that adds bytes to a file, with the bytes as the lines that follow it. */
function typedInto(draft: string, piece: Uint8Array, turn: number): Buffer {
  const command = Buffer.from(`${markedInput(`base64 -d >> ${draft}`, turn, endOfInput)}\r`);
  const end = Buffer.from(`\r${endOfInput}`);
  const text = base64Bytes(piece);
  const lines: Buffer[] = [];
  for (let at = 0; at < text.length; at += 64) {
    lines.push(...(at === 0 ? [] : [Buffer.from('\r')]), text.subarray(at, at + 64));
  }
  const all = Buffer.concat([command, ...lines, end]);
  text.fill(0);
  return all;
}
