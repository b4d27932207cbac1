import { helpText, prompt } from './board-texts.ts';
import type { ConsoleBoard } from './console-commands.ts';
import { runCommand } from './console-commands.ts';
import { createLineEditor } from './line-editor.ts';
import { createReceiveRing } from './receive-ring.ts';
import type { BoardTiming } from './timing.ts';
import { wordsOf } from './words.ts';

/** What the console needs besides the board that its commands act upon. */
export type ConsoleOptions = {
  readonly board: ConsoleBoard;
  readonly timing: BoardTiming;
  /** Lets the board's own time pass; never comes back once the board is reset or off. */
  spend(inMs: number): Promise<void>;
  sendBytes(bytes: Uint8Array): void;
};

/** The configuration console of one start-up. */
export type ConfigurationConsole = {
  /** Prints help and prompt. */
  start(): void;
  /** Bytes from the line; those that the receive ring cannot hold meanwhile are lost. */
  receive(bytes: Uint8Array): void;
};

/** Makes a console (Microsoft DevKit console source): a loop over characters, one command at a time. */
export function createConfigurationConsole(options: ConsoleOptions): ConfigurationConsole {
  const { timing, spend } = options;
  // The line takes its time for every character that is said; it is waited for before the prompt.
  const board: ConsoleBoard = {
    ...options.board,
    send(text) {
      characters += text.length;
      options.board.send(text);
    },
  };
  const ring = createReceiveRing();
  const editor = createLineEditor();
  let echo: number[] = [];
  let characters = 0; // in and out since time was last taken for them
  let working = false; // a command runs; input waits in the ring
  let asleep = false; // the old console found no input and looks again later

  const flushEcho = () => {
    if (echo.length > 0) options.sendBytes(Uint8Array.from(echo));
    echo = [];
  };
  const spendForCharacters = async () => {
    const inMs = characters * timing.perCharacterInMs;
    characters = 0;
    await spend(inMs);
  };
  const runLine = async (line: string) => {
    characters += line.length;
    await spendForCharacters();
    const words = wordsOf(line);
    if (words === null) board.send('Error:Syntax error\r\n');
    else if (words.length > 0) {
      board.send('\r\n');
      await runCommand(board, words);
    }
    await spendForCharacters();
    board.send(prompt);
  };
  const workOn = (work: () => Promise<void>) => {
    working = true;
    void work().then(() => {
      working = false;
      drain();
    });
  };
  const handle = (byte: number) => {
    const edit = editor.accept(byte);
    echo.push(...edit.echo);
    characters += edit.echo.length;
    if (edit.overflow) {
      flushEcho();
      board.send(`\r\nError: input buffer overflow\r\n${prompt}`);
    }
    if (edit.line === null) return;
    flushEcho();
    const { line } = edit;
    workOn(() => runLine(line));
  };
  const drain = () => {
    while (!working) {
      const byte = ring.shift();
      if (byte === undefined) break;
      handle(byte);
    }
    flushEcho();
  };
  const sleepThenDrain = () => {
    asleep = true;
    void spend(timing.pollSleepInMs).then(() => {
      asleep = false;
      drain();
    });
  };
  return {
    start() {
      board.send(helpText(board.firmware));
      workOn(async () => {
        await spendForCharacters();
        board.send(prompt);
      });
    },
    receive(bytes) {
      for (const byte of bytes) {
        // The newer console takes characters faster than the line brings them; the older one finds them later.
        if (working || asleep || board.firmware.sleepsWithoutInput) ring.push(byte);
        else handle(byte);
      }
      if (board.firmware.sleepsWithoutInput && !working && !asleep) sleepThenDrain();
      else flushEcho();
    },
  };
}
