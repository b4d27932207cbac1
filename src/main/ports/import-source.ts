import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** What a row holds, as it was found: cells by column, a record of the REST API, one certificate, or nothing of use. */
export type SourceContent =
  | { readonly form: 'cells'; readonly cells: Readonly<Record<string, unknown>> }
  | { readonly form: 'record'; readonly record: Readonly<Record<string, unknown>> }
  | { readonly form: 'certificate'; readonly text: string }
  | { readonly form: 'unfit'; readonly reason: string };

/** One row. `row` as a spreadsheet or an editor counts it; in a folder the place of `file` in the order of names. */
export type SourceRow = { readonly row: number; readonly file: string | null; readonly content: SourceContent };

/** Why a whole file cannot be read. */
export type SourceProblem = Problem<
  'import-file-unfit' | 'import-header-unknown' | 'import-changed' | 'file-unreadable'
>;

/** Takes rows as they come; false: no more of them are wanted. */
export type TakeRows = (rows: readonly SourceRow[]) => Promise<boolean>;

/** Devices that exist already, in a file or a folder. It is read as a stream: any number of rows needs the same memory. */
export interface ImportSource {
  readonly name: string; // without its folder
  /** Reads all rows in their order, each time from the start; SHA-256 of the whole in lower-case hex, '' when it was not read to the end. */
  read(take: TakeRows): Promise<Result<{ readonly sha256: string }, SourceProblem>>;
  /** Text of a certificate file that a row names: PEM, or base64 of its DER; a failure is a reason. */
  attached(name: string): Result<string, string>;
}
