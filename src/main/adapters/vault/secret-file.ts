import { randomFillSync } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

/** A JSON file that only its owner may read (mode 0600, checked at each use; on Windows the folder's own access list decides). */
export type SecretFile<Content> = {
  /** Null when there is no file. What it holds is never quoted in a problem. */
  read(): Result<Content | null, Problem<'vault-unsafe' | 'vault-unreadable'>>;
  /** Replaces the file whole or not at all. */
  write(content: Content): Result<void, Problem<'file-unwritable'>>;
};

/** Opens a file of secrets whose content fits `schema`. */
export function secretFile<Content>(file: string, schema: z.ZodType<Content>): SecretFile<Content> {
  return {
    read() {
      if (!existsSync(file)) return ok(null);
      if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
        return fail(problem('vault-unsafe', { file }));
      try {
        return ok(schema.parse(JSON.parse(readFileSync(file, 'utf8'))));
      } catch {
        // The parser's own words may quote the content: they are not repeated.
        return fail(problem('vault-unreadable', { file, reason: 'it is no vault, or its rights deny it' }));
      }
    },
    write(content) {
      const next = `${file}.new`;
      try {
        writeDurably(next, 'w', JSON.stringify(content));
        chmodSync(next, 0o600);
        renameDurably(next, file);
        return ok(undefined);
      } catch (error) {
        return fail(unwritable(file, error));
      }
    },
  };
}

/**
 * Overwrites a file of secrets with random bytes and removes it. A journalling or copying disk may still hold the old
 * blocks: what stood there in clear is to be changed, not trusted to be gone.
 */
export function eraseSecretFile(file: string): Result<void, Problem<'file-unwritable'>> {
  if (!existsSync(file)) return ok(undefined);
  try {
    writeDurably(file, 'r+', randomFillSync(Buffer.alloc(statSync(file).size)));
    rmSync(file);
    return ok(undefined);
  } catch (error) {
    return fail(unwritable(file, error));
  }
}

/** Puts a finished vault in the place of another, or of none. */
export function putInPlace(from: string, to: string): Result<void, Problem<'file-unwritable'>> {
  try {
    renameDurably(from, to);
    return ok(undefined);
  } catch (error) {
    return fail(unwritable(to, error));
  }
}

/** Memory of its own: a pooled Buffer would leave the secret beside other people's bytes until the pool goes. */
export function unpooled(text: string, encoding: 'base64' | 'utf8'): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text, encoding));
  bytes.write(text, encoding);
  return bytes;
}

/** Writes from the start of the file; all of it is on the disk afterwards, or this throws. */
function writeDurably(file: string, flags: 'w' | 'r+', content: string | Uint8Array): void {
  const handle = openSync(file, flags, 0o600);
  try {
    // Unlike writeSync, this goes on after a short write.
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  // The new name is an entry of the folder; Windows opens no folder for that.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(to), 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some network disks know no such order; the file is in its place all the same.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(folder);
  }
}

function unwritable(file: string, error: unknown): Problem<'file-unwritable'> {
  return problem('file-unwritable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' });
}
