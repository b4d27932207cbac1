import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ok, type Result } from '../../../shared/result.ts';
import type { ImportSource, SourceProblem } from '../../ports/import-source.ts';
import { readAttached, readCertificateFolder } from './certificate-files.ts';
import { changeGuard, unfit, unreadable } from './checked-file.ts';
import { type IsTagColumn, readCsv } from './csv-rows.ts';
import { readJsonLines } from './json-rows.ts';

/** Opens what devices are imported from: a table, a file of JSON lines (it begins with `{`), or a folder of certificates. */
export function openImportSource(path: string, isTagColumn: IsTagColumn): Result<ImportSource, SourceProblem> {
  const kind = kindOf(path);
  if (!kind.ok) return kind;
  const full = resolve(path);
  const same = changeGuard(full);
  const read: ImportSource['read'] = (take) => {
    switch (kind.value) {
      case 'folder':
        return readCertificateFolder(full, take);
      case 'json-lines':
        return readJsonLines(full, isTagColumn, take);
      case 'csv':
        return readCsv(full, isTagColumn, take);
    }
  };
  return ok({
    name: basename(full),
    attached: (name) => readAttached(dirname(full), name),
    read: async (take) => {
      const unchanged = same();
      return unchanged.ok ? read(take) : unchanged;
    },
  });
}

function kindOf(path: string): Result<'folder' | 'json-lines' | 'csv', SourceProblem> {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return ok('folder');
    if (!stats.isFile()) return unfit(path, 'it is no file');
    const first = firstLetter(path);
    if (first === '[') return unfit(path, 'it is one JSON list, not one record per line');
    return ok(first === '{' ? 'json-lines' : 'csv');
  } catch (error) {
    return unreadable(path, error);
  }
}

/** The first letter behind white space and a byte order mark. */
function firstLetter(path: string): string {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(4_096);
    const length = readSync(handle, bytes, 0, bytes.length, 0);
    return bytes
      .subarray(0, length)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart()
      .slice(0, 1);
  } finally {
    closeSync(handle);
  }
}
