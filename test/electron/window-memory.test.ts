import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepWindowPlace, leastSize, readWindowPlace } from '../../src/main/electron/window-memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'dps-station-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('where a window was', () => {
  it('is known again', () => {
    const file = join(folder, 'kept.json');
    const place = { x: -1200, y: 40, width: 1600, height: 900, maximized: true };
    keepWindowPlace(file, place);
    expect(readWindowPlace(file)).toEqual(place);
  });

  it('is never smaller than a window may be', () => {
    const file = join(folder, 'small.json');
    keepWindowPlace(file, { x: 0, y: 0, width: 10, height: 10, maximized: false });
    expect(readWindowPlace(file)).toMatchObject(leastSize);
  });

  it.each([
    ['nothing', null],
    ['half a file', '{"x": 1,'],
    ['another thing', '[]'],
    ['words for numbers', '{"x":"1","y":0,"width":1000,"height":800}'],
    ['numbers beyond any desk', '{"x":1e9,"y":0,"width":1000,"height":800}'],
  ])('%s is nothing to go by', (name, text) => {
    const file = join(folder, `${name}.json`);
    if (text !== null) writeFileSync(file, text);
    expect(readWindowPlace(file)).toBeNull();
  });

  it('a folder that cannot be written costs the memory alone', () => {
    const place = { x: 0, y: 0, width: 1000, height: 800, maximized: false };
    expect(() => keepWindowPlace(join(folder, 'missing', 'window.json'), place)).not.toThrow();
  });
});
