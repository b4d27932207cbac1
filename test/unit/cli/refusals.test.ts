import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benchRecipe, firmwareFile } from '../../../src/simulation/board/bench-recipe.ts';
import { buildFirmware } from '../../../src/simulation/board/firmware.ts';
import { openTerminal, type Ran, type Terminal } from './terminal.ts';

/* What the commands refuse: every refusal is a sentence with a remedy and a code, and nothing was changed. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

function problemOf({ stderr }: Ran): { code: string; title: string; remedy: string } {
  const lines = stderr.trim().split('\n');
  const { problem } = JSON.parse(lines[0] ?? '') as { problem: { code: string; title: string; remedy: string } };
  expect(`${problem.title} ${problem.remedy}`).not.toMatch(/undefined|[{}]/);
  return problem;
}

function settings(value: unknown): void {
  mkdirSync(join(terminal.folder, 'data'), { recursive: true });
  writeFileSync(
    join(terminal.folder, 'data', 'settings.json'),
    typeof value === 'string' ? value : JSON.stringify(value),
  );
}

/** A recipe of a bench with its files beside it. */
function recipeFile(change: (recipe: ReturnType<typeof benchRecipe>) => unknown = (recipe) => recipe): string {
  const build = buildFirmware({ version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' });
  terminal.file(`${firmwareFile}.bin`, build.bin);
  terminal.file(`${firmwareFile}.map`, build.map);
  return terminal.file('recipe.json', JSON.stringify(change(benchRecipe(build, '.'))));
}
const provision = (recipe: string, ...more: string[]) => [
  'provision',
  '--recipe',
  recipe,
  '--port',
  '/dev/no-such-port',
  '--serial',
  'SN1',
  '--mac',
  'c8934680ec24',
  '--json',
  ...more,
];
const key = Buffer.alloc(32, 9).toString('base64');
const connection = (host: string): string => `HostName=${host};SharedAccessKeyName=owner;SharedAccessKey=${key}\n`;

describe('words', () => {
  it('--help names every command, and each command helps', async () => {
    const help = await terminal.run(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    const commands = ['demo', 'provision', 'identity', 'simulate', 'outbox', 'export', 'vault', 'doctor'];
    for (const command of commands) expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    const helps = await Promise.all(commands.map((command) => terminal.run([command, '--help'])));
    for (const one of helps) expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(await terminal.run(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('wrong use ends with 2 and a sentence', async () => {
    const tries = [
      ['dance'],
      [],
      ['outbox', 'dance'],
      ['outbox', 'retry', 'zero'],
      ['outbox', 'retry'],
      ['export'],
      ['export', '--format', 'xml'],
      ['demo', '--units', 'many'],
      ['demo', '--slots', '17'],
      ['demo', '--seed', '-1'],
      ['doctor', '--colour'],
      ['provision', '--recipe', 'mxchip-devkit'],
      ['simulate', 'board'],
      ['outbox', 'list', '--mode', 'holiday'],
    ];
    const all = await Promise.all(tries.map((args) => terminal.run(args)));
    expect(all.map(({ code }, index) => ({ args: tries[index], code }))).toEqual(
      tries.map((args) => ({ args, code: 2 })),
    );
    for (const { stderr } of all) expect(stderr).toMatch(/\w/);
  });
});

describe('settings', () => {
  it.each<[unknown, string]>([
    ['{"mode":', 'JSON'],
    [{ mode: 'holiday' }, 'mode'],
    [{ colour: 'red' }, 'colour'],
    [{ slots: 17 }, 'slots'],
    [{ dps: { default: { connectionStringSecret: 'a', idScope: 'x' } } }, 'dps.default.idScope'],
    [{ dps: { default: { connectionStringSecret: 'a', connectionString: connection('x') } } }, 'connectionString'],
  ])('%j is refused and names %s', async (value, named) => {
    settings(value);
    const ran = await terminal.run(['outbox', 'list', '--json']);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    const problem = problemOf(ran);
    expect(problem).toMatchObject({ code: 'settings-invalid', title: expect.stringContaining(named) });
    expect(problem.remedy).toContain('settings.json');
    expect(ran.stderr).not.toContain(key);
  });
});

describe('modes', () => {
  it('training refuses a live host, production the simulator; the key is not repeated', async () => {
    const recipe = recipeFile();
    const live = terminal.file('live.txt', connection('plant.azure-devices-provisioning.net'));
    const simulated = terminal.file('simulated.txt', connection('localhost'));
    const [training, production] = await Promise.all([
      terminal.run(provision(recipe, '--connection-string-file', live, '--data', join(terminal.folder, 'one'))),
      terminal.run(
        provision(
          recipe,
          '--connection-string-file',
          simulated,
          '--mode',
          'production',
          '--data',
          join(terminal.folder, 'two'),
        ),
      ),
    ]);
    expect(training).toMatchObject({ code: 1, stdout: '' });
    expect(problemOf(training)).toMatchObject({
      code: 'service-in-training',
      title: expect.stringContaining('plant.azure'),
    });
    expect(production).toMatchObject({ code: 1, stdout: '' });
    expect(problemOf(production)).toMatchObject({ code: 'simulator-in-production' });
    expect(training.stderr + production.stderr).not.toContain(key);
  });

  it.each([
    ['nonsense', /^connection-string-invalid$/],
    [`${connection('localhost').trim()};DeviceId=d1`, /^connection-string-invalid$/],
    ['{"not":"a ready file"}', /^connection-string-invalid$/],
  ])('a connection string like %j is refused', async (text, code) => {
    const ran = await terminal.run(provision(recipeFile(), '--connection-string-file', terminal.file('c.txt', text)));
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(problemOf(ran).code).toMatch(code);
    expect(ran.stderr).not.toContain(key);
  });
});

describe('recipes', () => {
  it.each<[string, () => string, string]>([
    ['a name nobody knows', () => 'no-such-recipe', 'recipe-not-found'],
    ['a missing file', () => join(terminal.folder, 'none.json'), 'recipe-not-found'],
    ['junk', () => terminal.file('junk.json', 'schema: 1'), 'recipe-invalid'],
    ['an unknown key', () => recipeFile((recipe) => ({ ...recipe, colour: 'red' })), 'recipe-invalid'],
    ['a missing part', () => recipeFile(({ secret: _, ...recipe }) => recipe), 'recipe-invalid'],
    [
      'a pattern that is none',
      () => recipeFile((recipe) => ({ ...recipe, label: { pattern: '(?<serial>' } })),
      'recipe-invalid',
    ],
    [
      'a pattern without a serial',
      () => recipeFile((recipe) => ({ ...recipe, label: { pattern: '.*' } })),
      'recipe-invalid',
    ],
    [
      'a missing image',
      () =>
        recipeFile((recipe) => ({
          ...recipe,
          firmware: { ...recipe.firmware, bin: { ...recipe.firmware.bin, file: 'none.bin' } },
        })),
      'file-unreadable',
    ],
    [
      'a changed image',
      () => {
        const recipe = recipeFile();
        const bin = readFileSync(join(terminal.folder, `${firmwareFile}.bin`));
        bin.writeUInt8(bin.readUInt8(0x3000) ^ 1, 0x3000);
        terminal.file(`${firmwareFile}.bin`, bin);
        return recipe;
      },
      'firmware-hash-mismatch',
    ],
  ])('%s is refused', async (_, recipe, code) => {
    const ran = await terminal.run(provision(recipe()));
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(problemOf(ran).code).toBe(code);
  });

  it.each<[string, { idScope?: string; globalEndpoint?: string }]>([
    ['scope', { idScope: '0ne00AAAAAA' }],
    ['endpoint', { globalEndpoint: '127.0.0.1' }],
  ])('an image that was made for another instance (%s) is refused before the first unit', async (_, other) => {
    terminal.file('ca.pem', '');
    settings({
      dps: {
        default: {
          connectionStringSecret: 'dps',
          idScope: '0ne00000001',
          globalEndpoint: 'localhost',
          port: 9,
          ...other,
        },
      },
    });
    const stored = await terminal.run([
      'vault',
      'set',
      'dps',
      '--file',
      terminal.file('c.txt', connection('localhost')),
    ]);
    expect(stored).toMatchObject({ code: 0, stderr: '' });
    const ran = await terminal.run(provision(recipeFile()));
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(problemOf(ran)).toMatchObject({ code: 'firmware-other-instance' });
  });
});

it('a changed image is what the hash says it is', () => {
  const build = buildFirmware({ version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' });
  expect(benchRecipe(build, '.').firmware.bin.sha256).toBe(createHash('sha256').update(build.bin).digest('hex'));
});
