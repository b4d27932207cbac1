import type { CatalogueEntry } from './entry.ts';

/** Problems of where secrets are kept: which backend, its key, a move from one to another. */
export const vaultProblems = {
  'vault-locked': {
    title: 'The vault is locked: its passphrase has not been given yet.',
    remedy: 'Type the passphrase of the vault. Commands ask for it, or read it with --passphrase-file F.',
    retry: 'operator',
    blame: 'operator',
  },
  'passphrase-wrong': {
    title: 'This is not the passphrase of the vault {file}.',
    remedy: 'Type it again; letter case, spaces and keyboard layout count.',
    retry: 'operator',
    blame: 'operator',
  },
  'passphrase-short': {
    title: 'The new passphrase is too short.',
    remedy: 'Choose one of at least {characters} characters: four unusual words are better than one with signs in it.',
    retry: 'operator',
    blame: 'operator',
  },
  'passphrase-needed': {
    title: 'A passphrase is needed, and there is no terminal to ask at.',
    remedy: 'Give it with --passphrase-file F (a new one with --new-passphrase-file F).',
    retry: 'operator',
    blame: 'operator',
  },
  'vault-missing': {
    title: 'The vault {file} is not there.',
    remedy:
      'Copy it back from the backup, or make a new one with "vault move --to passphrase" and store the secrets again.',
    retry: 'operator',
    blame: 'station',
  },
  'vault-unaccepted': {
    title: 'Nobody has accepted that this station keeps its secrets in an unencrypted file.',
    remedy:
      'Move them with "vault move --to passphrase" or on the settings page; or accept the file with "vault accept-file --actor BADGE".',
    retry: 'operator',
    blame: 'station',
  },
  'vault-in-the-way': {
    title: 'Another vault is there already: {file}. It is not the one in use.',
    remedy: 'Look whether anything in it is still needed, then move the file away and try again.',
    retry: 'operator',
    blame: 'operator',
  },
  'vault-only-moved': {
    title: 'The kind of vault is not changed by saving settings: the secrets would stay behind.',
    remedy: 'Use "Move the secrets" on the settings page, or "vault move".',
    retry: 'never',
    blame: 'operator',
  },
  'settings-stale': {
    title: 'Somebody else changed the settings meanwhile; what they wrote is kept.',
    remedy: 'Look at what they changed: your own changes are still in the form, marked. Then save again.',
    retry: 'operator',
    blame: 'operator',
  },
  'keyring-unavailable': {
    title: 'The operating system offers no keyring that protects anything (it says: {keyring}).',
    remedy: 'Install and open a keyring (GNOME Keyring, KWallet) for this account, or use a passphrase instead.',
    retry: 'operator',
    blame: 'station',
  },
  'keyring-elsewhere': {
    title: 'The secrets are in the keyring of the operating system, which only the window opens.',
    remedy: 'Use the window for this, or move the secrets to a passphrase on its settings page.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
