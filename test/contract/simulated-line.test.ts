import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isSimulatedLine } from '../../src/main/adapters/line/simulated-line.ts';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { openerFor } from '../../src/main/compose-lines.ts';
import { attachScanner } from '../../src/main/station/scanner.ts';
import type { Problem } from '../../src/shared/problem.ts';
import { simulatedLineSchema } from '../../src/shared/simulated-line.ts';
import { openSocketLine } from '../../src/simulation/bench/socket-line.ts';
import { ptyPair } from '../doubles/line-socat.ts';

const options = { baudRate: 115_200 };
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulated-line-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function plugged(path: string) {
  const line = await openSocketLine(path, () => {});
  onTestFinished(() => line.close());
  return { line, socket: simulatedLineSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).socket };
}

/** A file like the simulation's whose socket is the test's own. */
async function fileNaming(socket: string): Promise<string> {
  const path = join(folder, 'line');
  await writeFile(path, JSON.stringify({ schema: 'dps-station/simulated-line/1', socket }));
  return path;
}

describe('a line of a bench without terminals', () => {
  it('is one line of JSON for its owner alone, which goes with the board', async () => {
    const path = join(folder, 'line');
    const { line, socket } = await plugged(path);
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(`${JSON.stringify({ schema: 'dps-station/simulated-line/1', socket })}\n`);
    expect([path, socket].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(dirname(socket)).toBe(folder);
    await Promise.all([line.close(), line.close()]);
    expect(readdirSync(folder)).toEqual([]);
    line.write(Uint8Array.of(1));
  });

  it('keeps its socket short in a deep folder', async () => {
    const deep = join(folder, 'a'.repeat(80), 'b'.repeat(80));
    await mkdir(deep, { recursive: true });
    const { line, socket } = await plugged(join(deep, 'line'));
    expect(socket.length).toBeLessThan(100);
    expect(existsSync(socket)).toBe(true);
    const opened = await openerFor('training').open(line.path, options);
    expect(opened).toMatchObject({ ok: true });
    if (opened.ok) await opened.value.close();
    await line.close();
    expect(existsSync(socket)).toBe(false);
  });

  it('takes the place of what a killed bench left', async () => {
    const path = join(folder, 'line');
    const { line, socket } = await plugged(path);
    const text = readFileSync(path, 'utf8');
    await line.close();
    await Promise.all([writeFile(path, text), writeFile(socket, '')]);
    await plugged(path);
    const opened = await openerFor('training').open(path, options);
    expect(opened).toMatchObject({ ok: true });
    if (opened.ok) await opened.value.close();
  });
});

describe('who opens lines', () => {
  it('refuses a simulated one in production before anybody hears of it', async () => {
    let callers = 0;
    const server = createServer(() => {
      callers++;
    });
    onTestFinished(() => void server.close());
    const socket = join(folder, 's');
    await new Promise<void>((listening) => server.listen(socket, listening));
    const path = await fileNaming(socket);
    expect(await openerFor('production').open(path, options)).toEqual({
      ok: false,
      problem: { code: 'simulator-in-production', facts: { what: `The line ${path}` } },
    });
    expect(callers).toBe(0);
  });

  it('says in production of a simulated scanner that it must not be', async () => {
    const { line } = await plugged(join(folder, 'scanner'));
    const trouble = await new Promise<Problem | null>((resolve) => {
      const settings = { path: line.path, baudRate: 9_600 };
      onTestFinished(attachScanner(settings, openerFor('production'), systemClock, () => {}, resolve));
    });
    expect(trouble).toMatchObject({ code: 'simulator-in-production' });
  });

  it.each(['production', 'training'] as const)('opens a terminal in %s', async (mode) => {
    const pair = await ptyPair();
    onTestFinished(() => pair.unplug());
    const opened = await openerFor(mode).open(pair.near, options);
    expect(opened).toMatchObject({ ok: true });
    if (opened.ok) await opened.value.close();
  });

  it('finds no port behind the file of a bench that was killed, or that goes away before it answers', async () => {
    const nobody = await fileNaming(join(folder, 'nobody'));
    const notFound = { ok: false, problem: { code: 'port-not-found', facts: { path: nobody } } };
    expect(await openerFor('training').open(nobody, options)).toEqual(notFound);
    const socket = join(folder, 's');
    const server = createServer((caller) => caller.destroy());
    onTestFinished(() => void server.close());
    await new Promise<void>((listening) => server.listen(socket, listening));
    expect(await openerFor('training').open(await fileNaming(socket), options)).toEqual(notFound);
  });

  it.each([
    ['nothing', ''],
    ['another schema', '{"schema":"dps-station/simulated-line/2","socket":"/s"}'],
    ['no socket', '{"schema":"dps-station/simulated-line/1"}'],
    ['a book', `{"schema":"dps-station/simulated-line/1","socket":"/s"}${' '.repeat(5_000)}`],
  ])('takes a file that holds %s for no line of the simulation', async (_what, text) => {
    const path = join(folder, 'file');
    await writeFile(path, text);
    expect(await isSimulatedLine(path)).toBe(false);
    expect(await openerFor('training').open(path, options)).toMatchObject({ ok: false, problem: { facts: { path } } });
  });
});
