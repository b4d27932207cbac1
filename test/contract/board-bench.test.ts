import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createByIdFinder } from '../../src/main/adapters/line/by-id-finder.ts';
import { createSerialportOpener } from '../../src/main/adapters/line/serialport-line.ts';
import { measureFirmwareImage } from '../../src/main/identity/firmware-image.ts';
import { deriveMxchipIdentity } from '../../src/main/identity/mxchip-identity.ts';
import { serviceToken } from '../../src/main/identity/service-token.ts';
import type { Line } from '../../src/main/ports/line.ts';
import {
  type BenchReady,
  type BenchVerb,
  benchReadySchema,
  benchStateSchema,
  benchVerbs,
  type DpsReady,
} from '../../src/shared/bench.ts';
import { recipeSchema } from '../../src/shared/recipe.ts';

const mainFile = join(import.meta.dirname, '../../src/simulation/main.ts');
const prompt = '\r\n# ';

type Program = {
  readonly child: ChildProcess;
  readonly firstLine: Promise<string>;
  readonly exit: Promise<number | null>;
};

function startProgram(args: string[]): Program {
  const child = spawn(process.execPath, [mainFile, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const first = Promise.withResolvers<string>();
  let complaint = '';
  child.stderr?.on('data', (text) => {
    complaint += text;
  });
  if (child.stdout) createInterface(child.stdout).once('line', first.resolve);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  void exit.then(() => first.reject(new Error(`it ended: ${complaint}`)));
  first.promise.catch(() => {});
  return { child, firstLine: first.promise, exit };
}

async function ask<Verb extends BenchVerb>(
  control: string,
  verb: Verb,
  body: z.infer<(typeof benchVerbs)[Verb]['request']>,
) {
  const response = await fetch(`${control}/${verb}`, { method: 'POST', body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${verb}: ${response.status} ${JSON.stringify(answer)}`);
  return benchVerbs[verb].answer.parse(answer) as z.infer<(typeof benchVerbs)[Verb]['answer']>;
}

/** Living processes called socat whose parent is `pid`; one that waits to be buried does not live. */
function socatsOf(pid: number): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const [, name, state, parent] = /\((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
      return name === 'socat' && state !== 'Z' && Number(parent) === pid;
    } catch {
      return false; // gone meanwhile
    }
  });
}

/** A console seen through a line: text so far, and a wait for an end. */
function listenTo(line: Line) {
  let text = '';
  let onText = () => {};
  line.onData((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
    onText();
  });
  const until = (done: (heard: string) => boolean) =>
    new Promise<string>((resolve) => {
      onText = () => done(text) && resolve(text);
      onText();
    });
  return {
    until,
    async command(words: string) {
      text = '';
      await line.write(Buffer.from(`${words}\r`));
      const heard = await until((all) => all.endsWith(prompt) || all.includes('enter AP mode.\r\n\r\n'));
      return heard;
    },
  };
}

function enroll(dps: DpsReady, registrationId: string, certificatePem: string): Promise<number> {
  const fields = Object.fromEntries(
    dps.serviceConnectionString.split(';').map((part) => /^([^=]+)=(.*)$/.exec(part)?.slice(1) ?? []),
  );
  const authorization = serviceToken({
    resource: dps.host,
    keyName: fields['SharedAccessKeyName'] ?? '',
    key: Buffer.from(fields['SharedAccessKey'] ?? '', 'base64'),
    expiresAt: Math.floor(Date.now() / 1000) + 600,
  });
  const attestation = { type: 'x509', x509: { clientCertificates: { primary: { certificate: certificatePem } } } };
  return new Promise((resolve, reject) => {
    const path = `/enrollments/${registrationId}?api-version=2021-10-01`;
    const headers = { authorization, 'content-type': 'application/json' };
    const { host, port, caFile } = dps;
    request({ host, port, path, method: 'PUT', ca: readFileSync(caFile), headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end(JSON.stringify({ registrationId, attestation }));
  });
}

/** Asks again until the answer is as wished: for facts that no line and no event tells. */
async function eventually<T>(question: () => Promise<T>, wished: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await question();
    if (wished(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the bench as a program', () => {
  const secret = '19e25a259d0c2be03a02d416c05c48ccd0cc7d1743458aae1cb488b074993eae';
  let folder = '';
  let programs: Program[] = [];
  let lines: Line[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'board-bench-'));
    programs = [];
    lines = [];
  });
  afterEach(async () => {
    for (const line of lines) await line.close();
    for (const { child, exit } of programs) {
      child.kill('SIGKILL');
      await exit;
    }
    await rm(folder, { recursive: true, force: true });
  });

  const start = (...args: string[]) => {
    const program = startProgram(args);
    programs.push(program);
    return program;
  };
  const startBench = async (...args: string[]): Promise<{ readonly program: Program; readonly ready: BenchReady }> => {
    const program = start('bench', '--folder', folder, ...args);
    return { program, ready: benchReadySchema.parse(JSON.parse(await program.firstLine)) };
  };
  const openLine = async (path: string | null) => {
    const opened = await createSerialportOpener().open(path ?? '', { baudRate: 115_200 });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problem));
    lines.push(opened.value);
    const lost = new Promise<string>((resolve) => opened.value.onClose(({ code }) => resolve(code)));
    return { line: opened.value, heard: listenTo(opened.value), lost };
  };
  const oneBoard = async (control: string) => {
    const { boards } = await ask(control, 'make-boards', { count: 1, personality: '1.6.5' });
    const [made] = boards;
    if (made === undefined) throw new Error('no board was made');
    return made;
  };
  /** Plugs a new board into slot 1, opens its line and enters configuration mode. */
  const boardAtPrompt = async (control: string) => {
    const { board, mac } = await oneBoard(control);
    const { path } = await ask(control, 'plug', { board, slot: 1 });
    const { line, heard, lost } = await openLine(path);
    await ask(control, 'press', { board, buttons: 'enter-configuration' });
    await heard.until((text) => text.endsWith(prompt));
    return { board, mac, path, line, heard, lost };
  };

  it('takes a board the whole way: plugged, set up over its line, enrolled, registered by itself', async () => {
    const { ready } = await startBench('--boards', '1');
    const { control, linesFolder, wifi, dps } = ready;
    if (dps === null) throw new Error('the bench has no cloud');
    const finder = createByIdFinder({ folder: linesFolder, intervalInMs: 1000 });
    expect(await finder.list()).toEqual({ ok: true, value: [] });
    const { board, mac, path, heard, lost } = await boardAtPrompt(control);
    expect(await finder.list()).toEqual({
      ok: true,
      value: [{ path, usbSerial: board, vendorId: '0483', productId: '374b' }],
    });

    expect(await heard.command('version')).toContain('DevKitSDK version: 1.6.5\r\n');
    await heard.command(`set_wifissid ${wifi.ssid}`);
    expect((await stat(wifi.passwordFile)).mode & 0o777).toBe(0o600);
    const password = await readFile(wifi.passwordFile, 'utf8');
    expect(await heard.command(`set_wifipwd ${password}`)).not.toContain(password);
    expect(await heard.command(`set_dps_uds ${secret}`)).toBe(
      `set_dps_uds ${'*'.repeat(64)}\r\nInvalid UDS.\r\nINFO: Set DPS UDS successfully.\r\n${prompt}`,
    );
    expect(await heard.command('exit')).toContain('exit\r\nReboot\r\n');
    // Not enrolled yet: the board tries once and is refused.
    await heard.until((text) => text.includes('registration failed!'));
    const unplugged = await ask(control, 'unplug', { board });
    expect(unplugged).toMatchObject({ mode: 'off', slot: null, path: null, secretWrites: 1 });
    expect(await lost).toBe('line-lost');
    expect(existsSync(path ?? '')).toBe(false);

    const recipe = recipeSchema.parse(JSON.parse(await readFile(ready.recipeFile, 'utf8')));
    const [bin, map] = await Promise.all(
      [recipe.firmware.bin, recipe.firmware.map].map(async ({ file, sha256 }) => {
        const bytes = await readFile(join(dirname(ready.recipeFile), file));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
        return bytes;
      }),
    );
    const image = measureFirmwareImage({ bin: bin ?? Buffer.alloc(0), map: map ?? Buffer.alloc(0) });
    if (!image.ok) throw new Error(image.problem.code);
    const registrationId = `az-${mac}v1v6v5`;
    const derived = deriveMxchipIdentity({ uds: Buffer.from(secret, 'hex'), image: image.value, registrationId });
    if (!derived.ok) throw new Error(derived.problem.code);
    expect(await enroll(dps, registrationId, derived.value.identity.certificatePem)).toBe(200);

    const { boards } = await ask(control, 'power-up', { boards: [board] });
    expect(boards).toMatchObject([
      {
        registeredWith: registrationId,
        lastRegistration: expect.stringMatching(/^assigned /),
        mode: 'off',
        powerUps: 2,
      },
    ]);
    const fingerprint = createHash('sha256').update(Buffer.from(secret, 'hex')).digest('hex').slice(0, 16);
    expect(boards[0]?.udsFingerprint).toBe(fingerprint);
    const { sha256Thumbprint } = derived.value.identity;
    expect(await ask(control, 'dps-book', {})).toEqual({
      enrollments: [
        { registrationId, sha256Thumbprint, provisioningStatus: 'enabled', registrationStatus: 'assigned' },
      ],
    });
    expect(await ask(control, 'dps-counters', {})).toMatchObject({ created: 1, registrations: 1 });
    const state = await ask(control, 'state', {});
    expect(state).toMatchObject({ operatorActions: 3, plugs: 1, presses: 1, scans: 0, secretWrites: 1 });
    expect(state.boards).toHaveLength(2);
  });

  it('passes faults of the cloud on', async () => {
    const { ready } = await startBench();
    const faults = await ask(ready.control, 'dps-faults', { outage: 'refuse', latencyInMs: 5 });
    expect(faults).toMatchObject({ outage: 'refuse', latencyInMs: 5 });
  });

  it('scans: the text and CR on a line of its own', async () => {
    const { ready } = await startBench('--no-dps');
    const { heard } = await openLine(ready.scannerPath);
    await ask(ready.control, 'scan', { text: 'AB-0001;c8:93:46:84:1a:81' });
    expect(await heard.until((text) => text.endsWith('\r'))).toBe('AB-0001;c8:93:46:84:1a:81\r');
    expect(await ask(ready.control, 'state', {})).toMatchObject({ scans: 1, operatorActions: 1 });
  });

  it('shows a cable that comes off in the middle of a write', async () => {
    const { ready } = await startBench('--no-dps');
    const { board, line, heard, lost } = await boardAtPrompt(ready.control);
    await ask(ready.control, 'fault', { board, fault: 'unplug-in-write' });
    await line.write(Buffer.from(`set_dps_uds ${secret}\r`));
    expect(await lost).toBe('line-lost');
    expect(await heard.until(() => true)).not.toContain('INFO');
    const gone = await eventually(
      () => ask(ready.control, 'state', {}),
      (state) => state.boards[0]?.slot === null,
    );
    expect(gone).toMatchObject({ boards: [{ mode: 'off', path: null, secretWrites: 1 }], operatorActions: 2 });
    // The slot is free again, and what was stored is still there.
    await ask(ready.control, 'fault', { board, fault: 'none' });
    expect(await ask(ready.control, 'plug', { board, slot: 1 })).toMatchObject({ secretWrites: 1, slot: 1 });
  });

  it('shows a reset in the middle of a write, and a console that never starts', async () => {
    const { ready } = await startBench('--no-dps');
    const { board, heard } = await boardAtPrompt(ready.control);
    await ask(ready.control, 'fault', { board, fault: 'reboot-in-write' });
    const said = await heard.command(`set_dps_uds ${secret}`);
    expect(said).toContain('** MXChip - Microsoft IoT Developer Kit **');
    expect(said).not.toContain('INFO: Set DPS UDS');
    await ask(ready.control, 'fault', { board, fault: 'silence' });
    await ask(ready.control, 'press', { board, buttons: 'enter-configuration' });
    await eventually(
      () => ask(ready.control, 'state', {}),
      (state) => state.boards[0]?.mode === 'silent',
    );
  });

  it('says its MAC in AP mode', async () => {
    const { ready } = await startBench('--no-dps');
    const { board, mac } = await oneBoard(ready.control);
    const { path } = await ask(ready.control, 'plug', { board, slot: 2 });
    const { heard } = await openLine(path);
    await ask(ready.control, 'press', { board, buttons: 'enter-ap' });
    expect(await heard.until((text) => text.includes('the system settings.'))).toContain(
      `AP mode Wi-Fi AZ-${mac} started .`,
    );
  });

  it('refuses bad input on the control link with a sentence and goes on', async () => {
    const { ready } = await startBench('--no-dps', '--boards', '2');
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
    const readyFile = join(folder, 'ready.json');
    const { program, ready } = await startBench('--no-dps', '--ready-file', readyFile);
    const { path, lost } = await boardAtPrompt(ready.control);
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

  it('takes its lines along even when it is killed', async () => {
    const { program, ready } = await startBench('--no-dps');
    const { lost } = await boardAtPrompt(ready.control);
    const finder = createByIdFinder({ folder: ready.linesFolder, intervalInMs: 1000 });
    program.child.kill('SIGKILL');
    await program.exit;
    // The terminal goes only when its socat goes.
    expect(await lost).toBe('line-lost');
    expect(await finder.list()).toEqual({ ok: true, value: [] });
  });

  it('keeps boards and their memory over a restart with --state', async () => {
    const first = await startBench('--no-dps', '--state');
    const { board, mac, heard } = await boardAtPrompt(first.ready.control);
    await heard.command(`set_dps_uds ${secret}`);
    first.program.child.kill('SIGKILL');
    await first.program.exit;
    const second = await startBench('--no-dps', '--state');
    const { boards } = await ask(second.ready.control, 'state', {});
    expect(boards).toMatchObject([{ board, mac, secretWrites: 1, slot: null, mode: 'off' }]);
    expect(boards[0]?.udsFingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  it('offers boards alone as the program board', async () => {
    const program = start('board', '--count', '2', '--personality', '1.3.0', '--folder', folder);
    const schema = z.object({
      boards: z.array(z.strictObject({ board: z.string(), mac: z.string(), path: z.string() })),
      control: z.url(),
      recipeFile: z.string(),
      scannerPath: z.string(),
      wifi: z.strictObject({ ssid: z.string(), passwordFile: z.string() }),
    });
    const said = schema.parse(JSON.parse(await program.firstLine));
    expect(said.boards).toHaveLength(2);
    const recipe = recipeSchema.parse(JSON.parse(await readFile(said.recipeFile, 'utf8')));
    expect(recipe.firmware.version).toBe('1.3.0');
    const [, second] = said.boards;
    const { heard } = await openLine(second?.path ?? null);
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
    ['--folder must not be empty', ['bench', '--folder', '']],
    ["Unknown option '--colour'", ['bench', '--colour', 'red']],
    ['cannot be read', ['board', '--dps', '/no/such/file']],
    ['is not what a simulated DPS writes', ['board', '--dps', import.meta.filename]],
    ['contradict', ['bench', '--folder', 'x', '--dps', 'y', '--no-dps']],
  ])('says "%s" and ends with 2', async (sentence, args) => {
    const program = start(...args);
    await expect(program.firstLine).rejects.toThrow(sentence);
    expect(await program.exit).toBe(2);
  });
});
