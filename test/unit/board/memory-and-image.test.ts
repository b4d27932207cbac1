import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measureFirmwareImage } from '../../../src/main/identity/firmware-image.ts';
import { benchRecipe } from '../../../src/simulation/board/bench-recipe.ts';
import { buildFirmware } from '../../../src/simulation/board/firmware.ts';
import { openSecureElement } from '../../../src/simulation/board/secure-element.ts';
import { diceRecipeFrom } from '../../doubles/dice-recipe.ts';

describe('the secure element', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secure-element-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('outlives its process, with its counter and the secure channel', async () => {
    const file = join(folder, 'a.json');
    const first = await openSecureElement(file);
    expect(await first.write('uds', 'ab')).toBe(true);
    expect(await first.write('wifiSsid', 'net')).toBe(true);
    expect(await first.enableSecureChannel()).toBe(true);
    const second = await openSecureElement(file);
    expect([second.read('uds'), second.read('wifiSsid'), second.read('wifiPassword')]).toEqual(['ab', 'net', '']);
    expect(second.secretWrites()).toBe(1);
    expect(await second.enableSecureChannel()).toBe(false);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('refuses what does not fit with its NUL, and what cannot be kept', async () => {
    const memory = await openSecureElement(null);
    expect(await memory.write('wifiPassword', 'p'.repeat(87))).toBe(true);
    expect(await memory.write('wifiPassword', 'p'.repeat(88))).toBe(false);
    const lost = await openSecureElement(join(folder, 'no-such-folder', 'a.json'));
    expect(await lost.write('uds', 'ab')).toBe(false);
    expect([lost.read('uds'), lost.secretWrites()]).toEqual(['', 0]);
  });
});

describe('the synthetic image', () => {
  const configuration = { version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' };
  const build = buildFirmware(configuration);

  it('is the same each time, small, and holds what it was built for', () => {
    expect(buildFirmware(configuration)).toEqual(build);
    expect(build.bin.length).toBeLessThan(32 * 1024);
    for (const text of Object.values(configuration)) expect(build.bin.includes(`${text}\0`)).toBe(true);
    expect(build.image.riotCore.stop - build.image.riotCore.start).toBe(1580);
    expect(build.image.warnings).toEqual([]);
  });

  it('differs in both measurements from one for another instance', () => {
    const other = buildFirmware({ ...configuration, idScope: '0ne00000002' });
    expect(other.image.fwid.equals(build.image.fwid)).toBe(false);
    expect(other.image.riotCoreDigest.equals(build.image.riotCoreDigest)).toBe(false);
  });

  it('is what lies in the resources, and the shipped recipe is pinned to it', async () => {
    const resources = join(import.meta.dirname, '../../../resources');
    const text = await readFile(join(resources, 'recipes', 'mxchip-devkit.json'), 'utf8');
    const recipe = diceRecipeFrom(JSON.parse(text));
    expect(recipe).toEqual(benchRecipe(build, '../bench'));
    const read = (file: string) => readFile(join(resources, 'recipes', file));
    const { bin, map } = recipe.firmware;
    const measured = measureFirmwareImage({ bin: await read(bin.file), map: await read(map.file) });
    expect(measured).toMatchObject({ ok: true, value: { binSha256: bin.sha256, mapSha256: map.sha256 } });
  });

  it.each<[string, { readonly serial: string; readonly mac: string | undefined } | null]>([
    ['AB-0001;c8:93:46:84:1a:81', { serial: 'AB-0001', mac: 'c8:93:46:84:1a:81' }],
    ['AB000123 c89346841a81', { serial: 'AB000123', mac: 'c89346841a81' }],
    ['AB-0001', { serial: 'AB-0001', mac: undefined }],
    ['ab 0001', null],
    ['AB-0001;c8', null],
  ])('has labels like %s', (label, expected) => {
    const groups = new RegExp(benchRecipe(build, '.').label.pattern).exec(label)?.groups;
    expect(groups === undefined ? null : { serial: groups['serial'], mac: groups['mac'] }).toEqual(expected);
  });
});
