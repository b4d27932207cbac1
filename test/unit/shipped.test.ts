import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRecipe, shippedRecipes } from '../../src/main/compose-recipe.ts';
import { imageHoldsText } from '../../src/main/identity/image-contents.ts';
import { softwareVersion } from '../../src/main/version.ts';
import { buildFirmware } from '../../src/simulation/board/firmware.ts';

const root = join(import.meta.dirname, '../..');

describe('what the station ships with', () => {
  it('says one version everywhere', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(softwareVersion).toBe(version);
    expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}`);
  });

  it.each(shippedRecipes())('has a recipe %s that loads, with files that fit their pins', (name) => {
    expect(loadRecipe(name)).toMatchObject({ ok: true, value: { recipe: { name } } });
  });

  it('ships the image that the generator makes, whole of text that pre-flight looks for', () => {
    const bin = readFileSync(join(root, 'resources/bench/DevKitDPS.ino.bin'));
    const made = buildFirmware({ version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' });
    expect(Buffer.compare(bin, made.bin)).toBe(0);
    expect(imageHoldsText(bin, '0ne00000001')).toBe(true);
    expect(imageHoldsText(bin, '0ne0000000')).toBe(false);
    expect(imageHoldsText(bin, 'ne00000001')).toBe(false);
  });

  it('names no package registry in its lock file', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const resolved = Object.values(lock.packages).flatMap((one) => one.resolved ?? []);
    expect(resolved).toEqual([]);
  });
});
