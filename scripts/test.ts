import './check-runtime.ts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded } from './build-if-needed.ts';
import { ensurePackages, packagesForTests } from './system-packages.ts';

/*
 * Everything that must hold: style, types, dead code, suites. Ends with the line `N passed, N failed, N skipped`.
 * A skipped suite fails as root on Debian, where everything can be installed. `--long` runs the long suites too.
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

let checksFailed = 0;
for (const [tool, args] of checks) {
  const run = spawnSync(tool, args, { stdio: 'inherit' });
  process.stdout.write(`${run.status === 0 ? 'ok' : 'FAILED'}: ${tool}\n`);
  if (run.status !== 0) checksFailed += 1;
}

const folder = mkdtempSync(join(tmpdir(), 'dps-station-test-'));
const report = join(folder, 'report.json');
const vitest = spawnSync('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
  stdio: 'inherit',
  env: { ...process.env, ...(long ? { DPS_STATION_LONG: '1' } : {}) },
});
const { passed, failed, skipped } = readReport();
rmSync(folder, { recursive: true, force: true });

const strict = process.getuid?.() === 0;
const broken = !programs || !built || vitest.status !== 0 || checksFailed > 0 || (strict && skipped > 0);
if (strict && skipped > 0)
  process.stdout.write('Skipped tests are failures here: as root everything can be installed.\n');
process.stdout.write(
  `${passed + checks.length - checksFailed} passed, ${failed + checksFailed} failed, ${skipped} skipped\n`,
);
process.exit(broken ? 1 : 0);

function readReport(): { passed: number; failed: number; skipped: number } {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    return {
      passed: result['numPassedTests'] ?? 0,
      // A file that cannot even be loaded has no tests to count.
      failed: Math.max(result['numFailedTests'] ?? 0, vitest.status === 0 ? 0 : 1),
      skipped: (result['numPendingTests'] ?? 0) + (result['numTodoTests'] ?? 0),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
