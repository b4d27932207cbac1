import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/*
 * A TPM 2.0 of this machine's own (Debian's `swtpm`), driven by `tpm2-tools` as a device's software would drive a chip.
 * It takes a provisioning blob in the order of Microsoft's clients: ActivateCredential, Import, Load.
 */

const run = promisify(execFile);

/** A running TPM with its two keys made. `stop` ends it and removes its memory. */
export type SoftTpm = {
  /** TPM2B_PUBLIC of the endorsement key (RSA 2048). */
  readonly endorsementKey: Buffer;
  /** TPM2B_PUBLIC of the storage root key (RSA 2048). */
  readonly storageRootKey: Buffer;
  /** What Microsoft's clients register a TPM as: SHA-256 of the endorsement key, base32 (RFC 4648), lower case, unpadded. */
  readonly registrationId: string;
  /** Lets the TPM take the key in a provisioning blob; rejects with the tool's words when the TPM refuses. Answers the decrypted address. */
  readonly activate: (blob: Buffer) => Promise<string>;
  /** HMAC-SHA256 with the key that was activated last; the key never leaves the TPM. */
  readonly sign: (data: Buffer) => Promise<Buffer>;
  /** Runs a tool of tpm2-tools in the TPM's folder, then empties the TPM's short memory (there is no resource manager). */
  readonly tool: (name: string, ...args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
};

const storageAttributes = 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt';

/** Starts a TPM in a folder of its own, on UNIX sockets; it listens when this resolves. */
export async function startSoftTpm(): Promise<SoftTpm> {
  const folder = await mkdtemp(join(tmpdir(), 'soft-tpm-'));
  const [socket, pidFile] = [join(folder, 'tpm'), join(folder, 'pid')];
  const channels = ['--server', `type=unixio,path=${socket}`, '--ctrl', `type=unixio,path=${socket}.ctrl`];
  const state = ['--tpm2', '--tpmstate', `dir=${folder}`, '--flags', 'not-need-init,startup-clear'];
  // As a daemon it comes back when it listens, and leaves its process id.
  await run('swtpm', ['socket', ...state, ...channels, '--daemon', '--pid', `file=${pidFile}`]);
  const environment = { ...process.env, TPM2TOOLS_TCTI: `swtpm:path=${socket}` };
  const bare = async (name: string, args: readonly string[]): Promise<string> =>
    (await run(name, [...args], { cwd: folder, env: environment })).stdout;
  const tool = async (name: string, ...args: readonly string[]): Promise<string> => {
    const heard = await bare(name, args);
    await bare('tpm2_flushcontext', ['-t']);
    return heard;
  };
  const stop = async (): Promise<void> => {
    process.kill(Number(await readFile(pidFile, 'utf8')));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeKeys(tool);
  } catch (error) {
    await stop();
    throw error;
  }
  const endorsementKey = await readFile(join(folder, 'ek.pub'));
  return {
    endorsementKey,
    storageRootKey: await readFile(join(folder, 'srk.pub')),
    registrationId: base32(createHash('sha256').update(endorsementKey).digest()),
    activate: (blob) => activate(folder, tool, bare, blob),
    sign: async (data) => {
      await writeFile(join(folder, 'data'), data);
      await tool('tpm2_hmac', '-c', 'key.ctx', '-o', 'mac', 'data');
      return readFile(join(folder, 'mac'));
    },
    tool,
    stop,
  };
}

/** The endorsement key from its standard template, and a storage root key, both kept as contexts in files. */
async function makeKeys(tool: SoftTpm['tool']): Promise<void> {
  await tool('tpm2_createek', '-G', 'rsa', '-c', 'ek.ctx', '-u', 'ek.pub');
  await tool('tpm2_createprimary', '-C', 'o', '-G', 'rsa', '-g', 'sha256', '-a', storageAttributes, '-c', 'srk.ctx');
  await tool('tpm2_readpublic', '-c', 'srk.ctx', '-o', 'srk.pub');
}

/** The six parts of a provisioning blob, each behind its size (16 bits, big-endian). */
export function blobParts(blob: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    const end = at + 2 + blob.readUInt16BE(at);
    if (end > blob.length) throw new Error('a part is shorter than it says');
    parts.push(blob.subarray(at, end));
    at = end;
  }
  return parts;
}

async function activate(
  folder: string,
  tool: SoftTpm['tool'],
  bare: (name: string, args: readonly string[]) => Promise<string>,
  blob: Buffer,
): Promise<string> {
  const [credential, secret, duplicate, seed, publicArea, address] = blobParts(blob);
  if (!credential || !secret || !duplicate || !seed || !publicArea || !address) throw new Error('parts are missing');
  const files: Readonly<Record<string, Buffer>> = {
    // The form in which tpm2-tools keep a credential: a magic number, a version, then the two structures.
    credential: Buffer.concat([Buffer.from('badcc0de00000001', 'hex'), credential, secret]),
    duplicate,
    seed,
    public: publicArea,
    address: address.subarray(2),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  // The endorsement key may only be used under its policy: a secret of the endorsement hierarchy.
  await bare('tpm2_startauthsession', ['--policy-session', '-S', 'session']);
  await bare('tpm2_policysecret', ['-S', 'session', '-c', 'e']);
  const forCredential = ['-c', 'srk.ctx', '-C', 'ek.ctx', '-i', 'credential', '-o', 'inner', '-P', 'session:session'];
  try {
    await tool('tpm2_activatecredential', ...forCredential);
  } finally {
    await bare('tpm2_flushcontext', ['session']);
    await bare('tpm2_flushcontext', ['-t']);
  }
  const forImport = ['-C', 'srk.ctx', '-i', 'duplicate', '-u', 'public', '-s', 'seed', '-k', 'inner', '-r', 'private'];
  await tool('tpm2_import', ...forImport);
  await tool('tpm2_load', '-C', 'srk.ctx', '-u', 'public', '-r', 'private', '-c', 'key.ctx');
  const inner = (await readFile(join(folder, 'inner'))).toString('hex');
  const decrypted = ['enc', '-d', '-aes-128-cfb', '-K', inner, '-iv', '0'.repeat(32), '-in', 'address'];
  return (await bare('openssl', decrypted)).replace(/\0+$/, '');
}

function base32(bytes: Buffer): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}
