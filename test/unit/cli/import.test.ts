import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../../src/main/compose-folder.ts';
import { valueFrom } from '../../doubles/books.ts';
import { csvOf, endorsementKeyOf, symmetricKeyOf, tpmRows } from '../../doubles/import-devices.ts';
import { type DpsBench, startDpsBench } from '../../interop/dps-bench.ts';
import { openTerminal, type Ran, type Terminal } from './terminal.ts';

/* `enrollments check` and `enrollments import` as a person and a script run them. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

const jsonLines = ({ stdout }: Ran) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const problemOf = ({ stderr }: Ran): { code: string; title: string; remedy: string } =>
  JSON.parse(stderr.trim().split('\n')[0] ?? '').problem;

const key = symmetricKeyOf('a');
const mixed = [
  { registrationId: 'unit-1', endorsementKey: endorsementKeyOf(1) },
  { registrationId: 'Unit-2', primaryKey: key },
  { registrationId: 'unit-3', primaryKey: key },
];

describe('enrollments check', () => {
  it('says a verdict per row, offline and without a station, and ends with 1 when one is refused', async () => {
    const ran = await terminal.run(['enrollments', 'check', terminal.file('devices.csv', csvOf(mixed)), '--json']);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    const [one, two, three, summary, ...more] = jsonLines(ran);
    expect(more).toEqual([]);
    expect(one).toEqual({
      phase: 'check',
      row: 2,
      file: null,
      registrationId: 'unit-1',
      verdict: 'accepted',
      findings: [],
    });
    expect(two).toMatchObject({ verdict: 'accepted', findings: [{ weight: 'advice', code: 'enrollment-id-unsafe' }] });
    expect(three).toMatchObject({ verdict: 'refused', findings: [{ weight: 'refusal', code: 'import-row-twice' }] });
    expect(three.findings[0].title).toBe('The symmetric key of this row stands in row 3 already.');
    expect(summary).toMatchObject({ file: 'devices.csv', total: 3, accepted: 2, refused: 1 });
  });

  it('reads as a table for people', async () => {
    const path = terminal.file('devices.csv', csvOf(mixed.slice(0, 2)));
    const ran = await terminal.run(['enrollments', 'check', path]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout.split('\n')[0]).toMatch(/^row 2 +accepted +unit-1$/);
    expect(ran.stdout).toMatch(/advice: .*\n +-> Use lower-case/);
    expect(ran.stdout.trimEnd()).toMatch(/2 rows: 2 accepted, 0 refused\.$/);
  });

  it('refuses what is no table in one sentence, and misuse with 2', async () => {
    const workbook = terminal.file('devices.xlsx', Buffer.from('PK\u0003\u0004\u0014\u0000', 'latin1'));
    const ran = await terminal.run(['enrollments', 'check', workbook, '--json']);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(problemOf(ran)).toMatchObject({ code: 'import-file-unfit' });
    expect((await terminal.run(['enrollments', 'check'])).code).toBe(2);
  });
});

describe('enrollments import', () => {
  let bench: DpsBench;
  beforeEach(async () => {
    bench = await startDpsBench();
    const { idScope, host: globalEndpoint, port, caFile } = bench.ready;
    const instance = { connectionStringSecret: 'plant', idScope, globalEndpoint, port, caFile };
    mkdirSync(join(terminal.folder, 'data'));
    const other = { ...instance, connectionStringSecret: 'other' };
    writeFileSync(join(terminal.folder, 'data', 'settings.json'), JSON.stringify({ dps: { plant: instance, other } }));
    const secret = terminal.file('connection.txt', bench.ready.serviceConnectionString);
    expect((await terminal.run(['vault', 'set', 'plant', '--file', secret])).code).toBe(0);
  });
  afterEach(() => bench.close());
  const start = (...more: string[]) => terminal.run(['enrollments', 'import', ...more, '--instance', 'plant']);

  it('brings every row, says so, and keeps the results; again it has nothing to send', async () => {
    const path = terminal.file('devices.csv', csvOf(tpmRows('unit', 23)));
    const ran = await start(path, '--json', '--actor', 'anna');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const lines = jsonLines(ran);
    expect(lines).toHaveLength(24);
    expect(lines.slice(0, 23).every(({ phase, verdict }) => phase === 'send' && verdict === 'created')).toBe(true);
    const { resultsFile, sha256 } = lines.at(-1);
    expect(lines.at(-1)).toMatchObject({ total: 23, created: 23, before: 0, problem: null });
    expect(resultsFile).toBe(join(terminal.folder, 'data', 'training', 'imports', `${sha256}.ndjson`));
    expect(readFileSync(resultsFile, 'utf8').trimEnd().split('\n')).toHaveLength(23);
    expect(bench.simulator.book()).toHaveLength(23);

    const again = await start(path);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/23 rows: created 0, there already 0, brought before 23/);
    expect(bench.simulator.counters()).toMatchObject({ created: 23, duplicates: 0 });
  });

  it('sends nothing when a row is refused, the others with --skip-bad; no key is printed or kept', async () => {
    const path = terminal.file('devices.csv', csvOf(mixed));
    const kept = await start(path, '--json');
    expect(kept.code).toBe(1);
    expect(problemOf(kept)).toMatchObject({ code: 'import-rows-refused' });
    expect(bench.simulator.book()).toEqual([]);
    const checked = await start(path, '--check-only', '--json');
    expect(checked).toMatchObject({ code: 1, stderr: '' });
    expect(jsonLines(checked)).toHaveLength(4);
    expect(bench.simulator.book()).toEqual([]);
    const sent = await start(path, '--skip-bad');
    // Not every row is in the service.
    expect(sent).toMatchObject({ code: 1, stderr: '' });
    expect(sent.stdout).toMatch(/row 4 +refused +unit-3/);
    expect(sent.stdout).toMatch(/3 rows: created 2, there already 0, brought before 0, left out 1/);
    expect(bench.simulator.book().map(({ registrationId }) => registrationId)).toEqual(['unit-1', 'Unit-2']);
    const results = readFileSync(/Results of each row: (.*)/.exec(sent.stdout)?.[1] ?? '', 'utf8');
    for (const text of [kept.stdout, kept.stderr, checked.stdout, sent.stdout, results])
      expect(text).not.toContain(key);
  });

  it('says why it waits; Ctrl-C ends it, and the same command goes on', async () => {
    const path = terminal.file('devices.csv', csvOf(tpmRows('unit', 12)));
    bench.simulator.setFaults({ throttle: { calls: 9, retryAfterInSeconds: 3_600 } });
    const { child, line } = await terminal.start(['enrollments', 'import', path, '--instance', 'plant']);
    expect(line).toMatch(/It waits: The provisioning service asks for fewer calls/);
    const code = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    expect(await code).toBe(1);
    bench.simulator.setFaults({ throttle: { calls: 0, retryAfterInSeconds: null } });
    expect((await start(path)).code).toBe(0);
    expect(bench.simulator.book()).toHaveLength(12);
  });

  it('wants to be told which instance, knows those of the settings alone, and says who owns the folder', async () => {
    const path = terminal.file('devices.csv', csvOf(tpmRows('unit', 1)));
    const vague = await terminal.run(['enrollments', 'import', path]);
    expect(vague.code).toBe(2);
    expect(vague.stderr).toMatch(/plant, other/);
    const unknown = await terminal.run(['enrollments', 'import', path, '--instance', 'nowhere', '--json']);
    expect(unknown.code).toBe(1);
    expect(problemOf(unknown)).toMatchObject({ code: 'no-instance' });
    const owner = valueFrom(openFolder(join(terminal.folder, 'data'), 'training', 'test'));
    try {
      const refused = await start(path, '--json');
      expect(refused.code).toBe(1);
      expect(problemOf(refused)).toMatchObject({ code: 'folder-owned' });
    } finally {
      owner.release();
    }
    expect(bench.simulator.book()).toEqual([]);
  });
});
