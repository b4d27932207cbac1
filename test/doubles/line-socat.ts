import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';

/** Two pseudo-terminals that `socat` joins: what one side writes, the other reads. */
export type PtyPair = {
  readonly near: string; // path of the side under test
  readonly far: string; // path of the other side
  /** Kills socat, as if the cable were pulled; resolves when it is gone. */
  unplug(): Promise<void>;
};

/** Starts a pair and waits until socat says that it copies. Rejects with a sentence when socat is missing. */
export async function ptyPair(): Promise<PtyPair> {
  const socat = spawn('socat', ['-d', '-d', 'pty,raw,echo=0', 'pty,raw,echo=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<string>();
  let log = '';
  socat.on('error', (error) => ready.reject(new Error(`socat does not start: ${error.message}; install it`)));
  socat.on('exit', () => {
    exited.resolve();
    ready.reject(new Error(`socat ended early: ${log}`));
  });
  socat.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    if (log.includes('starting data transfer loop')) ready.resolve(log);
  });
  const paths = Array.from((await ready.promise).matchAll(/PTY is (\S+)/g), (match) => match[1] ?? '');
  const [near = '', far = ''] = paths;
  // While somebody has a side open, closing it elsewhere is no hang-up that would end socat.
  const keepers = paths.map((path) => openSync(path, constants.O_RDWR | constants.O_NOCTTY));
  return {
    near,
    far,
    async unplug() {
      socat.kill('SIGKILL');
      await exited.promise;
      for (const keeper of keepers.splice(0)) closeSync(keeper);
    },
  };
}
