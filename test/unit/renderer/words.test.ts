import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemCatalogue } from '../../../src/shared/problem-catalogue.ts';

/*
 * The words of the page, judged as files: every language says everything English says, with the same facts, and
 * components ask for no word that is not there. The checks are functions of their input; samples with a mistake each
 * show at the end that they see it.
 */

/** Texts of one namespace by dotted key, and of one language by namespace. */
type Texts = ReadonlyMap<string, string>;
type Language = ReadonlyMap<string, Texts>;

const renderer = resolve(import.meta.dirname, '../../../src/renderer');
const folder = join(renderer, 'words');

/** Texts that read the same in another language, and why that is right. */
type Same = { readonly text: string; readonly in: readonly string[]; readonly why: string };
const same: readonly Same[] = [
  { text: 'Status', in: ['de', 'nl'], why: 'the same word' },
  { text: 'TPM', in: ['de', 'nl', 'zh', 'es', 'vi'], why: 'name of the chip' },
  { text: 'Id', in: ['nl'], why: 'the same word' },
  { text: 'DPS Station', in: ['de', 'nl', 'zh', 'es', 'vi'], why: 'name of the product' },
  { text: 'Device Provisioning Service', in: ['de', 'nl', 'zh', 'es', 'vi'], why: 'name of the service' },
  { text: 'RESET', in: ['de', 'nl', 'zh', 'es', 'vi'], why: 'printed beside the button' },
  { text: 'p95', in: ['de', 'nl', 'zh', 'es', 'vi'], why: 'name of a figure' },
  { text: 'Barcodes', in: ['de', 'nl'], why: 'the word of the trade' },
  { text: 'Station', in: ['de', 'nl'], why: 'the same word' },
  { text: 'Median', in: ['de'], why: 'the same word' },
  { text: 'Help', in: ['nl'], why: 'the same word' },
  { text: 'Operator', in: ['nl'], why: 'the same word' },
  { text: 'Defect', in: ['nl'], why: 'the same word' },
  { text: 'adapter {{board}}', in: ['nl'], why: 'the same word' },
  { text: 'PIN', in: ['de', 'es'], why: 'the word of the trade' },
  { text: 'MAC', in: ['de', 'nl', 'es'], why: 'name of the address' },
  { text: 'riot_fw (FWID)', in: ['de', 'nl', 'es'], why: 'names of a section and its digest' },
  { text: 'riot_core', in: ['de', 'nl', 'es'], why: 'name of a section' },
  { text: 'riot_fw', in: ['de', 'nl', 'es'], why: 'name of a section' },
  { text: 'Name', in: ['de'], why: 'the same word' },
  { text: 'Engineer', in: ['de', 'nl'], why: 'the word of the trade' },
  { text: 'Hash (SHA-256)', in: ['de', 'nl'], why: 'name of a figure' },
  { text: 'Image (.bin)', in: ['de', 'nl'], why: 'the word of the trade' },
  { text: 'Order {{order}}', in: ['nl'], why: 'the same word' },
  { text: 'Open', in: ['nl'], why: 'the same word' },
  { text: 'Badge', in: ['nl'], why: 'the same word' },
  { text: 'Orders', in: ['nl'], why: 'the same word' },
];

/** Keys that code names by values, not by a literal: beginnings of keys, by namespace. */
const dynamic: Readonly<Record<string, readonly string[]>> = {
  board: ['idle.', 'step.', 'ask.', 'verdict.', 'verdictMore.', 'refused', 'interrupted'], // what a slot shows
  tour: ['welcome.', 'scan.', 'plug.', 'buttons.', 'verdict.', 'queue.'], // its parts, in a list
  records: ['any.', 'outcome.', 'delivery.'], // one filter component for both
  steps: [''], // names of steps of a job, and nothing else
  problems: [''], // the catalogue
};

/** What stays as it is in every language: names of commands, files, buttons, services. */
const names =
  /\b(?:DPS|MAC|RESET|CONFIRM|CANCEL|ABORT|SLOT|CSV|NDJSON|PEM|X\.509|SHA-\d+|Azure|Linux|udev|dialout|riot_\w+|settings\.json|chmod 600|operationsPerMinute|Enrollment(?:Read|Write))\b|--[a-z]+|\.(?:bin|map|json)\b|sudo [^)]*|npm run build|HostName=\S*/g;

/** Facts of a text: {{name}} of the page's words, {name} of a problem. */
function factsOf(text: string): string {
  return [...new Set(text.match(/\{\{?\w+\}?\}/g))].sort().join(' ');
}

function quotedIn(text: string): string[] {
  return [...text.matchAll(/"([^"$]+)"/g)].map((match) => match[1] ?? '');
}

const plural = /_(zero|one|two|few|many|other)$/;
const isPlural = (key: string, texts: Texts): boolean =>
  plural.test(key) && texts.has(`${key.replace(plural, '')}_other`);

/** The keys a language must have: English ones, plurals in the forms of that language. */
function keysFor(language: string, english: Texts): Set<string> {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return new Set(
    [...english.keys()].flatMap((key) =>
      isPlural(key, english) ? forms.map((form) => `${key.replace(plural, '')}_${form}`) : [key],
    ),
  );
}

/** The English text a translated key must agree with. */
const originalOf = (key: string, english: Texts): string =>
  english.get(key) ?? english.get(`${key.replace(plural, '')}_other`) ?? '';

/** Says everything that is wrong with a language: one line per mistake. */
function mistakesOf(language: string, translated: Language, english: Language, allowed = same): string[] {
  const mistakes: string[] = [];
  for (const namespace of translated.keys()) {
    if (!english.has(namespace)) mistakes.push(`${namespace}: namespace too many`);
  }
  for (const [namespace, originals] of english) {
    const texts = translated.get(namespace);
    if (texts === undefined) {
      mistakes.push(`${namespace}: namespace missing`);
      continue;
    }
    const wanted = keysFor(language, originals);
    for (const key of texts.keys()) if (!wanted.has(key)) mistakes.push(`${namespace}.${key}: too many`);
    for (const key of wanted) {
      const text = texts.get(key);
      const say = (what: string): void => void mistakes.push(`${namespace}.${key}: ${what}`);
      if (text === undefined) say('missing');
      else
        for (const what of faultsOf(text, originalOf(key, originals), { language, translated, english, allowed }))
          say(what);
    }
  }
  return mistakes;
}

type Around = { language: string; translated: Language; english: Language; allowed: readonly Same[] };

function faultsOf(text: string, original: string, around: Around): string[] {
  const { language, translated, english, allowed } = around;
  // A help that English leaves out is left out everywhere.
  if (original === '' || text.trim() === '') return text === original ? [] : ['empty here or in English only'];
  const faults: string[] = [];
  if (factsOf(text) !== factsOf(original)) faults.push(`facts ${factsOf(text)}, not ${factsOf(original)}`);
  const bare = original.replace(/\{+\w+\}+/g, '');
  const may = allowed.some((one) => one.text === original && one.in.includes(language)) || !/\p{L}/u.test(bare);
  if (text === original && !may) faults.push('same as English');
  for (const name of original.match(names) ?? []) if (!text.includes(name)) faults.push(`without ${name}`);
  for (const quoted of quotedIn(original)) {
    // A label of the page is quoted in its own words; a command or a name as it is.
    const labels = [...english].flatMap(([namespace, texts]) =>
      [...texts].flatMap(([key, label]) => (label === quoted ? [translated.get(namespace)?.get(key) ?? quoted] : [])),
    );
    if (![...labels, ...(labels.length === 0 ? [quoted] : [])].some((label) => text.includes(label))) {
      faults.push(`does not quote ${quoted}`);
    }
  }
  return faults;
}

/** What a source file asks for: keys as they stand there, and patterns of keys that are put together. */
function asksOf(source: string): { namespaces: string[]; literals: string[]; templates: string[] }[] {
  const bindings = new Map<string, string[]>();
  for (const [, variable = '', namespace = ''] of source.matchAll(/const (\w+) = useWords\('([\w-]+)'\)/g)) {
    bindings.set(variable, [...(bindings.get(variable) ?? []), namespace]);
  }
  return [...bindings].map(([variable, namespaces]) => {
    // First argument of each call; what it compares with is no key.
    const calls = source.matchAll(new RegExp(`(?<![.\\w])${variable}\\(((?:\`[^\`]*\`|'[^']*'|[^\`'(),])*)`, 'g'));
    const asked = [...calls].map(([, first = '']) => first.replace(/[!=]==? *'[^']*'/g, ''));
    const templates = asked.flatMap((text) => [...text.matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? ''));
    const literals = asked.flatMap((text) =>
      [...text.replace(/`[^`]*`/g, '').matchAll(/'([^']*)'/g)].map((match) => match[1] ?? ''),
    );
    return { namespaces, literals, templates };
  });
}

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template.replace(/\$\{[^}]*\}|[.\\-]/g, (part) => (part.startsWith('$') ? '[\\w-]+' : `\\${part}`))}$`,
  );

/** Says which words code asks for in vain, and which English ones nobody asks for. */
function usageMistakes(english: Language, sources: ReadonlyMap<string, string>, known = dynamic): string[] {
  const mistakes: string[] = [];
  const used = new Set<string>();
  for (const [file, source] of sources) {
    for (const { namespaces, literals, templates } of asksOf(source)) {
      const keys = namespaces.flatMap((namespace) =>
        [...(english.get(namespace)?.keys() ?? [])].map((key) => ({ key, full: `${namespace}:${key}` })),
      );
      const take = (what: string, fits: (key: string) => boolean, counts = true): void => {
        const found = keys.filter(({ key }) => fits(key));
        if (found.length === 0) mistakes.push(`${file}: no word ${namespaces.join('|')}:${what}`);
        if (counts) for (const { full } of found) used.add(full);
      };
      for (const key of literals)
        take(key, (one) => one === key || (plural.test(one) && one.replace(plural, '') === key));
      // A template that begins with a fact could be anything; it counts for the table of known beginnings only.
      for (const one of templates) take(one, (key) => patternOf(one).test(key), !one.startsWith('$'));
    }
  }
  const begins = Object.entries(known).flatMap(([namespace, all]) => all.map((one) => `${namespace}:${one}`));
  const all = [...english].flatMap(([namespace, texts]) => [...texts.keys()].map((key) => `${namespace}:${key}`));
  for (const key of all) {
    if (!used.has(key) && !begins.some((one) => key.startsWith(one))) mistakes.push(`nobody asks for ${key}`);
  }
  for (const one of begins) {
    if (!all.some((key) => key.startsWith(one))) mistakes.push(`no word begins with ${one}`);
  }
  return mistakes;
}

type Json = { readonly [key: string]: string | Json };

function flat(words: Json, before = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[before + key, value]] : flat(value, `${before}${key}.`),
  );
}

function read(language: string): Map<string, Texts> {
  return new Map(
    readdirSync(join(folder, language)).map((name) => [
      name.replace(/\.json$/, ''),
      new Map(flat(JSON.parse(readFileSync(join(folder, language, name), 'utf8')) as Json)),
    ]),
  );
}

function sourcesBelow(path: string): [string, string][] {
  return readdirSync(path).flatMap((name): [string, string][] => {
    const inside = join(path, name);
    if (statSync(inside).isDirectory()) return sourcesBelow(inside);
    return /\.tsx?$/.test(name) ? [[relative(renderer, inside), readFileSync(inside, 'utf8')]] : [];
  });
}

const catalogue = Object.entries(problemCatalogue).map(([code, { title, remedy }]) => [code, { title, remedy }]);
const english = read('en').set('problems', new Map(flat(Object.fromEntries(catalogue) as Json)));
const languages = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
const others = languages.filter((language) => language !== 'en');

describe('words of the page', () => {
  it('are there for every language that can be chosen', () => {
    const offered = /languages = \{([^}]*)\}/.exec(readFileSync(join(folder, 'words.ts'), 'utf8'))?.[1] ?? '';
    expect([...offered.matchAll(/(\w+):/g)].map((match) => match[1]).sort()).toEqual(languages.sort());
    expect(others.length).toBeGreaterThan(0);
  });

  it.each(others)('say everything in %s that they say in English', (language) => {
    expect(mistakesOf(language, read(language), english)).toEqual([]);
  });

  it('are allowed to equal English only where one does', () => {
    const needed = others.flatMap((language) => {
      const unexcused = mistakesOf(language, read(language), english, []);
      return unexcused
        .filter((line) => line.endsWith('same as English'))
        .map((line) => {
          const [, namespace = '', key = ''] = /^([\w-]+)\.(.*): same/.exec(line) ?? [];
          return `${language} ${originalOf(key, english.get(namespace) ?? new Map())}`;
        });
    });
    expect([...new Set(needed)].sort()).toEqual(same.flatMap((one) => one.in.map((to) => `${to} ${one.text}`)).sort());
  });

  it('are the ones that components ask for, and no others', () => {
    const sources = new Map(sourcesBelow(renderer).filter(([file]) => !file.startsWith('words')));
    expect(usageMistakes(english, sources)).toEqual([]);
  });
});

describe('the checks of words', () => {
  const original: Language = new Map([
    [
      'page',
      new Map([
        ['go', 'Let it go'],
        ['how', 'Press "Let it go" in slot {{slot}}'],
        ['wait_one', '{{count}} waits'],
        ['wait_other', '{{count}} wait'],
        ['brand', 'DPS Station'],
        ['help', ''],
      ]),
    ],
    ['problems', new Map([['lost.title', 'Run "outbox flush" in {file}, then press RESET.']])],
  ]);
  const good = (language: string): Map<string, Map<string, string>> =>
    new Map([
      [
        'page',
        new Map([
          ['go', 'Los'],
          ['how', 'Drücken Sie „Los“ an Platz {{slot}}'],
          ...(language === 'zh' || language === 'vi' ? [] : [['wait_one', '{{count}} wartet'] as const]),
          ['wait_other', '{{count}} warten'],
          ['brand', 'DPS Station'],
          ['help', ''],
        ]),
      ],
      ['problems', new Map([['lost.title', 'In {file} „outbox flush“ ausführen, dann RESET drücken.']])],
    ]);
  const seen = (change: (words: Map<string, Map<string, string>>) => void, language = 'de'): string[] => {
    const words = good(language);
    change(words);
    return mistakesOf(language, words, original);
  };

  it('find nothing in a good sample, with the plurals of each language', () => {
    for (const language of ['de', 'nl', 'zh', 'vi']) expect(seen(() => {}, language)).toEqual([]);
  });

  it.each<[string, (words: Map<string, Map<string, string>>) => void, string]>([
    ['a namespace that is missing', (all) => all.delete('problems'), 'problems: namespace missing'],
    ['a namespace too many', (all) => all.set('more', new Map()), 'more: namespace too many'],
    ['a key that is missing', (all) => all.get('page')?.delete('brand'), 'page.brand: missing'],
    ['a plural that is missing', (all) => all.get('page')?.delete('wait_one'), 'page.wait_one: missing'],
    ['a key too many', (all) => all.get('page')?.set('gone', 'Weg'), 'page.gone: too many'],
    ['an empty text', (all) => all.get('page')?.set('go', ' '), 'page.go: empty here or in English only'],
    [
      'a text where English has none',
      (all) => all.get('page')?.set('help', 'Ja'),
      'page.help: empty here or in English only',
    ],
    [
      'another fact',
      (all) => all.get('page')?.set('how', '„Los“ an {{place}}'),
      'page.how: facts {{place}}, not {{slot}}',
    ],
    [
      'a fact of the wrong kind',
      (all) => all.get('problems')?.set('lost.title', '„outbox flush“ in {{file}}, RESET'),
      'problems.lost.title: facts {{file}}, not {file}',
    ],
    [
      'a text left in English',
      (all) => all.get('page')?.set('wait_other', '{{count}} wait'),
      'page.wait_other: same as English',
    ],
    [
      'a label quoted in other words',
      (all) => all.get('page')?.set('go', 'Weiter'),
      'page.how: does not quote Let it go',
    ],
    [
      'a translated command',
      (all) => all.get('problems')?.set('lost.title', '„postausgang leeren“ in {file}, RESET'),
      'problems.lost.title: does not quote outbox flush',
    ],
    [
      'a translated name of a button',
      (all) => all.get('problems')?.set('lost.title', '„outbox flush“ in {file}, Neustart'),
      'problems.lost.title: without RESET',
    ],
  ])('find %s', (_, change, mistake) => expect(seen(change)).toEqual([mistake]));

  it('find a plural form that a language does not have', () => {
    expect(seen((all) => all.get('page')?.set('wait_one', '{{count}}'), 'zh')).toEqual(['page.wait_one: too many']);
  });

  const words: Language = new Map([
    [
      'page',
      new Map([
        ['go', 'Go'],
        ['stop', 'Stop'],
        ['wait_one', 'w'],
        ['wait_other', 'w'],
        ['state.on', 'On'],
        ['part.a', 'A'],
      ]),
    ],
  ]);
  const component = `const t = useWords('page');
    t(mode === 'quick' ? 'go' : 'stop'); t('wait', { count, of: t(\`state.\${state}\`) }); t(part.key);`;
  const usage = (source: string, known: typeof dynamic = { page: ['part.'] }): string[] =>
    usageMistakes(words, new Map([['page.tsx', source]]), known);

  it('see literals, choices, plurals, templates and known beginnings', () => {
    expect(usage(component)).toEqual([]);
  });

  it('find a word that is not there, one nobody asks for, and a beginning without words', () => {
    expect(usage(`${component} t('gone');`)).toEqual(['page.tsx: no word page:gone']);
    expect(usage(`${component} t(\`mode.\${x}\`);`)).toEqual([`page.tsx: no word page:mode.\${x}`]);
    expect(usage(component.replace("'go' : 'stop'", "'go' : 'go'"))).toEqual(['nobody asks for page:stop']);
    expect(usage(component, {})).toEqual(['nobody asks for page:part.a']);
    expect(usage(component, { page: ['part.', 'old.'] })).toEqual(['no word begins with page:old.']);
  });
});
