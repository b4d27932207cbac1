import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectBench } from '../../src/main/cli/demo/bench-control.ts';
import type { BenchBoard } from '../../src/shared/bench.ts';
import { cli, cliUntilReady, scratch } from './run-cli.ts';

const root = join(import.meta.dirname, '../..');

/** Presses what a person would press once the station holds the line. */
async function pressWhenAsked(control: string, board: string, run: Promise<unknown>): Promise<void> {
  let over = false;
  void run.finally(() => {
    over = true;
  });
  const bench = connectBench(control);
  // A person who tries again until it works; each try waits for what the board then does.
  while (!over) {
    const { boards } = await bench.call('state', {});
    const mode = boards.find((one) => one.board === board)?.mode;
    if (mode === 'user') await bench.call('press', { board, buttons: 'enter-configuration' });
    if (mode === 'configuration') return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function benchWithCloud(folder: string, personality = '1.6.5') {
  const readyFile = join(folder, 'ready.json');
  const dps = await cliUntilReady(['simulate', 'dps', '--ready-file', readyFile]);
  const boards = await cliUntilReady([
    'simulate',
    'board',
    '--personality',
    personality,
    '--count',
    '1',
    '--dps',
    readyFile,
  ]);
  return {
    dps,
    readyFile,
    control: String(boards['control']),
    board: (boards['boards'] as BenchBoard[])[0] as BenchBoard,
    recipe: String(boards['recipeFile']),
  };
}

describe('one unit at the terminal', () => {
  it('says the same in the ready file and on standard output', async () => {
    const folder = scratch();
    const { dps, readyFile } = await benchWithCloud(folder);
    expect(Object.keys(dps).sort()).toEqual(['caFile', 'host', 'idScope', 'port', 'serviceConnectionString']);
    expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toEqual(dps);
    expect(String(dps['host'])).not.toContain(':');
  });

  it.each(['1.3.0', '1.6.5', '2.0.0'])(
    'provisions, delivers and refuses it a second time (firmware %s)',
    async (personality) => {
      const folder = scratch();
      const data = join(folder, 'data');
      const { readyFile, control, board, recipe } = await benchWithCloud(folder, personality);
      const unit = ['--recipe', recipe, '--port', String(board.path), '--serial', 'SN-0001', '--mac', board.mac];
      const args = ['provision', ...unit, '--connection-string-file', readyFile, '--data', data, '--json'];
      const run = cli(args);
      await pressWhenAsked(control, board.board, run);
      const first = await run;
      expect(first.code).toBe(0);
      // At most what the person had to do was said beside the JSON.
      expect(first.err).toMatch(/^(Hold button A[^\n]*\n)*$/);
      const id = `az-${board.mac}v${personality.replaceAll('.', 'v')}`;
      expect(JSON.parse(first.out)).toMatchObject({
        serial: 'SN-0001',
        outcome: 'passed',
        registrationId: id,
        enrollment: 'delivered',
      });

      const bench = connectBench(control);
      const { boards } = await bench.call('state', {});
      expect(boards[0]).toMatchObject({ secretWrites: 1 });

      const second = await cli(args);
      expect(second.code).toBe(1);
      expect(second.err).toContain('serial-already-passed');

      const exported = await cli(['export', '--format', 'ndjson', '--data', data]);
      expect(JSON.parse(exported.out)).toMatchObject({
        serial: 'SN-0001',
        outcome: 'passed',
        registrationId: id,
        mode: 'training',
      });
      const csv = (await cli(['export', '--format', 'csv', '--data', data])).out.trim().split('\n');
      expect(csv).toHaveLength(2);
      expect(csv[0]).toMatch(/^serial,/);
      const listed = await cli(['outbox', 'list', '--all', '--data', data, '--json']);
      expect(JSON.parse(listed.out)).toMatchObject({ state: 'delivered', registrationId: id });
      expect((await cli(['doctor', '--data', data, '--json'])).out).toContain('"about":"vault"');
    },
  );

  it('keeps a unit in the outbox without an instance, and delivers it once there is one', async () => {
    const folder = scratch();
    const data = join(folder, 'data');
    const { dps, control, board, recipe } = await benchWithCloud(folder);
    const unit = ['--recipe', recipe, '--port', String(board.path), '--serial', 'SN-7', '--mac', board.mac];
    const run = cli(['provision', ...unit, '--data', data, '--json']);
    await pressWhenAsked(control, board.board, run);
    expect(JSON.parse((await run).out)).toMatchObject({ outcome: 'passed', enrollment: 'pending' });

    const secret = join(folder, 'connection-string');
    writeFileSync(secret, `${String(dps['serviceConnectionString'])}\n`);
    expect((await cli(['vault', 'set', 'dps', '--file', secret, '--data', data])).code).toBe(0);
    const { idScope, host: globalEndpoint, port, caFile } = dps;
    const instance = { connectionStringSecret: 'dps', idScope, globalEndpoint, port, caFile };
    writeFileSync(join(data, 'settings.json'), JSON.stringify({ recipe, dps: { default: instance } }));
    const flushed = await cli(['outbox', 'flush', '--data', data, '--json']);
    expect(flushed).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(flushed.out)).toMatchObject({ delivered: 1, pending: 0, pause: null });
  });
});

describe('bad input at the terminal', () => {
  const provision = [
    'provision',
    '--recipe',
    'mxchip-devkit',
    '--port',
    '/nonexistent',
    '--serial',
    'SN-1',
    '--mac',
    'c89346e4e46e',
  ];
  const instance = { connectionStringSecret: 'dps', idScope: '0ne00000001', globalEndpoint: 'localhost' };
  const secretFor = (host: string): string =>
    `HostName=${host};SharedAccessKeyName=p;SharedAccessKey=${Buffer.alloc(32).toString('base64')}`;

  /** A data folder with settings and a vault secret. */
  async function folderWith(settings: unknown, secret: string | null = null, mode = 'training'): Promise<string> {
    const data = join(scratch(), 'data');
    mkdirSync(data);
    if (secret !== null)
      expect((await cli(['vault', 'set', 'dps', '--file', '-', '--data', data, '--mode', mode], secret)).code).toBe(0);
    writeFileSync(join(data, 'settings.json'), typeof settings === 'string' ? settings : JSON.stringify(settings));
    return data;
  }

  it.each([
    ['an unknown key', { slotz: 3 }, 'slotz'],
    ['seventeen slots', { slots: 17 }, 'slots'],
    ['no JSON', '{', 'settings.json'],
  ])('refuses settings with %s and names it', async (_, settings, named) => {
    const run = await cli([...provision, '--data', await folderWith(settings)]);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(named);
    expect(run.err).toContain('->');
  });

  it('refuses the simulator in production and a live host in training', async () => {
    const production = await folderWith(
      { mode: 'production', dps: { default: instance } },
      secretFor('localhost'),
      'production',
    );
    expect((await cli([...provision, '--data', production])).err).toContain('belongs to the simulator');
    const training = await folderWith(
      { dps: { default: instance } },
      secretFor('plant.azure-devices-provisioning.net'),
    );
    expect((await cli([...provision, '--data', training])).err).toContain('training mode');
  });

  it('refuses an image made for another instance before anything is started', async () => {
    const data = await folderWith({ dps: { default: { ...instance, idScope: '0neOTHER' } } }, secretFor('localhost'));
    const run = await cli([...provision, '--data', data]);
    expect(run.code).toBe(1);
    expect(run.err).toContain('0neOTHER');
  });

  it.each([
    ['a recipe that is not there', 'nothing-like-it', 'mxchip-devkit'],
    ['a recipe that is junk', 'junk.json', 'no JSON'],
    ['a firmware file that was changed', 'changed/mxchip-devkit.json', 'not the one the recipe was made for'],
  ])('refuses %s', async (_, recipe, said) => {
    const folder = scratch();
    mkdirSync(join(folder, 'changed'));
    mkdirSync(join(folder, 'bench'));
    writeFileSync(join(folder, 'junk.json'), 'junk');
    copyFileSync(join(root, 'resources/recipes/mxchip-devkit.json'), join(folder, 'changed/mxchip-devkit.json'));
    copyFileSync(join(root, 'resources/bench/DevKitDPS.ino.map'), join(folder, 'bench/DevKitDPS.ino.map'));
    writeFileSync(join(folder, 'bench/DevKitDPS.ino.bin'), 'another build');
    const path = recipe.endsWith('.json') ? join(folder, recipe) : recipe;
    const run = await cli(['provision', '--recipe', path, '--port', 'x', '--serial', 'S1', '--data', folder]);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(said);
  });

  it('tells a missing port and a label that does not fit, and leaves the serial free', async () => {
    const data = await folderWith({});
    const missing = await cli([...provision, '--data', data, '--json']);
    expect(missing.code).toBe(1);
    expect(missing.err).toContain('port-not-found');
    const label = await cli([
      'provision',
      '--recipe',
      'mxchip-devkit',
      '--port',
      'x',
      '--serial',
      'S 1 !',
      '--data',
      data,
    ]);
    expect(label.err).toContain('does not look like a label');
    const again = await cli([...provision, '--data', data, '--json']);
    expect(again.err).toContain('port-not-found');
  });

  it('never repeats a malformed connection string', async () => {
    const file = join(scratch(), 'connection-string');
    writeFileSync(file, 'HostName=localhost;SharedAccessKeyName=p;SharedAccessKey=!!canary!!');
    const run = await cli([...provision, '--connection-string-file', file, '--data', scratch()]);
    expect(run.code).toBe(1);
    expect(run.err).toContain('SharedAccessKey is no base64');
    expect(run.err).not.toContain('canary');
  });

  it.each([
    [['fly']],
    [['outbox', 'retry', 'x']],
    [['export', '--format', 'xml']],
    [['demo', '--slots', '17']],
    [['provision']],
  ])('ends wrong use %j with code 2', async (args) => {
    const run = await cli([...args, ...(args[0] === 'outbox' || args[0] === 'export' ? ['--data', scratch()] : [])]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).not.toMatch(/\n\s+at /);
  });

  it('explains itself', async () => {
    const run = await cli(['--help']);
    expect(run.code).toBe(0);
    for (const command of ['demo', 'provision', 'identity', 'simulate', 'outbox', 'export', 'vault', 'doctor'])
      expect(run.out).toContain(command);
  });
});

describe('the demo', () => {
  const counted = ['units', 'passed', 'failed', 'delivered', 'parked', 'registered', 'secretWrites', 'operatorActions'];
  it('ends with one object, and counts the same for the same seed', async () => {
    const runs = await Promise.all(
      [1, 2].map(() => cli(['demo', '--units', '4', '--slots', '2', '--seed', '7', '--json'])),
    );
    const results = runs.map((run) => JSON.parse(run.out) as Record<string, number>);
    const [first, second] = results.map((result) => counted.map((name) => result[name]));
    expect(first).toEqual([4, 4, 0, 4, 0, 4, 4, 16]);
    expect(second).toEqual(first);
    expect(results.every((result) => typeof result['wallSeconds'] === 'number')).toBe(true);
  });

  it('survives an outage half way', async () => {
    const run = await cli(['demo', '--units', '6', '--slots', '3', '--outage', '--json']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({ passed: 6, delivered: 6, parked: 0, registered: 6, secretWrites: 6 });
  });
});
