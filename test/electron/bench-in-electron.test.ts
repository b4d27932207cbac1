import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfNeeded } from '../../scripts/build-if-needed.ts';
import { electronForTests } from '../../scripts/electron-for-tests.ts';
import { openCertificateAuthority } from '../../src/simulation/tls/certificate-authority.ts';
import { aliasVectors } from '../interop/dps-bench.ts';

/*
 * The bench inside Electron: another TLS library, other processes. (On Node the same demo runs in the suites of the
 * terminal; who believes which certificate is judged in test/contract/hand-over.test.ts.)
 */
const root = join(import.meta.dirname, '../..');
beforeAll(() => {
  expect(buildIfNeeded()).toBe(true);
}, 60_000);

function runInElectron(words: readonly string[]) {
  const { executable } = electronForTests();
  const switches = ['--no-sandbox', '--ozone-platform=headless'];
  return spawnSync(executable, [...switches, join(root, 'out/main/index.cjs'), ...words], {
    encoding: 'utf8',
    timeout: 120_000,
  });
}

describe('a bench inside Electron', () => {
  it('boards register and units are proved although its TLS refuses their certificates', () => {
    const { status, stdout } = runInElectron(['demo', '--units', '3', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ passed: 3, delivered: 3, registered: 3, proved: 3 });
    expect(status).toBe(0);
  });

  it('as a server, Electron refuses the certificate in the handshake: the reason for the other way', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dps-station-handshake-'));
    const { certPem, keyPem } = (await openCertificateAuthority(folder)).issueServer(['localhost']);
    const ordinary = { cert: certPem, key: keyPem };
    const vector = aliasVectors()[0];
    const file = join(folder, 'parties.json');
    const alias = { cert: vector?.certPem, key: vector?.keyPem };
    writeFileSync(file, JSON.stringify({ server: ordinary, ordinary, alias }), { mode: 0o600 });
    const probe = join(import.meta.dirname, 'alias-handshake.cjs');
    const { executable } = electronForTests();
    const { stdout } = spawnSync(executable, ['--no-sandbox', '--ozone-platform=headless', probe, file], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    rmSync(folder, { recursive: true, force: true });
    expect(JSON.parse(stdout)).toEqual({ ordinary: 'accepted', alias: 'refused' });
  });
});
