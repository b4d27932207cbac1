import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  benchRecipe,
  devkitKeyRecipe,
  firmwareFile,
  linuxTpmRecipe,
  stationCertificateRecipe,
} from '../board/bench-recipe.ts';
import type { FirmwareBuild } from '../board/firmware.ts';
import { certificatePemFrom, publicKeyOf } from '../tls/certificates.ts';
import { readIfThere } from '../tls/whole-file.ts';

/** The recipes of a bench, and the key that one of them needs. */
export type BenchRecipes = {
  /** Recipe of the boards with DICE certificates, pinned to the image that they run. */
  readonly recipeFile: string;
  /** The issuing CA that one of them names, PEM; the bench's cloud has verified it. */
  readonly issuerPem: string;
  /** PKCS#8 PEM of its key, mode 0600. */
  readonly issuerKeyFile: string;
};

const issuerName = 'DPS Station simulation issuing CA';

/** Writes one recipe for each kind of unit that a bench has, with the files that they pin. */
export async function writeBenchRecipes(folder: string, build: FirmwareBuild): Promise<BenchRecipes> {
  await writeFile(join(folder, `${firmwareFile}.bin`), build.bin);
  await writeFile(join(folder, `${firmwareFile}.map`), build.map);
  const issuer = await issuingAuthority(folder);
  const sha256 = createHash('sha256').update(issuer.certificatePem).digest('hex');
  const recipes = [
    benchRecipe(build, '.'),
    devkitKeyRecipe(build.version),
    linuxTpmRecipe(),
    stationCertificateRecipe({ file: 'issuing-ca.pem', sha256 }),
  ];
  for (const recipe of recipes) {
    await writeFile(join(folder, `${recipe.name}.json`), `${JSON.stringify(recipe, null, 2)}\n`);
  }
  const recipeFile = join(folder, 'mxchip-devkit.json');
  return { recipeFile, issuerPem: issuer.certificatePem, issuerKeyFile: issuer.keyFile };
}

/** The bench's own issuing CA; made once, because units that it signed for are in the books. */
async function issuingAuthority(
  folder: string,
): Promise<{ readonly certificatePem: string; readonly keyFile: string }> {
  const keyFile = join(folder, 'issuing-ca.key');
  const certificateFile = join(folder, 'issuing-ca.pem');
  const [keptKey, keptCertificate] = await Promise.all([readIfThere(keyFile), readIfThere(certificateFile)]);
  if (keptKey !== null && keptCertificate !== null) return { certificatePem: keptCertificate, keyFile };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const signingKey = createPrivateKey(keyPem);
  const certificatePem = certificatePemFrom({
    commonName: issuerName,
    publicKey: publicKeyOf(signingKey),
    issuer: null,
    signingKey,
    role: 'authority',
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 20 * 365 * 86_400_000),
  });
  await writeFile(keyFile, keyPem, { mode: 0o600 });
  await writeFile(certificateFile, certificatePem);
  return { certificatePem, keyFile };
}
