import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openImportSource } from '../../../src/main/adapters/import/import-source.ts';
import { isTagColumn } from '../../../src/main/domain/import-cells.ts';
import type { SourceRow } from '../../../src/main/ports/import-source.ts';
import { checkDevices } from '../../../src/main/station/import/import-devices.ts';
import { describeProblem } from '../../../src/shared/describe-problem.ts';
import type { RowCheck } from '../../../src/shared/import.ts';
import { valueFrom } from '../../doubles/books.ts';
import { csvOf, endorsementKeyOf, type Row, symmetricKeyOf, tpmRows } from '../../doubles/import-devices.ts';
import { selfSigned } from '../../interop/dps-bench.ts';
import { certificates } from '../../vectors/enrollment-certificates.ts';

/* Files as people have them: what is read of them, and what is said of those that cannot be read. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-source-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function rowsOf(path: string): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  const source = valueFrom(openImportSource(path, isTagColumn));
  valueFrom(
    await source.read(async (some) => {
      rows.push(...some);
      return true;
    }),
  );
  return rows;
}

async function refusalOf(path: string): Promise<string> {
  const opened = openImportSource(path, isTagColumn);
  const read = opened.ok ? await opened.value.read(async () => true) : opened;
  if (read.ok) throw new Error('it was read');
  const { title, remedy } = describeProblem(read.problem);
  expect(`${title} ${remedy}`).not.toMatch(/[{}]|undefined/);
  return title;
}

async function check(path: string): Promise<RowCheck[]> {
  const checks: RowCheck[] = [];
  const source = valueFrom(openImportSource(path, isTagColumn));
  const context = { now: Date.now() };
  valueFrom(await checkDevices({ source, context, known: null, onRow: (one) => checks.push(one) }));
  return checks;
}
const verdictsOf = (checks: readonly RowCheck[]) =>
  checks.map(({ row, registrationId, verdict, findings }) => [
    row,
    registrationId,
    verdict,
    ...findings.filter(({ weight }) => weight === 'refusal').map(({ problem }) => problem.code),
  ]);

describe('a table', () => {
  const rows: Row[] = [
    { registrationId: 'unit-1', endorsementKey: 'x', 'tags.text': 'a "quoted", text; with\ttabs\nand lines' },
    { registrationId: 'unit-2', endorsementKey: '', 'tags.text': 'ä' },
  ];
  const variants = [',', ';', '\t'].flatMap((delimiter) =>
    ['\n', '\r\n'].flatMap((lineEnd) => ['', '\uFEFF'].map((mark) => [delimiter, lineEnd, mark] as const)),
  );
  it.each(variants)('with %j between cells, lines that end in %j and the mark %j', async (delimiter, lineEnd, mark) => {
    const read = await rowsOf(file('table.csv', mark + csvOf(rows, delimiter, lineEnd)));
    expect(read.map(({ content }) => (content.form === 'cells' ? content.cells : content))).toEqual(rows);
  });

  it('counts rows as a spreadsheet does, and passes over empty ones', async () => {
    const read = await rowsOf(file('table.csv', 'registrationId,primaryKey\na,1\n\n,\nb,2\nc\nd,3'));
    expect(read.map(({ row, content }) => [row, content.form])).toEqual([
      [2, 'cells'],
      [5, 'cells'],
      [6, 'unfit'],
      [7, 'cells'],
    ]);
  });

  it('is the same however it is cut into pieces: rows, and the hash of the whole', async () => {
    const content = csvOf(tpmRows('unit', 5_000).map((row, index) => ({ ...row, 'tags.text': `ü\n"${index}"` })));
    const path = file('table.csv', content);
    expect(Buffer.byteLength(content)).toBeGreaterThan(1_000_000); // several reads of the stream
    const read = await rowsOf(path);
    expect(read.map(({ row }) => row)).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 2));
    const source = valueFrom(openImportSource(path, isTagColumn));
    const { sha256 } = valueFrom(await source.read(async () => true));
    expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it.each([
    ['UTF-16 with its mark', Buffer.from('\uFEFFregistrationId,primaryKey\na,b\n', 'utf16le'), /UTF-16/],
    ['UTF-16 without', Buffer.from('registrationId,primaryKey\na,b\n', 'utf16le'), /UTF-16/],
    ['Latin-1', Buffer.from('registrationId,tags.a\nx,Gerät\n', 'latin1'), /not in UTF-8/],
    ['a workbook', Buffer.from('PK\u0003\u0004\u0014\u0000', 'latin1'), /workbook/],
    ['a program', Buffer.from('\u007fELF\u0002\u0001\u0000\u0000', 'latin1'), /no text/],
    ['nothing', '', /empty/],
    ['a JSON list', '[{"registrationId":"a"}]', /one JSON list/],
    [
      'a quotation mark that is never closed',
      `registrationId,primaryKey\n"a,b\n${'c,d\n'.repeat(500_000)}`,
      /quotation mark/,
    ],
    ['a quotation mark inside a cell', 'registrationId,primaryKey\na"b,c\n', /quotation mark/],
    ['a column twice', 'registrationId,primaryKey,primaryKey\na,b,c\n', /"primaryKey" is there twice/],
    ['an unknown column', 'registrationId,Serial Number\na,b\n', /not known: "Serial Number"/],
    ['words', 'Dear Sirs, here are our devices.\n', /not known/],
  ])('that is %s is refused in one sentence', async (_name, content, reason) => {
    expect(await refusalOf(file('table.csv', content))).toMatch(reason);
  });

  it('without a row of names is refused without quoting a key', async () => {
    const title = await refusalOf(file('table.csv', csvOf([{ [symmetricKeyOf('a')]: 'x', registrationId: 'a' }])));
    expect(title).toMatch(/column that is not known: number 1/);
    expect(title).not.toContain(symmetricKeyOf('a'));
  });

  it('that is not there is refused', async () => {
    expect(await refusalOf(join(folder, 'missing.csv'))).toMatch(/missing.csv cannot be read \(ENOENT\)/);
  });

  it('names certificate files beside it, and only there', async () => {
    const inside = selfSigned('unit-1').certPem;
    file('unit-1.pem', inside);
    mkdirSync(join(folder, 'tables'));
    file('tables/unit-2.pem', selfSigned('unit-2').certPem);
    const path = file(
      'tables/table.csv',
      csvOf([
        { registrationId: 'unit-2', certificateFile: 'unit-2.pem' },
        { registrationId: 'unit-1', certificateFile: '../unit-1.pem' },
        { registrationId: 'unit-3', certificateFile: '/etc/passwd' },
        { registrationId: 'unit-4', certificateFile: 'unit-4.pem' },
      ]),
    );
    expect(verdictsOf(await check(path))).toEqual([
      [2, 'unit-2', 'accepted'],
      [3, null, 'refused', 'import-row-unfit'],
      [4, null, 'refused', 'import-row-unfit'],
      [5, null, 'refused', 'import-row-unfit'],
    ]);
  });

  it('of anything gets a verdict or a sentence, never an exception', async () => {
    const columns = fc.constantFrom('registrationId', 'primaryKey', 'certificate', 'tags.a', 'initialTwin');
    const rows = fc.array(fc.dictionary(columns, fc.string()), { minLength: 1, maxLength: 5 });
    const content = fc.oneof(
      fc.string(),
      rows.map((some) => csvOf(some)),
      fc.uint8Array(),
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(content, async (one) => {
        number += 1;
        const opened = openImportSource(file(`${number}.csv`, one), isTagColumn);
        if (!opened.ok) return;
        const context = { now: Date.now() };
        const checked = await checkDevices({ source: opened.value, context, known: null, onRow: () => {} });
        if (!checked.ok) expect(describeProblem(checked.problem).title).not.toMatch(/undefined/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('lines of JSON', () => {
  it('are records of the REST API, or rows of a table', async () => {
    const lines = [
      // As the service returns it: null for what is unset, and what only it sets.
      {
        registrationId: 'unit-1',
        deviceId: null,
        attestation: { type: 'tpm', tpm: { endorsementKey: endorsementKeyOf(1), storageRootKey: null } },
        provisioningStatus: null,
        etag: 'IjEi',
        registrationState: { registrationId: 'unit-1', status: 'assigned' },
        createdDateTimeUtc: '2026-11-20T10:11:12.3915513Z',
      },
      {
        registrationId: 'unit-2',
        endorsementKey: endorsementKeyOf(2),
        initialTwin: { tags: { line: 3 } },
        iotEdge: true,
      },
      { endorsementKey: endorsementKeyOf(3) },
      { registrationId: 'unit-4', Serial: '4' },
    ].map((line) => JSON.stringify(line));
    const path = file('devices.ndjson', `\uFEFF${lines.join('\r\n')}\n\n{"registrationId":\n7`);
    const checks = await check(path);
    expect(verdictsOf(checks)).toEqual([
      [1, 'unit-1', 'accepted'],
      [2, 'unit-2', 'accepted'],
      // What the Azure SDKs call such a chip: SHA-256 over its key, base32 without padding, lower case.
      [
        3,
        base32(
          createHash('sha256')
            .update(Buffer.from(endorsementKeyOf(3), 'base64'))
            .digest(),
        ),
        'accepted',
      ],
      [4, null, 'refused', 'import-row-unfit'],
      [6, null, 'refused', 'import-row-unfit'],
      [7, null, 'refused', 'import-row-unfit'],
    ]);
  });

  it('may have a line far too long among them', async () => {
    const good = JSON.stringify({ registrationId: 'unit-1', endorsementKey: endorsementKeyOf(1) });
    const long = JSON.stringify({ registrationId: 'x'.repeat(3_000_000) });
    const checks = await check(
      file(
        'devices.ndjson',
        `${good}\n${long}\n${good.replace('unit-1', 'unit-2').replace(endorsementKeyOf(1), endorsementKeyOf(2))}`,
      ),
    );
    expect(checks.map(({ row, verdict }) => [row, verdict])).toEqual([
      [1, 'accepted'],
      [2, 'refused'],
      [3, 'accepted'],
    ]);
  });
});

describe('a folder of certificates', () => {
  it('is one unit per file, named by its certificate; junk gets its verdict', async () => {
    const pem = selfSigned('unit-a');
    file('a.pem', pem.certPem);
    file('b.der', Buffer.from(certificates.p256, 'base64'));
    file('c.crt', `some text before\n${selfSigned('unit-c').certPem}`);
    file('d.cer', certificates.rsa2048);
    file('e.pem', pem.keyPem);
    file('f.pem', 'hello');
    file('g.txt', 'read me');
    file('h.pem', '');
    file('.hidden', 'x');
    file('i.pem', `${selfSigned('unit-i').certPem}${pem.certPem}`);
    file('j.pem', Buffer.alloc(300_000));
    file('k.pem', pem.certPem);
    mkdirSync(join(folder, 'l.pem'));
    const checks = await check(folder);
    expect(
      checks.map(({ file: name, registrationId, verdict, findings }) => [
        name,
        registrationId,
        verdict,
        findings.find(({ weight }) => weight === 'refusal')?.problem.code,
      ]),
    ).toEqual([
      ['a.pem', 'unit-a', 'accepted', undefined],
      ['b.der', 'unit-7', 'accepted', undefined],
      ['c.crt', 'unit-c', 'accepted', undefined],
      ['d.cer', 'unit-7', 'refused', 'import-row-twice'], // the same name as b.der
      ['e.pem', null, 'refused', 'certificate-unreadable'],
      ['f.pem', null, 'refused', 'certificate-unreadable'],
      ['g.txt', null, 'refused', 'import-row-unfit'],
      ['h.pem', null, 'refused', 'import-row-unfit'],
      ['i.pem', null, 'refused', 'certificate-chain'],
      ['j.pem', null, 'refused', 'import-row-unfit'],
      ['k.pem', 'unit-a', 'refused', 'import-row-twice'],
      ['l.pem', null, 'refused', 'import-row-unfit'],
    ]);
    const said = JSON.stringify(checks);
    expect(said).toContain('PRIVATE KEY'); // by name, and nothing of it
    expect(said).not.toContain(pem.keyPem.split('\n')[1]);
  });
});

/** RFC 4648, section 6, by its own words: five bits at a time. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}
