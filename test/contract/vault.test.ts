import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import { valueFrom } from '../doubles/books.ts';

/* The vault in a file: gives back what it was given, for its owner's eyes only, and never quotes what it holds. */

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-'));
  file = join(folder, 'vault.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secret = 'HostName=plant;SharedAccessKey=c2VjcmV0';

describe('the vault', () => {
  it('gives what was stored, also after a restart, in a buffer of its own', async () => {
    valueFrom(await createFileVault(file).set('dps', Buffer.from(secret)));
    const vault = createFileVault(file);
    const first = valueFrom(await vault.get('dps'));
    expect(first.toString()).toBe(secret);
    first.fill(0); // what a caller does after use
    expect(valueFrom(await vault.get('dps')).toString()).toBe(secret);
    expect(first.buffer.byteLength).toBeLessThan(8_192); // not a slice of a pool that others share
  });

  it('keeps several, replaces one, and takes any bytes', async () => {
    const vault = createFileVault(file);
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    valueFrom(await vault.set('dps', Buffer.from('old')));
    valueFrom(await vault.set('wifi', bytes));
    valueFrom(await vault.set('dps', Buffer.from(secret)));
    valueFrom(await vault.set('empty', Buffer.alloc(0)));
    expect(valueFrom(await vault.get('dps')).toString()).toBe(secret);
    expect(valueFrom(await vault.get('wifi')).equals(bytes)).toBe(true);
    expect(valueFrom(await vault.get('empty'))).toHaveLength(0);
    expect(readdirSync(folder)).toEqual(['vault.json']);
  });

  it.each(['dps', '__proto__', 'constructor', 'toString'])('says that it holds no "%s"', async (name) => {
    const vault = createFileVault(file);
    expect(await vault.get(name)).toMatchObject({ ok: false, problem: { code: 'secret-not-found', facts: { name } } });
    valueFrom(await vault.set('another', Buffer.from(secret)));
    expect(await vault.get(name)).toMatchObject({ ok: false, problem: { code: 'secret-not-found' } });
  });

  it('is readable for its owner only, and refuses to work when others may read it', async () => {
    const vault = createFileVault(file);
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
      writeFileSync(file, text, { mode: 0o600 });
      const vault = createFileVault(file);
      const answers = [await vault.get('dps'), await vault.set('dps', Buffer.from('x'))];
      for (const answer of answers) {
        expect(answer).toMatchObject({ ok: false, problem: { code: 'vault-unreadable', facts: { file } } });
        expect(JSON.stringify(answer)).not.toContain('c2VjcmV0');
      }
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('a place where nothing can be written is named', async () => {
    const inTheWay = join(folder, 'a-file');
    writeFileSync(inTheWay, '');
    const answer = await createFileVault(join(inTheWay, 'vault.json')).set('dps', Buffer.from(secret));
    expect(answer).toMatchObject({ ok: false, problem: { code: 'file-unwritable' } });
    expect(JSON.stringify(answer)).not.toContain('c2VjcmV0');
  });
});
