import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** One secret under AES-256-GCM (NIST SP 800-38D): 96-bit random IV, 128-bit tag. All base64. */
export const sealedSchema = z.strictObject({ iv: z.base64(), tag: z.base64(), data: z.base64() });
/** See {@link sealedSchema}. */
export type Sealed = z.infer<typeof sealedSchema>;

/** Seals a secret; `about` is authenticated with it, so that what was sealed for one name opens for no other. */
export function seal(key: Buffer, about: string, secret: Uint8Array): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about, 'utf8'));
  const data = Buffer.concat([cipher.update(secret), cipher.final()]);
  return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
}

/** Opens a sealed secret into a Buffer of its own; null when key, name or bytes are not those of the sealing. */
export function unseal(key: Buffer, about: string, sealed: Sealed): Buffer | null {
  const [iv, tag] = [Buffer.from(sealed.iv, 'base64'), Buffer.from(sealed.tag, 'base64')];
  if (iv.length !== 12 || tag.length !== 16) return null; // a shorter tag would be easier to forge
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(about, 'utf8')).setAuthTag(tag);
  const part = decipher.update(Buffer.from(sealed.data, 'base64'));
  const secret = Buffer.allocUnsafeSlow(part.length);
  part.copy(secret);
  part.fill(0);
  try {
    decipher.final();
    return secret;
  } catch {
    secret.fill(0);
    return null;
  }
}
