import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createByIdFinder } from '../../src/main/adapters/line/by-id-finder.ts';
import { openerFor } from '../../src/main/compose-lines.ts';
import { benchStateSchema } from '../../src/shared/bench.ts';
import { diceRecipeFrom } from '../doubles/dice-recipe.ts';
import { ask, openWorkshop, type Program, prompt, socatsOf, type Workshop } from '../unit/board/bench-program.ts';

describe('the bench as a program', () => {
  const secret = '19e25a259d0c2be03a02d416c05c48ccd0cc7d1743458aae1cb488b074993eae';
  let workshop: Workshop;
  beforeEach(async () => {
    workshop = await openWorkshop();
  });
  afterEach(() => workshop.clear());

  it('refuses bad input on the control link with a sentence and goes on', async () => {
    const { ready } = await workshop.startBench('--no-dps', '--boards', '2');
    const { control } = ready;
    const post = async (address: string, body: string, method = 'POST') => {
      const response = await fetch(address, { method, ...(method === 'POST' ? { body } : {}) });
      return { status: response.status, ...((await response.json()) as { error?: string }) };
    };
    const { boards } = await ask(control, 'state', {});
    const [one, two] = boards.map(({ board }) => board);
    await ask(control, 'plug', { board: one ?? '', slot: 1 });
    const plug = (board: unknown, slot: unknown) => JSON.stringify({ board, slot });
    const tries: [string, string, number][] = [
      [`${control}/dance`, '{}', 404],
      [`${control}/__proto__`, '{}', 404],
      [`${control}/state/more`, '{}', 404],
      [`${control}x/state`, '{}', 404],
      [new URL('/state', control).href, '{}', 404],
      [`${control}/state`, '{"a":', 400],
      [`${control}/state`, '{"a":1}', 400],
      [`${control}/state`, '[]', 400],
      [`${control}/plug`, plug(1, 1), 400],
      [`${control}/plug`, plug(two, 0), 400],
      [`${control}/plug`, plug('no such board', 2), 404],
      [`${control}/plug`, plug(two, 1), 409],
      [`${control}/plug`, plug(one, 2), 409],
      [`${control}/unplug`, JSON.stringify({ board: two }), 409],
      [`${control}/press`, JSON.stringify({ board: two, buttons: 'reset' }), 409],
      [`${control}/power-up`, JSON.stringify({ boards: [one] }), 409],
      [`${control}/fault`, JSON.stringify({ board: one, fault: 'sadness' }), 400],
      [`${control}/make-boards`, JSON.stringify({ count: 0, personality: '1.6.5' }), 400],
      [`${control}/dps-book`, '{}', 409],
      [`${control}/scan`, JSON.stringify({ text: 'x'.repeat(1_100_000) }), 400],
    ];
    for (const [address, body, status] of tries) {
      const answer = await post(address, body);
      expect({ address, ...answer }).toEqual({ address, status, error: expect.stringMatching(/\w/) });
    }
    expect(await post(`${control}/state`, '', 'GET')).toMatchObject({ status: 400 });
    const state = benchStateSchema.parse(await ask(control, 'state', {}));
    expect(state).toMatchObject({ plugs: 1, presses: 0, operatorActions: 1 });
  });

  it.each<[string, (program: Program, control: string) => unknown]>([
    ['SIGTERM', ({ child }) => child.kill('SIGTERM')],
    ['SIGINT', ({ child }) => child.kill('SIGINT')],
    ['the verb stop', (_program, control) => ask(control, 'stop', {})],
  ])('ends cleanly on %s and leaves no process and no link behind', async (_name, end) => {
    const readyFile = join(workshop.folder, 'ready.json');
    const { program, ready } = await workshop.startBench('--no-dps', '--ready-file', readyFile);
    const { path, lost } = await workshop.boardAtPrompt(ready.control);
    expect(JSON.parse(await readFile(readyFile, 'utf8'))).toEqual(ready);
    expect((await stat(readyFile)).mode & 0o777).toBe(0o600);
    const pid = program.child.pid ?? 0;
    expect(socatsOf(pid)).toHaveLength(2);
    await end(program, ready.control);
    expect(await program.exit).toBe(0);
    expect(await lost).toBe('line-lost');
    expect(socatsOf(pid)).toEqual([]);
    expect(existsSync(path ?? '')).toBe(false);
  });

  it('offers lines over sockets with --lines socket, and ends without leaving one', async () => {
    const { program, ready } = await workshop.startBench('--no-dps', '--lines', 'socket');
    const { path, lost } = await workshop.boardAtPrompt(ready.control);
    expect(lstatSync(path ?? '').isFile()).toBe(true);
    expect(socatsOf(program.child.pid ?? 0)).toEqual([]);
    const scanner = await workshop.openLine(ready.scannerPath);
    await ask(ready.control, 'scan', { text: 'SN-1' });
    await scanner.heard.until((text) => text === 'SN-1\r');
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    expect([await lost, await scanner.lost]).toEqual(['line-lost', 'line-lost']);
    expect(readdirSync(ready.linesFolder)).toEqual([]);
    expect(existsSync(ready.scannerPath ?? '')).toBe(false);
  });

  it('clears away the lines over sockets that a killed bench left', async () => {
    const first = await workshop.startBench('--no-dps', '--lines', 'socket');
    const { path, lost } = await workshop.boardAtPrompt(first.ready.control);
    first.program.child.kill('SIGKILL');
    await first.program.exit;
    expect(await lost).toBe('line-lost');
    const open = () => openerFor('training').open(path ?? '', { baudRate: 115_200 });
    expect(await open()).toMatchObject({ ok: false, problem: { code: 'port-not-found' } });
    const second = await workshop.startBench('--no-dps', '--lines', 'socket');
    expect(readdirSync(second.ready.linesFolder)).toEqual([]);
    await workshop.boardAtPrompt(second.ready.control);
  });

  it('takes its lines along even when it is killed', async () => {
    const { program, ready } = await workshop.startBench('--no-dps');
    const { lost } = await workshop.boardAtPrompt(ready.control);
    const finder = createByIdFinder({ folder: ready.linesFolder, intervalInMs: 1000 });
    program.child.kill('SIGKILL');
    await program.exit;
    // The terminal goes only when its socat goes.
    expect(await lost).toBe('line-lost');
    expect(await finder.list()).toEqual({ ok: true, value: [] });
  });

  it('keeps boards and their memory over a restart with --state', async () => {
    const first = await workshop.startBench('--no-dps', '--state');
    const { board, mac, heard } = await workshop.boardAtPrompt(first.ready.control);
    await heard.command(`set_dps_uds ${secret}`);
    first.program.child.kill('SIGKILL');
    await first.program.exit;
    const second = await workshop.startBench('--no-dps', '--state');
    const { boards } = await ask(second.ready.control, 'state', {});
    expect(boards).toMatchObject([{ board, mac, secretWrites: 1, slot: null, mode: 'off' }]);
    expect(boards[0]?.udsFingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  it('offers boards alone as the program board', async () => {
    const program = workshop.start('board', '--count', '2', '--personality', '1.3.0', '--folder', workshop.folder);
    const schema = z.object({
      boards: z.array(z.strictObject({ board: z.string(), mac: z.string(), path: z.string() })),
      control: z.url(),
      recipeFile: z.string(),
      scannerPath: z.string(),
      wifi: z.strictObject({ ssid: z.string(), passwordFile: z.string() }),
    });
    const said = schema.parse(JSON.parse(await program.firstLine));
    expect(said.boards).toHaveLength(2);
    const recipe = diceRecipeFrom(JSON.parse(await readFile(said.recipeFile, 'utf8')));
    expect(recipe.firmware.version).toBe('1.3.0');
    const [, second] = said.boards;
    const { heard } = await workshop.openLine(second?.path ?? null);
    await ask(said.control, 'press', { board: second?.board ?? '', buttons: 'enter-configuration' });
    await heard.until((text) => text.endsWith(prompt));
    expect(await heard.command('version')).toContain('DevKitSDK version: 1.3.0\r\n');
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
  });

  it.each<[string, string[]]>([
    ['--folder is missing', ['bench']],
    ['--personality must be one of 1.3.0, 1.6.2, 1.6.5, 2.0.0', ['board', '--personality', '9.9.9']],
    ['--count must be', ['board', '--count', '0']],
    ['--boards must be from 0 to 10000', ['bench', '--folder', 'x', '--boards', 'many']],
    ['--lines must be one of auto, pty, socket', ['bench', '--folder', 'x', '--lines', 'usb']],
    ['--folder must not be empty', ['bench', '--folder', '']],
    ["Unknown option '--colour'", ['bench', '--colour', 'red']],
    ['cannot be read', ['board', '--dps', '/no/such/file']],
    ['is not what a simulated DPS writes', ['board', '--dps', import.meta.filename]],
    ['contradict', ['bench', '--folder', 'x', '--dps', 'y', '--no-dps']],
  ])('says "%s" and ends with 2', async (sentence, args) => {
    const program = workshop.start(...args);
    await expect(program.firstLine).rejects.toThrow(sentence);
    expect(await program.exit).toBe(2);
  });
});
