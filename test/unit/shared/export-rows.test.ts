import { describe, expect, it } from 'vitest';
import { type ExportValue, exportHead, exportLine, queueTable, recordTable } from '../../../src/shared/export-rows.ts';
import type { QueueRow } from '../../../src/shared/queue.ts';
import type { RecordRow } from '../../../src/shared/records.ts';

const table = { columns: ['a', 'b'], rowOf: (row: Record<string, ExportValue>) => row };

describe('rows that leave the station', () => {
  it.each([
    ['plain', { a: 'x', b: 1 }, 'x,1\n'],
    ['empty', { a: null, b: '' }, ',\n'],
    ['truth', { a: true, b: false }, 'true,false\n'],
    ['negative numbers, which are no formulas', { a: -5, b: '-5' }, "-5,'-5\n"],
    ['formulas', { a: '=1+1', b: '@SUM(A1)' }, "'=1+1,'@SUM(A1)\n"],
    ['formulas behind a plus or a tab', { a: '+1', b: '\t=1' }, "'+1,'\t=1\n"],
    ['separators and quotes', { a: 'x,y', b: 'say "no"' }, '"x,y","say ""no"""\n'],
    ['a formula with separators', { a: '=A1,"x"', b: 'x\ny' }, `"'=A1,""x""","x\ny"\n`],
  ])('%s', (_, row, line) => {
    expect(exportLine(table, 'csv', row)).toBe(line);
  });

  it('name their columns in a spreadsheet, and in every line of JSON', () => {
    expect(exportHead(table, 'csv')).toBe('a,b\n');
    expect(exportHead(table, 'ndjson')).toBe('');
    expect(exportLine(table, 'ndjson', { a: '=1', b: null })).toBe('{"a":"=1","b":null}\n');
  });

  const record: RecordRow = {
    row: 1,
    jobId: 'j',
    kind: 'provision',
    serial: '=SN',
    slot: 2,
    hardwareId: null,
    registrationId: 'r',
    fingerprint: 'f',
    step: 'done',
    outcome: 'failed',
    superseded: false,
    problem: { code: 'board-silent', facts: { secret: 'not here' } },
    delivery: null,
    recipe: 'devkit',
    actor: 'me',
    mode: 'training',
    startedAt: 's',
    finishedAt: 'e',
    provedAt: null,
  };

  it('are records with the code of their problem and the mode they were made in', () => {
    expect(exportLine(recordTable, 'csv', record)).toBe(
      "'=SN,provision,failed,done,board-silent,,false,2,,r,f,devkit,me,training,s,e,,j\n",
    );
    expect(Object.keys(recordTable.rowOf(record)).sort()).toEqual([...recordTable.columns].sort());
  });

  it('are items with what to do about them', () => {
    const item: QueueRow = {
      id: 7,
      jobId: 'j',
      serial: 'SN',
      instance: 'default',
      registrationId: 'r',
      mode: 'create',
      fingerprint: 'f',
      state: 'parked',
      attempts: 3,
      notBefore: null,
      problem: { code: 'access-forbidden', facts: {} },
      createdAt: 'c',
      deliveredAt: null,
      provedAt: null,
    };
    const table = queueTable('training');
    const row = table.rowOf(item);
    expect(row['mode']).toBe('training');
    expect(row).toMatchObject({ id: 7, problem: 'access-forbidden', attempts: 3 });
    expect(row['title']).toMatch(/\.$/);
    expect(row['remedy']).toMatch(/\.$/);
    expect(Object.keys(row).sort()).toEqual([...table.columns].sort());
  });
});
