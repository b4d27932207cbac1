import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeExport } from '../../resources/audit/verify-audit.mjs';
import { seededFractions } from '../../src/main/cli/demo/seeded.ts';
import { type AuditBooksFixture, makeAuditBooks } from '../doubles/audit-books.ts';

/*
 * Exports that somebody changed on their way, judged by the verifier that stands alone: each line of the file is a
 * header, a record or a checkpoint, and whatever happens to it, the first record that is not as it was is named.
 */

const program = resolve(import.meta.dirname, '../../resources/audit/verify-audit.mjs');
const random = seededFractions(8785);
let books: AuditBooksFixture;
let lines: readonly string[];
/** Record that each line of the export is or follows; the header belongs to the first. */
let recordOf: readonly number[];
beforeAll(async () => {
  books = await makeAuditBooks(30, 'unit');
  lines = readFileSync(books.exported, 'utf8').trimEnd().split('\n');
  let seq = 0;
  recordOf = lines.map((line) => {
    if (line.includes('"record":"line"')) seq += 1;
    return Math.max(seq, 1);
  });
  expect(lines.length).toBe(1 + 93 + 3);
});
afterAll(() => rmSync(books.folder, { recursive: true, force: true }));

async function firstBad(changed: readonly string[], anchors: readonly { seq: number; hash: string }[] = []) {
  const file = join(books.folder, 'changed.ndjson');
  writeFileSync(file, `${changed.join('\n')}\n`);
  return (await judgeExport({ file, keyFile: books.keyFile, anchors })).bad?.seq ?? null;
}

const isRecord = (line: string): boolean => line.includes('"record":"line"');
const without = (index: number): string[] => lines.filter((_, other) => other !== index);

describe('an export', () => {
  it('as it was written is good', async () => {
    expect(await firstBad(lines)).toBeNull();
  });

  it('with any one bit of a line flipped names the record of that line', async () => {
    for (const [index, line] of lines.entries()) {
      // The header is judged by the head that it names; its keys are not those that the judge was given.
      if (index === 0) continue;
      for (let time = 0; time < 3; time += 1) {
        const bytes = Buffer.from(line);
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 7));
        if (bytes[at] === 0x0a) continue;
        const changed = [...lines];
        changed[index] = bytes.toString('latin1');
        // A checkpoint stands behind its record: a line that is none any more stands where the next should.
        const here = recordOf[index] ?? 0;
        expect(isRecord(line) ? [here] : [here, here + 1], `line ${index}, byte ${at}`).toContain(
          await firstBad(changed),
        );
      }
    }
  });

  it('with a line dropped, doubled, or exchanged with the next names the first record that is not in its place', async () => {
    for (let index = 1; index < lines.length - 1; index += 1) {
      const line = lines[index] ?? '';
      const here = recordOf[index] ?? 0;
      expect(await firstBad(without(index)), `drop ${index}`).toBe(isRecord(line) ? here : here + 1);
      const doubled = [...lines.slice(0, index), line, ...lines.slice(index)];
      expect([here, here + 1], `double ${index}`).toContain(await firstBad(doubled));
      const swapped = [...lines];
      [swapped[index], swapped[index + 1]] = [swapped[index + 1] ?? '', line];
      expect([here - 1, here, here + 1], `swap ${index}`).toContain(await firstBad(swapped));
    }
  });

  it('whose tail is gone is seen by the head in its header, and by an anchor when that was changed too', async () => {
    const short = lines.slice(0, 40);
    const last = recordOf[39] ?? 0;
    expect(await firstBad(short)).toBe(last + 1);
    const head = books.heads.get(last);
    const changed = (lines[0] ?? '').replace(/"head":\{[^}]*\}/, `"head":{"hash":"${head?.hash}","seq":${last}}`);
    const fitting = [changed, ...short.slice(1)];
    expect(await firstBad(fitting)).toBeNull();
    const anchor = books.heads.get(93);
    expect(await firstBad(fitting, [{ seq: 93, hash: String(anchor?.hash) }])).toBe(last + 1);
  });
});

describe('the program', () => {
  const run = (...words: string[]) => {
    const { status, stdout } = spawnSync('node', [program, ...words], { encoding: 'utf8' });
    return { status, stdout };
  };

  it('ends with 0, 1 and 2, and says up to where it can judge', () => {
    const good = run(books.exported, '--anchor', `40:${books.heads.get(40)?.hash.slice(0, 8)}`);
    expect(good.status).toBe(0);
    expect(good.stdout).toContain('93 records');
    expect(good.stdout).toMatch(/anchor: record 40.*could have been dropped/s);
    const bad = run(books.exported, '--anchor', `40:${'0'.repeat(64)}`);
    expect(bad).toMatchObject({ status: 1, stdout: expect.stringContaining('BAD: record 40') });
    expect(run(join(books.folder, 'no-such-file')).status).toBe(2);
    expect(run(books.exported, '--anchor', 'x').status).toBe(2);
    expect(run().status).toBe(2);
  });

  it('is short, and needs nothing but Node', () => {
    const text = readFileSync(program, 'utf8');
    expect(text.split('\n').length).toBeLessThan(200);
    const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
    expect(imports.filter((name) => !name?.startsWith('node:'))).toEqual([]);
  });
});
