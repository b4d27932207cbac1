import { type Problem, problem } from '../../../shared/problem.ts';
import type { RecipeOf } from '../../../shared/recipe.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { dpsConnectionWords, judgeSecretAnswer } from '../../domain/console-dialogue.ts';
import { base64Bytes } from '../../identity/base64-bytes.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import { groupDerivedKey, symmetricKeyFrom, unitSymmetricKeys } from '../../identity/symmetric-keys.ts';
import { wipe } from '../../identity/uds.ts';
import { type DevkitBoard, quoted } from '../devkit-board.ts';
import { keyRootFrom } from '../key-root.ts';
import type { SessionOptions } from '../session-options.ts';
import type { IdentityMaker, MadeCredential } from './identity-maker.ts';

/** Gives a DevKit a symmetric key: its own, derived from the station's key root, or one derived from a group's key. */
export function createSymmetricKeyMaker(
  options: SessionOptions,
  board: DevkitBoard,
  recipe: RecipeOf<'mxchip-devkit-symmetric-key'>,
): IdentityMaker {
  let key: Buffer | null = null;
  let registrationId = '';

  function forget(): void {
    if (key !== null) wipe(key);
    key = null;
  }

  async function ownKey(id: string): Promise<Result<MadeCredential, Problem>> {
    const root = await keyRootFrom(options.vault, options.random);
    if (!root.ok) return root;
    const salt = options.random.secretBytes(16);
    const keys = unitSymmetricKeys({ root: root.value, salt, registrationId: id });
    wipe(root.value);
    wipe(keys.secondary);
    key = keys.primary;
    const fingerprint = fingerprintOf(key);
    return ok({
      credential: { attestation: 'symmetricKey', fingerprint },
      attestation: { type: 'symmetricKey', keySalt: salt.toString('hex'), keyFingerprint: fingerprint },
    });
  }

  async function keyOfGroup(id: string, secretName: string): Promise<Result<MadeCredential, Problem>> {
    const secret = await options.vault.get(secretName);
    if (!secret.ok) return secret;
    const groupKey = symmetricKeyFrom(secret.value.toString('latin1'));
    wipe(secret.value);
    if (groupKey === null) return fail(problem('symmetric-key-invalid', { what: secretName }));
    key = groupDerivedKey(groupKey, id);
    wipe(groupKey);
    const fingerprint = fingerprintOf(key);
    return ok({
      credential: { attestation: 'symmetricKey', fingerprint },
      // Never sent: the group holds the key from which this one is derived.
      attestation: { type: 'symmetricKey', keySalt: '0'.repeat(32), keyFingerprint: fingerprint },
    });
  }

  return {
    read: async () => ok(undefined),
    values: () => ({}),
    make: (id) => {
      registrationId = id;
      return recipe.groupKeySecret === undefined ? ownKey(id) : keyOfGroup(id, recipe.groupKeySecret);
    },
    write: async () => {
      const { idScope, globalEndpoint } = options.provisioning;
      if (key === null || idScope === null) return { event: 'secret-unknown', problem: problem('line-closed') };
      const place = `DPSEndpoint=${globalEndpoint};IdScope=${idScope};DeviceId=${registrationId};SymmetricKey=`;
      const base64 = base64Bytes(key);
      const value = Buffer.concat([Buffer.from(place), base64]);
      const argument = quoted(value);
      const text = Buffer.concat([Buffer.from('set_az_iotdps'), argument]);
      for (const secret of [base64, value, argument]) wipe(secret);
      const expected = /INFO: Set DPS connection string successfully\.\r\n|ERROR: |Invalid /;
      const answer = await board.command(text, expected, options.times.secretAnswer);
      wipe(text);
      forget();
      if (!answer.ok) return { event: 'secret-unknown', problem: answer.problem };
      const judged = judgeSecretAnswer(answer.value, dpsConnectionWords);
      if (judged.answer === 'acknowledged') return { event: 'secret-acknowledged' };
      return { event: judged.answer === 'refused' ? 'secret-refused' : 'secret-unknown', problem: judged.problem };
    },
    forget,
  };
}
