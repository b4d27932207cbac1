import { createHash } from 'node:crypto';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { base32 } from './base32.ts';

/** What a TPM tells of a key that it holds; checked. */
export type TpmPublic = {
  readonly base64: string; // TPM2B_PUBLIC, size included
  readonly bytes: Buffer;
  readonly kind: string; // such as `RSA 2048` or `ECC P-256`
};

/** Why a text is no endorsement key: `endorsement-key-invalid` {reason}. */
export type EndorsementKeyProblem = Problem<'endorsement-key-invalid'>;

/** TPM_ALG_ID (TCG Algorithm Registry, table 3). */
const algorithms = { rsa: 0x0001, sha256: 0x000b, sha384: 0x000c, sha512: 0x000d, ecc: 0x0023, aes: 0x0006 } as const;
const nullAlgorithm = 0x0010;
/** TPM_ECC_CURVE (TCG Algorithm Registry, table 4). */
const curves: Readonly<Record<number, string>> = { 3: 'P-256', 4: 'P-384', 5: 'P-521' };
/** TPMA_OBJECT bits (TPM 2.0 Library, part 2, 8.3): what every storage key that a challenge can be wrapped to has. */
const objectBits = {
  fixedTpm: 1 << 1,
  fixedParent: 1 << 4,
  sensitiveDataOrigin: 1 << 5,
  restricted: 1 << 16,
  decrypt: 1 << 17,
};

/**
 * TPMA_OBJECT adminWithPolicy: every template of the TCG EK Credential Profile (annex B) is administered by policy alone
 * and names that policy; a storage root key, which is read with the same command, does neither.
 */
const adminWithPolicy = 1 << 7;

/**
 * Reads the public part of an endorsement key, base64 of a TPM2B_PUBLIC (TPM 2.0 Library, part 2, 12.2.5). White space
 * around and inside is dropped, as terminals break long lines. It must be a restricted decryption key that never leaves
 * its TPM: only to such a key can DPS wrap its challenge.
 */
export function endorsementKeyFrom(text: string): Result<TpmPublic, EndorsementKeyProblem> {
  const read = storageKeyFrom(text);
  if (!read.ok || read.value.hasPolicy) return read;
  return fail(problem('endorsement-key-invalid', { reason: 'it is a storage key, not an endorsement key' }));
}

/** Reads the public part of a storage root key; it has the shape of an endorsement key, and mostly no policy. */
export function storageKeyFrom(
  text: string,
): Result<TpmPublic & { readonly hasPolicy: boolean }, EndorsementKeyProblem> {
  const base64 = text.replace(/\s+/g, '');
  const bytes = Buffer.from(base64, 'base64');
  const refuse = (reason: string) => fail(problem('endorsement-key-invalid', { reason }));
  if (bytes.length === 0 || bytes.toString('base64') !== base64) return refuse('it is not base64');
  if (bytes.length < 10) return refuse('it is too short');
  const size = bytes.readUInt16BE(0);
  if (size !== bytes.length - 2) return refuse(`its size field says ${size} bytes, but ${bytes.length - 2} follow`);
  const parsed = kindOf(bytes.subarray(2));
  return parsed.ok ? ok({ base64, bytes, ...parsed.value }) : refuse(parsed.problem);
}

/**
 * Registration id that the Azure SDKs give a TPM which was told none: SHA-256 over the TPM2B_PUBLIC of the endorsement
 * key in lower-case base32 without padding, 52 characters (Azure/azure-iot-sdk-node, security/tpm).
 */
export function endorsementKeyHash(endorsementKey: TpmPublic): string {
  return base32(createHash('sha256').update(endorsementKey.bytes).digest());
}

/** Walks through a TPMT_PUBLIC to its last byte; says what kind of key it is, or what is wrong with it. */
function kindOf(area: Buffer): Result<{ readonly kind: string; readonly hasPolicy: boolean }, string> {
  const reader = readerOf(area);
  const type = reader.number(2);
  const nameAlgorithm = reader.number(2);
  const attributes = reader.number(4);
  const policy = reader.sized();
  if (type === null || nameAlgorithm === null || attributes === null || reader.failed()) return fail('it is cut short');
  if (type !== algorithms.rsa && type !== algorithms.ecc) return fail('it is neither an RSA nor an ECC key');
  const hashes: readonly number[] = [algorithms.sha256, algorithms.sha384, algorithms.sha512];
  if (!hashes.includes(nameAlgorithm)) return fail('its name algorithm is not of the SHA-2 family');
  const wanted = Object.values(objectBits).reduce((all, bit) => all | bit, 0);
  if ((attributes & wanted) !== wanted) return fail('it is not a restricted decryption key that stays in its TPM');
  const symmetric = reader.number(2);
  if (symmetric !== algorithms.aes) return fail('it protects its children with no AES');
  reader.number(2); // key bits
  reader.number(2); // mode
  const scheme = reader.number(2);
  if (scheme !== nullAlgorithm) return fail('it is bound to a signing or encryption scheme');
  const kind = type === algorithms.rsa ? rsaKind(reader) : eccKind(reader);
  return kind.ok
    ? ok({ kind: kind.value, hasPolicy: (attributes & adminWithPolicy) !== 0 && policy !== null && policy.length > 0 })
    : kind;
}

function rsaKind(reader: Reader): Result<string, string> {
  const bits = reader.number(2);
  const exponent = reader.number(4);
  const modulus = reader.sized();
  if (bits === null || modulus === null || exponent === null || !reader.atEnd())
    return fail('it is cut short or too long');
  if (modulus.length * 8 !== bits) return fail(`its modulus has ${modulus.length * 8} bits, not ${bits}`);
  if (bits < 2048) return fail(`RSA with ${bits} bits is too weak`);
  if (((modulus[0] ?? 0) & 0x80) === 0 || ((modulus.at(-1) ?? 0) & 1) === 0)
    return fail('its modulus is no RSA modulus');
  return ok(`RSA ${bits}`);
}

function eccKind(reader: Reader): Result<string, string> {
  const curve = reader.number(2);
  const derivation = reader.number(2);
  const x = reader.sized();
  const y = reader.sized();
  if (curve === null || derivation === null || x === null || y === null || !reader.atEnd()) {
    return fail('it is cut short or too long');
  }
  const name = curves[curve];
  return name === undefined ? fail('it is on a curve that is not known') : ok(`ECC ${name}`);
}

type Reader = ReturnType<typeof readerOf>;

/** Reads big-endian numbers and sized parts one after another; null from the first one that is not there. */
function readerOf(bytes: Buffer) {
  let at = 0;
  let broken = false;
  const take = (length: number): Buffer | null => {
    if (broken || at + length > bytes.length) {
      broken = true;
      return null;
    }
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = (length: number): number | null => take(length)?.readUIntBE(0, length) ?? null;
  return {
    number,
    sized: (): Buffer | null => {
      const length = number(2);
      return length === null ? null : take(length);
    },
    failed: () => broken,
    atEnd: () => !broken && at === bytes.length,
  };
}
