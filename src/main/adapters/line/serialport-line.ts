import { SerialPort } from 'serialport';
import { problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { Line, LineOpener, LineOpenProblem, LineOptions, LineProblem } from '../../ports/line.ts';
import { createLineListeners } from './line-listeners.ts';
import { openProblemFrom } from './open-problem.ts';
import { guardAgainstMissedUnplug } from './unplug-guard.ts';

/** Opens lines with serialport 13: 8 data bits, no parity, 1 stop bit, no flow control, locked, control lines left alone. */
export function createSerialportOpener(): LineOpener {
  return { open };
}

function open(path: string, options: LineOptions): Promise<Result<Line, LineOpenProblem>> {
  const port = new SerialPort({
    path,
    baudRate: options.baudRate,
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    lock: true,
    // Closing must not drop DTR: what a board does then is unmeasured.
    hupcl: false,
    autoOpen: false,
  });
  return new Promise((resolve) => {
    port.open((error) => {
      resolve(error ? fail(openProblemFrom(error, path, process.platform)) : ok(lineOver(port)));
    });
  });
}

/** Calls back when the operating system has the port back; the stream's own `close` may come earlier, after an error. */
function onceFreed(port: SerialPort, freed: () => void): void {
  const binding = port.port;
  if (binding === undefined) return freed();
  const closeBinding = binding.close.bind(binding);
  binding.close = async () => {
    await closeBinding().finally(freed);
  };
}

/** A line over a port that has just opened. */
function lineOver(port: SerialPort): Line {
  const listeners = createLineListeners();
  const freed = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<LineProblem>();
  let closing = false;

  const end = () => {
    const reason = problem(closing ? 'line-closed' : 'line-lost');
    listeners.end(reason);
    lost.resolve(reason);
  };
  guardAgainstMissedUnplug(port);
  onceFreed(port, () => {
    end();
    freed.resolve();
  });
  port.on('close', end);
  port.on('error', () => {
    // An error outside of a call: the port is of no use any more, whatever it was.
    if (port.isOpen) port.close();
    end();
  });
  // Attached for the whole life of the line, since a paused port never sees the unplug.
  port.on('data', (bytes: Buffer) => listeners.deliver(bytes));

  return {
    onData: listeners.onData,
    onClose: listeners.onClose,
    async write(bytes) {
      const over = listeners.ended();
      if (over !== null || closing) return fail(over ?? problem('line-closed'));
      const written = new Promise<Result<void, LineProblem>>((resolve) => {
        port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), undefined, (error) => {
          // A failed write closes the port; the reason is known when that is done.
          if (!error) resolve(ok(undefined));
        });
      });
      // serialport never answers writes that still wait when the port closes.
      return Promise.race([written, lost.promise.then(fail)]);
    },
    close() {
      if (!closing && listeners.ended() === null) {
        closing = true;
        // Not open here means that a loss is being closed already.
        if (port.isOpen) port.close();
      }
      return freed.promise;
    },
  };
}
