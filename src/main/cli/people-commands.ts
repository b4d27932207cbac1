import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Person, type Role, roleSchema } from '../../shared/people.ts';
import { problem } from '../../shared/problem.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { unwrap, wrongUse } from './output.ts';
import { type NewWords, newPassphrase, readPassphrase } from './passphrase.ts';
import type { CliTools } from './tools.ts';

type PeopleOptions = CommonOptions & { actor: string };
type ChangePinOptions = CommonOptions & { pinFile?: string; newPinFile?: string };
type AddOptions = PeopleOptions & { roles: string; name?: string; newPinFile?: string; newPin?: boolean };

const newPinWords: NewWords = {
  first: 'New PIN: ',
  again: 'The same once more: ',
  differ: 'The two PINs differ; nothing was changed.',
};

/** `people ...` and `recipe ...`: who is known at the station, and which recipes an engineer approved. */
export function addPeopleCommands(program: Command, tools: CliTools): void {
  const people = program.command('people').description('who is known at this station');
  const peopleCommand = (name: string): Command =>
    withCommonOptions(people.command(name)).option('--actor <name>', 'who is answerable', 'terminal');
  peopleCommand('list')
    .description('badges, roles and, for engineers, names')
    .action((options: PeopleOptions) => list(options, tools));
  peopleCommand('add')
    .description('make a badge known, or change its roles; the first one is an engineer')
    .argument('<badge>', 'what stands on the badge')
    .requiredOption('--roles <roles>', `one or several of ${roleSchema.options.join(', ')}, with commas between them`)
    .option('--name <name>', 'name of the person; it stands in no record and can be erased')
    .option('--new-pin', 'ask for a new PIN, although the badge or its roles could do without')
    .option('--new-pin-file <file>', 'the PIN of the badge (default: asked for twice when the roles need one)')
    .action((badge: string, options: AddOptions) => add(badge, options, tools));
  peopleCommand('retire')
    .description('a badge that opens nothing any more')
    .argument('<badge>')
    .action((badge: string, options: PeopleOptions) => change('person-retire', badge, options, tools));
  peopleCommand('erase-name')
    .description('forget whose badge it is; records keep the badge')
    .argument('<badge>')
    .action((badge: string, options: PeopleOptions) => change('person-erase-name', badge, options, tools));
  peopleCommand('set-pin')
    .description('a new PIN; wrong tries are forgotten')
    .argument('<badge>')
    .option('--new-pin-file <file>', 'the new PIN (default: asked for twice at the terminal)')
    .action((badge: string, options: PeopleOptions & { newPinFile?: string }) => setPin(badge, options, tools));
  peopleCommand('change-pin')
    .description('your own new PIN')
    .argument('<badge>')
    .option('--pin-file <file>', 'the PIN until now (default: asked for at the terminal)')
    .option('--new-pin-file <file>', 'the new PIN (default: asked for twice at the terminal)')
    .action((badge: string, options: ChangePinOptions) => changePin(badge, options, tools));
  withCommonOptions(people.command('restore'))
    .description('put the copy of people.db back where it is damaged or gone; what stood there is set aside')
    .action((options: CommonOptions) => restore(options, tools));
  addRecipeCommands(program, tools);
}

function addRecipeCommands(program: Command, tools: CliTools): void {
  const recipe = program.command('recipe').description('recipes and their approval');
  withCommonOptions(recipe.command('hash'))
    .description('hash of a recipe as it is now, and whether an engineer approved it')
    .argument('<recipe>', 'name of a shipped recipe, or a .json file')
    .action((name: string, options: CommonOptions) => showRecipe(name, options, tools));
  withCommonOptions(recipe.command('approve'))
    .description('let units of production be made by a recipe')
    .argument('<recipe>', 'name of a shipped recipe, or a .json file')
    .requiredOption('--hash <hash>', 'of the recipe that was looked at, as "recipe hash" shows it')
    .action((name: string, options: PeopleOptions & { hash: string }) => approve(name, options, tools));
}

async function list(options: PeopleOptions, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const { actor } = options;
  const { people } = unwrap(await tools.readPeople(dataFolder, settings, 'people-list', { actor }));
  for (const person of people) {
    output.say(lineOf(person));
    output.give(person);
  }
  if (people.length === 0)
    output.say('Nobody is known: everybody may do everything. "people add" makes an engineer known.');
}

function lineOf({ badge, name, roles, hasPin, lockedUntil, retiredAt }: Person): string {
  const state = retiredAt !== null ? `retired ${retiredAt}` : lockedUntil !== null ? `locked until ${lockedUntil}` : '';
  return [badge.padEnd(16), roles.join(',').padEnd(20), hasPin ? 'PIN' : '   ', name ?? '', state].join('  ').trimEnd();
}

async function add(badge: string, options: AddOptions, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const roles = rolesFrom(options.roles);
  const { actor, name = null, newPinFile = null } = options;
  const asked = newPinFile !== null || options.newPin;
  const put = (pin: string | null) =>
    tools.changePeople(dataFolder, settings, 'person-put', { actor, badge, roles, name, pin });
  const first = await put(asked ? await newPin(badge, newPinFile) : null);
  // Only the station knows whether the badge has a PIN already.
  const needed = !first.ok && first.problem.code === 'pin-missing' && !asked && process.stdin.isTTY;
  unwrap(needed ? await put(await newPin(badge, null)) : first);
  output.say(`${badge} is known as ${roles.join(', ')}.`);
  output.give({ badge, roles });
}

function rolesFrom(text: string): Role[] {
  return text.split(',').map((word) => {
    const role = roleSchema.safeParse(word.trim());
    if (!role.success) throw wrongUse(`"${word}" is no role; there are ${roleSchema.options.join(', ')}.`);
    return role.data;
  });
}

async function newPin(badge: string, file: string | null): Promise<string> {
  return textFrom(unwrap(await newPassphrase(file, newPinWords, problem('pin-missing', { badge }))));
}

/** The contract speaks text; the bytes are wiped. */
function textFrom(typed: Buffer): string {
  const pin = typed.toString('utf8');
  typed.fill(0);
  return pin;
}

async function change(
  name: 'person-retire' | 'person-erase-name',
  badge: string,
  options: PeopleOptions,
  tools: CliTools,
): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  unwrap(await tools.changePeople(dataFolder, settings, name, { actor: options.actor, badge }));
  output.say(name === 'person-retire' ? `${badge} opens nothing any more.` : `The name of ${badge} is erased.`);
  output.give({ badge });
}

async function setPin(badge: string, options: PeopleOptions & { newPinFile?: string }, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const pin = await newPin(badge, options.newPinFile ?? null);
  const order = { actor: options.actor, badge, pin, current: null };
  unwrap(await tools.changePeople(dataFolder, settings, 'pin-set', order));
  output.say(`${badge} has a new PIN.`);
  output.give({ badge });
}

async function changePin(badge: string, options: ChangePinOptions, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const { pinFile = null, newPinFile = null } = options;
  const current = textFrom(unwrap(await readPassphrase(pinFile, 'PIN until now: ', problem('pin-needed', { badge }))));
  const pin = await newPin(badge, newPinFile);
  unwrap(await tools.changePeople(dataFolder, settings, 'pin-set', { actor: badge, badge, pin, current }));
  output.say(`${badge} has a new PIN.`);
  output.give({ badge });
}

async function restore(options: CommonOptions, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const { setAside, noted } = unwrap(await tools.restorePeople(dataFolder, settings));
  output.say(`The people of this station are known again; what stood there is in ${setAside}.`);
  output.give({ setAside });
  // Damaged books are restored next, by somebody who can prove a badge again.
  unwrap(noted);
}

/** Paths are read by whoever owns the station, from elsewhere. */
function reachable(name: string): string {
  return name.endsWith('.json') ? resolve(name) : name;
}

async function showRecipe(name: string, options: CommonOptions, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const { recipe, hash } = unwrap(tools.loadRecipe(name));
  const { approvals } = unwrap(await tools.readPeople(dataFolder, settings, 'recipe-approvals', {}));
  const approval = approvals.find((one) => one.hash === hash) ?? null;
  output.say(`${recipe.name}: ${recipe.title}\n${hash}`);
  output.say(approval === null ? 'Not approved.' : `Approved by ${approval.badge}, ${approval.at}.`);
  output.give({ recipe: recipe.name, title: recipe.title, hash, approval });
}

async function approve(name: string, options: PeopleOptions & { hash: string }, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const { actor, hash } = options;
  if (!/^[0-9a-f]{64}$/.test(hash)) throw wrongUse('--hash is 64 hex digits, as "recipe hash" shows them.');
  unwrap(await tools.changePeople(dataFolder, settings, 'recipe-approve', { actor, recipe: reachable(name), hash }));
  output.say(`${name} is approved for production.`);
  output.give({ recipe: name, hash });
}
