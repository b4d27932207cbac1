import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { base64Bytes } from '../../identity/base64-bytes.ts';
import { symmetricKeyFrom } from '../../identity/symmetric-keys.ts';
import type { Random } from '../../ports/random.ts';
import type { Vault } from '../../ports/vault.ts';

/** Bytes of a key that the station makes: as many as the service makes itself (Azure documentation, symmetric key attestation). */
const keyBytes = 64;

/** The symmetric key (base64) that the vault keeps under a name; made when there is none. */
export async function vaultKey(
  name: string,
  { vault, random }: { readonly vault: Pick<Vault, 'get' | 'set'>; readonly random: Pick<Random, 'secretBytes'> },
): Promise<Result<string, Problem>> {
  let kept: Result<Buffer, Problem> = await vault.get(name);
  if (!kept.ok && kept.problem.code === 'secret-not-found') {
    const made = random.secretBytes(keyBytes);
    const text = base64Bytes(made);
    made.fill(0);
    const stored = await vault.set(name, text);
    text.fill(0);
    if (!stored.ok) return stored;
    kept = await vault.get(name);
  }
  if (!kept.ok) return kept;
  const key = symmetricKeyFrom(kept.value.toString('latin1'));
  kept.value.fill(0);
  if (key === null) return fail(problem('symmetric-key-invalid', { what: name }));
  const text = key.toString('base64');
  key.fill(0);
  return ok(text);
}
