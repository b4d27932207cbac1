import { createHash } from 'node:crypto';
import { createReadStream, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { SourceProblem } from '../../ports/import-source.ts';

/** A stretch of a text file: its bytes, and the characters that end in it. */
export type Stretch = { readonly bytes: Buffer; readonly text: string };

/** Says what keeps a file from being imported; `reason` ends the sentence "... cannot be imported: ". */
export function unfit(path: string, reason: string): { readonly ok: false; readonly problem: SourceProblem } {
  return fail(problem('import-file-unfit', { file: basename(path), reason }));
}

/** Says that a file cannot be read. */
export function unreadable(path: string, error: unknown): { readonly ok: false; readonly problem: SourceProblem } {
  return fail(
    problem('file-unreadable', { file: basename(path), reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }),
  );
}

/**
 * Reads a text file stretch by stretch and checks that it is one, in UTF-8. Answers with the SHA-256 of its bytes, ''
 * when `take` wanted no more.
 */
export async function readText(
  path: string,
  take: (stretch: Stretch) => Promise<boolean>,
): Promise<Result<string, SourceProblem>> {
  const hash = createHash('sha256');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // Small enough that the rows of a stretch are forgotten before they count as long-lived.
  const stream = createReadStream(path, { highWaterMark: 64 * 1024 });
  let first = true;
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      const reason = first ? whyNoText(bytes) : binaryReason(bytes);
      if (reason !== null) return unfit(path, reason);
      first = false;
      hash.update(bytes);
      const text = decoded(decoder, bytes);
      if (text === null) return unfit(path, notUtf8);
      if (!(await take({ bytes, text }))) return ok('');
    }
    if (decoded(decoder) === null) return unfit(path, notUtf8);
    return ok(hash.digest('hex'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error; // not of the file system
    return unreadable(path, error);
  } finally {
    stream.destroy();
  }
}

const notUtf8 = 'its letters are not in UTF-8';

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes?: Buffer): string | null {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** Beginnings of files that are often taken for a table. */
function whyNoText(bytes: Buffer): string | null {
  const [one, two] = bytes;
  if ((one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff)) return 'it is in UTF-16, not in UTF-8';
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1')))
    return 'it is a workbook or an archive, not a text';
  return binaryReason(bytes);
}

function binaryReason(bytes: Buffer): string | null {
  return bytes.includes(0) ? 'it is no text: it holds zero bytes (a binary file, or UTF-16)' : null;
}

/** Tells whether a file is the same as when it was first asked. */
export function changeGuard(path: string): () => Result<void, SourceProblem> {
  let before: Stats | null = null;
  return () => {
    try {
      const now = statSync(path);
      const same =
        before === null || (before.size === now.size && before.mtimeMs === now.mtimeMs && before.ino === now.ino);
      before ??= now;
      return same ? ok(undefined) : fail(problem('import-changed', { file: basename(path) }));
    } catch (error) {
      return unreadable(path, error);
    }
  };
}
