import { readFile, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import { fail, ok } from '../../../shared/result.ts';
import { lineGranted, type SimulatedLine, simulatedLineSchema } from '../../../shared/simulated-line.ts';
import type { Line, LineOpener, LineOpenProblem, LineProblem } from '../../ports/line.ts';
import { createLineListeners } from './line-listeners.ts';

/** A bench on this computer answers at once; this much is for one that is stopped. */
const patienceInMs = 5_000;
const longestFileInBytes = 4_096;

/** Opens lines of a simulation without terminals: files that name a local socket. There is no baud rate to set. */
export function createSimulatedOpener(): LineOpener {
  return {
    async open(path) {
      const line = await simulatedLineAt(path);
      return line === null ? fail(problem('port-not-found', { path })) : openSocket(path, line.socket);
    },
  };
}

/** True when there is a file of the simulation's at the path. Looks at names only where a device could be. */
export async function isSimulatedLine(path: string): Promise<boolean> {
  return (await simulatedLineAt(path)) !== null;
}

async function simulatedLineAt(path: string): Promise<SimulatedLine | null> {
  // On Windows even a look at the attributes of a port opens it.
  if (/^(\\\\[.?]\\)?COM\d+$/i.test(path)) return null;
  try {
    const found = await stat(path);
    // Reading a device would take bytes away from whoever has it open.
    if (!found.isFile() || found.size > longestFileInBytes) return null;
    return simulatedLineSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

function openSocket(path: string, address: string): Promise<Result<Line, LineOpenProblem>> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const onError = (error: NodeJS.ErrnoException) => resolve(fail(openProblem(error, path)));
    // Unplugged before it answered.
    const onClose = () => resolve(fail(problem('port-not-found', { path })));
    socket.on('error', onError);
    socket.once('close', onClose);
    socket.setTimeout(patienceInMs, () => socket.destroy(new Error('the simulation does not answer')));
    socket.once('data', (bytes: Buffer) => {
      socket.setTimeout(0);
      if (bytes[0] === lineGranted) return resolve(ok(lineOver(socket, bytes.subarray(1))));
      resolve(fail(problem('port-in-use', { path })));
      socket.destroy();
    });
  });
}

function openProblem(error: NodeJS.ErrnoException, path: string): LineOpenProblem {
  const { code } = error;
  // Nobody listens: a bench that was killed leaves its files.
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return problem('port-not-found', { path });
  if (code === 'EACCES' || code === 'EPERM') return problem('port-no-permission', { path });
  return problem('port-failed', { path, reason: error.message });
}

/** A line over a socket that the simulation has granted, with the bytes that came along with the grant. */
function lineOver(socket: Socket, early: Buffer): Line {
  const listeners = createLineListeners();
  const freed = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<LineProblem>();

  const end = (reason: LineProblem) => {
    listeners.end(reason);
    lost.resolve(reason);
  };
  // A socket that breaks closes as well.
  socket.once('close', () => {
    end(problem('line-lost'));
    freed.resolve();
  });
  if (early.length > 0) listeners.deliver(early);
  socket.on('data', (bytes: Buffer) => listeners.deliver(bytes));

  return {
    onData: listeners.onData,
    onClose: listeners.onClose,
    async write(bytes) {
      const over = listeners.ended();
      if (over !== null) return fail(over);
      const written = new Promise<Result<void, LineProblem>>((resolve) => {
        socket.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), (error) => {
          // A failed write closes the socket; the reason is known when that is done.
          if (!error) resolve(ok(undefined));
        });
      });
      return Promise.race([written, lost.promise.then(fail)]);
    },
    close() {
      if (listeners.ended() === null) {
        end(problem('line-closed'));
        // The other side answers the end with its own; then it has the line back.
        socket.end();
        socket.setTimeout(patienceInMs, () => socket.destroy());
      }
      return freed.promise;
    },
  };
}
