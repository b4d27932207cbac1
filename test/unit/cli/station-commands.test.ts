import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dpsReadySchema } from '../../../src/shared/bench.ts';
import { ask, eventually } from '../board/bench-program.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/* The commands of a station as programs: the demo, and one line set up by hand from its parts. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

const demoKeys = [
  'units',
  'passed',
  'failed',
  'delivered',
  'parked',
  'registered',
  'secretWrites',
  'operatorActions',
  'wallSeconds',
] as const;

describe('demo', () => {
  it('prints one object with --json, and the same seed gives the same counts', async () => {
    const args = ['demo', '--units', '4', '--slots', '2', '--seed', '7', '--json'];
    const runs = [await terminal.run(args), await terminal.run(args)];
    const counts = runs.map((ran) => {
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(ran.stdout.trim().split('\n')).toHaveLength(1);
      const { wallSeconds: _, ...rest } = JSON.parse(ran.stdout) as Record<string, number>;
      return rest;
    });
    // 4 scans, 4 plugs, 4 presses, 4 unplugs: nobody was asked for more than the board needs.
    expect(counts[0]).toMatchObject({
      units: 4,
      passed: 4,
      failed: 0,
      delivered: 4,
      parked: 0,
      registered: 4,
      proved: 4,
      secretWrites: 4,
      operatorActions: 16,
    });
    for (const key of demoKeys) expect(Object.keys(JSON.parse(runs[0]?.stdout ?? '{}'))).toContain(key);
    const judged = (one: Record<string, number> | undefined) => demoKeys.map((key) => one?.[key]);
    expect(judged(counts[1])).toEqual(judged(counts[0]));
  }, 180_000);

  it('with --outage nothing is lost or doubled; people see progress and a table', async () => {
    const ran = await terminal.run(['demo', '--units', '4', '--slots', '2', '--outage']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/network is cut/);
    expect(ran.stdout).toMatch(/passed \/ failed +4 \/ 0/);
    expect(ran.stdout).toMatch(/delivered \/ parked +4 \/ 0/);
    expect(ran.stdout).toMatch(/registered by themselves +4/);
  }, 180_000);
});

const boardsSchema = z.object({
  boards: z.array(z.object({ board: z.string(), mac: z.string(), path: z.string() })),
  control: z.string(),
  recipeFile: z.string(),
});

async function line(count: number) {
  const readyFile = join(terminal.folder, 'dps.json');
  const dps = await terminal.start([
    'simulate',
    'dps',
    '--ready-file',
    readyFile,
    '--folder',
    join(terminal.folder, 'dps'),
  ]);
  const ready = dpsReadySchema.parse(JSON.parse(dps.line));
  const simulated = await terminal.start([
    ...['simulate', 'board', '--personality', '1.6.5', '--count', String(count)],
    ...['--dps', readyFile, '--folder', join(terminal.folder, 'boards')],
  ]);
  const { boards, control, recipeFile } = boardsSchema.parse(JSON.parse(simulated.line));
  const provision = (index: number, serial: string, ...more: string[]) => [
    ...['provision', '--recipe', recipeFile, '--port', boards[index]?.path ?? '', '--serial', serial],
    ...['--mac', boards[index]?.mac ?? '', '--connection-string-file', readyFile, ...more],
  ];
  return { ready, readyFile, boards, control, recipeFile, provision };
}

it('a line of its parts: a person is asked, a unit passes, is delivered, listed, exported, and registers', async () => {
  const { ready, boards, control, provision } = await line(2);
  expect(ready.host).not.toContain(':');
  const [first, second] = boards;
  if (first === undefined || second === undefined) throw new Error('two boards were asked for');

  const lines: string[] = [];
  const pressed: Promise<unknown>[] = [];
  const ran = await terminal.run(provision(0, 'SN1'), '', (text) => {
    lines.push(text);
    if (/Hold button A/.test(text) && pressed.length === 0)
      pressed.push(ask(control, 'press', { board: first.board, buttons: 'enter-configuration' }));
  });
  await Promise.all(pressed);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(pressed).toHaveLength(1);
  expect(lines.at(-1)).toBe('SN1: PASSED, enrollment delivered');
  expect(lines).toContain('Writing the secret. Do not unplug.');

  // The second board waits at its prompt already, as a fixture leaves it; a script reads JSON.
  await ask(control, 'press', { board: second.board, buttons: 'enter-configuration' });
  await eventually(
    () => ask(control, 'state', {}),
    ({ boards: all }) => all.find((one) => one.board === second.board)?.mode === 'configuration',
  );
  const scripted = await terminal.run(provision(1, 'SN2', '--json'));
  expect(scripted).toMatchObject({ code: 0, stderr: '' });
  const result = JSON.parse(scripted.stdout) as Record<string, string>;
  const registrationId = `az-${second.mac}v1v6v5`;
  expect(result).toMatchObject({
    serial: 'SN2',
    outcome: 'passed',
    problem: null,
    registrationId,
    enrollment: 'delivered',
  });

  const again = await terminal.run(provision(1, 'SN2', '--json'));
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(JSON.parse(again.stderr)).toMatchObject({ problem: { code: 'serial-already-passed' } });

  const [waiting, all, ndjson, csv, doctor] = await Promise.all([
    terminal.run(['outbox', 'list', '--json']),
    terminal.run(['outbox', 'list', '--all', '--json']),
    terminal.run(['export', '--format', 'ndjson']),
    terminal.run(['export', '--format', 'csv']),
    terminal.run(['doctor', '--json']),
  ]);
  expect(waiting).toMatchObject({ code: 0, stdout: '' });
  const items = all.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(items).toMatchObject([
    { serial: 'SN1', state: 'delivered', attempts: 1 },
    { serial: 'SN2', state: 'delivered', registrationId, fingerprint: result['sha256'] },
  ]);
  const jobs = ndjson.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(jobs).toMatchObject([
    { serial: 'SN1', outcome: 'passed', mode: 'training' },
    { serial: 'SN2', outcome: 'passed', registrationId, hardwareId: second.board, actor: 'terminal' },
  ]);
  const [head = '', ...rows] = csv.stdout.trim().split('\n');
  expect(head.split(',')).toEqual(Object.keys(jobs[0]));
  expect(rows.map((row) => row.split(',')[0])).toEqual(['SN1', 'SN2']);
  expect(doctor.stderr).toBe('');
  expect(doctor.stdout).toMatch(/database/);

  await ask(control, 'unplug', { board: second.board });
  const { boards: powered } = await ask(control, 'power-up', { boards: [second.board] });
  expect(powered[0]).toMatchObject({ registeredWith: registrationId, secretWrites: 1 });
}, 180_000);

it('without a network a unit passes and waits; flush says why, and delivers when the way is free', async () => {
  const { ready, boards, control, provision, readyFile, recipeFile } = await line(1);
  const [board] = boards;
  if (board === undefined) throw new Error('a board was asked for');
  await ask(control, 'press', { board: board.board, buttons: 'enter-configuration' });
  // A port on which nobody listens.
  const nobody = terminal.file('nobody.json', JSON.stringify({ ...ready, port: 9 }));
  const ran = await terminal.run(provision(0, 'SN1', '--json').map((word) => (word === readyFile ? nobody : word)));
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'passed', enrollment: 'pending' });
  expect(JSON.parse(ran.stderr)).toMatchObject({ problem: { code: 'network-down' } });
  const listed = await terminal.run(['outbox', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ serial: 'SN1', state: 'pending' });
  const retried = await terminal.run(['outbox', 'retry', '1', '--json']);
  expect(retried).toMatchObject({ code: 1, stdout: '' });
  expect(JSON.parse(retried.stderr)).toMatchObject({ problem: { code: 'item-not-parked' } });

  const settings = (port: number) => {
    const { idScope, host: globalEndpoint, caFile } = ready;
    const instance = { connectionStringSecret: 'plant', idScope, globalEndpoint, port, caFile };
    terminal.file('data/settings.json', JSON.stringify({ recipe: recipeFile, dps: { default: instance } }));
  };
  const secret = terminal.file('connection.txt', `${ready.serviceConnectionString}\n`);
  settings(9);
  expect(await terminal.run(['vault', 'set', 'plant', '--file', secret])).toMatchObject({ code: 0, stderr: '' });
  const blocked = await terminal.run(['outbox', 'flush', '--json']);
  expect(blocked.code).toBe(1);
  expect(JSON.parse(blocked.stdout)).toMatchObject({ pending: 1, delivered: 0, pause: { code: 'network-down' } });
  settings(ready.port);
  const flushed = await terminal.run(['outbox', 'flush', '--json']);
  expect(flushed).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(flushed.stdout)).toMatchObject({ pending: 0, delivered: 1, parked: 0, pause: null });
  const doctor = await terminal.run(['doctor']);
  expect(doctor.stdout).toMatch(/DPS default/);
  expect(doctor.stdout + doctor.stderr).not.toContain(ready.serviceConnectionString.split('SharedAccessKey=')[1]);
}, 180_000);
