import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian packages that are there when their program is, however it came here; all others are asked for by name. */
const programs: Readonly<Record<string, string>> = {
  socat: 'socat',
  openssl: 'openssl',
  xvfb: 'Xvfb',
  xauth: 'xauth',
  dbus: 'dbus-daemon',
  chromium: 'chromium',
  swtpm: 'swtpm',
  'swtpm-tools': 'swtpm_setup',
  'tpm2-tools': 'tpm2_createek',
};

/** What tests of the window need on Linux: a display without a screen, what Electron links to, a browser, letters. */
const forWindows = [
  ...['xvfb', 'xauth', 'dbus', 'chromium', 'fonts-dejavu-core', 'fonts-noto-cjk'],
  ...['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libxtst6', 'libsecret-1-0', 'libnotify4'],
  ...['libdrm2', 'libxkbcommon0', 'libatk-bridge2.0-0', 'libcups2'],
];

/** A TPM 2.0 in software, and the tools that speak to one. */
const forTpms = ['swtpm', 'swtpm-tools', 'tpm2-tools'];

/** Debian packages for everything that `npm test` runs; elsewhere than on Linux, Electron and browsers bring their own. */
export function packagesForTests(): readonly string[] {
  return ['socat', 'openssl', ...forTpms, ...(process.platform === 'linux' ? forWindows : [])];
}

const onDebian = existsSync('/etc/debian_version');

function isThere(name: string): boolean {
  const program = programs[name];
  if (program !== undefined) {
    return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
  }
  // Another Linux has other names for its libraries; what is missing there shows when Electron starts.
  return !onDebian || nameInstalled(name) !== null;
}

/** The package as this Debian calls it: some libraries got a `t64` at the change to 64-bit time. */
function nameInstalled(name: string): string | null {
  return (
    [name, `${name}t64`].find((one) => {
      const query = spawnSync('dpkg-query', ['-W', `-f=\${db:Status-Status}`, one], { encoding: 'utf8' });
      return query.status === 0 && query.stdout === 'installed';
    }) ?? null
  );
}

/**
 * Makes sure that packages are there: as root on Debian missing ones are installed, elsewhere the exact command is
 * printed and the result is false.
 */
export function ensurePackages(names: readonly string[]): boolean {
  const missing = names.filter((name) => !isThere(name));
  if (missing.length === 0) return true;
  if (process.getuid?.() === 0 && onDebian) {
    process.stderr.write(`Installing ${missing.join(', ')} ...\n`);
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const run = (args: readonly string[]) =>
      spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    run(['update', '-qq']);
    run(['install', '-y', '-qq', '--no-install-recommends', ...missing]);
  }
  const still = missing.filter((name) => !isThere(name));
  if (still.length === 0) return true;
  process.stderr.write(`Missing: ${still.join(', ')}. ${installCommand(still)}\n`);
  return false;
}

function installCommand(names: readonly string[]): string {
  if (process.platform === 'darwin') return `Install with: brew install ${names.join(' ')}`;
  if (process.platform === 'win32') return 'These tests and measurements need a Unix system; WSL is one.';
  return `Install with: sudo apt-get install -y ${names.join(' ')}`;
}
