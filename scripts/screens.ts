import './check-runtime.ts';
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './build-if-needed.ts';
import { ensurePackages, packagesForTests } from './system-packages.ts';

/* npm run screens: takes the pictures of every page and state in both doors and writes the page that shows them. */
const folder = join(import.meta.dirname, '../docs/screens');
const doors = ['web', 'electron'] as const;
if (!ensurePackages(packagesForTests()) || !buildIfNeeded()) process.exit(1);
for (const door of doors) rmSync(join(folder, door), { recursive: true, force: true });
const specs = [
  ...['pictures', 'languages', 'lists.spec', 'unit-and-charts', 'enrollments'],
  ...['lot.spec', 'orders', 'overview', 'people', 'quality', 'returns', 'settings', 'shift'],
];
const { status } = spawnSync('playwright', ['test', ...specs], {
  stdio: 'inherit',
  env: { ...process.env, DPS_STATION_PICTURES: 'keep' },
});
writeFileSync(join(folder, 'README.md'), pageOfPictures());
process.exit(status ?? 1);

function pageOfPictures(): string {
  const names = [...new Set(doors.flatMap((door) => picturesOf(door)))].sort();
  const rows = names.map((name) => {
    const cells = doors.map((door) =>
      picturesOf(door).includes(name) ? `![${name}, ${door}](${door}/${name}.png)` : '',
    );
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return `# The screen

Every page and state, as \`npm run screens\` photographed it: the web door in a Chromium, and the desktop app in Electron.
Each picture was taken by the test that judges that state by axe (WCAG 2.2 A and AA), by the size of its targets and by
its width.

| state | web door | desktop app |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function picturesOf(door: string): string[] {
  return readdirSync(join(folder, door))
    .filter((name) => name.endsWith('.png'))
    .map((name) => name.slice(0, -'.png'.length));
}
