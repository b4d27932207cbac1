import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { openerFor } from '../../../src/main/compose-lines.ts';
import type { Line } from '../../../src/main/ports/line.ts';
import { type BenchReady, type BenchVerb, benchReadySchema, benchVerbs } from '../../../src/shared/bench.ts';

const mainFile = join(import.meta.dirname, '../../../src/simulation/main.ts');
/** The console waits for a command. */
export const prompt = '\r\n# ';

/** A started program: its first line of output, and its exit code. */
export type Program = {
  readonly child: ChildProcess;
  readonly firstLine: Promise<string>;
  readonly exit: Promise<number | null>;
};

function startProgram(args: string[]): Program {
  const child = spawn(process.execPath, [mainFile, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const first = Promise.withResolvers<string>();
  let complaint = '';
  child.stderr?.on('data', (text) => {
    complaint += text;
  });
  if (child.stdout) createInterface(child.stdout).once('line', first.resolve);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  void exit.then(() => first.reject(new Error(`it ended: ${complaint}`)));
  first.promise.catch(() => {});
  return { child, firstLine: first.promise, exit };
}

/** Sends a verb over the control link; throws what it refuses. */
export async function ask<Verb extends BenchVerb>(
  control: string,
  verb: Verb,
  body: z.infer<(typeof benchVerbs)[Verb]['request']>,
) {
  const response = await fetch(`${control}/${verb}`, { method: 'POST', body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${verb}: ${response.status} ${JSON.stringify(answer)}`);
  return benchVerbs[verb].answer.parse(answer) as z.infer<(typeof benchVerbs)[Verb]['answer']>;
}

/** Living processes called socat whose parent is `pid`; one that waits to be buried does not live. */
export function socatsOf(pid: number): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const [, name, state, parent] = /\((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
      return name === 'socat' && state !== 'Z' && Number(parent) === pid;
    } catch {
      return false; // gone meanwhile
    }
  });
}

/** A console seen through a line: text so far, and a wait for an end. */
function listenTo(line: Line) {
  let text = '';
  let onText = () => {};
  line.onData((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
    onText();
  });
  const until = (done: (heard: string) => boolean) =>
    new Promise<string>((resolve) => {
      onText = () => done(text) && resolve(text);
      onText();
    });
  return {
    until,
    async command(words: string) {
      text = '';
      await line.write(Buffer.from(`${words}\r`));
      const heard = await until((all) => all.endsWith(prompt) || all.includes('enter AP mode.\r\n\r\n'));
      return heard;
    },
  };
}

/** Asks again until the answer is as wished: for facts that no line and no event tells. */
export async function eventually<T>(question: () => Promise<T>, wished: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await question();
    if (wished(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Everything a test starts, in a folder of its own; `clear` ends it all. */
export async function openWorkshop() {
  const folder = await mkdtemp(join(tmpdir(), 'board-bench-'));
  const programs: Program[] = [];
  const lines: Line[] = [];
  const start = (...args: string[]) => {
    const program = startProgram(args);
    programs.push(program);
    return program;
  };
  const startBench = async (...args: string[]): Promise<{ readonly program: Program; readonly ready: BenchReady }> => {
    const program = start('bench', '--folder', folder, ...args);
    return { program, ready: benchReadySchema.parse(JSON.parse(await program.firstLine)) };
  };
  const openLine = async (path: string | null) => {
    const opened = await openerFor('training').open(path ?? '', { baudRate: 115_200 });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problem));
    lines.push(opened.value);
    const lost = new Promise<string>((resolve) => opened.value.onClose(({ code }) => resolve(code)));
    return { line: opened.value, heard: listenTo(opened.value), lost };
  };
  const oneBoard = async (control: string) => {
    const { boards } = await ask(control, 'make-boards', { count: 1, personality: '1.6.5' });
    const [made] = boards;
    if (made === undefined) throw new Error('no board was made');
    return made;
  };
  /** Plugs a new board into slot 1, opens its line and enters configuration mode. */
  const boardAtPrompt = async (control: string) => {
    const { board, mac } = await oneBoard(control);
    const { path } = await ask(control, 'plug', { board, slot: 1 });
    const { line, heard, lost } = await openLine(path);
    await ask(control, 'press', { board, buttons: 'enter-configuration' });
    await heard.until((text) => text.endsWith(prompt));
    return { board, mac, path, line, heard, lost };
  };
  const clear = async () => {
    for (const line of lines) await line.close();
    for (const { child, exit } of programs) {
      child.kill('SIGKILL');
      await exit;
    }
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, start, startBench, openLine, oneBoard, boardAtPrompt, clear };
}

/** A workshop that a test has open. */
export type Workshop = Awaited<ReturnType<typeof openWorkshop>>;
