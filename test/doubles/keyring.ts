import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SystemKeyring } from '../../src/main/ports/vault.ts';

/**
 * A keyring that behaves as one of the operating system: what it encrypts looks different each time and opens for the
 * same account only, and with a throw otherwise. `backend`: what it says it is.
 */
export function keyringOf(account: Buffer, backend = 'gnome_libsecret'): SystemKeyring {
  return {
    ready: async () => {},
    isEncryptionAvailable: () => backend !== 'none',
    getSelectedStorageBackend: () => backend,
    encryptString: (text) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', account, iv);
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), data]);
    },
    decryptString: (encrypted) => {
      const decipher = createDecipheriv('aes-256-gcm', account, encrypted.subarray(0, 12));
      decipher.setAuthTag(encrypted.subarray(12, 28));
      return Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}
