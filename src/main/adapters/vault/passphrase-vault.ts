import { createHash, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { KeptVault } from '../../ports/vault.ts';
import { type Sealed, seal, sealedSchema, unseal } from './sealed-secret.ts';
import { secretFile } from './secret-file.ts';

/** Cost of a guess: 128 MiB and some tenths of a second (OWASP Password Storage: scrypt N=2^17, r=8, p=1 at least). */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;

/** A file may ask for more than that, up to 1 GiB; one that asks for less was tampered with. */
const costs = [2 ** 17, 2 ** 18, 2 ** 19, 2 ** 20] as const;

const format = 'dps-station/vault/passphrase/1';
const bodySchema = z.strictObject({
  format: z.literal(format),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.literal([...costs]),
    r: z.literal(8),
    p: z.int().min(1).max(4),
    salt: z.base64(),
  }),
  /** Opens with the right key and with no other. */
  check: sealedSchema,
  secrets: z.record(z.string(), sealedSchema),
});
type Body = z.infer<typeof bodySchema>;

/** `digest`: SHA-256 over the rest, which tells a damaged file from a wrong passphrase. It guards against accidents only. */
const fileSchema = z.strictObject({ body: bodySchema, digest: z.string() });

const aboutCheck = `${format} check`;
const aboutSecret = (name: string): string => `${format} secret ${name}`;
const backend = 'file, encrypted with a passphrase';

/** Shortest passphrase that a new vault takes, in characters; scrypt makes a guess dear, not impossible. */
export const shortestPassphrase = 12;

/** Makes a vault that opens with this passphrase; a file that is there is replaced. The passphrase stays the caller's to wipe. */
export async function createPassphraseVault(
  file: string,
  passphrase: Buffer,
): Promise<Result<KeptVault, Problem<'file-unwritable' | 'passphrase-short'>>> {
  if ([...passphrase.toString('utf8')].length < shortestPassphrase)
    return fail(problem('passphrase-short', { characters: shortestPassphrase }));
  const kdf = { name: 'scrypt', ...cost, salt: randomBytes(16).toString('base64') } as const;
  const key = await keyFrom(passphrase, kdf);
  const check = seal(key, aboutCheck, Buffer.alloc(0));
  const written = fileOf(file).write(digested({ format, kdf, check, secrets: {} }));
  if (written.ok) return ok(vaultWith(file, key, kdf.salt));
  key.fill(0);
  return written;
}

/** Opens the vault of a file. The passphrase stays the caller's to wipe; the key lives in one Buffer until `close`. */
export async function openPassphraseVault(
  file: string,
  passphrase: Buffer,
): Promise<Result<KeptVault, Problem<'vault-missing' | 'vault-unsafe' | 'vault-unreadable' | 'passphrase-wrong'>>> {
  const read = bodyOf(file);
  if (!read.ok) return read;
  if (read.value === null) return fail(problem('vault-missing', { file }));
  const { kdf, check } = read.value;
  const key = await keyFrom(passphrase, kdf);
  if (unseal(key, aboutCheck, check) !== null) return ok(vaultWith(file, key, kdf.salt));
  key.fill(0);
  return fail(problem('passphrase-wrong', { file }));
}

/** Names in the vault of a file, which stand there in clear; empty without a file. */
export function passphraseVaultNames(
  file: string,
): Result<readonly string[], Problem<'vault-unsafe' | 'vault-unreadable'>> {
  const read = bodyOf(file);
  return read.ok ? ok(Object.keys(read.value?.secrets ?? {})) : read;
}

function vaultWith(file: string, key: Buffer, salt: string): KeptVault {
  let closed = false;
  /** Somebody may have made the file anew with another passphrase: then this key is no longer its own. */
  const current = (): Result<Body, Problem<'vault-unsafe' | 'vault-unreadable' | 'vault-locked'>> => {
    const read = bodyOf(file);
    if (!read.ok) return read;
    if (closed || read.value?.kdf.salt !== salt) return fail(problem('vault-locked'));
    return ok(read.value);
  };
  return {
    backend,
    async get(name) {
      const body = current();
      if (!body.ok) return body;
      const sealed: Sealed | undefined = Object.hasOwn(body.value.secrets, name) ? body.value.secrets[name] : undefined;
      if (sealed === undefined) return fail(problem('secret-not-found', { name }));
      const secret = unseal(key, aboutSecret(name), sealed);
      return secret === null
        ? fail(problem('vault-unreadable', { file, reason: `what it holds as "${name}" is damaged` }))
        : ok(secret);
    },
    async set(name, secret) {
      const body = current();
      if (!body.ok) return body;
      const secrets = { ...body.value.secrets, [name]: seal(key, aboutSecret(name), secret) };
      return fileOf(file).write(digested({ ...body.value, secrets }));
    },
    async names() {
      const body = current();
      return body.ok ? ok(Object.keys(body.value.secrets)) : body;
    },
    close: () => {
      closed = true;
      key.fill(0);
    },
  };
}

const fileOf = (file: string) => secretFile(file, fileSchema);

function bodyOf(file: string): Result<Body | null, Problem<'vault-unsafe' | 'vault-unreadable'>> {
  const read = fileOf(file).read();
  if (!read.ok) return read;
  if (read.value === null) return ok(null);
  const { body, digest } = read.value;
  return digested(body).digest === digest
    ? ok(body)
    : fail(problem('vault-unreadable', { file, reason: 'it is damaged' }));
}

function digested(body: Body): z.infer<typeof fileSchema> {
  return { body, digest: createHash('sha256').update(JSON.stringify(body)).digest('hex') };
}

/** Derives the key in a thread of the pool, so that slots go on meanwhile. */
function keyFrom(passphrase: Buffer, { N, r, p, salt }: Body['kdf']): Promise<Buffer> {
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
