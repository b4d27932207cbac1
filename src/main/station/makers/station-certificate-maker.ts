import { type Problem, problem } from '../../../shared/problem.ts';
import type { RecipeOf } from '../../../shared/recipe.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { x509Attestation } from '../../domain/enrollment.ts';
import { type Issuer, issuerFrom, issueStationCertificate } from '../../identity/station-certificate.ts';
import { sha1Thumbprint, sha256Thumbprint } from '../../identity/thumbprint.ts';
import { wipe } from '../../identity/uds.ts';
import type { LinuxBoard } from '../linux-board.ts';
import type { SessionOptions } from '../session-options.ts';
import type { IdentityMaker } from './identity-maker.ts';

/** Makes a P-256 key with a certificate of the recipe's issuing CA, and writes both to the board. */
export function createStationCertificateMaker(
  options: SessionOptions,
  board: LinuxBoard,
  recipe: RecipeOf<'x509-station'>,
): IdentityMaker {
  let key: Buffer | null = null;
  let chain: Buffer | null = null;

  function forget(): void {
    if (key !== null) wipe(key);
    key = null;
  }

  async function issuer(): Promise<Result<Issuer | null, Problem>> {
    const { keySecret } = recipe.issuer;
    const { issuerPem } = options.recipe;
    if (keySecret === undefined || issuerPem === null) return ok(null);
    const secret = await options.vault.get(keySecret);
    if (!secret.ok) return secret;
    const read = issuerFrom(issuerPem, secret.value, options.clock.now());
    wipe(secret.value);
    return read;
  }

  return {
    read: async () => ok(undefined),
    values: () => ({}),
    make: async (registrationId) => {
      const signer = await issuer();
      if (!signer.ok) return signer;
      const made = await issueStationCertificate({
        commonName: registrationId,
        issuer: signer.value,
        validityInDays: recipe.validityInDays,
        now: options.clock.now(),
        serialNumber: options.random.secretBytes(16),
      });
      key = made.privateKeyPem;
      const { certificatePem, der } = made;
      chain = Buffer.from(`${certificatePem}${signer.value === null ? '' : signer.value.certificatePem}`);
      return ok({
        credential: {
          attestation: 'x509',
          certificatePem,
          sha1Thumbprint: sha1Thumbprint(der),
          fingerprint: sha256Thumbprint(der),
        },
        attestation: x509Attestation(certificatePem),
      });
    },
    write: async () => {
      if (key === null || chain === null) return { event: 'secret-unknown', problem: problem('line-closed') };
      // The key goes last: once it is there, nothing is missing, whatever becomes of the line.
      const placed = await board.putFiles([
        { path: recipe.write.certificate, bytes: chain },
        { path: recipe.write.key, bytes: key },
      ]);
      forget();
      if (!placed.ok) {
        const event = placed.problem.moving ? 'secret-unknown' : 'secret-refused';
        return { event, problem: placed.problem.problem };
      }
      if (recipe.write.afterwards === undefined) return { event: 'secret-acknowledged' };
      const done = await board.run(recipe.write.afterwards, options.times.secretAnswer);
      // The board has its new identity and may register at any time: it has to be enrolled.
      return done.ok ? { event: 'secret-acknowledged' } : { event: 'secret-unknown', problem: done.problem };
    },
    forget,
  };
}
