import type { Problem } from '../../shared/problem.ts';
import { ok, type Result } from '../../shared/result.ts';
import { base64Bytes } from '../identity/base64-bytes.ts';
import type { Random } from '../ports/random.ts';
import type { Vault } from '../ports/vault.ts';

/** Vault secret from which the symmetric keys of all units of this station are derived, base64 of 32 bytes. */
export const keyRootSecret = 'symmetric-key-root';

/** The key root in a Buffer that the caller overwrites; made at the first unit that needs it. */
export async function keyRootFrom(
  vault: Pick<Vault, 'get' | 'set'>,
  random: Pick<Random, 'secretBytes'>,
): Promise<Result<Buffer, Problem>> {
  const stored = await readKeyRoot(vault);
  if (stored.ok || stored.problem.code !== 'secret-not-found') return stored;
  const root = random.secretBytes(32);
  const text = base64Bytes(root);
  root.fill(0);
  const kept = await vault.set(keyRootSecret, text);
  text.fill(0);
  // Read again: another slot may have been quicker, and only what is kept may be used.
  return kept.ok ? readKeyRoot(vault) : kept;
}

/** The key root as it is kept; a problem when there is none (yet). */
export async function readKeyRoot(vault: Pick<Vault, 'get'>): Promise<Result<Buffer, Problem>> {
  const stored = await vault.get(keyRootSecret);
  if (!stored.ok) return stored;
  const root = Buffer.from(stored.value.toString('latin1'), 'base64');
  stored.value.fill(0);
  return ok(root);
}
