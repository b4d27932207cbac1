import './check-runtime.ts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded } from './build-if-needed.ts';
import { ensurePackages, packagesForTests } from './system-packages.ts';
import { type Counts, playwrightCounts, vitestCounts } from './test-counts.ts';

/*
 * Everything that must hold: style, types, dead code, suites, and the screen in both of its doors. Ends with the line
 * `N passed, N failed, N skipped`. A skipped suite fails as root on Debian, where everything can be installed. `--long`
 * runs the long suites too.
 */
const long = process.argv.includes('--long');
const programs = ensurePackages(packagesForTests());
// Here and not in a suite: suites run side by side.
const built = buildIfNeeded();
const checks: readonly (readonly [string, readonly string[]])[] = [
  ['biome', ['check', '.']],
  ['tsc', ['--noEmit']],
  ['tsc', ['--noEmit', '-p', 'src/renderer']],
  ['tsc', ['--noEmit', '-p', 'test']],
  ['knip', []],
];

const folder = mkdtempSync(join(tmpdir(), 'dps-station-test-'));
const counts: readonly Counts[] = [...checks.map(([tool, args]) => check(tool, args)), suites(), screens()];
rmSync(folder, { recursive: true, force: true });
const sum = (what: 'passed' | 'failed' | 'skipped'): number => counts.reduce((total, one) => total + one[what], 0);
const strict = process.getuid?.() === 0 && sum('skipped') > 0;
// Once more, as the last thing on the screen: the run is long, and whoever reads its end wants to know what broke.
for (const line of counts.flatMap(({ failures }) => failures)) process.stdout.write(`FAILED: ${line}\n`);
if (strict) process.stdout.write('Skipped tests are failures here: as root everything can be installed.\n');
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
process.exit(!programs || !built || sum('failed') > 0 || strict ? 1 : 0);

function check(tool: string, args: readonly string[]): Counts {
  const { status } = spawnSync(tool, args, { stdio: 'inherit' });
  if (status === 0) {
    process.stdout.write(`ok: ${tool}\n`);
    return { passed: 1, failed: 0, skipped: 0, failures: [] };
  }
  return { passed: 0, failed: 1, skipped: 0, failures: [[tool, ...args].join(' ')] };
}

function suites(): Counts {
  const report = join(folder, 'suites.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const environment = { ...process.env, ...(long ? { DPS_STATION_LONG: '1' } : {}) };
  return vitestCounts(report, spawnSync('vitest', args, { stdio: 'inherit', env: environment }).status);
}

function screens(): Counts {
  const report = join(folder, 'screens.json');
  const environment = { ...process.env, DPS_STATION_E2E_REPORT: report };
  return playwrightCounts(report, spawnSync('playwright', ['test'], { stdio: 'inherit', env: environment }).status);
}
