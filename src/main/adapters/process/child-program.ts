import { spawn } from 'node:child_process';
import type { StartProgram } from '../../ports/program.ts';

/** Starts a program with the Node that runs this process. What is read ends when its standard input does. */
export const startChildProgram: StartProgram = ({ file, args, streams }) => {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: streams === 'read' ? ['pipe', 'pipe', 'pipe'] : 'inherit',
  });
  return {
    onText: (from, listener) => {
      const stream = from === 'output' ? child.stdout : child.stderr;
      stream?.setEncoding('utf8').on('data', listener);
    },
    onEnd: (listener) => {
      const once = settledOnce(listener);
      child.once('error', (error) => once({ code: null, reason: error.message }));
      child.once('exit', (code, signal) => once({ code, reason: signal ?? `exit code ${code}` }));
    },
    stop: () => void child.kill('SIGTERM'),
  };
};

function settledOnce<T>(listener: (value: T) => void): (value: T) => void {
  let called = false;
  return (value) => {
    if (!called) listener(value);
    called = true;
  };
}
