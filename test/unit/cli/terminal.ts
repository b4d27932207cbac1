import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { imageFiles } from '../identity/vectors.ts';

const cliFile = join(import.meta.dirname, '../../../src/main/cli.ts');

/** What a command did. */
export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A terminal in a folder of its own: commands run as child processes, as a person or a script runs them. */
export type Terminal = {
  readonly folder: string;
  /** Runs a command to its end; `onLine` hears its output while it runs. Throws when a stack trace reached standard error: no operator may ever see one. */
  run(args: readonly string[], input?: string, onLine?: (line: string) => void): Promise<Ran>;
  /** Starts a command that stays; answers with its first line of output. */
  start(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly line: string }>;
  /** Writes a file of the folder; answers with its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Writes `.bin` and `.map` of a vector image; answers with their paths. */
  image(name: string): { readonly bin: string; readonly map: string };
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
};

/** Opens a terminal; without --data, commands keep their things in its folder. */
export function openTerminal(): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  const children: { child: ChildProcess; ended: Promise<number | null> }[] = [];

  function spawned(args: readonly string[], input: 'pipe' | 'ignore') {
    const env = {
      ...process.env,
      DPS_STATION_DATA: join(folder, 'data'),
      // Dozens of short programs: each need not compile the same sources anew.
      NODE_COMPILE_CACHE: join(tmpdir(), 'dps-station-compile-cache'),
    };
    const child = spawn(process.execPath, [cliFile, ...args], { cwd: folder, env, stdio: [input, 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    children.push({ child, ended });
    return { child, ended };
  }
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return {
    folder,
    file,
    run: async (args, input, onLine) => {
      const { child, ended } = spawned(args, 'pipe');
      const heard = { stdout: '', stderr: '' };
      child.stdout?.on('data', (text) => {
        heard.stdout += text;
      });
      if (child.stdout && onLine) createInterface(child.stdout).on('line', onLine);
      child.stderr?.on('data', (text) => {
        heard.stderr += text;
      });
      child.stdin?.on('error', () => {}); // a command that refuses its arguments does not wait for input
      child.stdin?.end(input ?? '');
      const code = await ended;
      if (/^\s+at .*[(:]\d+|node:internal/m.test(heard.stderr)) throw new Error(`a stack trace: ${heard.stderr}`);
      return { code, ...heard };
    },
    start: async (args) => {
      const { child, ended } = spawned(args, 'ignore');
      let complaint = '';
      child.stderr?.on('data', (text) => {
        complaint += text;
      });
      const first = Promise.withResolvers<string>();
      if (child.stdout) createInterface(child.stdout).once('line', first.resolve);
      void ended.then(() => first.reject(new Error(`it ended: ${complaint}`)));
      return { child, line: await first.promise };
    },
    image: (name) => {
      const { bin, map } = imageFiles(name);
      return { bin: file(`${name}.bin`, bin), map: file(`${name}.map`, map) };
    },
    close: async () => {
      for (const { child, ended } of children) {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
