import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** Why the vault does not give. */
export type VaultProblem = Problem<'secret-not-found' | 'vault-unsafe' | 'vault-unreadable'>;

/** Keeps connection strings and passwords; nothing else may. */
export interface Vault {
  /** Name of the backend in use, for "doctor". */
  readonly backend: string;
  /** The secret in a Buffer of its own, which the caller overwrites after use. */
  get(name: string): Promise<Result<Buffer, VaultProblem>>;
  /** Stores or replaces a secret. */
  set(
    name: string,
    secret: Uint8Array,
  ): Promise<Result<void, Problem<'vault-unsafe' | 'vault-unreadable' | 'file-unwritable'>>>;
}
