import './check-runtime.ts';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfNeeded } from './build-if-needed.ts';
import { downloadElectron, officialElectron } from './electron-runtime.ts';

/*
 * npm start [-- words]: the window where an Electron is to be had, otherwise the same station in the browser. Words go to
 * the program: `npm start -- --data FOLDER`, `npm start -- demo`.
 */
const root = join(import.meta.dirname, '..');
const longestDownloadInMs = 60_000;
const words = process.argv.slice(2);

if (!buildIfNeeded()) process.exit(1);
const electron = officialElectron() ?? (await fetchElectron());
if (electron !== null) {
  // As root Chromium's sandbox for processes does not start.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  run(electron, [...asRoot, join(root, 'out/main/index.cjs'), ...words]);
} else {
  run(process.execPath, [join(root, 'src/main/serve.ts'), '--open', ...words]);
}

async function fetchElectron(): Promise<string | null> {
  process.stderr.write('Fetching Electron, once; this can take a minute ...\n');
  let reason = '';
  const fetched = await downloadElectron(longestDownloadInMs, (line) => {
    reason = line;
  });
  if (fetched === null) {
    process.stderr.write(`Electron cannot be fetched here (${reason}), so the station opens in the browser.\n`);
  }
  return fetched;
}

function run(command: string, args: readonly string[]): void {
  const child = spawn(command, args, { stdio: 'inherit' });
  // Ctrl+C reaches it by the terminal; it puts its things away first.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code) => process.exit(code ?? 1));
}
