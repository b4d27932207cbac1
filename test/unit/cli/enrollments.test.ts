import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endorsementKeyOf } from '../../doubles/import-devices.ts';
import { type DpsBench, selfSigned, serviceCaller, startDpsBench } from '../../interop/dps-bench.ts';
import { authority } from '../../interop/test-authorities.ts';
import { openTerminal, type Ran, type Terminal } from './terminal.ts';

/* `enrollments ...` as a person and a script run them; a client of its own asks the simulated service what became of it. */

let terminal: Terminal;
let bench: DpsBench;
let ask: ReturnType<typeof serviceCaller>;
beforeEach(async () => {
  terminal = openTerminal();
  bench = await startDpsBench();
  ask = serviceCaller(bench.ready);
  const { idScope, host: globalEndpoint, port, caFile } = bench.ready;
  const instance = { connectionStringSecret: 'dps', idScope, globalEndpoint, port, caFile };
  mkdirSync(join(terminal.folder, 'data'));
  const settings = { recipe: 'linux-tpm', dps: { default: instance } };
  writeFileSync(join(terminal.folder, 'data', 'settings.json'), JSON.stringify(settings));
  const secret = terminal.file('connection.txt', bench.ready.serviceConnectionString);
  expect((await terminal.run(['vault', 'set', 'dps', '--file', secret])).code).toBe(0);
});
afterEach(async () => {
  await terminal.close();
  await bench.close();
});

const run = (...args: string[]): Promise<Ran> => terminal.run(['enrollments', ...args]);
const jsonLines = ({ stdout }: Ran) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function enroll(id: string, number: number): Promise<void> {
  const endorsementKey = endorsementKeyOf(number);
  const body = { registrationId: id, deviceId: `Pump-${id}`, attestation: { type: 'tpm', tpm: { endorsementKey } } };
  expect((await ask('PUT', `/enrollments/${id}`, body)).status).toBe(200);
}

describe('enrollments', () => {
  it('lists a copy that is read when it is asked for, searched and as JSON', async () => {
    await enroll('one', 1);
    await enroll('two', 2);
    expect((await run('list')).stdout).toBe('Nothing found. (--refresh reads the service.)\n');
    const all = await run('list', '--refresh');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout.split('\n')).toEqual([
      expect.stringMatching(/^enabled +tpm +one +-> Pump-one$/),
      expect.stringMatching(/^enabled +tpm +two +-> Pump-two$/),
      '2 in all.',
      '',
    ]);
    const found = jsonLines(await run('list', '--search', 'PUMP-T', '--json'));
    expect(found).toMatchObject([{ id: 'two', attestation: 'tpm', enabled: true }]);
    expect((await run('list', '--status', 'asleep')).code).toBe(2);
  });

  it('shows one as the service holds it; what is not there is a problem', async () => {
    await enroll('one', 1);
    const [shown] = jsonLines(await run('show', 'one', '--json'));
    expect(shown).toMatchObject({ record: { registrationId: 'one' }, registration: { status: 'unassigned' } });
    const missing = await run('show', 'nobody');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/There is no entry nobody/);
  });

  it('changes entries and says how many steps are done; for good only with their number', async () => {
    await enroll('one', 1);
    await enroll('two', 2);
    const disabled = await run('disable', 'one', 'two');
    expect(disabled).toMatchObject({ code: 0, stderr: '' });
    expect(disabled.stdout).toContain('one: 1 of 1 done\n      entry: done');
    expect((await ask('GET', '/enrollments/two')).json).toMatchObject({ provisioningStatus: 'disabled' });
    const unsure = await run('retire', 'one', 'two');
    expect(unsure.code).toBe(1);
    expect((await ask('GET', '/enrollments/one')).status).toBe(200);
    expect((await run('retire', 'one', 'two', '--confirm', '2')).code).toBe(0);
    expect((await ask('GET', '/enrollments/one')).status).toBe(404);
  });

  it('exchanges credentials, and refuses one that lets nobody in', async () => {
    await enroll('one', 1);
    const key = terminal.file('key.txt', endorsementKeyOf(7));
    expect((await run('replace-credential', 'one', '--endorsement-key-file', key, '--no-overlap')).code).toBe(0);
    const held = await ask('GET', '/enrollments/one');
    expect(held.json.attestation.tpm.endorsementKey).toBe(endorsementKeyOf(7));
    const certificate = terminal.file('other.pem', selfSigned('other').certPem);
    const refused = await run('replace-credential', 'one', '--certificate', certificate);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/common name is other/);
    expect((await run('replace-credential', 'one')).code).toBe(2);
  });

  it('makes a group of a CA, and keeps one device of it out', async () => {
    const pem = terminal.file('ca.pem', authority('Plant CA').certPem);
    expect((await run('group-put', 'plant', '--certificate', pem)).code).toBe(0);
    expect((await ask('GET', '/enrollmentGroups/plant')).status).toBe(200);
    expect((await run('exclude', 'sn-9')).code).toBe(0);
    expect((await ask('GET', '/enrollments/sn-9')).json).toMatchObject({ provisioningStatus: 'disabled' });
    const leaf = terminal.file('leaf.pem', selfSigned('leaf').certPem);
    expect((await run('group-put', 'plant', '--certificate', leaf)).code).toBe(1);
    expect((await run('group-put', 'plant')).code).toBe(2);
  });
});
