import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildIfNeeded } from '../../scripts/build-if-needed.ts';
import { type PackedApps, packForTests } from './pack.ts';
import { openPackedWindow, type PackedWindow } from './packed-window.ts';

/*
 * The packaged app for Linux, made by the shipped configuration from an Electron that is here, and started as a plant
 * would start it: fused, from its archive, without sources beside it.
 */
const folder = mkdtempSync(join(tmpdir(), 'dps-station-packed-data-'));
let apps: PackedApps;
beforeAll(async () => {
  expect(buildIfNeeded()).toBe(true);
  apps = await packForTests();
}, 180_000);
afterAll(() => {
  apps.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Hash of every file of the app, by its path in the archive. */
function packed(app: string): ReadonlyMap<string, string> {
  const archive = join(app, 'resources/app.asar');
  const names = listPackage(archive, { isPack: false }).map((name) => name.slice(1));
  const files = names.filter((name) => !('files' in statFile(archive, name)));
  return new Map(files.map((name) => [name, sha256(extractFile(archive, name))]));
}

function around(app: string, below = app): readonly (readonly [string, string])[] {
  return readdirSync(below).flatMap((name): readonly (readonly [string, string])[] => {
    const path = join(below, name);
    if (/^app\.asar/.test(name)) return [];
    return statSync(path).isDirectory() ? around(app, path) : [[relative(app, path), sha256(readFileSync(path))]];
  });
}

describe('what is in a package', () => {
  it('is the built app, what it ships with, and serialport: no sources, no tests, no notes', () => {
    const roots = new Set([...packed(apps.shipped).keys()].map((name) => name.split('/').slice(0, 2).join('/')));
    const modules = [...roots].filter((name) => name.startsWith('node_modules/')).sort();
    expect([...roots].filter((name) => !modules.includes(name)).sort()).toEqual([
      'out/main',
      'out/preload',
      'out/renderer',
      'package.json',
      'resources/audit',
      'resources/bench',
      'resources/evidence',
      'resources/icons',
      'resources/recipes',
    ]);
    expect(modules).toEqual(
      ['@serialport', 'debug', 'ms', 'node-gyp-build', 'serialport'].map((name) => `node_modules/${name}`).sort(),
    );
  });

  it('carries the addon for this system alone, outside the archive', () => {
    const addons = [...packed(apps.shipped).keys()].filter((name) => name.endsWith('.node'));
    expect(addons.length).toBeGreaterThan(0);
    for (const name of addons) {
      expect(name).toContain(`${process.platform}-${process.arch}`);
      expect(statSync(join(apps.shipped, 'resources/app.asar.unpacked', name)).isFile()).toBe(true);
    }
  });

  it('differs from the one that is started here by its entry alone', () => {
    const shipped = packed(apps.shipped);
    const startable = packed(apps.startable);
    const other = [...shipped].filter(([name, hash]) => startable.get(name) !== hash).map(([name]) => name);
    expect(other).toEqual(['package.json']);
    const description = (app: string): Record<string, unknown> =>
      JSON.parse(extractFile(join(app, 'resources/app.asar'), 'package.json').toString('utf8')) as Record<
        string,
        unknown
      >;
    expect({ ...description(apps.startable), main: 'out/main/index.cjs' }).toEqual(description(apps.shipped));
    const more = [...startable.keys()].filter((name) => !shipped.has(name) && !/^node_modules\//.test(name));
    expect(more.sort()).toEqual(['bootstrap.cjs', 'map-sqlite.cjs']);
    expect(around(apps.startable)).toEqual(around(apps.shipped));
  });

  it('has its fuses set as the configuration says', async () => {
    const wire = await getCurrentFuseWire(join(apps.shipped, 'dps-station'));
    const states = Object.fromEntries(
      [
        FuseV1Options.RunAsNode,
        FuseV1Options.EnableNodeOptionsEnvironmentVariable,
        FuseV1Options.EnableNodeCliInspectArguments,
        FuseV1Options.GrantFileProtocolExtraPrivileges,
        FuseV1Options.EnableCookieEncryption,
        FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
        FuseV1Options.OnlyLoadAppFromAsar,
      ].map((fuse) => [FuseV1Options[fuse], wire[fuse] === FuseState.ENABLE]),
    );
    expect(states).toEqual({
      RunAsNode: false,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      GrantFileProtocolExtraPrivileges: false,
      EnableCookieEncryption: true,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
    });
  });
});

describe('commands of the terminal, without a display', () => {
  const withoutDisplay = { ...process.env };
  delete withoutDisplay['DISPLAY'];
  delete withoutDisplay['WAYLAND_DISPLAY'];
  const run = (program: string, words: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
    spawnSync(join(apps.startable, program), words, {
      encoding: 'utf8',
      env: { ...withoutDisplay, ...environment },
      timeout: 120_000,
    });
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };

  it('the launcher says the version and nothing else', () => {
    const { status, stdout } = run('bin/dps-station', ['--version']);
    expect([status, stdout]).toEqual([0, `${version}\n`]);
  });

  it('a demo runs to the end: real serial lines, a simulation of its own, one line of JSON', () => {
    const { status, stdout } = run('bin/dps-station', ['demo', '--units', '2', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ units: 2, passed: 2, delivered: 2, registered: 2, proved: 2 });
    expect(status).toBe(0);
  });

  it('the program without its launcher (an AppImage) does the same', () => {
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const { status, stdout } = run('dps-station', [...root, 'demo', '--units', '1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ units: 1, proved: 1 });
    expect(status).toBe(0);
  });

  it('a demo runs on a computer without socat, over local sockets', () => {
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const { status, stdout } = run('dps-station', [...root, 'demo', '--units', '2', '--json'], { PATH: folder });
    expect(JSON.parse(stdout)).toMatchObject({ units: 2, passed: 2, proved: 2 });
    expect(status).toBe(0);
  });

  it('wrong use ends with 2 and leaves standard output clean', () => {
    const { status, stdout, stderr } = run('bin/dps-station', ['nonsense']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain("unknown command 'nonsense'");
  });
});

describe('the window', () => {
  const provedUnits = async (window: PackedWindow): Promise<number> => {
    const { rows } = await window.ask('job-list', { after: 0, limit: 100 });
    return rows.filter(({ state }) => state.step === 'done' && state.provedAt !== null).length;
  };

  it('provisions a unit over a real serial line until it is proved, and ends in order', async () => {
    const window = await openPackedWindow(join(apps.startable, 'dps-station'), join(folder, 'work'));
    expect(window.page.url()).toMatch(/^dps-station:\/\/page\//);
    await vi.waitFor(
      async () => expect(await window.see('host')).toMatchObject({ state: 'open', bench: true }),
      30_000,
    );
    await window.ask('bench', { actor: 'test', deed: { deed: 'work' } });
    await vi.waitFor(async () => expect(await provedUnits(window)).toBeGreaterThan(0), {
      timeout: 60_000,
      interval: 200,
    });
    expect(await window.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('takes the simulation along when it is killed', async () => {
    const window = await openPackedWindow(join(apps.startable, 'dps-station'), join(folder, 'killed'));
    await vi.waitFor(async () => expect(await window.see('host')).toMatchObject({ state: 'open' }), 30_000);
    const lines = processesNaming('socat').filter((pid) => isBelow(pid, window.process.pid ?? 0));
    expect(lines.length).toBeGreaterThan(0);
    await window.end('SIGKILL');
    await vi.waitFor(() => expect(processesNaming('socat').filter((pid) => lines.includes(pid))).toEqual([]), 10_000);
  });
});

function processesNaming(name: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && statOf(pid)?.name === name);
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = statOf(at)?.parent ?? 0) if (at === ancestor) return true;
  return false;
}

/** proc(5): `pid (name) state ppid ...`; null when the process is gone. */
function statOf(pid: number): { readonly name: string; readonly parent: number } | null {
  try {
    const [, name = '', parent = '0'] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    return null;
  }
}
