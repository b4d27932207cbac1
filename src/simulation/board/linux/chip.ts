import {
  constants,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { z } from 'zod';
import { kdfa, sized } from '../../dps/tpm/wrapping.ts';
import type { DeviceTpm } from '../device-cloud.ts';

/*
 * The TPM 2.0 on a simulated Linux board, as far as a registration needs one: two RSA keys and the way in for one HMAC
 * key (TCG TPM 2.0 Library, part 1, sections 23 and 24). A station meets it only through the board's shell. That real
 * TPMs agree is shown elsewhere, with a software TPM that others wrote.
 */

/** What a chip keeps through power cuts. */
export const chipSchema = z.strictObject({ endorsementKey: z.string(), storageRootKey: z.string() }); // PKCS#8 PEM
/** See {@link chipSchema}. */
export type ChipMemory = z.infer<typeof chipSchema>;

/** TPMA_OBJECT and authorisation policy of the two keys (TCG EK Credential Profile, template L-1; storage root key as Azure clients make it). */
const templates = {
  endorsement: {
    attributes: 0x000300b2,
    policy: Buffer.from('837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa', 'hex'),
  },
  storage: { attributes: 0x00030472, policy: Buffer.alloc(0) },
} as const;

/** Makes the keys of a new chip; takes some hundred milliseconds, as a real one takes seconds. */
export function newChip(): ChipMemory {
  const key = (): string => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  };
  return { endorsementKey: key(), storageRootKey: key() };
}

/** Puts power on a chip. */
export function chipFrom(memory: ChipMemory): DeviceTpm {
  const endorsement = keyFrom(memory.endorsementKey, templates.endorsement);
  const storage = keyFrom(memory.storageRootKey, templates.storage);
  let active: Buffer | null = null;
  return {
    endorsementKey: endorsement.public.toString('base64'),
    storageRootKey: storage.public.toString('base64'),
    activate: (challenge) => {
      active = hmacKeyIn(challenge, endorsement, storage);
    },
    sign: (message) => {
      if (active === null) throw new Error('no key is active');
      return createHmac('sha256', active).update(message).digest();
    },
  };
}

type ChipKey = { readonly key: KeyObject; readonly public: Buffer; readonly name: Buffer };

function keyFrom(pem: string, template: { readonly attributes: number; readonly policy: Buffer }): ChipKey {
  const key = createPrivateKey(pem);
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url');
  const attributes = Buffer.alloc(4);
  attributes.writeUInt32BE(template.attributes);
  const area = Buffer.concat([
    Buffer.from('0001000b', 'hex'), // RSA, named by SHA-256
    attributes,
    sized(template.policy),
    Buffer.from('0006008000430010080000000000', 'hex'), // AES-128 CFB, no scheme, 2048 bits, default exponent
    sized(modulus),
  ]);
  const digest = createHash('sha256').update(area).digest();
  return { key, public: sized(area), name: Buffer.concat([Buffer.from('000b', 'hex'), digest]) };
}

/** TPM2_ActivateCredential and TPM2_Import in one; throws where the chip would answer TPM_RC_INTEGRITY. */
function hmacKeyIn(challenge: Buffer, endorsement: ChipKey, storage: ChipKey): Buffer {
  const [credential, credentialSecret, duplicate, duplicateSecret, publicArea] = partsOf(challenge);
  if (!credential || !credentialSecret || !duplicate || !duplicateSecret || !publicArea) throw new Error('cut short');
  const name = Buffer.concat([Buffer.from('000b', 'hex'), createHash('sha256').update(publicArea).digest()]);
  const innerKey = partsOf(unwrapped(endorsement, 'IDENTITY', credentialSecret, storage.name, credential))[0];
  if (innerKey === undefined) throw new Error('no inner key');
  const inner = decrypted(innerKey, unwrapped(storage, 'DUPLICATE', duplicateSecret, name, duplicate));
  const [integrity, sensitive] = partsOf(inner);
  if (integrity === undefined || sensitive === undefined) throw new Error('cut short');
  const expected = createHash('sha256').update(sized(sensitive)).update(name).digest();
  if (!integrity.equals(expected)) throw new Error('inner integrity');
  // TPMT_SENSITIVE: type, authorisation value, obfuscation, key.
  const key = partsOf(sensitive.subarray(2))[2];
  if (key === undefined) throw new Error('no key');
  return key;
}

/** What the outer wrap holds, after its seed was decrypted and its HMAC was checked. */
function unwrapped(parent: ChipKey, label: string, secret: Buffer, name: Buffer, wrapped: Buffer): Buffer {
  const seed = privateDecrypt(
    {
      key: parent.key,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(`${label}\0`),
    },
    secret,
  );
  const integrity = partsOf(wrapped)[0];
  if (integrity === undefined) throw new Error('no integrity value');
  const content = wrapped.subarray(2 + integrity.length);
  const hmacKey = kdfa('sha256', seed, 'INTEGRITY', Buffer.alloc(0), 256);
  const expected = createHmac('sha256', hmacKey).update(content).update(name).digest();
  if (!integrity.equals(expected)) throw new Error('outer integrity');
  return decrypted(kdfa('sha256', seed, 'STORAGE', name, 128), content);
}

function decrypted(key: Buffer, bytes: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-cfb', key, Buffer.alloc(16));
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

/** The sized parts that follow one another, without their sizes; stops where no whole part follows. */
function partsOf(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) break;
    parts.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return parts;
}
