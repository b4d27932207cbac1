import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problem } from '../../src/shared/problem.ts';
import { fail } from '../../src/shared/result.ts';
import { valueFrom } from '../doubles/books.ts';
import { manualClock } from '../doubles/clock.ts';
import { certificateOf, csvOf, endorsementKeyOf, symmetricKeyOf, tpmRows } from '../doubles/import-devices.ts';
import { type ImportRig, type ImportRun, openImportRig } from '../doubles/import-rig.ts';
import { serviceCaller } from '../interop/dps-bench.ts';

/* Imports into the simulated service over real HTTPS; its own book says what arrived. */

let rig: ImportRig;
beforeEach(async () => {
  rig = await openImportRig();
});
afterEach(() => rig.close());

const enrolled = (): string[] => rig.bench.simulator.book().map((row) => row.registrationId);
const table = (rows: Parameters<typeof csvOf>[0], name = 'devices.csv'): string => rig.file(name, csvOf(rows));
const verdicts = ({ results }: ImportRun): Record<number, string> =>
  Object.fromEntries(results.map(({ row, verdict }) => [row, verdict]));
const ids = (rows: readonly { readonly registrationId?: string }[]): string[] =>
  rows.map(({ registrationId = '' }) => registrationId).sort();

describe('an import', () => {
  it('sends bulks of ten, several at once, no id twice, and says what became of each row', async () => {
    const rows = tpmRows('unit', 43);
    const run = await rig.run(table(rows), { callsInFlight: 3 });
    expect(valueFrom(run.ended)).toMatchObject({ total: 43, accepted: 43, created: 43, refused: 0, problem: null });
    expect(enrolled().sort()).toEqual(ids(rows));
    expect(run.bulks.map((bulk) => bulk.length)).toEqual([10, 10, 10, 10, 3]);
    expect(new Set(run.bulks.flat()).size).toBe(43);
    expect(run.most).toBeLessThanOrEqual(3);
    expect(run.results).toHaveLength(43);
    expect(run.progress.at(-1)).toMatchObject({ phase: 'sending', total: 43, done: 43, leftInMs: 0 });
  });

  it('keeps the certificates, because every later change of their entries has to send them again', async () => {
    const given = [certificateOf('cert-1'), certificateOf('cert-1'), certificateOf('cert-2')];
    const [first = '', second = '', third = ''] = given;
    const path = table([
      { registrationId: 'cert-1', certificate: first, secondaryCertificate: second },
      { certificate: third },
      { registrationId: 'tpm-1', endorsementKey: endorsementKeyOf(1) },
    ]);
    const run = await rig.run(path);
    const expected = given.map((der) => {
      const { raw, fingerprint256 } = new X509Certificate(Buffer.from(der, 'base64'));
      return { thumbprint: fingerprint256.replaceAll(':', '').toLowerCase(), der: raw.toString('base64') };
    });
    expect(run.kept).toEqual(expected);
    const full = problem('disk-full');
    const refused = await rig.run(table([{ certificate: certificateOf('cert-3') }], 'more.csv'), {
      keep: async () => fail(full),
    });
    expect(valueFrom(refused.ended)).toMatchObject({ created: 0, problem: full });
    expect(enrolled()).not.toContain('cert-3');
  });

  it('keeps a bulk below the size of a message, whatever is in its rows', async () => {
    // Azure documentation, DPS limits: 96 KB. Three records of 30 KB fit, four do not.
    const rows = tpmRows('unit', 7).map((row) => ({ ...row, 'tags.text': 'x'.repeat(30_000) }));
    const run = await rig.run(table(rows));
    expect(valueFrom(run.ended)).toMatchObject({ created: 7 });
    expect(run.bulks.map((bulk) => bulk.length)).toEqual([3, 3, 1]);
  });

  it('brings every kind of credential, and what stands in the other columns', async () => {
    const path = table([
      { registrationId: 'tpm-1', endorsementKey: endorsementKeyOf(1), deviceId: 'Chip_1', 'tags.line': 'L3' },
      { registrationId: 'cert-1', certificate: certificateOf('cert-1'), reprovisionPolicy: 'never', iotEdge: 'true' },
      {
        registrationId: 'key-1',
        primaryKey: symmetricKeyOf('a'),
        secondaryKey: symmetricKeyOf('b'),
        provisioningStatus: 'disabled',
        initialTwin: '{"properties":{"desired":{"rate":30}}}',
        optionalDeviceInformation: '{"lot":"2026-W47"}',
      },
      { certificate: certificateOf('named-by-its-certificate') },
    ]);
    const run = await rig.run(path);
    expect(valueFrom(run.ended)).toMatchObject({ created: 4 });
    const get = async (id: string) => (await serviceCaller(rig.bench.ready)('GET', `/enrollments/${id}`)).json;
    expect(await get('tpm-1')).toMatchObject({ deviceId: 'Chip_1', initialTwin: { tags: { line: 'L3' } } });
    expect(await get('cert-1')).toMatchObject({
      capabilities: { iotEdge: true },
      reprovisionPolicy: { updateHubAssignment: false, migrateDeviceData: false },
    });
    expect(await get('key-1')).toMatchObject({
      provisioningStatus: 'disabled',
      initialTwin: { properties: { desired: { rate: 30 } } },
      optionalDeviceInformation: { lot: '2026-W47' },
    });
    expect(await get('named-by-its-certificate')).toMatchObject({ attestation: { type: 'x509' } });
  });

  it('is written into the journal at both ends, with counts, file and hash', async () => {
    const run = await rig.run(table(tpmRows('unit', 3)));
    const sha256 = valueFrom(run.ended).sha256;
    expect(run.notes).toMatchObject([
      { event: 'import-started', actor: 'tester', facts: { file: 'devices.csv', sha256, rows: 3, refused: 0 } },
      { event: 'import-ended', actor: 'tester', facts: { file: 'devices.csv', sha256, created: 3, problem: null } },
    ]);
  });
});

describe('refused rows', () => {
  const rows = [
    ...tpmRows('unit', 11),
    { registrationId: 'a b', endorsementKey: endorsementKeyOf(77) },
    { registrationId: 'again', endorsementKey: tpmRows('unit', 1)[0]?.endorsementKey ?? '' },
    { registrationId: 'UNIT-3', endorsementKey: endorsementKeyOf(78) },
    { registrationId: 'other', deviceId: 'unit-4', endorsementKey: endorsementKeyOf(79) },
  ];
  const causes = ({ checks }: ImportRun) =>
    checks
      .filter(({ verdict }) => verdict === 'refused')
      .map(({ row, findings }) => [row, findings.find(({ weight }) => weight === 'refusal')?.problem]);

  it('keep everything back, with a reason each; the service is not called once', async () => {
    const before = rig.bench.simulator.counters().serviceCalls;
    const run = await rig.run(table(rows));
    expect(valueFrom(run.ended)).toMatchObject({ total: 15, accepted: 11, created: 0, resultsFile: null });
    expect(valueFrom(run.ended).problem).toMatchObject({
      code: 'import-rows-refused',
      facts: { refused: 4, total: 15 },
    });
    expect(causes(run)).toMatchObject([
      [13, { code: 'enrollment-id-invalid' }],
      [14, { code: 'import-row-twice', facts: { what: 'endorsement key', row: 2 } }],
      [15, { code: 'import-row-twice', facts: { what: 'registration id', row: 5 } }],
      [16, { code: 'import-row-twice', facts: { what: 'device id', row: 6 } }],
    ]);
    expect(run.checks).toHaveLength(15);
    expect(rig.bench.simulator.counters().serviceCalls).toBe(before);
    expect(run.notes).toEqual([]);
  });

  it('are left out on demand; the others go, and each row has its verdict', async () => {
    const run = await rig.run(table(rows), { skipBad: true });
    expect(valueFrom(run.ended)).toMatchObject({ created: 11, skipped: 4, problem: null });
    expect(enrolled().sort()).toEqual(ids(tpmRows('unit', 11)));
    expect(Object.keys(verdicts(run))).toHaveLength(15);
    expect(verdicts(run)).toMatchObject({ 2: 'created', 13: 'skipped', 14: 'skipped', 16: 'skipped' });
  });
});

describe('the service', () => {
  it.each([
    ['a lost answer', { loseReplies: 1 }],
    ['a cut request', { dropRequests: 1 }],
    ['a throttle', { throttle: { calls: 2, retryAfterInSeconds: 7 } }],
    ['an internal failure', { failCalls: { calls: 2, status: 500 } }],
  ] as const)('with %s: every row arrives once', async (_name, fault) => {
    const rows = tpmRows('unit', 20);
    rig.bench.simulator.setFaults(fault);
    const run = await rig.run(table(rows), { callsInFlight: 1 });
    expect(valueFrom(run.ended)).toMatchObject({ problem: null, refused: 0 });
    expect(enrolled().sort()).toEqual(ids(rows));
    expect(rig.bench.simulator.counters().created).toBe(20);
    expect(Object.values(verdicts(run)).every((verdict) => ['created', 'already-there'].includes(verdict))).toBe(true);
    expect(run.progress.some(({ waiting }) => waiting !== null)).toBe(true);
    // Two throttled calls, each asking for seven seconds; 5xx: at least five (Azure documentation, how-to-troubleshoot).
    if ('throttle' in fault) expect(run.waitedInMs).toBeGreaterThanOrEqual(14_000);
    if ('failCalls' in fault) expect(run.waitedInMs).toBeGreaterThanOrEqual(5_000);
  });

  it('that refuses a bulk whole loses its bad rows alone', async () => {
    const rows = tpmRows('unit', 30);
    rig.bench.simulator.setFaults({ poisonIds: ['unit-4', 'unit-17', 'unit-18'] });
    const run = await rig.run(table(rows));
    expect(valueFrom(run.ended)).toMatchObject({ created: 27, refused: 3, problem: null });
    expect(verdicts(run)).toMatchObject({ 6: 'refused', 19: 'refused', 20: 'refused' });
    expect(enrolled()).toHaveLength(27);
  });

  it('that refuses a row by its own: that row alone', async () => {
    rig.bench.simulator.setFaults({
      rejectIds: [{ registrationId: 'unit-1', errorCode: 400_004, message: 'It is not valid.' }],
    });
    const run = await rig.run(table(tpmRows('unit', 3)));
    expect(verdicts(run)).toEqual({ 2: 'created', 3: 'refused', 4: 'created' });
    const refused = run.results.find(({ verdict }) => verdict === 'refused');
    expect(refused?.problem).toMatchObject({
      code: 'import-row-refused',
      facts: { registrationId: 'unit-1', errorCode: 400_004, message: 'It is not valid.' },
    });
  });

  it('that holds an id already: the same is done, another credential or other values are said', async () => {
    const call = serviceCaller(rig.bench.ready);
    const [key, other] = [symmetricKeyOf('a'), symmetricKeyOf('b')];
    const symmetric = (primaryKey: string, secondaryKey: string) => ({
      type: 'symmetricKey',
      symmetricKey: { primaryKey, secondaryKey },
    });
    const put = async (registrationId: string, attestation: object, more: object = {}) =>
      expect(
        (await call('PUT', `/enrollments/${registrationId}`, { registrationId, attestation, ...more })).status,
      ).toBe(200);
    const tpm = (number: number) => ({ type: 'tpm', tpm: { endorsementKey: endorsementKeyOf(number) } });
    const certificate = certificateOf('cert-same');
    const x509 = { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } };
    await put('key-same', symmetric(key, other));
    await put('key-other', symmetric(other, key));
    await put('key-second', symmetric(symmetricKeyOf('c'), symmetricKeyOf('d')));
    await put('tpm-same', tpm(1));
    await put('tpm-other', tpm(2));
    await put('tpm-drift', tpm(3), { provisioningStatus: 'disabled' });
    await put('cert-same', x509);
    const pair = [certificateOf('cert-pair'), certificateOf('cert-pair')] as const;
    const both = { primary: { certificate: pair[0] }, secondary: { certificate: pair[1] } };
    await put('cert-pair', { type: 'x509', x509: { clientCertificates: both } });
    const halves = [certificateOf('cert-half'), certificateOf('cert-half'), certificateOf('cert-half')] as const;
    const half = { primary: { certificate: halves[0] }, secondary: { certificate: halves[1] } };
    await put('cert-half', { type: 'x509', x509: { clientCertificates: half } });
    const run = await rig.run(
      table([
        { registrationId: 'key-same', primaryKey: key, secondaryKey: other },
        { registrationId: 'key-other', primaryKey: symmetricKeyOf('e'), secondaryKey: symmetricKeyOf('f') },
        { registrationId: 'key-second', primaryKey: symmetricKeyOf('c'), secondaryKey: symmetricKeyOf('g') },
        { registrationId: 'tpm-same', endorsementKey: endorsementKeyOf(1) },
        { registrationId: 'tpm-other', endorsementKey: endorsementKeyOf(4) },
        { registrationId: 'tpm-drift', endorsementKey: endorsementKeyOf(3) },
        { registrationId: 'cert-same', certificate },
        { registrationId: 'new', endorsementKey: endorsementKeyOf(5) },
        { registrationId: 'cert-pair', certificate: pair[0], secondaryCertificate: pair[1] },
        { registrationId: 'cert-half', certificate: halves[0], secondaryCertificate: halves[2] },
      ]),
    );
    expect(verdicts(run)).toEqual({
      2: 'already-there',
      3: 'conflict',
      4: 'conflict',
      5: 'already-there',
      6: 'conflict',
      7: 'differs',
      8: 'already-there',
      9: 'created',
      10: 'already-there',
      11: 'conflict',
    });
    expect(valueFrom(run.ended)).toMatchObject({ created: 1, alreadyThere: 4, refused: 5 });
  });

  it('that refuses the credentials ends the import; mended, the next run goes on', async () => {
    const path = table(tpmRows('unit', 25));
    rig.bench.simulator.setFaults({ failCalls: { calls: 1, status: 401 } });
    const first = await rig.run(path, { callsInFlight: 1 });
    expect(valueFrom(first.ended).problem?.code).toBe('credentials-refused');
    const second = await rig.run(path);
    expect(valueFrom(second.ended)).toMatchObject({ problem: null });
    expect(enrolled()).toHaveLength(25);
    expect(rig.bench.simulator.counters().created).toBe(25);
  });
});

describe('a second run of the same file', () => {
  it('sends nothing again, and tries what had failed', async () => {
    const path = table(tpmRows('unit', 25));
    rig.bench.simulator.setFaults({ poisonIds: ['unit-7'] });
    await rig.run(path);
    rig.bench.simulator.setFaults({ poisonIds: [] });
    const second = await rig.run(path);
    expect(second.bulks).toEqual([['unit-7']]);
    expect(valueFrom(second.ended)).toMatchObject({ before: 24, created: 1, total: 25 });
    expect(enrolled()).toHaveLength(25);
  });

  it('under another name is still the same; for another service it is not, whatever its name in the settings', async () => {
    const rows = tpmRows('unit', 3);
    await rig.run(table(rows));
    const renamed = await rig.run(table(rows, 'renamed.csv'));
    expect(renamed.bulks).toEqual([]);
    const elsewhere = await rig.run(table(rows), { hostName: 'other.azure-devices-provisioning.net' });
    expect(elsewhere.bulks.flat()).toHaveLength(3);
    expect(valueFrom(elsewhere.ended).before).toBe(0);
    expect((await rig.run(table(rows), { instance: 'renamed' })).bulks).toEqual([]);
  });

  it('sends a row again whose certificate file was corrected', async () => {
    const [wrong, corrected] = [certificateOf('unit-1'), certificateOf('unit-1')];
    rig.file('unit-1.cer', wrong);
    rig.file('unit-2.cer', certificateOf('unit-2'));
    const path = table([{ certificateFile: 'unit-1.cer' }, { certificateFile: 'unit-2.cer' }]);
    expect(valueFrom((await rig.run(path)).ended)).toMatchObject({ created: 2 });
    rig.file('unit-1.cer', corrected);
    const second = await rig.run(path);
    expect(second.bulks).toEqual([['unit-1']]);
    expect(valueFrom(second.ended)).toMatchObject({ before: 1, refused: 1 });
    expect(verdicts(second)).toEqual({ 2: 'conflict' }); // nothing is overwritten, and nothing is passed over
    expect((await serviceCaller(rig.bench.ready)('DELETE', '/enrollments/unit-1')).status).toBe(204);
    expect(valueFrom((await rig.run(path)).ended)).toMatchObject({ before: 1, created: 1 });
    expect((await rig.run(path)).bulks).toEqual([]);
  });

  it('goes on behind a half-written line', async () => {
    const path = table(tpmRows('unit', 5));
    const first = valueFrom((await rig.run(path)).ended);
    const results = first.resultsFile ?? '';
    const lines = readFileSync(results, 'utf8').trimEnd().split('\n');
    rig.file(`imports/${first.sha256}.ndjson`, `${lines.slice(0, 3).join('\n')}\n${lines[3]?.slice(0, 20)}`);
    const second = await rig.run(path);
    expect(valueFrom(second.ended)).toMatchObject({ before: 3, alreadyThere: 2, created: 0 });
    const rows = readFileSync(results, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).row);
    expect(rows.sort()).toEqual([2, 3, 4, 5, 6]);
  });

  it('after an interruption goes on where it stopped', async () => {
    const path = table(tpmRows('unit', 60));
    const stop = new AbortController();
    const first = await rig.run(path, {
      callsInFlight: 1,
      signal: stop.signal,
      onProgress: ({ done }) => done >= 20 && stop.abort(),
    });
    expect(valueFrom(first.ended).problem?.code).toBe('station-stopping');
    const sent = enrolled().length;
    expect(sent).toBeGreaterThanOrEqual(20);
    expect(sent).toBeLessThan(60);
    const second = await rig.run(path);
    expect(valueFrom(second.ended)).toMatchObject({ before: sent, created: 60 - sent });
    expect(rig.bench.simulator.counters()).toMatchObject({ created: 60, duplicates: 0 });
  });
});

describe('an interruption', () => {
  it('ends a wait at once', async () => {
    rig.bench.simulator.setFaults({ throttle: { calls: 9, retryAfterInSeconds: 3_600 } });
    const stop = new AbortController();
    const run = await rig.run(table(tpmRows('unit', 3)), {
      clock: manualClock(), // nobody moves it on
      signal: stop.signal,
      onProgress: ({ waiting }) => waiting !== null && stop.abort(),
    });
    expect(run.progress.find(({ waiting }) => waiting !== null)?.waiting?.code).toBe('service-throttled');
    expect(valueFrom(run.ended)).toMatchObject({ created: 0, problem: { code: 'station-stopping' } });
  });

  it('of the check sends nothing', async () => {
    const stop = new AbortController();
    const run = await rig.run(table(tpmRows('unit', 3)), { signal: stop.signal, onRow: () => stop.abort() });
    expect(run.ended).toMatchObject({ ok: false, problem: { code: 'station-stopping' } });
    expect(run.bulks).toEqual([]);
  });
});

it('many refused rows are all told and kept', async () => {
  const bad = Array.from({ length: 450 }, (_, index) => ({ registrationId: `bad ${index}`, endorsementKey: 'x' }));
  const run = await rig.run(table([...bad, ...tpmRows('unit', 2)]), { skipBad: true });
  const written = readFileSync(valueFrom(run.ended).resultsFile ?? '', 'utf8')
    .trimEnd()
    .split('\n');
  expect(written).toHaveLength(452);
  expect(valueFrom(run.ended)).toMatchObject({ skipped: 450, created: 2 });
});

it('a file that changes between check and sending is told, and nothing of it goes out', async () => {
  const path = table(tpmRows('unit', 3));
  const run = await rig.run(path, {
    openResults: async (sha256) => {
      rig.file('devices.csv', csvOf(tpmRows('unit', 4)));
      const { openImportResults } = await import('../../src/main/adapters/import/results-file.ts');
      return openImportResults(rig.folder, sha256);
    },
  });
  expect(valueFrom(run.ended).problem?.code).toBe('import-changed');
  expect(enrolled()).toEqual([]);
});

it('no key is ever written down or told', async () => {
  const keys = Array.from({ length: 4 }, (_, index) => symmetricKeyOf(`secret-${index}`));
  const [one = '', two = '', three = '', four = ''] = keys;
  rig.bench.simulator.setFaults({
    rejectIds: [{ registrationId: 'quoted', errorCode: 400_004, message: `The key ${one} is not valid.` }],
  });
  const call = serviceCaller(rig.bench.ready);
  await call('PUT', '/enrollments/taken', {
    registrationId: 'taken',
    attestation: { type: 'symmetricKey', symmetricKey: { primaryKey: four, secondaryKey: four } },
  });
  const run = await rig.run(
    table([
      { registrationId: 'quoted', primaryKey: one, secondaryKey: two },
      { registrationId: 'taken', primaryKey: three, secondaryKey: two.slice(0, 8) },
      { registrationId: 'taken-2', primaryKey: three, initialTwin: `{"a": ${three}` },
      { registrationId: 'taken', primaryKey: three },
    ]),
    { skipBad: true },
  );
  expect(verdicts(run)).toEqual({ 2: 'refused', 3: 'skipped', 4: 'skipped', 5: 'conflict' });
  const written = readFileSync(valueFrom(run.ended).resultsFile ?? '', 'utf8');
  const said = JSON.stringify({ ...run, bulks: null });
  for (const key of keys) {
    expect(written).not.toContain(key);
    expect(said).not.toContain(key);
  }
});
