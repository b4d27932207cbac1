import { app, safeStorage } from 'electron';
import type { SystemKeyring } from '../ports/vault.ts';

/** The keyring of this account. Its key belongs to the profile of the window, so no other door can open what it encrypts. */
export const systemKeyring: SystemKeyring = {
  ready: () => app.whenReady(),
  isEncryptionAvailable: () => safeStorage.isEncryptionAvailable(),
  encryptString: (text) => safeStorage.encryptString(text),
  decryptString: (encrypted) => safeStorage.decryptString(encrypted),
  // Only Linux has a choice of backends.
  getSelectedStorageBackend: () =>
    process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : process.platform,
};
