import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../src/shared/describe-problem.ts';
import { type ProblemCode, problem } from '../../../src/shared/problem.ts';
import { problemCatalogue } from '../../../src/shared/problem-catalogue.ts';

/* The sentences of failures: every one says what happened and what to do, and is given the facts that it needs. */

const codes = Object.keys(problemCatalogue) as ProblemCode[];
const placeholders = (text: string): string[] => [...text.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
const needs = (code: ProblemCode): string[] => {
  const { title, remedy } = problemCatalogue[code];
  return [...new Set([...placeholders(title), ...placeholders(remedy)])];
};

/** Words with which a sentence tells somebody to do something, or that nothing is to do. */
const instructions =
  /^(add|build|check|choose|copy|decide|find|give|hold|install|leave|list|load|look|make|mend|move|name|open|plug|press|put|read|reset|restart|run|save|scan|see|send|set|shorten|start|stop|store|take|turn|type|unplug|use|wait|write|nothing to do|close|only a \w+ (unit|item))\b/i;

/** The parts of a remedy that could be an instruction; a platform or a purpose may come first. */
const parts = (remedy: string): string[] => remedy.split(/(?<=[.;:]) |^On \w+ |^To .* identity /);

describe.each(codes)('%s', (code) => {
  const { title, remedy } = problemCatalogue[code];
  it('has a title and a remedy that ends as a sentence', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/\S/);
    expect(remedy).toMatch(/\S/);
    if (!/\}$/.test(title)) expect(title).toMatch(/[.!]$/);
    if (!/\}$/.test(remedy)) expect(remedy).toMatch(/[.!)]$|\.\.\.$/);
  });
  it('tells somebody what to do', () => {
    expect(parts(remedy).filter((part) => instructions.test(part))).not.toEqual([]);
  });
  it('fills its sentences from simple names', () => {
    for (const name of needs(code)) expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
    const facts = Object.fromEntries(needs(code).map((name) => [name, `<${name}>`]));
    const described = describeProblem(problem(code, facts));
    expect(`${described.title} ${described.remedy}`).not.toMatch(/[{}]|unknown|undefined/);
  });
});

it('has every code in one subject: of two, the one joined last would speak for both', async () => {
  const folder = new URL('../../../src/shared/problems/', import.meta.url);
  const subjects = await Promise.all(readdirSync(folder).map((file) => import(new URL(file, folder).href)));
  const all = subjects.flatMap((subject: object) =>
    Object.values(subject).flatMap((part) => Object.keys(part as object)),
  );
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((code, at) => all.indexOf(code) !== at)).toEqual([]);
});

type Raised = { readonly where: string; readonly code: string; readonly facts: ReadonlySet<string> | 'not literal' };

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

type Node = { type: string; [member: string]: unknown };

/** Names of an object literal's members; spreads are looked up among the constants of the same file. */
function namesIn(node: Node, constants: ReadonlyMap<string, Node[]>): Set<string> | 'not literal' {
  if (node.type === 'Identifier') {
    // The nearest declaration above is the one in scope, as this code base names things.
    const above = (constants.get(String(node['name'])) ?? []).filter(
      (one) => Number(one['start']) < Number(node['start']),
    );
    const nearest = above.at(-1);
    return nearest === undefined ? 'not literal' : namesIn(nearest, constants);
  }
  if (node.type !== 'ObjectExpression') return 'not literal';
  const names = new Set<string>();
  for (const member of node['properties'] as Node[]) {
    if (member.type === 'SpreadElement') {
      const spread = namesIn(member['argument'] as Node, constants);
      if (spread === 'not literal') return spread;
      for (const name of spread) names.add(name);
    } else {
      const key = member['key'] as { name?: string; value?: string };
      names.add(key.name ?? key.value ?? '');
    }
  }
  return names;
}

/** Every `problem('code', facts)` of a file. */
function raisedIn(file: string): Raised[] {
  const text = readFileSync(file, 'utf8');
  const constants = new Map<string, Node[]>();
  const calls: Node[] = [];
  new Visitor({
    VariableDeclarator: (node) => {
      const { id, init } = node as unknown as { id: Node; init: Node | null };
      const inner = init?.type === 'TSAsExpression' ? (init['expression'] as Node) : init;
      if (id.type === 'Identifier' && inner?.type === 'ObjectExpression')
        constants.set(String(id['name']), [...(constants.get(String(id['name'])) ?? []), inner]);
    },
    CallExpression: (node) => {
      const call = node as unknown as { callee: Node };
      if (call.callee.type === 'Identifier' && call.callee['name'] === 'problem') calls.push(node as unknown as Node);
    },
  }).visit(parseSync(file, text).program);
  return calls.flatMap((call) => {
    const [code, facts] = call['arguments'] as Node[];
    if (code?.type !== 'Literal') return [];
    const line = text.slice(0, Number(call['start'])).split('\n').length;
    const names = facts === undefined ? new Set<string>() : namesIn(facts, constants);
    return [{ where: `${file}:${line}`, code: String(code['value']), facts: names }];
  });
}

describe('the source', () => {
  const raised = sources('src').flatMap(raisedIn);

  it('gives every problem the facts that its sentences need', () => {
    expect(raised.length).toBeGreaterThan(100);
    const lacking = raised.flatMap(({ where, code, facts }) => {
      if (facts === 'not literal') return [];
      const missing = needs(code as ProblemCode).filter((name) => !facts.has(name));
      return missing.length === 0 ? [] : [`${where}: ${code} lacks ${missing.join(', ')}`];
    });
    expect(lacking).toEqual([]);
    const readable = raised.filter(({ facts }) => facts !== 'not literal').length;
    expect(readable / raised.length).toBeGreaterThan(0.9);
  });

  it('keeps no sentence that nothing raises', () => {
    const text = sources('src')
      .filter((file) => !file.includes('shared/problems'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });
});
