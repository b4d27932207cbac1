import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import type { BenchLine } from './bench-line.ts';

/** Processes to take along when this one ends without having closed its lines. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const missing = 'the program socat is missing; install it (sudo apt-get install socat), or use --lines socket';

type Terminal = { readonly child: ChildProcess; readonly device: string; readonly exited: Promise<void> };

/** Starts socat between a new terminal and its standard streams; it ends by itself when this process dies. */
async function startTerminal(): Promise<Terminal> {
  const child = spawn('socat', ['-d', '-d', '-t0.01', 'pty,raw,echo=0', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<string>();
  let log = '';
  running.add(child);
  child.on('error', (error: NodeJS.ErrnoException) => {
    running.delete(child);
    ready.reject(new Error(error.code === 'ENOENT' ? missing : error.message));
  });
  child.on('exit', () => {
    running.delete(child);
    ready.reject(new Error(`socat ended: ${log.trim().split('\n').at(-1)}`));
    exited.resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    // Only the start is of interest; later notices would pile up for ever.
    if (log.length < 4096) log += text;
    if (log.includes('starting data transfer loop')) ready.resolve(log);
  });
  // A write after the end is a byte on a cable that nobody holds.
  child.stdin.on('error', () => {});
  const device = /PTY is (\S+)/.exec(await ready.promise)?.[1] ?? '';
  return { child, device, exited: exited.promise };
}

/**
 * Opens a pseudo-terminal under a link at `path`, which must be free. Rejects with a sentence when socat is missing or
 * fails.
 */
export async function openPtyLine(path: string, onData: (bytes: Uint8Array) => void): Promise<BenchLine> {
  const { child, device, exited } = await startTerminal();
  // With no one on the terminal, the last computer to close it would be a hang-up and end socat.
  const keeper = openSync(device, constants.O_RDWR | constants.O_NOCTTY);
  let open = true;
  child.stdout?.on('data', (bytes: Buffer) => {
    if (open) onData(bytes);
  });
  const close = async () => {
    if (open) {
      open = false;
      await rm(path, { force: true });
      child.kill('SIGKILL');
      closeSync(keeper);
    }
    await exited;
  };
  try {
    await symlink(device, path);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    path,
    write(bytes) {
      if (open) child.stdin?.write(bytes);
    },
    close,
  };
}
