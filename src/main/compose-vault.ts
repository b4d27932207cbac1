import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { createFileVault } from './adapters/vault/file-vault.ts';
import { openPassphraseVault, passphraseVaultNames } from './adapters/vault/passphrase-vault.ts';
import { openSystemVault } from './adapters/vault/system-vault.ts';
import type { KeptVault, SystemKeyring, Vault } from './ports/vault.ts';

/** Kind of vault. */
export type VaultBackend = Settings['vault']['backend'];

/** Asks a person (or a file that a person named) for a passphrase; the Buffer is the caller's to wipe. */
export type AskPassphrase = () => Promise<Result<Buffer, Problem>>;

/** The vaults of one data folder, for one process: what was unlocked stays unlocked until `close`. */
export type Vaults = {
  readonly dataFolder: string;
  /** The vault that holds a mode's secrets; a problem says why it cannot be used. */
  of(mode: Settings['mode'], settings: Pick<Settings, 'vault'>): Promise<Result<KeptVault, Problem>>;
  /** Opens the vault of production with its passphrase; while it is open, this only tells whether the passphrase is right. */
  unlock(passphrase: Buffer): Promise<Result<void, Problem>>;
  /** Names in the vault, whether or not it is locked. */
  names(mode: Settings['mode'], settings: Pick<Settings, 'vault'>): Promise<readonly string[]>;
  /** Whether the operating system offers a keyring here. */
  keyring(): Promise<Result<SystemKeyring, Problem>>;
  /** Takes an opened vault as the one with the passphrase; null: it is locked now. */
  keep(vault: KeptVault | null): void;
  /** Wipes keys. */
  close(): void;
};

let keyring: SystemKeyring | null = null;

/** Gives the keyring of the operating system, which only the window has. For its door, before anything is opened. */
export function offerSystemKeyring(given: SystemKeyring): void {
  keyring = given;
}

/** Where a backend keeps the secrets of a mode. */
export function vaultFile(dataFolder: string, mode: Settings['mode'], backend: VaultBackend): string {
  const names = { file: 'vault.json', passphrase: 'vault-passphrase.json', os: 'vault-keyring.json' } as const;
  return join(dataFolder, mode, names[backend]);
}

/**
 * Training refuses live services, so nothing secret is there: it always has the plain file. In production the settings
 * say where secrets are. `ask` is asked once, when a locked vault is needed; without it, that is a problem.
 */
export function createVaults(options: { readonly dataFolder: string; readonly ask?: AskPassphrase }): Vaults {
  const { dataFolder } = options;
  let unlocked: KeptVault | null = null;

  function keep(vault: KeptVault | null): void {
    if (unlocked !== vault) unlocked?.close();
    unlocked = vault;
  }

  async function unlock(passphrase: Buffer): Promise<Result<void, Problem>> {
    const opened = await openPassphraseVault(vaultFile(dataFolder, 'production', 'passphrase'), passphrase);
    if (!opened.ok) return opened;
    // A running station holds the vault that is open. One whose file was made anew gives nothing and is replaced.
    if (unlocked !== null && (await unlocked.names()).ok) opened.value.close();
    else keep(opened.value);
    return ok(undefined);
  }

  async function withPassphrase(): Promise<Result<KeptVault, Problem>> {
    if (unlocked !== null) return ok(unlocked);
    const file = vaultFile(dataFolder, 'production', 'passphrase');
    if (!existsSync(file)) return fail(problem('vault-missing', { file }));
    if (options.ask === undefined) return fail(problem('vault-locked'));
    const asked = await options.ask();
    if (!asked.ok) return asked;
    const opened = await unlock(asked.value);
    asked.value.fill(0);
    if (!opened.ok) return opened;
    return unlocked === null ? fail(problem('vault-locked')) : ok(unlocked);
  }

  async function withKeyring(): Promise<Result<KeptVault, Problem>> {
    const offered = await theKeyring();
    return offered.ok ? openSystemVault(vaultFile(dataFolder, 'production', 'os'), offered.value) : offered;
  }

  return {
    dataFolder,
    unlock,
    keep,
    keyring: theKeyring,
    async of(mode, { vault }) {
      if (mode === 'training' || (vault.backend === 'file' && vault.acceptedBy !== undefined))
        return ok(createFileVault(vaultFile(dataFolder, mode, 'file')));
      if (vault.backend === 'passphrase') return withPassphrase();
      return vault.backend === 'os' ? withKeyring() : fail(problem('vault-unaccepted'));
    },
    async names(mode, { vault }) {
      const backend = mode === 'training' ? 'file' : vault.backend;
      const file = vaultFile(dataFolder, mode, backend);
      if (backend === 'passphrase') return orNone(passphraseVaultNames(file));
      if (backend === 'file') return orNone(await createFileVault(file).names());
      const kept = await withKeyring();
      return kept.ok ? orNone(await kept.value.names()) : [];
    },
    close: () => keep(null),
  };
}

async function theKeyring(): Promise<Result<SystemKeyring, Problem>> {
  return keyring === null ? fail(problem('keyring-elsewhere')) : ok(keyring);
}

function orNone(names: Result<readonly string[], Problem>): readonly string[] {
  return names.ok ? names.value : [];
}

/** Stands where a vault cannot be used, for parts that may get along without one. */
export function closedVault(): Vault {
  const closed = async () => fail(problem('vault-locked'));
  return { backend: 'closed', get: closed, set: closed };
}
