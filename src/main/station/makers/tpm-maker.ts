import { type Problem, problem } from '../../../shared/problem.ts';
import type { RecipeOf } from '../../../shared/recipe.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import { endorsementKeyFrom, endorsementKeyHash, storageKeyFrom, type TpmPublic } from '../../identity/tpm-public.ts';
import type { LinuxBoard } from '../linux-board.ts';
import type { SessionOptions } from '../session-options.ts';
import type { IdentityMaker } from './identity-maker.ts';

/** Reads a TPM's public keys; the TPM keeps its secrets and nothing is written. */
export function createTpmMaker(
  options: Pick<SessionOptions, 'times'>,
  board: LinuxBoard,
  recipe: RecipeOf<'linux-tpm'>,
): IdentityMaker {
  let endorsementKey: TpmPublic | null = null;
  let storageRootKey: string | null = null;

  /** The last line that a reading command printed; what stands above it are a tool's remarks. */
  async function lastLine(command: string): Promise<Result<string, Problem>> {
    // Making a primary key takes some TPMs half a minute.
    const read = await board.run(command, options.times.secretAnswer * 3);
    return read.ok ? ok(read.value.at(-1) ?? '') : read;
  }

  return {
    read: async () => {
      const told = await lastLine(recipe.read.endorsementKey);
      if (!told.ok) return told;
      const read = endorsementKeyFrom(told.value);
      if (!read.ok) return read;
      endorsementKey = read.value;
      if (recipe.read.storageRootKey === undefined) return ok(undefined);
      const root = await lastLine(recipe.read.storageRootKey);
      if (!root.ok) return root;
      const checked = storageKeyFrom(root.value);
      if (!checked.ok) return checked;
      storageRootKey = checked.value.base64;
      return ok(undefined);
    },
    values: () => (endorsementKey === null ? {} : { endorsementKeyHash: endorsementKeyHash(endorsementKey) }),
    make: async () => {
      if (endorsementKey === null) return fail(problem('line-closed'));
      const { base64, bytes } = endorsementKey;
      return ok({
        credential: {
          attestation: 'tpm',
          endorsementKey: base64,
          storageRootKey,
          fingerprint: fingerprintOf(bytes),
        },
        // The storage root key stays in the books: DPS does not look at it (concepts-tpm-attestation).
        attestation: { type: 'tpm', tpm: { endorsementKey: base64 } },
      });
    },
    write: async () => ({ event: 'secret-acknowledged' }),
    forget: () => {},
  };
}
