import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { valueFrom } from '../../doubles/books.ts';
import { openIdleStation } from '../../doubles/idle-station.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/* QA at a terminal: at a station of its own, and at one that another process owns. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

const unknown = ['verify', '=SN1 "x"', '--actor', 'Q-1'];

/** Judges a unit that no book knows and takes its evidence; what the pack's own script says. */
async function evidenceOfUnknown(): Promise<string> {
  const ran = await terminal.run([...unknown, '--json']);
  expect(ran).toMatchObject({ code: 1, stderr: '' });
  const verification = JSON.parse(ran.stdout);
  expect(verification).toMatchObject({ serial: '=SN1 "x"', slot: null, origin: { actor: 'Q-1', mode: 'training' } });
  expect(verification.state).toMatchObject({ verdict: 'fail', checks: [{ check: 'record', found: 'unknown' }] });
  const zip = join(terminal.folder, 'pack.zip');
  expect(await terminal.run(['evidence', '=SN1 "x"', '--out', zip])).toMatchObject({ code: 0, stderr: '' });
  execFileSync('mkdir', ['-p', join(terminal.folder, 'pack')]);
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip))))
    writeFileSync(join(terminal.folder, 'pack', name), bytes);
  const judged = spawnSync('sh', [join(terminal.folder, 'pack', 'verify.sh')], { encoding: 'utf8' });
  expect(judged).toMatchObject({ status: 0, stderr: '' });
  return judged.stdout;
}

/** A lot from opening to its report. */
async function lotLife(): Promise<void> {
  const opened = await terminal.run([
    'lot',
    'open',
    'week-7',
    '--size',
    '2',
    '--sample',
    '1',
    '--accept',
    '0',
    '--json',
  ]);
  expect(opened).toMatchObject({ code: 0, stderr: '' });
  const { lot } = JSON.parse(opened.stdout);
  expect(await terminal.run(['lot', 'add', 'week-7', 'SN8'])).toMatchObject({ code: 0, stderr: '' });
  const early = await terminal.run(['lot', 'close', 'week-7']);
  expect(early.code).toBe(1);
  expect(early.stderr).toContain('1 units are still to be looked at');
  expect((await terminal.run(['verify', 'SN9', '--lot', lot.id])).code).toBe(1);
  const status = await terminal.run(['lot', 'status', 'week-7']);
  expect(status.stdout).toContain('week-7: REJECTED  0 good, 1 bad, 0 open, 0 left of 1 (accept 0, reject 1)');
  expect((await terminal.run(['lot', 'close', 'week-7'])).stdout).toContain('REJECTED, closed');
  const csv = join(terminal.folder, 'lot.csv');
  expect(await terminal.run(['lot', 'report', lot.id, '--format', 'csv', '--out', csv])).toMatchObject({ code: 0 });
  expect(readFileSync(csv, 'utf8')).toMatch(/training,week-7,rejected,SN9,fail,record,terminal,/);
}

describe('at a station that nobody has open', () => {
  it('verify and evidence tell of a unit that no book knows', async () => {
    expect(await evidenceOfUnknown()).toContain('The pack is whole.');
  }, 120_000);

  it('lot opens, counts, closes and reports', lotLife, 120_000);

  it('refuses what makes no sense, in words', async () => {
    const wrong = async (...args: string[]) => {
      const { code, stderr } = await terminal.run(args);
      return `${code} ${stderr.split('\n')[0]}`;
    };
    expect(await wrong('verify', 'SN1', '--slot', 'x')).toMatch(/^2 .*"x" is no slot/);
    expect(await wrong('verify', 'SN1', '--slot', '1', '--line', '/dev/null')).toMatch(/^2 .*not both/);
    expect(await wrong('lot', 'open', 'A', '--size', '9')).toMatch(/^2 .*--aql, or --sample and --accept/);
    expect(await wrong('lot', 'open', 'A', '--size', '9', '--aql', '3')).toMatch(/^1 There is no sample plan/);
    expect(await wrong('lot', 'close', 'nowhere')).toMatch(/^2 .*no lot "nowhere"/);
    expect(await wrong('evidence', 'SN1', '--out', 'x.zip')).toMatch(/^1 There is no finished verification/);
    expect(await wrong('verify', 'SN1', '--new-registration')).toMatch(/^1 /);
  }, 120_000);
});

describe('at a station that another process owns', () => {
  it('asks the owner', async () => {
    const owner = valueFrom(await openIdleStation(join(terminal.folder, 'data'), 'training', 'the window'));
    try {
      expect(await evidenceOfUnknown()).toContain('The pack is whole.');
      await lotLife();
      const listed = valueFrom(
        await owner.quality.calls['verification-list']({
          before: null,
          limit: 9,
          serial: null,
          verdict: null,
          lot: null,
        }),
      );
      expect(listed.rows.map((row) => row.serial)).toEqual(['SN9', '=SN1 "x"']);
    } finally {
      await owner.stop();
    }
  }, 120_000);
});
