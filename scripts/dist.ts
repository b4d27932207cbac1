import './check-runtime.ts';
import { dirname, join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { buildIfNeeded } from './build-if-needed.ts';
import { downloadElectron, officialElectron } from './electron-runtime.ts';

/*
 * Makes the packages of this system that this machine can make, one after the other, and says which it could not and
 * why. Only the official Electron is ever packed. Ends with 1 when nothing was made.
 */
const root = join(import.meta.dirname, '..');
const longestDownloadInMs = 300_000;

/** The unpacked app first: it needs nothing but Electron, the others need tools that electron-builder downloads. */
const targets: Readonly<Partial<Record<NodeJS.Platform, readonly [Platform, readonly string[]]>>> = {
  linux: [Platform.LINUX, ['dir', 'AppImage', 'deb']],
  darwin: [Platform.MAC, ['dir', 'dmg']],
  win32: [Platform.WINDOWS, ['dir', 'nsis']],
};

const [platform, names] = targets[process.platform] ?? [null, []];
if (platform === null) giveUp(`There are no packages for ${process.platform}.`);
if (!buildIfNeeded()) process.exit(1);
const electron = officialElectron() ?? (await fetchElectron());
if (electron === null) giveUp('Nothing was made: packages are made from the official Electron alone.');

const made: string[] = [];
const missed: string[] = [];
for (const name of names) {
  try {
    const files = await build({
      projectDir: root,
      publish: 'never',
      targets: platform.createTarget(name),
      config: { extends: join(root, 'electron-builder.yml'), electronDist: electronFolder(electron) },
    });
    made.push(...(name === 'dir' ? [`the unpacked app in ${join(root, 'dist')}`] : files));
  } catch (error) {
    missed.push(`${name}: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`);
  }
}
process.stdout.write(
  `\n${[...made.map((one) => `made: ${one}`), ...missed.map((one) => `NOT made: ${one}`)].join('\n')}\n`,
);
process.exit(made.length > 0 ? 0 : 1);

async function fetchElectron(): Promise<string | null> {
  process.stderr.write('Fetching the official Electron ...\n');
  return downloadElectron(longestDownloadInMs, (line) => {
    process.stderr.write(`Electron cannot be fetched: ${line}\n`);
  });
}

/** The folder that holds the app on macOS, the program elsewhere. */
function electronFolder(executable: string): string {
  return process.platform === 'darwin' ? join(executable, '../../../..') : dirname(executable);
}

function giveUp(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
