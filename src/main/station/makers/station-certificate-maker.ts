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
      const chained = await board.putFile(recipe.write.certificate, chain);
      if (!chained.ok) return refused(chained.problem);
      const placed = await board.putFile(recipe.write.key, key);
      forget();
      if (!placed.ok) return refused(placed.problem);
      if (recipe.write.afterwards === undefined) return { event: 'secret-acknowledged' };
      const done = await board.run(recipe.write.afterwards, options.times.secretAnswer);
      return done.ok ? { event: 'secret-acknowledged' } : refused(done.problem);
    },
    forget,
  };
}

/** A shell that refused a command stored nothing that counts; silence leaves open what it did. */
function refused(cause: Problem) {
  return {
    event: cause.code === 'shell-command-failed' ? 'secret-refused' : 'secret-unknown',
    problem: cause,
  } as const;
}
