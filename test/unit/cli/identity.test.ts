import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diceVectors } from '../identity/vectors.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/* `identity mxchip` as a script uses it, against certificates that Microsoft's own tool made. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

const station = diceVectors.cases.filter((one) => /^[a-z0-9-]{1,64}$/.test(one.registrationId));
const derOf = (pem: string): Buffer => new X509Certificate(pem).raw;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const out = (): string => join(terminal.folder, 'out');
const identity = (...args: string[]) => ['identity', 'mxchip', ...args];
const [sample] = station;
if (sample === undefined) throw new Error('no vector');

describe('one identity', () => {
  it('from --uds-file and --registration-id, byte for byte; --json prints one object and nothing else', async () => {
    const { bin, map } = terminal.image(sample.image);
    const uds = terminal.file('uds.txt', `${sample.inputs.uds}\n`);
    const ran = await terminal.run(
      identity(
        '--bin',
        bin,
        '--map',
        map,
        '--uds-file',
        uds,
        '--registration-id',
        sample.registrationId,
        '--out',
        out(),
        '--json',
      ),
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const file = join(out(), sample.pemFileName);
    expect(readFileSync(file, 'latin1')).toBe(sample.outputs.aliasCertPem);
    const der = derOf(sample.outputs.aliasCertPem);
    expect(JSON.parse(ran.stdout)).toEqual({
      registrationId: sample.registrationId,
      sha1: createHash('sha1').update(der).digest('hex'),
      sha256: sha256(der),
      file,
    });
    expect(ran.stdout.trim().split('\n')).toHaveLength(1);
  });

  it('from standard input and --mac with --firmware-version, as a blank id in the sketch makes it', async () => {
    const { mac, firmwareVersion, uds } = sample.inputs;
    const { bin, map } = terminal.image(sample.image);
    const ran = await terminal.run(
      identity(
        '--bin',
        bin,
        '--map',
        map,
        '--uds-file',
        '-',
        '--mac',
        String(mac),
        '--firmware-version',
        String(firmwareVersion),
        '--out',
        out(),
      ),
      `${uds}\r\n`,
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(out(), sample.pemFileName), 'latin1')).toBe(sample.outputs.aliasCertPem);
    expect(ran.stdout).toContain(sha256(derOf(sample.outputs.aliasCertPem)));
    expect(ran.stdout).not.toContain(uds);
  });

  it('--generate-uds makes a new file of mode 0600 that gives the same certificate again, and spares an old one', async () => {
    const { bin, map } = terminal.image(sample.image);
    const secret = join(terminal.folder, 'secret.txt');
    const common = ['--bin', bin, '--map', map, '--registration-id', 'unit-1', '--out', out(), '--json'];
    const made = await terminal.run(identity(...common, '--generate-uds', secret));
    expect(made.code).toBe(0);
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    const hex = readFileSync(secret, 'utf8');
    expect(hex).toMatch(/^[0-9a-f]{64}\n$/);
    expect(made.stdout + made.stderr).not.toContain(hex.trim());
    const pem = readFileSync(join(out(), 'unit-1.pem'));
    const again = await terminal.run(identity(...common, '--uds-file', secret));
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(made.stdout));
    expect(readFileSync(join(out(), 'unit-1.pem')).equals(pem)).toBe(true);
    const refused = await terminal.run(identity(...common, '--generate-uds', secret));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({ problem: { code: 'file-exists' } });
    expect(readFileSync(secret, 'utf8')).toBe(hex);
  });

  it('wrong use is told with exit code 2, before anything is written', async () => {
    const { bin, map } = terminal.image(sample.image);
    const uds = terminal.file('uds.txt', sample.inputs.uds);
    const image = ['--bin', bin, '--map', map];
    const tries: string[][] = [
      identity(),
      identity('--out', out()),
      identity(...image, '--out', out(), '--registration-id', 'a'),
      identity(...image, '--out', out(), '--uds-file', uds),
      identity(
        ...image,
        '--out',
        out(),
        '--uds-file',
        uds,
        '--generate-uds',
        join(terminal.folder, 'new'),
        '--registration-id',
        'a',
      ),
      identity(...image, '--out', out(), '--uds-file', uds, '--registration-id', 'a', '--mac', 'c8934680ec24'),
      identity(...image, '--out', out(), '--uds-file', uds, '--mac', 'c8934680ec24'),
      identity('--batch', '-', '--bin', bin, '--out', out()),
      // A secret has no place among the arguments: there is no such option.
      identity(...image, '--out', out(), '--uds', sample.inputs.uds, '--registration-id', 'a'),
    ];
    await Promise.all(
      tries.map(async (args) => {
        const ran = await terminal.run(args);
        expect({ args, code: ran.code }).toEqual({ args, code: 2 });
        expect(ran.stderr).toMatch(/\w/);
        expect(ran.stderr).not.toContain(sample.inputs.uds);
      }),
    );
    expect(existsSync(out())).toBe(false);
    expect(existsSync(join(terminal.folder, 'new'))).toBe(false);
  });

  it('what cannot be done is a problem with exit code 1 and a remedy', async () => {
    const { bin, map } = terminal.image(sample.image);
    const uds = terminal.file('uds.txt', sample.inputs.uds);
    const short = terminal.file('short.txt', sample.inputs.uds.slice(2));
    const base = ['--out', out(), '--json'];
    const tries: [string[], string | RegExp][] = [
      [['--bin', bin, '--map', map, '--uds-file', short, '--registration-id', 'a'], /^uds-/],
      [
        ['--bin', bin, '--map', map, '--uds-file', join(terminal.folder, 'none'), '--registration-id', 'a'],
        'file-unreadable',
      ],
      [['--bin', bin, '--map', map, '--uds-file', uds, '--registration-id', 'Not_Legal!'], /^registration-id-/],
      [['--bin', bin, '--map', map, '--uds-file', uds, '--registration-id', 'a'.repeat(65)], /^registration-id-/],
      [['--bin', bin, '--map', map, '--uds-file', uds, '--registration-id', ''], /^registration-id-/],
      [['--bin', bin, '--map', map, '--uds-file', uds, '--mac', 'zz', '--firmware-version', '1.6.5'], 'mac-invalid'],
      [
        ['--bin', join(terminal.folder, 'none'), '--map', map, '--uds-file', uds, '--registration-id', 'a'],
        'file-unreadable',
      ],
      [['--bin', bin, '--map', bin, '--uds-file', uds, '--registration-id', 'a'], /^(map|riot|image|symbol)/],
    ];
    await Promise.all(
      tries.map(async ([args, code]) => {
        const ran = await terminal.run(identity(...args, ...base));
        expect({ args, code: ran.code, stdout: ran.stdout }).toEqual({ args, code: 1, stdout: '' });
        const { problem } = JSON.parse(ran.stderr) as { problem: { code: string; title: string; remedy: string } };
        expect(problem.code).toMatch(code);
        expect(`${problem.title}${problem.remedy}`).not.toMatch(/unknown|undefined|[{}]/);
        expect(ran.stderr).not.toContain(sample.inputs.uds.slice(2, 34));
      }),
    );
    expect(existsSync(out()) ? readdirSync(out()) : []).toEqual([]);
  });
});

describe('a batch', () => {
  it('answers every vector in its order with the hash of its certificate', async () => {
    const lines = station.map((one) => {
      const { bin, map } = terminal.image(one.image);
      return JSON.stringify({ uds: one.inputs.uds, registrationId: one.registrationId, bin, map });
    });
    const ran = await terminal.run(identity('--batch', '-', '--out', out(), '--json'), `${lines.join('\n')}\n`);
    expect(ran.code).toBe(0);
    const answers = ran.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toEqual(
      station.map((one) => ({ registrationId: one.registrationId, sha256: sha256(derOf(one.outputs.aliasCertPem)) })),
    );
    // A repeated id is legal: the last one's file stays.
    const last = new Map(station.map((one) => [one.pemFileName, one.outputs.aliasCertPem]));
    expect(readdirSync(out()).sort()).toEqual([...last.keys()].sort());
    for (const [name, pem] of last) expect(readFileSync(join(out(), name), 'latin1')).toBe(pem);
  });

  it('gives a bad line its number and goes on; the same from a file', async () => {
    const { bin, map } = terminal.image(sample.image);
    const { uds } = sample.inputs;
    const good = (registrationId: string) => JSON.stringify({ uds, registrationId, bin, map });
    const lines = [
      good('first'),
      `{"uds":"${uds}"`,
      '',
      JSON.stringify({ uds, registrationId: 'x', bin, map, more: 1 }),
      JSON.stringify({ uds: uds.slice(2), registrationId: 'x', bin, map }),
      JSON.stringify({ uds, registrationId: 'NO', bin, map }),
      JSON.stringify({ uds, registrationId: 'x', bin: 'none', map }),
      '[]',
      good('last'),
    ];
    const file = terminal.file('batch.ndjson', lines.join('\r\n'));
    const ran = await terminal.run(identity('--batch', file, '--out', out()));
    expect(ran.code).toBe(1);
    const answers = ran.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map((answer) => answer.registrationId ?? answer.line)).toEqual(['first', 2, 4, 5, 6, 7, 8, 'last']);
    for (const answer of answers.filter((one) => 'line' in one))
      expect(answer.error).toMatchObject({
        code: expect.any(String),
        title: expect.any(String),
        remedy: expect.any(String),
      });
    expect(ran.stdout + ran.stderr).not.toContain(uds.slice(2, 40));
    expect(readdirSync(out()).sort()).toEqual(['first.pem', 'last.pem']);
  });

  it('an empty batch is done, a missing one is a problem', async () => {
    expect(await terminal.run(identity('--batch', '-', '--out', out()), '')).toMatchObject({ code: 0, stdout: '' });
    const missing = await terminal.run(identity('--batch', join(terminal.folder, 'none'), '--out', out(), '--json'));
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(missing.stderr)).toMatchObject({ problem: { code: 'file-unreadable' } });
  });
});
