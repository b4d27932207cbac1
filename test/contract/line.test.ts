import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createLineListeners } from '../../src/main/adapters/line/line-listeners.ts';
import { createSerialportOpener } from '../../src/main/adapters/line/serialport-line.ts';
import { createSimulatedOpener } from '../../src/main/adapters/line/simulated-line.ts';
import type { Line, LineOpener, LineProblem } from '../../src/main/ports/line.ts';
import { ok, type Result } from '../../src/shared/result.ts';
import { openSocketLine } from '../../src/simulation/bench/socket-line.ts';
import { memoryPorts } from '../doubles/line.ts';
import { ptyPair } from '../doubles/line-socat.ts';

/** One plugged port with its far end, and what a suite needs to treat memory, a terminal and a socket alike. */
type Port = {
  readonly path: string;
  /** The far side of the line that has the port open now. */
  far(): Promise<Line>;
  unplug(): Promise<void>;
};
type Bench = { readonly opener: LineOpener; readonly missingPath: string; plug(): Promise<Port> };

function memoryBench(): Bench {
  const ports = memoryPorts();
  let count = 0;
  return {
    opener: ports.opener,
    missingPath: 'memory-missing',
    async plug() {
      const path = `memory-${++count}`;
      ports.plug(path);
      return {
        path,
        async far() {
          const far = ports.far(path);
          if (far === null) throw new Error('nobody has the port open');
          return far;
        },
        unplug: async () => ports.unplug(path),
      };
    },
  };
}

function ptyBench(): Bench {
  const opener = createSerialportOpener();
  return {
    opener,
    missingPath: '/dev/pts/no-such-terminal',
    async plug() {
      const pair = await ptyPair();
      let far: Promise<Line> | null = null;
      return {
        path: pair.near,
        far: () => {
          far ??= opener.open(pair.far, { baudRate: 115_200 }).then(opened);
          return far;
        },
        async unplug() {
          const cableSeen = far === null ? Promise.resolve() : (await far).close();
          await Promise.all([cableSeen, pair.unplug()]);
        },
      };
    },
  };
}

const socketFolder = mkdtempSync(join(tmpdir(), 'socket-lines-'));
afterAll(() => rmSync(socketFolder, { recursive: true }));

function socketBench(): Bench {
  let count = 0;
  return {
    opener: createSimulatedOpener(),
    missingPath: join(socketFolder, 'no-such-line'),
    async plug() {
      const listeners = createLineListeners();
      const board = await openSocketLine(join(socketFolder, `line-${++count}`), listeners.deliver);
      const far: Line = {
        onData: listeners.onData,
        onClose: listeners.onClose,
        async write(bytes) {
          board.write(bytes);
          return ok(undefined);
        },
        close: board.close,
      };
      return { path: board.path, far: async () => far, unplug: board.close };
    },
  };
}

function opened(result: Result<Line, unknown>): Line {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

const fromHex = (text: string) => Buffer.from(text, 'hex');

/** Resolves when the line has handed over that many bytes. */
function bytesOf(line: Line, count: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    line.onData((bytes) => {
      chunks.push(Uint8Array.from(bytes));
      const all = Buffer.concat(chunks);
      if (all.length >= count) resolve(all);
    });
  });
}

const ended = (line: Line) => new Promise<LineProblem>((resolve) => line.onClose(resolve));

/** A pattern of every byte value, so that nothing is taken for a control character. */
const pattern = (length: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff));

describe.each([
  ['in memory', memoryBench],
  ['serialport over a pseudo-terminal of socat', ptyBench],
  ['over a local socket of the simulation', socketBench],
])('a line %s', (_name, makeBench) => {
  const options = { baudRate: 115_200 };
  const cleanUp: (() => Promise<unknown>)[] = [];
  const bench = makeBench();

  async function plugged() {
    const port = await bench.plug();
    cleanUp.push(() => port.unplug());
    const line = opened(await bench.opener.open(port.path, options));
    cleanUp.push(() => line.close());
    return { port, line, far: await port.far() };
  }

  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo();
  });

  it('carries every byte both ways, in odd chunks', async () => {
    const { line, far } = await plugged();
    const sent = pattern(3001);
    const there = bytesOf(far, sent.length);
    const back = bytesOf(line, sent.length);
    const sizes = [1, 2, 3, 61, 97, 128, 257, 509];
    for (let at = 0, turn = 0; at < sent.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      const chunk = sent.subarray(at, at + size);
      expect(await line.write(chunk)).toEqual({ ok: true, value: undefined });
      expect(await far.write(chunk)).toEqual({ ok: true, value: undefined });
      at += size;
    }
    expect((await there).equals(sent)).toBe(true);
    expect((await back).equals(sent)).toBe(true);
  });

  it('lets the caller overwrite what was written', async () => {
    const { line, far } = await plugged();
    const arrived = bytesOf(far, 64);
    const secret = pattern(64);
    await line.write(secret);
    secret.fill(0);
    expect((await arrived).equals(pattern(64))).toBe(true);
  });

  it('keeps bytes that came before the first listener', async () => {
    const { line, far } = await plugged();
    await far.write(fromHex('00ff0d0a'));
    // The answer to a later byte proves that the earlier ones have arrived.
    const echo = bytesOf(far, 1);
    await line.write(fromHex('55'));
    await echo;
    await far.write(fromHex('2320'));
    expect(await bytesOf(line, 6)).toEqual(fromHex('00ff0d0a2320'));
  });

  it('tells all listeners, and none that has left', async () => {
    const { line, far } = await plugged();
    const heard: string[] = [];
    const leave = line.onData((bytes) => heard.push(`left ${Buffer.from(bytes).toString('hex')}`));
    const stayed = bytesOf(line, 1);
    leave();
    leave();
    await far.write(fromHex('41'));
    expect(await stayed).toEqual(fromHex('41'));
    expect(heard).toEqual([]);
  });

  it('is over for a writer after the loss', async () => {
    const { port, line } = await plugged();
    const over = ended(line);
    await port.unplug();
    expect(await over).toEqual({ code: 'line-lost', facts: {} });
    expect(await line.write(fromHex('00'))).toEqual({ ok: false, problem: { code: 'line-lost', facts: {} } });
  });

  it('notices the unplugged cable without a write and says so once', async () => {
    const { port, line } = await plugged();
    const told: LineProblem[] = [];
    line.onClose((reason) => told.push(reason));
    const over = ended(line);
    await port.unplug();
    await over;
    await line.close();
    expect(told).toEqual([{ code: 'line-lost', facts: {} }]);
    // Who asks later hears it at once.
    line.onClose((reason) => told.push(reason));
    expect(told).toHaveLength(2);
  });

  it('frees the port when closed, so that it opens again', async () => {
    const { port, line, far } = await plugged();
    for (let turn = 0; turn < 3; turn++) {
      if (turn === 0) await line.close();
      const again = opened(await bench.opener.open(port.path, options));
      const farAgain = await port.far();
      const arrived = bytesOf(again, 1);
      await farAgain.write(fromHex('42'));
      expect(await arrived).toEqual(fromHex('42'));
      await again.close();
    }
    expect(far).toBeDefined();
  });

  it('closes twice, says so once, and refuses writes', async () => {
    const { line } = await plugged();
    const told: LineProblem[] = [];
    line.onClose((reason) => told.push(reason));
    await Promise.all([line.close(), line.close()]);
    await line.close();
    expect(told).toEqual([{ code: 'line-closed', facts: {} }]);
    expect(await line.write(fromHex('00'))).toEqual({ ok: false, problem: { code: 'line-closed', facts: {} } });
  });

  it('is opened by one only', async () => {
    const { port } = await plugged();
    expect(await bench.opener.open(port.path, options)).toEqual({
      ok: false,
      problem: { code: 'port-in-use', facts: { path: port.path } },
    });
  });

  it('is not found where there is no port', async () => {
    expect(await bench.opener.open(bench.missingPath, options)).toEqual({
      ok: false,
      problem: { code: 'port-not-found', facts: { path: bench.missingPath } },
    });
  });

  it('notices 40 of 40 cables that are pulled at once', async () => {
    for (let turn = 0; turn < 40; turn++) {
      const port = await bench.plug();
      const line = opened(await bench.opener.open(port.path, options));
      const told: LineProblem[] = [];
      line.onClose((reason) => told.push(reason));
      const over = ended(line);
      await port.unplug();
      await over;
      await line.close();
      expect(told).toEqual([{ code: 'line-lost', facts: {} }]);
    }
  });
});
