import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

let display: Promise<string> | null = null;

/** A display for windows, as DISPLAY names it: this machine's, or one without a screen that ends with this process. */
export function displayForWindows(): Promise<string> {
  const given = process.env['DISPLAY'];
  if (process.platform !== 'linux') return Promise.resolve(given ?? '');
  if (given !== undefined && given !== '') return Promise.resolve(given);
  display ??= startXvfb();
  return display;
}

function startXvfb(): Promise<string> {
  // It writes the number of the display that it found free to the descriptor 3.
  const child: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => child.kill());
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    const numbers = child.stdio[3] as Readable & { unref?: () => void };
    numbers.once('data', (bytes: Buffer) => {
      numbers.unref?.();
      resolve(`:${bytes.toString('utf8').trim()}`);
    });
  });
}
