import { app, utilityProcess } from 'electron';
import type { Program, StartProgram } from '../ports/program.ts';

/**
 * Starts a program as a utility process: Node without a window, which needs no `RunAsNode` fuse and which Chromium ends
 * with the main process, however that dies. It starts when the app is ready.
 */
export const startUtilityProgram: StartProgram = (request) => {
  const started = app.whenReady().then(() => fork(request));
  return {
    onText: (from, listener) => void started.then((program) => program.onText(from, listener)),
    onEnd: (listener) => void started.then((program) => program.onEnd(listener)),
    stop: () => void started.then((program) => program.stop()),
  };
};

function fork({ file, args, streams }: Parameters<StartProgram>[0]): Program {
  const child = utilityProcess.fork(file, [...args], {
    stdio: streams === 'read' ? 'pipe' : 'inherit',
    serviceName: 'DPS Station simulation',
  });
  let end: { readonly code: number | null; readonly reason: string } | null = null;
  const listeners = new Set<(how: NonNullable<typeof end>) => void>();
  child.once('exit', (code) => {
    end = { code, reason: `exit code ${code}` };
    for (const listener of listeners) listener(end);
  });
  return {
    onText: (from, listener) => {
      const stream = from === 'output' ? child.stdout : child.stderr;
      stream?.on('data', (chunk: Buffer) => listener(chunk.toString('utf8')));
    },
    onEnd: (listener) => void (end === null ? listeners.add(listener) : listener(end)),
    stop: () => void child.kill(),
  };
}
