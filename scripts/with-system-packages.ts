import './check-runtime.ts';
import { spawnSync } from 'node:child_process';
import { ensurePackages } from './system-packages.ts';

/* with-system-packages.ts <program>... -- <command> <argument>...: makes sure of the programs, then runs the command. */
const split = process.argv.indexOf('--');
const programs = process.argv.slice(2, split);
const [command, ...args] = process.argv.slice(split + 1);
if (command === undefined || !ensurePackages(programs)) process.exit(1);
const run = spawnSync(command === 'node' ? process.execPath : command, args, { stdio: 'inherit' });
process.exit(run.status ?? 1);
