import { existsSync } from 'node:fs';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { readSettings, writeSettings } from './adapters/files/settings-file.ts';
import { createFileVault } from './adapters/vault/file-vault.ts';
import { createPassphraseVault } from './adapters/vault/passphrase-vault.ts';
import { eraseSecretFile, putInPlace } from './adapters/vault/secret-file.ts';
import { openSystemVault } from './adapters/vault/system-vault.ts';
import { openFolder } from './compose-folder.ts';
import { noteInBooks } from './compose-note.ts';
import { type VaultBackend, type Vaults, vaultFile } from './compose-vault.ts';
import type { KeptVault } from './ports/vault.ts';

/** What a move is asked for. */
export type VaultMove = {
  readonly to: VaultBackend;
  /** Of the new vault; wiped by the caller. Needed for `passphrase` only. */
  readonly passphrase: Buffer | null;
  /** Who is answerable; to `file`: who accepts that secrets lie in an unencrypted file. */
  readonly actor: string;
  readonly at: string; // ISO 8601 UTC
  readonly door: string;
};

/**
 * Moves the secrets of production to another kind of vault, or to a new passphrase: they are encrypted anew beside the
 * old vault, read back, put in place, named in the settings, and then the old file is overwritten. A move that breaks
 * off leaves the old vault in use. Nobody else may hold the folder meanwhile.
 */
export async function moveVault(vaults: Vaults, move: VaultMove): Promise<Result<void, Problem>> {
  const opened = openFolder(vaults.dataFolder, 'production', move.door);
  if (!opened.ok) return opened;
  try {
    const moved = await moveOwned(vaults, move);
    if (!moved.ok) return moved;
    return await noteInBooks(opened.value.file, 'production', move, { event: 'vault-moved', facts: { to: move.to } });
  } finally {
    opened.value.release();
  }
}

async function moveOwned(vaults: Vaults, move: VaultMove): Promise<Result<void, Problem>> {
  const { dataFolder } = vaults;
  const read = readSettings(dataFolder);
  if (!read.ok) return read;
  const from = sourceOf(dataFolder, read.value);
  if (from === 'file' && move.to === 'file') return settled(dataFolder, read.value, move);
  const target = vaultFile(dataFolder, 'production', move.to);
  if (from !== move.to && existsSync(target)) return fail(problem('vault-in-the-way', { file: target }));
  const source =
    from === 'file'
      ? ok(createFileVault(vaultFile(dataFolder, 'production', 'file')))
      : await vaults.of('production', { vault: { backend: from } });
  if (!source.ok) return source;
  const next = `${target}.next`;
  // Of a move that broke off: it may hold secrets in clear.
  const cleared = eraseSecretFile(next);
  if (!cleared.ok) return cleared;
  const filled = await fillNext(vaults, source.value, next, move);
  if (!filled.ok) {
    eraseSecretFile(next);
    return filled;
  }
  vaults.keep(null);
  // A vault without secrets may have no file yet.
  const placed = existsSync(next) ? putInPlace(next, target) : ok(undefined);
  if (!placed.ok) return placed;
  const said = settled(dataFolder, read.value, move);
  if (!said.ok || from === move.to) return said;
  return eraseSecretFile(vaultFile(dataFolder, 'production', from));
}

/** Where the secrets are now: settings that name a vault which was never made (edited by hand) leave them in the file. */
function sourceOf(dataFolder: string, { vault }: Settings): VaultBackend {
  return existsSync(vaultFile(dataFolder, 'production', vault.backend)) ? vault.backend : 'file';
}

/** Makes the new vault in a file of its own and proves that it holds what the old one held. */
async function fillNext(
  vaults: Vaults,
  source: KeptVault,
  file: string,
  move: VaultMove,
): Promise<Result<void, Problem>> {
  const made = await makeVault(vaults, file, move);
  if (!made.ok) return made;
  try {
    return await copySecrets(source, made.value);
  } finally {
    made.value.close();
  }
}

async function makeVault(
  vaults: Vaults,
  file: string,
  { to, passphrase }: VaultMove,
): Promise<Result<KeptVault, Problem>> {
  if (to === 'file') return ok(createFileVault(file));
  if (to === 'passphrase')
    return passphrase === null ? fail(problem('passphrase-needed')) : createPassphraseVault(file, passphrase);
  const offered = await vaults.keyring();
  return offered.ok ? openSystemVault(file, offered.value) : offered;
}

async function copySecrets(source: KeptVault, target: KeptVault): Promise<Result<void, Problem>> {
  const names = await source.names();
  if (!names.ok) return names;
  for (const name of names.value) {
    const secret = await source.get(name);
    if (!secret.ok) return secret;
    const stored = await target.set(name, secret.value);
    const kept = stored.ok ? await target.get(name) : stored;
    const same = kept.ok && kept.value.equals(secret.value);
    secret.value.fill(0);
    if (!kept.ok) return kept;
    kept.value.fill(0);
    if (!same)
      return fail(problem('vault-unreadable', { file: target.backend, reason: `"${name}" came back changed` }));
  }
  return ok(undefined);
}

function settled(dataFolder: string, settings: Settings, move: VaultMove): Result<void, Problem> {
  const accepted = move.to === 'file' ? { acceptedBy: move.actor, acceptedAt: move.at } : {};
  return writeSettings(dataFolder, { ...settings, vault: { backend: move.to, ...accepted } });
}
