import { problem } from '../../../shared/problem.ts';
import { ok } from '../../../shared/result.ts';
import { judgeSecretAnswer } from '../../domain/console-dialogue.ts';
import { x509Attestation } from '../../domain/enrollment.ts';
import type { FirmwareImage } from '../../identity/firmware-image.ts';
import { deriveMxchipIdentity } from '../../identity/mxchip-identity.ts';
import { udsToHex, wipe } from '../../identity/uds.ts';
import type { DevkitBoard } from '../devkit-board.ts';
import type { SessionOptions } from '../session-options.ts';
import type { IdentityMaker } from './identity-maker.ts';

/** Makes a unique device secret (UDS) and the certificate that the DevKit will derive from it and its firmware. */
export function createDiceMaker(
  options: Pick<SessionOptions, 'random' | 'times'>,
  board: DevkitBoard,
  image: Pick<FirmwareImage, 'riotCoreDigest' | 'fwid'> | null,
): IdentityMaker {
  let uds: Buffer | null = null;

  function forget(): void {
    if (uds !== null) wipe(uds);
    uds = null;
  }

  return {
    read: async () => ok(undefined),
    values: () => ({}),
    make: async (registrationId) => {
      if (image === null) throw new Error('a DICE recipe was loaded without its image');
      uds = options.random.secretBytes(32);
      const derived = deriveMxchipIdentity({ uds, image, registrationId });
      if (!derived.ok) return derived;
      wipe(derived.value.aliasPrivateKey);
      const { certificatePem, sha1Thumbprint, sha256Thumbprint } = derived.value.identity;
      return ok({
        credential: { attestation: 'x509', certificatePem, sha1Thumbprint, fingerprint: sha256Thumbprint },
        attestation: x509Attestation(certificatePem),
      });
    },
    write: async () => {
      if (uds === null) return { event: 'secret-unknown', problem: problem('line-closed') };
      const hex = udsToHex(uds);
      const text = Buffer.allocUnsafeSlow(12 + hex.length);
      text.write('set_dps_uds ', 'latin1');
      text.set(hex, 12);
      wipe(hex);
      const expected = /INFO: Set DPS UDS successfully\.\r\n|ERROR: /;
      const answer = await board.command(text, expected, options.times.secretAnswer);
      wipe(text);
      forget();
      if (!answer.ok) return { event: 'secret-unknown', problem: answer.problem };
      const judged = judgeSecretAnswer(answer.value);
      if (judged.answer === 'acknowledged') return { event: 'secret-acknowledged' };
      return { event: judged.answer === 'refused' ? 'secret-refused' : 'secret-unknown', problem: judged.problem };
    },
    forget,
  };
}
