import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** Why the vault gives nothing at all. `vault-locked`: its key is not (or no longer) in memory. */
export type VaultTrouble = Problem<'vault-unsafe' | 'vault-unreadable' | 'vault-locked'>;

/** Why the vault does not give a secret. */
export type VaultProblem = VaultTrouble | Problem<'secret-not-found'>;

/** Why the vault does not take. */
export type VaultWriteProblem = VaultTrouble | Problem<'file-unwritable'>;

/** Keeps connection strings and passwords; nothing else may. */
export interface Vault {
  /** Name of the backend in use, for "doctor". */
  readonly backend: string;
  /** The secret in a Buffer of its own, which the caller overwrites after use. */
  get(name: string): Promise<Result<Buffer, VaultProblem>>;
  /** Stores or replaces a secret. */
  set(name: string, secret: Uint8Array): Promise<Result<void, VaultWriteProblem>>;
}

/** A vault as whoever opened it holds it. */
export interface KeptVault extends Vault {
  /** Names of what it holds; no secret among them. */
  names(): Promise<Result<readonly string[], VaultProblem>>;
  /** Forgets the key, if there is one; afterwards the vault is locked. */
  close(): void;
}

/** Keyring of the operating system for this account, as Electron's safeStorage gives it. */
export interface SystemKeyring {
  /** Resolves when the other functions may be asked. */
  ready(): Promise<void>;
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  /** Throws when the bytes were encrypted by another account or keyring. */
  decryptString(encrypted: Buffer): string;
  /** `basic_text` on Linux: a fixed password of the program, which protects nothing. */
  getSelectedStorageBackend(): string;
}
