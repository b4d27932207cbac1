import { read } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

type ReadAnswer = { readonly buffer: Buffer; readonly bytesRead: number };
type UnixRead = (request: {
  readonly binding: object;
  readonly buffer: Buffer;
  readonly offset: number;
  readonly length: number;
  readonly fsReadAsync: (fd: number, buffer: Buffer, ...rest: [number, number, null]) => Promise<ReadAnswer>;
}) => Promise<ReadAnswer>;

/** serialport's own reader for POSIX, which it does not export: looked up from where serialport itself would find it. */
const unixRead = () => {
  const fromSerialport = createRequire(createRequire(import.meta.url).resolve('serialport'));
  return (fromSerialport('@serialport/bindings-cpp/dist/unix-read.js') as { unixRead: UnixRead }).unixRead;
};

const readAsync = promisify(read);

/** On a terminal that polled readable, no bytes at all means that it is gone. */
async function readOrGone(fd: number, buffer: Buffer, ...rest: [number, number, null]): Promise<ReadAnswer> {
  const answer = await readAsync(fd, buffer, ...rest);
  if (answer.bytesRead === 0) throw Object.assign(new Error('the device is gone'), { code: 'ENXIO' });
  return answer;
}

/**
 * Makes an open port notice an unplug that falls between poll and read: serialport 13 would read 0 bytes again and
 * again, with a busy processor and without a `close`. Does nothing on Windows, whose reader is another one.
 */
export function guardAgainstMissedUnplug(port: SerialPort): void {
  if (process.platform === 'win32' || port.port === undefined) return;
  const binding = port.port;
  const readGuarded = unixRead();
  binding.read = (buffer, offset, length) => readGuarded({ binding, buffer, offset, length, fsReadAsync: readOrGone });
}
