import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { electronForTests } from '../../scripts/electron-for-tests.ts';

const root = join(import.meta.dirname, '../..');

/** Two unpacked apps: `shipped` as the configuration says, `startable` with the entry that the stand-in Electron needs. */
export type PackedApps = { readonly shipped: string; readonly startable: string; remove(): void };

/**
 * Packs the built app for Linux, twice. The second differs by its entry, which maps node:sqlite where Electron has none,
 * and by the package that it maps to; nothing else.
 */
export async function packForTests(): Promise<PackedApps> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-packed-'));
  const electron = electronForTests();
  const dist = join(folder, 'electron');
  // electron-builder takes everything that is in the folder: the stand-in's own starter must not be.
  cpSync(electron.folder, dist, { recursive: true, filter: (path) => !path.endsWith(join('resources', 'app')) });
  const pack = async (name: string, more: object): Promise<string> => {
    await build({
      projectDir: root,
      publish: 'never',
      targets: Platform.LINUX.createTarget('dir'),
      config: {
        extends: join(root, 'electron-builder.yml'),
        directories: { output: join(folder, name) },
        electronDist: dist,
        electronVersion: electron.version,
        ...more,
      },
    });
    return join(folder, name, 'linux-unpacked');
  };
  const from = (name: string) => ({ from: `node_modules/${name}`, to: `node_modules/${name}` });
  return {
    shipped: await pack('shipped', {}),
    startable: await pack('startable', {
      extraMetadata: { main: 'bootstrap.cjs' },
      files: [
        from('@photostructure/sqlite'),
        { from: 'scripts/electron-for-tests', to: '.', filter: ['bootstrap.cjs', 'map-sqlite.cjs'] },
      ],
    }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
