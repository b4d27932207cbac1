import { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { KeptVault, SystemKeyring } from '../../ports/vault.ts';
import { secretFile, unpooled } from './secret-file.ts';

const vaultSchema = z.record(z.string(), z.base64());

/** Backends that encrypt with a password everybody has, or that nobody can name (Electron documentation, safeStorage). */
const worthless = ['basic_text', 'unknown'];

/**
 * Secrets encrypted with a key that the operating system keeps for this account: Keychain, DPAPI, libsecret or KWallet.
 * Refused where there is no such keyring.
 */
export async function openSystemVault(
  file: string,
  keyring: SystemKeyring,
): Promise<Result<KeptVault, Problem<'keyring-unavailable'>>> {
  await keyring.ready();
  const offered = keyring.isEncryptionAvailable() ? keyring.getSelectedStorageBackend() : 'none';
  if (offered === 'none' || worthless.includes(offered))
    return fail(problem('keyring-unavailable', { keyring: offered }));
  const secrets = secretFile(file, vaultSchema);
  const damaged = (name: string) =>
    fail(problem('vault-unreadable', { file, reason: `the keyring of this account does not open "${name}"` }));
  return ok({
    backend: `keyring of the operating system (${offered})`,
    async get(name) {
      const stored = secrets.read();
      if (!stored.ok) return stored;
      const held = stored.value ?? {};
      const encrypted = Object.hasOwn(held, name) ? held[name] : undefined;
      if (encrypted === undefined) return fail(problem('secret-not-found', { name }));
      const secret = decrypted(keyring, name, encrypted);
      return secret === null ? damaged(name) : ok(secret);
    },
    async set(name, secret) {
      const stored = secrets.read();
      if (!stored.ok) return stored;
      // The keyring authenticates no name, so it travels inside: a secret that was moved to another name does not open.
      const text = JSON.stringify([name, Buffer.from(secret).toString('base64')]);
      return secrets.write({ ...stored.value, [name]: keyring.encryptString(text).toString('base64') });
    },
    async names() {
      const stored = secrets.read();
      return stored.ok ? ok(Object.keys(stored.value ?? {})) : stored;
    },
    close: () => {},
  });
}

const insideSchema = z.tuple([z.string(), z.base64()]);

function decrypted(keyring: SystemKeyring, name: string, encrypted: string): Buffer | null {
  try {
    const [inside, secret] = insideSchema.parse(JSON.parse(keyring.decryptString(Buffer.from(encrypted, 'base64'))));
    return inside === name ? unpooled(secret, 'base64') : null;
  } catch {
    return null; // another account's, or damaged: the keyring does not tell which
  }
}
