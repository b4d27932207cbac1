import { basename } from 'node:path';
import { type Parser, parse } from 'csv-parse';
import { importColumns } from '../../../shared/import.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { SourceProblem, SourceRow, TakeRows } from '../../ports/import-source.ts';
import { readText, unfit } from './checked-file.ts';

/** A row longer than any enrollment may be: a quotation mark was opened and never closed. */
const longestRow = 1024 * 1024;
const rowsAtOnce = 500;

/** Whether a column holds a tag; the rule belongs to who makes records of cells. */
export type IsTagColumn = (name: string) => boolean;

/**
 * Reads a table (RFC 4180; `,`, `;` or tab between cells, as its first line shows; CRLF or LF; with or without a byte
 * order mark). The first row names the columns. Rows are counted as a spreadsheet does: the one with the names is row 1.
 */
export async function readCsv(
  path: string,
  isTagColumn: IsTagColumn,
  take: TakeRows,
): Promise<Result<{ readonly sha256: string }, SourceProblem>> {
  const table = tableReader(path, isTagColumn);
  let parser: Parser | null = null;
  let refused: SourceProblem | null = null;
  let goOn = true;
  const read = await readText(path, async ({ bytes, text }) => {
    parser ??= newParser(text);
    parser.write(bytes);
    // The parser works on what it is given at once; what it has made is taken before it gets more.
    refused = parser.errored === null ? await handOver(drained(parser)) : malformed(path, parser.errored);
    return refused === null && goOn;
  });
  if (refused !== null) return fail(refused);
  return read.ok ? await ended(read.value) : read;

  async function handOver(records: readonly (readonly string[])[]): Promise<SourceProblem | null> {
    const rows: SourceRow[] = [];
    for (const cells of records) {
      const row = table(cells);
      if (row !== null && 'code' in row) return row;
      if (row !== null) rows.push(row);
    }
    for (let first = 0; first < rows.length && goOn; first += rowsAtOnce) {
      goOn = await take(rows.slice(first, first + rowsAtOnce));
    }
    return null;
  }

  async function ended(sha256: string): Promise<Result<{ readonly sha256: string }, SourceProblem>> {
    if (parser === null) return unfit(path, 'it is empty');
    if (!goOn) return ok({ sha256: '' });
    parser.end();
    const last: string[][] = [];
    try {
      for await (const record of parser) last.push(record as string[]);
    } catch (error) {
      return fail(malformed(path, error));
    }
    const problemOfLast = await handOver(last);
    return problemOfLast === null ? ok({ sha256: goOn ? sha256 : '' }) : fail(problemOfLast);
  }
}

function newParser(firstText: string): Parser {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(firstText),
    trim: true,
    relax_column_count: true,
    max_record_size: longestRow,
  });
  // Without a listener an error would end the process; it is looked for in `errored`.
  parser.on('error', () => {});
  return parser;
}

function drained(parser: Parser): string[][] {
  const records: string[][] = [];
  for (let record = parser.read(); record !== null; record = parser.read()) records.push(record as string[]);
  return records;
}

/** What stands most often between the names of the first line, outside quotation marks. */
function delimiterOf(text: string): string {
  const counts = new Map([',', ';', '\t'].map((mark) => [mark, 0]));
  let quoted = false;
  for (const letter of text.slice(0, 64 * 1024)) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '\n' || letter === '\r')) break;
    else if (!quoted && counts.has(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** Why the parser gave up, by its codes; its own message would quote a cell, and a key may stand there. */
function malformed(path: string, error: unknown): Problem<'import-file-unfit'> {
  const { code, lines } = error as { code?: string; lines?: number };
  const reasons: Readonly<Record<string, string>> = {
    CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened and never closed',
    CSV_MAX_RECORD_SIZE: 'a quotation mark is opened and never closed, or a row is far too long',
    CSV_INVALID_CLOSING_QUOTE: 'a quotation mark stands in the middle of a cell',
    CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'text follows a closing quotation mark',
    INVALID_OPENING_QUOTE: 'a quotation mark stands in the middle of a cell',
  };
  const reason = reasons[code ?? ''] ?? 'it is no table';
  return problem('import-file-unfit', { file: basename(path), reason: `${reason} (near line ${lines ?? 1})` });
}

/** Makes rows of cells: null for an empty one, a problem for names that are not known. */
function tableReader(path: string, isTagColumn: IsTagColumn) {
  let names: readonly string[] | null = null;
  let row = 0;
  return (cells: readonly string[]): SourceRow | SourceProblem | null => {
    row += 1;
    if (cells.every((cell) => cell === '')) return null;
    if (names === null) {
      const wrong = wrongHeader(path, cells, isTagColumn);
      names = cells;
      return wrong;
    }
    if (cells.length !== names.length) {
      const reason = `it has ${cells.length} cells, not ${names.length} as the first row`;
      return { row, file: null, content: { form: 'unfit', reason } };
    }
    const columns = names;
    const members = Object.fromEntries(cells.map((cell, index) => [columns[index] ?? '', cell]));
    return { row, file: null, content: { form: 'cells', cells: members } };
  };
}

function wrongHeader(path: string, names: readonly string[], isTagColumn: IsTagColumn): SourceProblem | null {
  const known: readonly string[] = importColumns;
  const file = basename(path);
  const at = names.findIndex((name) => !known.includes(name) && !isTagColumn(name));
  if (at !== -1) {
    // Without a row of names the first device stands there, perhaps with its key: only what looks like a name is quoted.
    const name = names[at] ?? '';
    const column = /^[A-Za-z][A-Za-z _.-]{0,23}$/.test(name) ? `"${name}"` : `number ${at + 1}`;
    return problem('import-header-unknown', { file, column, known: `${known.join(', ')}, tags.<name>` });
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined
    ? null
    : problem('import-file-unfit', { file, reason: `the column "${twice}" is there twice` });
}
