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
  writeSync,
} from 'node:fs';
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
        const handle = openSync(next, 'w', 0o600);
        writeSync(handle, JSON.stringify(content));
        fsyncSync(handle);
        closeSync(handle);
        chmodSync(next, 0o600);
        renameSync(next, file);
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
    const noise = randomFillSync(Buffer.alloc(statSync(file).size));
    const handle = openSync(file, 'r+');
    writeSync(handle, noise, 0, noise.length, 0);
    fsyncSync(handle);
    closeSync(handle);
    rmSync(file);
    return ok(undefined);
  } catch (error) {
    return fail(unwritable(file, error));
  }
}

/** Puts a finished vault in the place of another, or of none. */
export function putInPlace(from: string, to: string): Result<void, Problem<'file-unwritable'>> {
  try {
    renameSync(from, to);
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

function unwritable(file: string, error: unknown): Problem<'file-unwritable'> {
  return problem('file-unwritable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' });
}
