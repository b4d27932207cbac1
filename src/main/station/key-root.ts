import type { Problem } from '../../shared/problem.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Random } from '../ports/random.ts';
import type { Vault, VaultProblem } from '../ports/vault.ts';
import { madeSecret } from './made-secret.ts';

/** Vault secret from which the symmetric keys of all units of this station are derived, base64 of 32 bytes. */
export const keyRootSecret = 'symmetric-key-root';

/** The key root in a Buffer that the caller overwrites; made at the first unit that needs it. */
export async function keyRootFrom(
  vault: Pick<Vault, 'get' | 'set'>,
  random: Pick<Random, 'secretBytes'>,
): Promise<Result<Buffer, Problem>> {
  return decoded(await madeSecret(keyRootSecret, 32, { vault, random }));
}

/** The key root as it is kept; a problem when there is none (yet). */
export async function readKeyRoot(vault: Pick<Vault, 'get'>): Promise<Result<Buffer, VaultProblem>> {
  return decoded(await vault.get(keyRootSecret));
}

function decoded<P extends Problem>(stored: Result<Buffer, P>): Result<Buffer, P> {
  if (!stored.ok) return stored;
  const root = Buffer.from(stored.value.toString('latin1'), 'base64');
  stored.value.fill(0);
  return ok(root);
}
