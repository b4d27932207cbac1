import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { SourceProblem, SourceRow, TakeRows } from '../../ports/import-source.ts';
import { unreadable } from './checked-file.ts';

/** Far more than a certificate needs. */
const largestFile = 256 * 1024;
const endings = /\.(pem|cer|crt|der)$/i;

/** The text of one certificate file: PEM as it is, DER as base64; a failure is a reason. */
export function readCertificateFile(path: string): Result<string, string> {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > largestFile) return fail('the file is far too large for a certificate');
    bytes = readFileSync(path);
  } catch (error) {
    return fail(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  if (bytes.length === 0) return fail('the file is empty');
  // A certificate in DER is one long SEQUENCE (X.690): tag 30, and a length of its own bytes.
  const isDer = bytes[0] === 0x30 && ((bytes[1] ?? 0) & 0x80) !== 0;
  return ok(isDer ? bytes.toString('base64') : bytes.toString('utf8'));
}

/** The same for a file that a row names: it must stand below the folder of the table. */
export function readAttached(folder: string, name: string): Result<string, string> {
  const path = resolve(folder, name);
  const inside = relative(folder, path);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    return fail('certificateFile must name a file in the folder of the table');
  }
  const read = readCertificateFile(path);
  return read.ok ? read : fail(`certificateFile: ${read.problem}`);
}

/** Reads a folder: each file one certificate, in the order of their names. Hidden files are passed over. */
export async function readCertificateFolder(
  folder: string,
  take: TakeRows,
): Promise<Result<{ readonly sha256: string }, SourceProblem>> {
  let names: string[];
  try {
    names = readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    return unreadable(folder, error);
  }
  const hash = createHash('sha256');
  for (const [index, file] of names.entries()) {
    const text = fileOf(folder, file);
    hash.update(JSON.stringify([file, text.ok ? text.value : text.problem]));
    const content: SourceRow['content'] = text.ok
      ? { form: 'certificate', text: text.value }
      : { form: 'unfit', reason: text.problem };
    if (!(await take([{ row: index + 1, file, content }]))) return ok({ sha256: '' });
  }
  return ok({ sha256: hash.digest('hex') });
}

function fileOf(folder: string, name: string): Result<string, string> {
  const path = join(folder, name);
  if (!endings.test(name)) return fail('its name does not end in .pem, .cer, .crt or .der');
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? readCertificateFile(path) : fail('it is no file');
}
