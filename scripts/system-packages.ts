import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that development needs besides Node, and the Debian package each is in. */
const packages: Readonly<Record<string, string>> = { socat: 'socat', openssl: 'openssl' };

function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/**
 * Makes sure that programs are there: as root on Debian missing ones are installed, elsewhere the exact command is
 * printed and the result is false.
 */
export function ensurePrograms(programs: readonly string[]): boolean {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return true;
  const names = missing.map((program) => packages[program] ?? program);
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    process.stderr.write(`Installing ${names.join(', ')} ...\n`);
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const run = (args: readonly string[]) =>
      spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    run(['update', '-qq']);
    run(['install', '-y', '-qq', '--no-install-recommends', ...names]);
    if (missing.every(isThere)) return true;
  }
  process.stderr.write(`Missing: ${missing.join(', ')}. ${installCommand(names)}\n`);
  return false;
}

function installCommand(names: readonly string[]): string {
  if (process.platform === 'darwin') return `Install with: brew install ${names.join(' ')}`;
  if (process.platform === 'win32') return 'Simulated serial lines need a Unix system; WSL is one.';
  return `Install with: sudo apt-get install -y ${names.join(' ')}`;
}
