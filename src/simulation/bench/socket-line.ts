import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { lineGranted, lineInUse, type SimulatedLine } from '../../shared/simulated-line.ts';
import { writeFileAtomically } from '../tls/whole-file.ts';
import type { BenchLine } from './bench-line.ts';

/** Longest path in bytes that every system takes for a Unix socket. */
const longestSocketPath = 99;

/**
 * How long a second computer waits for the first to let go. Closing a pipe on Windows is heard here some moments later
 * than whoever closed it believes.
 */
const graceInMs = 200;

/** As much as a terminal keeps; what comes on top is lost there too. */
const mostHeldInBytes = 4_096;

/** Files to take along when this process ends without having closed its lines. */
const left = new Set<string>();
process.on('exit', () => {
  for (const file of left) rmSync(file, { force: true });
});

/** The same for the same line, so that what a killed bench left is in nobody's way. */
function addressFor(path: string): string {
  const name = `dps-line-${createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const places = [join(dirname(resolve(path)), `.${name}`), join(tmpdir(), name), join('/tmp', name)];
  return places.find((place) => Buffer.byteLength(place) <= longestSocketPath) ?? join('/tmp', name);
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(address, () => {
      server.off('error', failed);
      done();
    });
  });
}

/** Who has the line: one at a time, as a serial port is locked. */
function createDoor(onData: (bytes: Uint8Array) => void) {
  const sockets = new Set<Socket>();
  let holder: Socket | null = null;
  let free = Promise.resolve();
  let open = true;
  /** What was said while nobody listened, as a terminal keeps it for whoever opens it next. */
  const held: Uint8Array[] = [];
  let heldInBytes = 0;

  const letIn = (socket: Socket): void => {
    const freed = Promise.withResolvers<void>();
    holder = socket;
    free = freed.promise;
    const release = () => {
      if (holder === socket) holder = null;
      freed.resolve();
    };
    socket.on('data', (bytes: Buffer) => {
      if (open) onData(bytes);
    });
    // Free before the other side hears that it has closed: it may open again at once.
    socket.once('end', release);
    socket.once('close', release);
    socket.write(Uint8Array.of(lineGranted));
    for (const bytes of held.splice(0)) socket.write(bytes);
    heldInBytes = 0;
  };
  return {
    async knock(socket: Socket): Promise<void> {
      sockets.add(socket);
      socket.on('error', () => {}); // whatever it was, the close that follows is what counts
      socket.once('close', () => sockets.delete(socket));
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, graceInMs);
      await Promise.race([free, patience.promise]);
      clearTimeout(timer);
      if (socket.destroyed) return;
      if (holder === null) letIn(socket);
      else socket.end(Uint8Array.of(lineInUse));
    },
    write(bytes: Uint8Array): void {
      // A copy: the board may use its buffer again, while the socket has not sent it yet.
      const copy = Uint8Array.from(bytes);
      if (holder !== null) return void holder.write(copy);
      if (heldInBytes + copy.length > mostHeldInBytes) return;
      held.push(copy);
      heldInBytes += copy.length;
    },
    cut(): void {
      open = false;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Opens a line without a terminal, for computers that have no socat: a regular file under `path` names a local socket
 * (a named pipe on Windows), see `simulatedLineSchema`. A file there from before is replaced.
 */
export async function openSocketLine(path: string, onData: (bytes: Uint8Array) => void): Promise<BenchLine> {
  const address = addressFor(path);
  const ownFiles = process.platform === 'win32' ? [path] : [path, address];
  const door = createDoor(onData);
  const server = createServer((socket) => void door.knock(socket));
  for (const file of ownFiles) {
    await rm(file, { force: true });
    left.add(file);
  }
  await listen(server, address);
  if (process.platform !== 'win32') await chmod(address, 0o600);
  const takeAway = async () => {
    await rm(path, { force: true });
    const closed = new Promise<void>((done) => server.close(() => done()));
    door.cut();
    await closed;
    for (const file of ownFiles) left.delete(file);
  };
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= takeAway();
    return closing;
  };
  try {
    const line: SimulatedLine = { schema: 'dps-station/simulated-line/1', socket: address };
    await writeFileAtomically(path, `${JSON.stringify(line)}\n`);
  } catch (error) {
    await close();
    throw error;
  }
  return { path, write: door.write, close };
}
