import { useEffect, useRef, useState } from 'react';
import { type ExportFormat, type ExportTable, exportHead, exportLine } from '../../shared/export-rows.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { useMirror } from '../station/use-station.ts';

type Page<Row> = { readonly rows: readonly Row[]; readonly next: number | null; readonly total: number };

/** What is exported: the table, a name for the file, and pages from the newest on (`before` null). */
export type ExportSource<Row> = {
  readonly table: ExportTable<Row>;
  readonly name: string;
  readonly load: (before: number | null, limit: number) => Promise<Result<Page<Row>, Problem>>;
};

/** An export under way, or how the last one ended. */
export type Export = {
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly problem: Problem | null;
  start(format: ExportFormat): void;
  cancel(): void;
};

const rowsPerPage = 1_000;

/** Reads every page of a list and saves it as a file. Leaving the page cancels it. */
export function useExport<Row>(source: ExportSource<Row>): Export {
  const [progress, setProgress] = useState<Export['progress']>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const mode = useMirror('station')?.mode;
  const run = useRef<{ cancelled: boolean } | null>(null);
  const cancel = (): void => {
    if (run.current !== null) run.current.cancelled = true;
    run.current = null;
    setProgress(null);
  };
  useEffect(
    () => () => {
      if (run.current !== null) run.current.cancelled = true;
    },
    [],
  );

  async function start(format: ExportFormat): Promise<void> {
    if (run.current !== null) return;
    const own = { cancelled: false };
    run.current = own;
    setProblem(null);
    setProgress({ done: 0, total: 0 });
    const parts = [exportHead(source.table, format)];
    let done = 0;
    for (let before: number | null = null, more = true; more; ) {
      const page: Result<Page<Row>, Problem> = await source.load(before, rowsPerPage);
      if (own.cancelled) return;
      if (!page.ok) {
        cancel();
        return setProblem(page.problem);
      }
      const { rows, next, total } = page.value;
      parts.push(rows.map((row) => exportLine(source.table, format, row)).join(''));
      done += rows.length;
      setProgress({ done, total });
      before = next;
      more = next !== null;
    }
    cancel();
    const day = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    saveFile(`${mode === 'training' ? 'TRAINING-' : ''}${source.name}-${day}.${format}`, parts, fileTypes[format]);
  }

  return { progress, problem, start: (format) => void start(format), cancel };
}

const fileTypes = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

/** Hands text or bytes to the person as a file, by the window's ordinary way of saving. */
export function saveFile(name: string, parts: readonly (string | Uint8Array<ArrayBuffer>)[], type: string): void {
  const plain = parts.every((part) => typeof part === 'string');
  const address = URL.createObjectURL(new Blob([...parts], { type: plain ? `${type};charset=utf-8` : type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The file is being read still when `click` comes back.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The bytes of a base64 text. */
export function bytesFrom(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
