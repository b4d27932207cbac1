import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import type { Book } from './book.ts';
import { uploadedCertificateFrom } from './certificate.ts';

/** A certificate of an authority (PEM or base64 DER) under the name by which groups refer to it. */
export type Authority = { readonly name: string; readonly certificate: string };

/**
 * Takes a certificate into the instance's list of verified authorities, replacing one of the same name. The service
 * asks for proof of possession first (Azure documentation); here whoever holds the simulator vouches for it.
 */
export function uploadAuthority(book: Book, { name, certificate }: Authority): Result<null, Refusal> {
  const uploaded = uploadedCertificateFrom(certificate);
  if (!uploaded.ok) return uploaded;
  if (name === '') return fail(badRequest('The authority has no name.'));
  if (!new X509Certificate(uploaded.value.der).ca) {
    return fail(badRequest(`The certificate of ${name} is not that of an authority.`));
  }
  book.authorities.put({ name, certificate: uploaded.value.der.toString('base64') });
  return ok(null);
}
