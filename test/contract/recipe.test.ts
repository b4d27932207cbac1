import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRecipe, shippedRecipes } from '../../src/main/compose-recipe.ts';
import { describeProblem } from '../../src/shared/describe-problem.ts';
import type { RecipeOf } from '../../src/shared/recipe.ts';
import { benchRecipe, firmwareFile } from '../../src/simulation/board/bench-recipe.ts';
import { buildFirmware } from '../../src/simulation/board/firmware.ts';
import { valueFrom } from '../doubles/books.ts';

/* Recipes as files: the shipped ones load, and what is wrong with another one is said by its place in the file. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const build = buildFirmware({ version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' });

function write(change: (recipe: RecipeOf<'mxchip-devkit'>) => unknown = (recipe) => recipe): string {
  writeFileSync(join(folder, `${firmwareFile}.bin`), build.bin);
  writeFileSync(join(folder, `${firmwareFile}.map`), build.map);
  const file = join(folder, 'recipe.json');
  writeFileSync(file, JSON.stringify(change(benchRecipe(build, '.'))));
  return file;
}

it.each(shippedRecipes())('the shipped recipe %s loads by its name', (name) => {
  const loaded = valueFrom(loadRecipe(name));
  expect(loaded.recipe.name).toBe(name);
  expect(loaded.matchLabel('SN-1')).toEqual({ serial: 'SN-1' });
  // Only a DevKit's identity needs the hardware address on its label.
  const withMac = name.startsWith('mxchip-') ? { serial: 'SN-1', mac: 'c8:93:46:80:ec:24' } : null;
  expect(loaded.matchLabel('SN-1;c8:93:46:80:ec:24')).toEqual(withMac);
  expect(loaded.matchLabel('-')).toBeNull();
});

it('a recipe is known by the hash of its bytes', () => {
  const file = write();
  const first = valueFrom(loadRecipe(file));
  expect(first.hash).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
  expect(valueFrom(loadRecipe(file)).hash).not.toBe(first.hash);
});

describe('what is wrong is said by its place', () => {
  it.each<[string, (recipe: RecipeOf<'mxchip-devkit'>) => unknown]>([
    ['schema', (recipe) => ({ ...recipe, schema: 'dps-station/recipe/2' })],
    ['name', (recipe) => ({ ...recipe, name: 'With Spaces' })],
    ['title', (recipe) => ({ ...recipe, title: '' })],
    [
      'board.usb.vendorId',
      (recipe) => ({ ...recipe, board: { ...recipe.board, usb: { vendorId: '0x0483', productId: '374b' } } }),
    ],
    ['board.baudRate', (recipe) => ({ ...recipe, board: { ...recipe.board, baudRate: 0 } })],
    ['label.pattern', (recipe) => ({ ...recipe, label: { pattern: '(' } })],
    [
      'registrationId.macFrom',
      (recipe) => ({ ...recipe, registrationId: { ...recipe.registrationId, macFrom: 'guess' } }),
    ],
    ['firmware.version', (recipe) => ({ ...recipe, firmware: { ...recipe.firmware, version: '1.6' } })],
    [
      'firmware.bin.sha256',
      (recipe) => ({ ...recipe, firmware: { ...recipe.firmware, bin: { file: 'x', sha256: 'AB' } } }),
    ],
    ['secret.storage', (recipe) => ({ ...recipe, secret: { storage: 'twice' } })],
    ['wifi.ssid', (recipe) => ({ ...recipe, wifi: { do: 'set', ssid: 's'.repeat(32), passwordSecret: 'x' } })],
    ['wifi.passwordSecret', (recipe) => ({ ...recipe, wifi: { do: 'set', ssid: 's' } })],
    ['wifi', (recipe) => ({ ...recipe, wifi: { do: 'keep', password: 'in the open' } })],
    [
      'enrollment.initialTwin.tags',
      (recipe) => ({ ...recipe, enrollment: { ...recipe.enrollment, initialTwin: { tags: { version: 1 } } } }),
    ],
    [
      'enrollment.provisioningStatus',
      (recipe) => ({ ...recipe, enrollment: { ...recipe.enrollment, provisioningStatus: 'on' } }),
    ],
  ])('%s', (place, change) => {
    const loaded = loadRecipe(write(change));
    if (loaded.ok) throw new Error('it was taken');
    expect(loaded.problem.code).toBe('recipe-invalid');
    const { title } = describeProblem(loaded.problem);
    expect(title).toContain(`${place}: `);
    expect(title).not.toMatch(/undefined|in the open/);
  });
});

it.each<['bin' | 'map']>([['bin'], ['map']])('a changed .%s is refused, and named', (kind) => {
  const recipe = write();
  const file = join(folder, `${firmwareFile}.${kind}`);
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('\n')]));
  expect(loadRecipe(recipe)).toMatchObject({ ok: false, problem: { code: 'firmware-hash-mismatch', facts: { file } } });
});
