import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { symmetricKeyFrom } from '../../identity/symmetric-keys.ts';
import type { Random } from '../../ports/random.ts';
import type { Vault } from '../../ports/vault.ts';
import { keyRootSecret } from '../key-root.ts';
import { madeSecret } from '../made-secret.ts';

/** Bytes of a key that the station makes: as many as the service makes itself (Azure documentation, symmetric key attestation). */
const keyBytes = 64;

/** The symmetric key (base64) that the vault keeps under a name; made when there is none. The key root is not given out. */
export async function vaultKey(
  name: string,
  tools: { readonly vault: Pick<Vault, 'get' | 'set'>; readonly random: Pick<Random, 'secretBytes'> },
): Promise<Result<string, Problem>> {
  if (name === keyRootSecret) return fail(problem('secret-reserved', { name }));
  const kept = await madeSecret(name, keyBytes, tools);
  if (!kept.ok) return kept;
  const key = symmetricKeyFrom(kept.value.toString('latin1'));
  kept.value.fill(0);
  if (key === null) return fail(problem('symmetric-key-invalid', { what: name }));
  const text = key.toString('base64');
  key.fill(0);
  return ok(text);
}
