import { importColumns } from '../../../shared/import.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { SourceContent, SourceProblem, SourceRow, TakeRows } from '../../ports/import-source.ts';
import { readText, unfit } from './checked-file.ts';
import type { IsTagColumn } from './csv-rows.ts';

/** A line longer than any enrollment may be. */
const longestLine = 1024 * 1024;

/** Reads NDJSON: on each line one record of the REST API, or an object whose members are columns of a table. */
export async function readJsonLines(
  path: string,
  isTagColumn: IsTagColumn,
  take: TakeRows,
): Promise<Result<{ readonly sha256: string }, SourceProblem>> {
  let row = 0;
  let rest = '';
  let tooLong = false;
  let goOn = true;
  const line = (text: string): SourceRow[] => {
    row += 1;
    const long = tooLong || text.length > longestLine;
    tooLong = false;
    if (!long && text.trim() === '') return [];
    const reason = 'the line is far too long';
    return [{ row, file: null, content: long ? { form: 'unfit', reason } : contentOf(text, isTagColumn) }];
  };
  const read = await readText(path, async ({ text }) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    const rows = lines.flatMap(line);
    if (rest.length > longestLine) {
      // What is left of it is dropped; it gets its verdict when it ends.
      tooLong = true;
      rest = '';
    }
    goOn = rows.length === 0 || (await take(rows));
    return goOn;
  });
  if (!read.ok) return read;
  if (goOn && (rest !== '' || tooLong)) goOn = await take(line(rest));
  if (row === 0) return unfit(path, 'it is empty');
  return ok({ sha256: goOn ? read.value : '' });
}

function contentOf(text: string, isTagColumn: IsTagColumn): SourceContent {
  const unfitRow = (reason: string): SourceContent => ({ form: 'unfit', reason });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the line, and with it a key.
    return unfitRow('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return unfitRow('it is no JSON object');
  const members = value as Readonly<Record<string, unknown>>;
  if (typeof members['attestation'] === 'object') return { form: 'record', record: members };
  const columns: readonly string[] = importColumns;
  const strange = Object.keys(members).filter((name) => !columns.includes(name) && !isTagColumn(name));
  if (strange.length > 0) {
    const names = strange.map((name) => name.slice(0, 24)).slice(0, 3);
    return unfitRow(`it has members that are no columns: ${names.join(', ')}`);
  }
  return { form: 'cells', cells: members };
}
