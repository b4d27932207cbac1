import './check-runtime.ts';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfNeeded } from './build-if-needed.ts';

/* npm run web [-- words]: the station in the browser. Words go to the door: --data FOLDER, --port N, --open. */
if (!buildIfNeeded()) process.exit(1);
const door = join(import.meta.dirname, '..', 'src/main/serve.ts');
const child = spawn(process.execPath, [door, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl+C reaches it by the terminal; it puts its things away first.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => process.exit(code ?? 1));
