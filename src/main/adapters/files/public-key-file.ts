import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { problem } from '../../../shared/problem.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { PublicKeyFile } from '../../ports/station-signer.ts';

const block = /-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----\n?/g;

/** Public keys in the PEM blocks of a text. */
export function publicKeysIn(text: string): readonly string[] {
  return [...text.matchAll(block)].map(([found]) => (found.endsWith('\n') ? found : `${found}\n`));
}

/** A file of public keys in PEM; no secret, so that it may be copied to wherever records are judged. */
export function publicKeyFile(file: string): PublicKeyFile {
  const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';
  const text = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  return {
    read: () => {
      try {
        return ok(publicKeysIn(text()));
      } catch (error) {
        return fail(problem('file-unreadable', { file, reason: reasonOf(error) }));
      }
    },
    add: (publicKeyPem) => {
      try {
        const before = text();
        if (publicKeysIn(before).includes(publicKeyPem)) return ok(undefined);
        const next = `${file}.new`;
        const handle = openSync(next, 'w', 0o644);
        try {
          writeFileSync(handle, before + publicKeyPem);
          fsyncSync(handle);
        } finally {
          closeSync(handle);
        }
        renameSync(next, file);
        return ok(undefined);
      } catch (error) {
        return fail(problem('file-unwritable', { file, reason: reasonOf(error) }));
      }
    },
  };
}
