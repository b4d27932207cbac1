import './check-runtime.ts';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const results = ['out/main/index.cjs', 'out/preload/index.cjs', 'out/renderer/index.html'].map((file) =>
  join(root, file),
);
const sources = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json'].map((file) => join(root, file));

/** Builds `out/` when it is missing or older than what it is made from; answers whether it is there. */
export function buildIfNeeded(): boolean {
  const oldest = Math.min(...results.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)));
  if (oldest > Math.max(...sources.map(newestIn))) return true;
  process.stderr.write('Building ...\n');
  const vite = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const run = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) process.stderr.write(`${run.stdout}${run.stderr}`);
  return run.status === 0;
}

/** When a file, or anything below a folder, was last changed. */
function newestIn(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

if (import.meta.main && !buildIfNeeded()) process.exit(1);
