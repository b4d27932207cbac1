import { z } from 'zod';
import { problem } from '../../../shared/problem.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { KeptVault } from '../../ports/vault.ts';
import { secretFile, unpooled } from './secret-file.ts';

const vaultSchema = z.record(z.string(), z.base64());

/**
 * Secrets in a file that only its owner may read. It protects against other accounts of the computer, not against a
 * stolen disk.
 */
export function createFileVault(file: string): KeptVault {
  const secrets = secretFile(file, vaultSchema);
  return {
    backend: 'file, mode 0600',
    async get(name) {
      const stored = secrets.read();
      if (!stored.ok) return stored;
      const held = stored.value ?? {};
      const secret = Object.hasOwn(held, name) ? held[name] : undefined;
      return secret === undefined ? fail(problem('secret-not-found', { name })) : ok(unpooled(secret, 'base64'));
    },
    async set(name, secret) {
      const stored = secrets.read();
      if (!stored.ok) return stored;
      return secrets.write({ ...stored.value, [name]: Buffer.from(secret).toString('base64') });
    },
    async names() {
      const stored = secrets.read();
      return stored.ok ? ok(Object.keys(stored.value ?? {})) : stored;
    },
    close: () => {},
  };
}
