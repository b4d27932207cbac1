import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyFile, publicKeysIn } from '../../src/main/adapters/files/public-key-file.ts';
import { systemSigningKeys } from '../../src/main/adapters/system/signing-keys.ts';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import type { Vault } from '../../src/main/ports/vault.ts';
import { createStationSigner, stationKeySecret } from '../../src/main/station/audit/station-signer.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail } from '../../src/shared/result.ts';
import { valueFrom } from '../doubles/books.ts';

/* The station's own key: made once, kept in the vault, judged by openssl. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signerWith = (vault: Vault) =>
  createStationSigner({ vault, keys: systemSigningKeys, publicKeys: publicKeyFile(join(folder, 'station-key.pem')) });
const vaultHere = (): Vault => createFileVault(join(folder, 'vault.json'));

function opensslSays(bytes: Uint8Array, signature: Uint8Array, publicKey: string): string {
  const [data, mark, key] = ['data', 'signature', 'key.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(data, bytes);
  writeFileSync(mark, signature);
  writeFileSync(key, publicKey);
  return spawnSync('openssl', ['dgst', '-sha256', '-verify', key, '-signature', mark, data], { encoding: 'utf8' })
    .stdout;
}

describe('the signer of the station', () => {
  it('signs what openssl verifies, and nothing else', async () => {
    const signer = signerWith(vaultHere());
    const bytes = Buffer.from('a checkpoint');
    const signature = valueFrom(await signer.sign(bytes));
    const publicKey = valueFrom(await signer.publicKeyPem());
    expect(opensslSays(bytes, signature, publicKey)).toContain('Verified OK');
    expect(opensslSays(Buffer.from('a checkpoinT'), signature, publicKey)).not.toContain('Verified OK');
  });

  it('makes one key, however many ask first, and keeps it over restarts', async () => {
    const signers = [signerWith(vaultHere()), signerWith(vaultHere())];
    const one = signers[0];
    if (one === undefined) throw new Error('no signer');
    const first = await Promise.all([one.publicKeyPem(), one.publicKeyPem(), one.sign(Buffer.from('x'))]);
    const keys = [valueFrom(first[0]), valueFrom(first[1]), valueFrom(await (signers[1] ?? one).publicKeyPem())];
    expect(new Set(keys).size).toBe(1);
    const file = readFileSync(join(folder, 'station-key.pem'), 'utf8');
    expect(file).toBe(keys[0]);
    expect(file).not.toContain('PRIVATE');
    expect(statSync(join(folder, 'vault.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps the public half of a key that was lost with its vault', async () => {
    const old = valueFrom(await signerWith(vaultHere()).publicKeyPem());
    rmSync(join(folder, 'vault.json'));
    const young = valueFrom(await signerWith(vaultHere()).publicKeyPem());
    expect(publicKeysIn(readFileSync(join(folder, 'station-key.pem'), 'utf8'))).toEqual([old, young]);
  });

  it('says why it does not sign: a locked vault, a secret that is no key', async () => {
    const locked = {
      backend: 'locked',
      get: async () => fail(problem('vault-locked')),
      set: async () => fail(problem('vault-locked')),
    };
    expect(await signerWith(locked).sign(Buffer.from('x'))).toMatchObject({
      ok: false,
      problem: { code: 'vault-locked' },
    });
    const vault = vaultHere();
    valueFrom(await vault.set(stationKeySecret, Buffer.from('no key')));
    expect(await signerWith(vault).sign(Buffer.from('x'))).toEqual({
      ok: false,
      problem: { code: 'station-key-unusable', facts: { name: stationKeySecret } },
    });
  });
});
