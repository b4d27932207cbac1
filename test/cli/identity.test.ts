import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, scratch } from './run-cli.ts';

type Image = { map: string; bin: { length: number; seed?: string; fill?: number } };
type Case = {
  id: string;
  image: string;
  inputs: { uds: string; mac: string | null; firmwareVersion: string | null; registrationId: string | null };
  registrationId: string;
  outputs: { aliasCertPem: string; aliasCertSha256: string };
};
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/dice-vectors.json'), 'utf8')) as {
  images: Record<string, Image>;
  cases: Case[];
};
const cases = vectors.cases.filter((one) => one.registrationId.length <= 64);

/** The rule of the vectors: SHA-256 over the seed and a counter, or one byte repeated. */
function imageBytes({ bin }: Image): Buffer {
  if (bin.fill !== undefined) return Buffer.alloc(bin.length, bin.fill);
  const blocks: Buffer[] = [];
  for (let index = 0; index * 32 < bin.length; index++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(index);
    blocks.push(
      createHash('sha256')
        .update(bin.seed ?? '')
        .update(counter)
        .digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, bin.length);
}

function filesOf(folder: string, name: string): { bin: string; map: string } {
  const image = vectors.images[name];
  if (image === undefined) throw new Error(name);
  const [bin, map] = [join(folder, `${name}.bin`), join(folder, `${name}.map`)];
  writeFileSync(bin, imageBytes(image));
  writeFileSync(map, image.map);
  return { bin, map };
}

const caseOf = (id: string): Case => {
  const found = vectors.cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const seed = caseOf('seed-sample');

describe('identity mxchip', () => {
  it('writes the certificate of the old tool, byte for byte, from MAC and version', async () => {
    const folder = scratch();
    const { bin, map } = filesOf(folder, seed.image);
    const uds = join(folder, 'uds');
    writeFileSync(uds, `${seed.inputs.uds}\n`);
    const place = ['--bin', bin, '--map', map, '--uds-file', uds, '--out', join(folder, 'out')];
    const run = await cli([
      'identity',
      'mxchip',
      ...place,
      '--mac',
      '04:78:63:00:CD:50',
      '--firmware-version',
      '1.3.0',
      '--json',
    ]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(run.out)).toMatchObject({
      registrationId: seed.registrationId,
      sha256: seed.outputs.aliasCertSha256,
    });
    expect(readFileSync(join(folder, 'out', `${seed.registrationId}.pem`), 'utf8')).toBe(seed.outputs.aliasCertPem);
  });

  it('takes the secret from standard input', async () => {
    const folder = scratch();
    const { bin, map } = filesOf(folder, seed.image);
    const args = [
      '--bin',
      bin,
      '--map',
      map,
      '--uds-file',
      '-',
      '--registration-id',
      seed.registrationId,
      '--out',
      folder,
    ];
    expect((await cli(['identity', 'mxchip', ...args], seed.inputs.uds)).code).toBe(0);
    expect(readFileSync(join(folder, `${seed.registrationId}.pem`), 'utf8')).toBe(seed.outputs.aliasCertPem);
  });

  it('makes a secret in a new file that only its owner reads, and never overwrites one', async () => {
    const folder = scratch();
    const { bin, map } = filesOf(folder, 'A');
    const uds = join(folder, 'uds');
    const args = [
      'identity',
      'mxchip',
      '--bin',
      bin,
      '--map',
      map,
      '--generate-uds',
      uds,
      '--registration-id',
      'sn-1',
      '--out',
      folder,
    ];
    const first = await cli(args);
    expect(first.code).toBe(0);
    expect(statSync(uds).mode & 0o777).toBe(0o600);
    const secret = readFileSync(uds, 'utf8').trim();
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(first.out + first.err).not.toContain(secret);
    const again = await cli(args);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toContain('never overwritten');
    expect(readFileSync(uds, 'utf8').trim()).toBe(secret);
  });

  it('answers a batch line by line: order kept, bad lines numbered, the last of a repeated id wins', async () => {
    const folder = scratch();
    const out = join(folder, 'out');
    const line = (one: Case, registrationId = one.registrationId): string =>
      JSON.stringify({ uds: one.inputs.uds, registrationId, ...filesOf(folder, one.image) });
    const bad = [
      'no json',
      JSON.stringify({ uds: 'zz', registrationId: 'x', bin: 'x', map: 'x' }),
      line(seed, 'Upper'),
    ];
    const ff = caseOf('seed-last-two-ff');
    const lines = [...cases.map((one) => line(one)), ...bad, line(ff, 'twice'), line(seed, 'twice')];
    const run = await cli(['identity', 'mxchip', '--batch', '-', '--out', out], lines.join('\n'));
    expect(run.code).toBe(1);
    const answers = run.out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(answers).toHaveLength(lines.length);
    expect(answers.slice(0, cases.length)).toEqual(
      cases.map((one) => ({ registrationId: one.registrationId, sha256: one.outputs.aliasCertSha256 })),
    );
    const errors = answers.slice(cases.length, cases.length + bad.length);
    expect(errors.map((answer) => answer['line'])).toEqual([1, 2, 3].map((number) => cases.length + number));
    expect(errors.every((answer) => typeof answer['error'] === 'object')).toBe(true);
    expect(run.out + run.err).not.toContain(seed.inputs.uds);
    const twice = answers.at(-1);
    expect(twice?.['registrationId']).toBe('twice');
    const pem = readFileSync(join(out, 'twice.pem'), 'utf8');
    const der = Buffer.from(pem.split('\n')[1] ?? '', 'base64');
    expect(createHash('sha256').update(der).digest('hex')).toBe(twice?.['sha256']);
  });

  it.each([
    ['no secret', ['--registration-id', 'x'], 2],
    [
      'two ids',
      ['--uds-file', '-', '--registration-id', 'x', '--mac', '04786300cd50', '--firmware-version', '1.3.0'],
      2,
    ],
    ['a MAC without version', ['--uds-file', '-', '--mac', '04786300cd50'], 2],
    ['an id of 65', ['--uds-file', '-', '--registration-id', 'a'.repeat(65)], 1],
    ['a missing file', ['--uds-file', '/nonexistent', '--registration-id', 'x'], 1],
    ['an unknown option', ['--uds', 'x'], 2],
  ] as const)('refuses %s with words and exit code', async (_, args, code) => {
    const folder = scratch();
    const { bin, map } = filesOf(folder, 'A');
    const run = await cli(
      ['identity', 'mxchip', '--bin', bin, '--map', map, '--out', folder, ...args],
      seed.inputs.uds,
    );
    expect(run.code).toBe(code);
    expect(run.out).toBe('');
    expect(run.err).not.toMatch(/\n\s+at /);
    expect(run.err.length).toBeGreaterThan(20);
  });
});
