import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

/*
 * The law of the house: who may import whom. A file belongs to the first row whose pattern matches its path below
 * src/. `own` is its own folder; node: modules are named one by one where a folder must stay pure.
 */
type Row = { readonly files: RegExp; readonly may: readonly (string | RegExp)[]; readonly libraries?: number };

const anyNode = /^node:/;
const page = ['shared/', 'zod', 'zod/locales', /^(react|@mantine|@tanstack|i18next|bwip-js|get-nonce)/];
const table: readonly Row[] = [
  { files: /^shared\//, may: ['shared/', 'zod'] },
  { files: /^main\/domain\//, may: ['shared/', 'main/domain/'] },
  { files: /^main\/identity\//, may: ['shared/', 'main/identity/', 'node:crypto', 'node-forge'] },
  { files: /^main\/ports\//, may: ['shared/', 'main/ports/'] },
  { files: /^main\/station\//, may: ['shared/', 'main/domain/', 'main/identity/', 'main/ports/', 'main/station/'] },
  {
    files: /^main\/adapters\//,
    may: ['shared/', 'main/ports/', 'main/identity/', 'own', anyNode, 'zod', /^[@a-z]/],
    libraries: 1,
  },
  { files: /^main\/cli\//, may: ['shared/', 'main/ports/', 'main/bench/', 'main/cli/', anyNode, 'commander', 'zod'] },
  { files: /^main\/bench\//, may: ['shared/', 'main/ports/', 'main/bench/', 'node:fs', 'zod'] },
  { files: /^main\/cli\.ts$/, may: ['shared/', 'main/compose', 'main/cli/', 'commander'] },
  {
    files: /^main\/(compose[a-z-]*|version)\.ts$/,
    may: ['shared/', /^main\/(?!cli|electron|web)/, 'main/cli/tools.ts', anyNode],
  },
  {
    files: /^main\/electron\//,
    may: ['shared/', 'main/ports/', 'main/electron/', anyNode, 'electron'],
  },
  { files: /^main\/index\.ts$/, may: ['shared/', 'main/compose', 'main/electron/', 'main/cli', 'electron', anyNode] },
  { files: /^main\/web\//, may: ['shared/', 'main/ports/', 'main/web/', anyNode, 'fastify', 'ws', 'zod'] },
  { files: /^main\/serve\.ts$/, may: ['shared/', 'main/ports/', 'main/compose', 'main/web/', anyNode] },
  { files: /^preload\//, may: ['electron', 'shared/link/', 'preload/'] },
  {
    files: /^renderer\/features\//,
    may: [...page, 'own', 'renderer/ui/', 'renderer/scan/', 'renderer/station/', 'renderer/words/'],
  },
  { files: /^renderer\//, may: [...page, 'renderer/'] },
  {
    files: /^simulation\//,
    may: ['shared/', 'main/identity/', 'simulation/', anyNode, 'zod', 'node-forge', 'aedes', 'ws'],
  },
];

const source = resolve(import.meta.dirname, '../../src');

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** What a file imports: paths below src/ for its own, names for the rest. Dynamic imports of literals count too. */
function importsOf(file: string): string[] {
  const { module } = parseSync(file, readFileSync(file, 'utf8'));
  const names = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
  ];
  return names.map((name) => (name.startsWith('.') ? relative(source, resolve(dirname(file), name)) : name));
}

const all = new Map(filesBelow(source).map((file) => [relative(source, file), importsOf(file)]));

function fits(rule: string | RegExp, imported: string, file: string): boolean {
  if (rule instanceof RegExp) return rule.test(imported) && (!/^\^\[@/.test(rule.source) || !all.has(imported));
  if (rule === 'own') return imported.startsWith(`${dirname(file)}/`);
  return rule.endsWith('/') || rule === 'main/compose' ? imported.startsWith(rule) : imported === rule;
}

function breaches(file: string, imports: readonly string[]): string[] {
  const row = table.find((one) => one.files.test(file));
  if (row === undefined) return [`src/${file} is in no row of the table; give its folder a row first`];
  const allowed = row.may.map(String).join(', ');
  const wrong = imports
    .filter((imported) => !row.may.some((rule) => fits(rule, imported, file)))
    .map((imported) => `src/${file} imports ${imported}; allowed there: ${allowed}`);
  const outside = new Set(imports.filter((name) => !all.has(name) && !name.startsWith('node:') && name !== 'zod'));
  if (row.libraries !== undefined && outside.size > row.libraries) {
    wrong.push(`src/${file} imports ${[...outside].join(' and ')}; one outside library per file is allowed`);
  }
  return wrong;
}

describe('the law of the house', () => {
  it('finds the files it judges', () => {
    expect(all.size).toBeGreaterThan(60);
    expect([...all.values()].flat()).toContain('serialport');
  });

  it('lets each folder import only what its row names', () => {
    expect([...all].flatMap(([file, imports]) => breaches(file, imports))).toEqual([]);
  });

  it('would catch a breach', () => {
    expect(breaches('main/domain/x.ts', ['node:fs', 'shared/result.ts'])).toHaveLength(1);
    expect(breaches('main/station/x.ts', ['main/adapters/sqlite/database.ts'])).toHaveLength(1);
    expect(breaches('main/adapters/line/x.ts', ['main/adapters/dps/failures.ts'])).toHaveLength(1);
    expect(breaches('main/compose.ts', ['simulation/main.ts'])).toHaveLength(1);
    expect(breaches('elsewhere/x.ts', [])).toHaveLength(1);
  });

  it('has no circle', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) return void circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file)) return;
      for (const imported of all.get(file) ?? []) visit(imported, [...path, file]);
      done.add(file);
    };
    for (const file of all.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('keeps electron at home', () => {
    const outside = [...all].filter(
      ([file, imports]) => imports.includes('electron') && !/^main\/(electron\/|index\.ts)|^preload\//.test(file),
    );
    expect(outside).toEqual([]);
  });

  it('keeps tables of foreign files in one place', () => {
    const readers = [...all].filter(([, imports]) => imports.some((name) => /^csv-parse/.test(name)));
    expect(readers.map(([file]) => file)).toEqual(['main/adapters/import/csv-rows.ts']);
  });

  it('keeps the judge of enrollments apart from the service that is simulated', () => {
    const judges = [...all].filter(([file]) => /judge|enrollment-rules/.test(file) && file.startsWith('main/'));
    expect(judges.length).toBeGreaterThan(3);
    expect(judges.filter(([, imports]) => imports.some((name) => name.startsWith('simulation/')))).toEqual([]);
  });

  it('keeps files to one subject: at most 320 lines', () => {
    const long = [...all.keys()].filter((file) => readFileSync(join(source, file), 'utf8').split('\n').length > 320);
    expect(long).toEqual([]);
  });
});
