import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { base64Bytes } from '../identity/base64-bytes.ts';
import type { Random } from '../ports/random.ts';
import type { Vault } from '../ports/vault.ts';

const underWay = new WeakMap<object, Map<string, Promise<Result<Buffer, Problem>>>>();

/**
 * A secret of the vault (base64), made of so many random bytes where there is none. Several slots may want it at once: it
 * is made once, because what a board was given must be what is kept. The caller overwrites what it gets.
 */
export function madeSecret(
  name: string,
  bytes: number,
  { vault, random }: { readonly vault: Pick<Vault, 'get' | 'set'>; readonly random: Pick<Random, 'secretBytes'> },
): Promise<Result<Buffer, Problem>> {
  return keptOrMade(name, vault, () => {
    const made = random.secretBytes(bytes);
    const text = base64Bytes(made);
    made.fill(0);
    return text;
  });
}

/** The same for a secret of any form: `newSecret` makes it in a Buffer, which is overwritten here. */
export async function keptOrMade(
  name: string,
  vault: Pick<Vault, 'get' | 'set'>,
  newSecret: () => Buffer,
): Promise<Result<Buffer, Problem>> {
  const kept = await vault.get(name);
  if (kept.ok || kept.problem.code !== 'secret-not-found') return kept;
  const making = underWay.get(vault) ?? new Map<string, Promise<Result<Buffer, Problem>>>();
  underWay.set(vault, making);
  const running = making.get(name);
  if (running !== undefined) {
    await running;
    return vault.get(name);
  }
  const run = make();
  making.set(name, run);
  return run.finally(() => making.delete(name));

  async function make(): Promise<Result<Buffer, Problem>> {
    // Somebody may have made it between the look and now.
    const again = await vault.get(name);
    if (again.ok || again.problem.code !== 'secret-not-found') return again;
    const made = newSecret();
    const stored = await vault.set(name, made);
    made.fill(0);
    return stored.ok ? vault.get(name) : stored;
  }
}
