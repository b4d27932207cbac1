import { spawn } from 'node:child_process';
import type { Line } from '../../src/main/ports/line.ts';
import { ok } from '../../src/shared/result.ts';

/** A line to an interactive shell; `tools` come before the programs of this computer. */
export function shellLine(tools: string): Line {
  // One stream, as on a console: a prompt that came by another way could stand in the middle of an answer.
  const env = { ...process.env, PATH: `${tools}:${process.env['PATH']}`, PS1: '# ', ENV: '' };
  const shell = spawn('sh', ['-c', 'exec sh -i 2>&1'], { env, stdio: 'pipe' });
  return {
    write: async (bytes) => {
      shell.stdin.write(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\r', '\n'), 'latin1'));
      return ok(undefined);
    },
    onData: (listener) => {
      shell.stdout.on('data', listener);
      shell.stderr.on('data', listener);
      return () => {
        shell.stdout.off('data', listener);
        shell.stderr.off('data', listener);
      };
    },
    onClose: () => () => {},
    close: async () => void shell.kill('SIGKILL'),
  };
}
