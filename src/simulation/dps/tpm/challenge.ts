import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { badRequest, type Refusal } from '../answer.ts';
import { bytesOfBase64 } from '../attestation.ts';
import { activationBlobFor } from './activation-blob.ts';
import { type WrappingKey, wrappingKeyFrom } from './public-area.ts';

/** The two keys of a TPM, as the service needs them. */
export type TpmKeys = { readonly endorsementKey: WrappingKey; readonly storageRootKey: WrappingKey };

/** A key that was sent to a TPM and lets its owner sign; the latest of a device counts. Lost when the simulator stops. */
export type TpmChallenge = TpmKeys & { readonly hmacKey: Buffer };

const claimSchema = z.object({ tpm: z.object({ endorsementKey: z.string(), storageRootKey: z.string() }) });

/** What a device says of its TPM in a request body. */
export type TpmClaim = { readonly endorsementKeyText: string; readonly keys: TpmKeys };

/** The TPM's keys in a body; null when it names no TPM, 400004 when they are not keys that can be wrapped to. */
export function tpmClaimFrom(body: unknown): Result<TpmClaim | null, Refusal> {
  const named = z.object({ tpm: z.unknown() }).safeParse(body);
  if (!named.success || (named.data.tpm ?? null) === null) return ok(null);
  const parsed = claimSchema.safeParse(body);
  if (!parsed.success) return fail(badRequest('tpm: endorsementKey or storageRootKey missing.'));
  const { endorsementKey: endorsementKeyText, storageRootKey } = parsed.data.tpm;
  const endorsement = wrappingKeyFrom(bytesOfBase64(endorsementKeyText) ?? Buffer.alloc(0));
  const storage = wrappingKeyFrom(bytesOfBase64(storageRootKey) ?? Buffer.alloc(0));
  if (!endorsement.ok || !storage.ok) return fail(badRequest('tpm: not base64 of an RSA key of a TPM.'));
  return ok({ endorsementKeyText, keys: { endorsementKey: endorsement.value, storageRootKey: storage.value } });
}

/** A new HMAC key and the blob (base64) that carries it into the TPM of these keys. */
export function newTpmKey({ endorsementKey, storageRootKey }: TpmKeys, address: string) {
  const hmacKey = randomBytes(32);
  const blob = activationBlobFor({ endorsementKey, storageRootKey, hmacKey, address }).toString('base64');
  return { hmacKey, blob };
}
