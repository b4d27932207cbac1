import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import { createPassphraseVault, openPassphraseVault } from '../../src/main/adapters/vault/passphrase-vault.ts';
import { openSystemVault } from '../../src/main/adapters/vault/system-vault.ts';
import type { KeptVault } from '../../src/main/ports/vault.ts';
import { valueFrom } from '../doubles/books.ts';
import { keyringOf } from '../doubles/keyring.ts';

/* Every kind of vault: gives back what it was given, for its owner's eyes only, and never quotes what it holds. */

const account = randomBytes(32);
const passphrase = (): Buffer => Buffer.from('four unusual words here');

/** One kind of vault in a file: made the first time, opened again afterwards. */
type Kind = {
  readonly name: string;
  readonly encrypts: boolean;
  make(file: string): Promise<KeptVault>;
  again(file: string): Promise<KeptVault>;
};

const kinds: readonly Kind[] = [
  {
    name: 'plain file',
    encrypts: false,
    make: async (file) => createFileVault(file),
    again: async (file) => createFileVault(file),
  },
  {
    name: 'passphrase',
    encrypts: true,
    make: async (file) => valueFrom(await createPassphraseVault(file, passphrase())),
    again: async (file) => valueFrom(await openPassphraseVault(file, passphrase())),
  },
  {
    name: 'keyring of the operating system',
    encrypts: true,
    make: async (file) => valueFrom(await openSystemVault(file, keyringOf(account))),
    again: async (file) => valueFrom(await openSystemVault(file, keyringOf(account))),
  },
];

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-'));
  file = join(folder, 'vault.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secret = 'HostName=plant;SharedAccessKey=c2VjcmV0';

describe.each(kinds)('the vault ($name)', ({ make, again, encrypts }) => {
  it('gives what was stored, also after a restart, in a buffer of its own', async () => {
    valueFrom(await (await make(file)).set('dps', Buffer.from(secret)));
    const vault = await again(file);
    const first = valueFrom(await vault.get('dps'));
    expect(first.toString()).toBe(secret);
    first.fill(0); // what a caller does after use
    expect(valueFrom(await vault.get('dps')).toString()).toBe(secret);
    expect(first.buffer.byteLength).toBeLessThan(8_192); // not a slice of a pool that others share
  });

  it('keeps several, replaces one, names them, and takes any bytes', async () => {
    const vault = await make(file);
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    valueFrom(await vault.set('dps', Buffer.from('old')));
    valueFrom(await vault.set('wifi', bytes));
    valueFrom(await vault.set('dps', Buffer.from(secret)));
    valueFrom(await vault.set('empty', Buffer.alloc(0)));
    expect(valueFrom(await vault.get('dps')).toString()).toBe(secret);
    expect(valueFrom(await vault.get('wifi')).equals(bytes)).toBe(true);
    expect(valueFrom(await vault.get('empty'))).toHaveLength(0);
    expect([...valueFrom(await vault.names())].sort()).toEqual(['dps', 'empty', 'wifi']);
    expect(readdirSync(folder)).toEqual(['vault.json']);
  });

  it.each(['dps', '__proto__', 'constructor', 'toString'])('says that it holds no "%s"', async (name) => {
    const vault = await make(file);
    expect(await vault.get(name)).toMatchObject({ ok: false, problem: { code: 'secret-not-found', facts: { name } } });
    valueFrom(await vault.set('another', Buffer.from(secret)));
    expect(await vault.get(name)).toMatchObject({ ok: false, problem: { code: 'secret-not-found' } });
  });

  it('is readable for its owner only, and refuses to work when others may read it', async () => {
    const vault = await make(file);
    valueFrom(await vault.set('dps', Buffer.from(secret)));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const mode of [0o640, 0o604, 0o660, 0o777]) {
      chmodSync(file, mode);
      expect(await vault.get('dps')).toMatchObject({ ok: false, problem: { code: 'vault-unsafe', facts: { file } } });
      expect(await vault.set('x', Buffer.from('y'))).toMatchObject({ ok: false, problem: { code: 'vault-unsafe' } });
    }
    chmodSync(file, 0o600);
    expect(valueFrom(await vault.get('dps')).toString()).toBe(secret);
  });

  it.each(['', '{', '[]', `{"dps":"${secret}"}`, '{"dps":7}'])(
    'a damaged file (%j) is named, kept, and not quoted',
    async (text) => {
      const vault = await make(file);
      writeFileSync(file, text, { mode: 0o600 });
      const answers = [await vault.get('dps'), await vault.set('dps', Buffer.from('x')), await vault.names()];
      for (const answer of answers) {
        expect(answer).toMatchObject({ ok: false, problem: { code: 'vault-unreadable', facts: { file } } });
        expect(JSON.stringify(answer)).not.toContain('c2VjcmV0');
      }
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('keeps the secret out of its file, unless that is what it is', async () => {
    valueFrom(await (await make(file)).set('dps', Buffer.from(secret)));
    const text = readFileSync(file, 'utf8');
    expect(text.includes(Buffer.from(secret).toString('base64'))).toBe(!encrypts);
    expect(text).not.toContain(secret);
    expect(text).not.toContain(passphrase().toString());
  });
});

describe('a plain file', () => {
  it('in a place where nothing can be written is named', async () => {
    const inTheWay = join(folder, 'a-file');
    writeFileSync(inTheWay, '');
    const answer = await createFileVault(join(inTheWay, 'vault.json')).set('dps', Buffer.from(secret));
    expect(answer).toMatchObject({ ok: false, problem: { code: 'file-unwritable' } });
    expect(JSON.stringify(answer)).not.toContain('c2VjcmV0');
  });
});

describe.skipIf(process.platform === 'win32')('a disk that takes only the beginning of a file', () => {
  /** Under a limit for the size of files the first write is short, and the next one is refused. */
  function setUnderLimit(name: string, text: string): unknown {
    const vaultAt = new URL('../../src/main/adapters/vault/file-vault.ts', import.meta.url).href;
    const script = `
      import { readdirSync } from 'node:fs';
      import { createFileVault } from ${JSON.stringify(vaultAt)};
      const vault = createFileVault(${JSON.stringify(file)});
      const before = readdirSync('/dev/fd').length;
      const { ok, problem } = await vault.set(${JSON.stringify(name)}, Buffer.from(${JSON.stringify(text)}));
      console.log(JSON.stringify({ ok, problem, left: readdirSync('/dev/fd').length - before }));`;
    const limited = ['-c', 'ulimit -f 1; exec "$0" --input-type=module -e "$1"', process.execPath, script];
    return JSON.parse(execFileSync('sh', limited, { encoding: 'utf8' }));
  }

  it('costs no secret that was there, and no file handle', async () => {
    const vault = createFileVault(file);
    valueFrom(await vault.set('dps', Buffer.from(secret)));
    expect(setUnderLimit('wifi', 'short')).toEqual({ ok: true, left: 0 });
    expect(setUnderLimit('long', 'x'.repeat(4_096))).toEqual({
      ok: false,
      problem: { code: 'file-unwritable', facts: { file, reason: 'EFBIG' } },
      left: 0,
    });
    expect(valueFrom(await vault.get('dps')).toString()).toBe(secret);
    expect(valueFrom(await vault.names())).toEqual(['dps', 'wifi']);
  });
});

/** Takes the stored form of a vault apart and writes it back changed. */
function change(what: (content: { body: Record<string, unknown>; digest: string }) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  what(content);
  writeFileSync(file, JSON.stringify(content));
}

describe('a vault with a passphrase', () => {
  const open = (text: string) => openPassphraseVault(file, Buffer.from(text));

  it('tells a wrong passphrase from a damaged file', async () => {
    valueFrom((await (await kinds[1]?.make(file))?.set('dps', Buffer.from(secret))) ?? { ok: false, problem: 'none' });
    expect(await open('four unusual words Here')).toMatchObject({ ok: false, problem: { code: 'passphrase-wrong' } });
    change((content) => {
      content.body = JSON.parse(JSON.stringify(content.body).replace(/"salt":".{4}/, '"salt":"AAAA'));
    });
    expect(await open('four unusual words here')).toMatchObject({ ok: false, problem: { code: 'vault-unreadable' } });
  });

  it('asks scrypt for no less than N=2^17, r=8, p=1, and refuses a file that does', async () => {
    valueFrom(await createPassphraseVault(file, passphrase()));
    const { kdf } = JSON.parse(readFileSync(file, 'utf8')).body;
    expect(kdf).toMatchObject({ name: 'scrypt', r: 8, p: 1 });
    expect(kdf.N).toBeGreaterThanOrEqual(131_072);
    expect(Buffer.from(kdf.salt, 'base64').length).toBeGreaterThanOrEqual(16);
    change((content) => Object.assign(content.body['kdf'] as object, { N: 1_024 }));
    expect(await open('four unusual words here')).toMatchObject({ ok: false, problem: { code: 'vault-unreadable' } });
  });

  it('opens no secret under another name, and none that was changed', async () => {
    const vault = valueFrom(await createPassphraseVault(file, passphrase()));
    valueFrom(await vault.set('dps', Buffer.from(secret)));
    valueFrom(await vault.set('wifi', Buffer.from('another')));
    const { createHash } = await import('node:crypto');
    change((content) => {
      const secrets = content.body['secrets'] as Record<string, unknown>;
      [secrets['dps'], secrets['wifi']] = [secrets['wifi'], secrets['dps']];
      content.digest = createHash('sha256').update(JSON.stringify(content.body)).digest('hex');
    });
    for (const name of ['dps', 'wifi'])
      expect(await vault.get(name)).toMatchObject({ ok: false, problem: { code: 'vault-unreadable' } });
  });

  it('is locked once it was closed, and when its file was made anew', async () => {
    const vault = valueFrom(await createPassphraseVault(file, passphrase()));
    valueFrom(await vault.set('dps', Buffer.from(secret)));
    const other = valueFrom(await createPassphraseVault(file, Buffer.from('quite another sentence')));
    expect(await vault.get('dps')).toMatchObject({ ok: false, problem: { code: 'vault-locked' } });
    expect(await vault.set('dps', Buffer.from('x'))).toMatchObject({ ok: false, problem: { code: 'vault-locked' } });
    other.close();
    expect(await other.set('dps', Buffer.from('x'))).toMatchObject({ ok: false, problem: { code: 'vault-locked' } });
  });

  it('takes no short passphrase, and says that a vault is not there', async () => {
    expect(await createPassphraseVault(file, Buffer.from('elevenchars'))).toMatchObject({
      ok: false,
      problem: { code: 'passphrase-short' },
    });
    expect(await open('four unusual words here')).toMatchObject({ ok: false, problem: { code: 'vault-missing' } });
  });
});

describe('a keyring of the operating system', () => {
  it.each(['none', 'basic_text', 'unknown'])('that is "%s" protects nothing and is refused', async (backend) => {
    expect(await openSystemVault(file, keyringOf(account, backend))).toMatchObject({
      ok: false,
      problem: { code: 'keyring-unavailable', facts: { keyring: backend } },
    });
  });

  it('of another account opens nothing, and nothing opens under another name', async () => {
    const vault = valueFrom(await openSystemVault(file, keyringOf(account)));
    valueFrom(await vault.set('dps', Buffer.from(secret)));
    const foreign = valueFrom(await openSystemVault(file, keyringOf(randomBytes(32))));
    expect(await foreign.get('dps')).toMatchObject({ ok: false, problem: { code: 'vault-unreadable' } });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"dps"', '"wifi"'), { mode: 0o600 });
    expect(await vault.get('wifi')).toMatchObject({ ok: false, problem: { code: 'vault-unreadable' } });
  });
});
