import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { PublicKeyFile, SigningKeys, StationSigner } from '../../ports/station-signer.ts';
import type { Vault } from '../../ports/vault.ts';
import { keptOrMade } from '../made-secret.ts';

/** Vault secret that holds the private key of the station (PKCS#8 in base64). */
export const stationKeySecret = 'station-signing-key';

/** Signs with the key that the vault keeps; the public half is written beside the books before the first signature. */
export function createStationSigner(options: {
  readonly vault: Pick<Vault, 'get' | 'set'>;
  readonly keys: SigningKeys;
  readonly publicKeys: PublicKeyFile;
}): StationSigner {
  const { vault, keys, publicKeys } = options;

  async function withKey<T>(task: (privateKey: Buffer, publicKeyPem: string) => T): Promise<Result<T, Problem>> {
    const kept = await keptOrMade(stationKeySecret, vault, keys.newPrivateKey);
    if (!kept.ok) return kept;
    try {
      const publicKeyPem = keys.publicKeyOf(kept.value);
      if (publicKeyPem === null) return fail(problem('station-key-unusable', { name: stationKeySecret }));
      // A signature that nobody can check later is worth nothing: the public key comes first.
      const published = publicKeys.add(publicKeyPem);
      return published.ok ? ok(task(kept.value, publicKeyPem)) : published;
    } finally {
      kept.value.fill(0);
    }
  }

  return {
    publicKeyPem: () => withKey((_, publicKeyPem) => publicKeyPem),
    sign: (bytes) => withKey((privateKey) => keys.sign(privateKey, bytes)),
  };
}
