import { SerialPort } from 'serialport';
import { problem } from '../../../shared/problem.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { LineFinder, LinePresence } from '../../ports/line.ts';
import type { Schedule } from './watch-presence.ts';
import { scheduleByTimer, watchPresence } from './watch-presence.ts';

/** One port as serialport lists it; the ids are hex, in either case. */
export type ListedPort = {
  readonly path: string;
  readonly serialNumber?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
};

function hexId(id: string | undefined): string | null {
  return id === undefined || id === '' ? null : id.toLowerCase().padStart(4, '0');
}

function presenceOf(port: ListedPort): LinePresence {
  return {
    // macOS lists the dial-in name, whose open waits for a carrier that never comes; `cu` is the same port without.
    path: port.path.replace(/^\/dev\/tty\./, '/dev/cu.'),
    usbSerial: port.serialNumber || null,
    vendorId: hexId(port.vendorId),
    productId: hexId(port.productId),
  };
}

/** On Linux serialport asks udev for the list, through a program that minimal systems lack. */
function listFailure(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.includes('udevadm ENOENT') ? 'the program udevadm is missing; it is in the package udev' : reason;
}

/**
 * Finds the serial ports of the operating system by asking it again and again. Pseudo-terminals are not listed.
 * `intervalInMs`: time between two questions while somebody watches.
 */
export function createSerialportFinder(options: {
  readonly intervalInMs: number;
  readonly listPorts?: () => Promise<readonly ListedPort[]>;
  readonly schedule?: Schedule;
}): LineFinder {
  const { intervalInMs, listPorts = () => SerialPort.list(), schedule = scheduleByTimer } = options;
  const list: LineFinder['list'] = async () => {
    try {
      const ports = await listPorts();
      return ok(ports.map(presenceOf).sort((one, other) => one.path.localeCompare(other.path)));
    } catch (error) {
      return fail(problem('ports-not-listable', { reason: listFailure(error) }));
    }
  };
  return {
    list,
    watch: (listener, onTrouble) =>
      watchPresence({ list, listener, ...(onTrouble && { onTrouble }), intervalInMs, schedule }),
  };
}
