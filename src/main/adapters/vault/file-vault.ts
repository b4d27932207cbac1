import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Vault } from '../../ports/vault.ts';

const vaultSchema = z.record(z.string(), z.base64());

/**
 * Secrets in a file that only its owner may read (mode 0600, checked at each use; on Windows the folder's own access
 * list decides). It protects against other accounts of the computer, not against a stolen disk.
 */
export function createFileVault(file: string): Vault {
  function load(): Result<Record<string, string>, Problem<'vault-unsafe' | 'vault-unreadable'>> {
    if (!existsSync(file)) return ok({});
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
      return fail(problem('vault-unsafe', { file }));
    try {
      return ok(vaultSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
    } catch {
      // The parser's own words may quote the content: they are not repeated.
      return fail(problem('vault-unreadable', { file, reason: 'it is no vault, or its rights deny it' }));
    }
  }

  return {
    backend: 'file, mode 0600',
    async get(name) {
      const stored = load();
      if (!stored.ok) return stored;
      const secret = Object.hasOwn(stored.value, name) ? stored.value[name] : undefined;
      return secret === undefined ? fail(problem('secret-not-found', { name })) : ok(unpooled(secret));
    },
    async set(name, secret) {
      const stored = load();
      if (!stored.ok) return stored;
      const next = `${file}.new`;
      try {
        const handle = openSync(next, 'w', 0o600);
        writeSync(handle, JSON.stringify({ ...stored.value, [name]: Buffer.from(secret).toString('base64') }));
        fsyncSync(handle);
        closeSync(handle);
        chmodSync(next, 0o600);
        renameSync(next, file);
      } catch (error) {
        return fail(problem('file-unwritable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }));
      }
      return ok(undefined);
    },
  };
}

/** Memory of its own: a pooled Buffer would leave the secret beside other people's bytes until the pool goes. */
function unpooled(base64: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(base64, 'base64'));
  bytes.write(base64, 'base64');
  return bytes;
}
