import type { Command } from 'commander';
import { entryOperationSchema, forGood } from '../../shared/enrollment-list.ts';
import type { Act } from '../../shared/people.ts';
import { problem } from '../../shared/problem.ts';
import { unwrap } from './output.ts';
import { readPassphrase } from './passphrase.ts';
import type { CliTools } from './tools.ts';

type Options = Readonly<Record<string, unknown>>;
type ActOfCommand = Act | 'anyone' | ((options: Options) => Act);

const operations = Object.fromEntries(
  entryOperationSchema.options.map((operation) => [
    `enrollments ${operation}`,
    forGood.includes(operation) ? 'entries-for-good' : 'entries',
  ]),
) as Readonly<Record<string, Act>>;

/**
 * Which act each command is, as `call-acts` says it of calls; `anyone`: it reads, or touches no station. A command without
 * a row does not start.
 */
const commandActs: Readonly<Record<string, ActOfCommand>> = {
  demo: 'anyone',
  'identity mxchip': 'anyone',
  'simulate board': 'anyone',
  'simulate dps': 'anyone',
  doctor: 'anyone',
  export: 'anyone',
  'outbox list': 'anyone',
  'enrollments list': 'anyone',
  'enrollments show': 'anyone',
  'enrollments check': 'anyone',
  'recipe hash': 'anyone',
  forecast: 'anyone',
  'order list': 'anyone',
  'order show': 'anyone',
  'shift report': 'anyone',
  'return list': 'anyone',
  'return show': 'anyone',
  'return find': 'anyone',
  'lot status': 'anyone',
  'lot sample': 'anyone',
  'lot report': 'anyone',
  'audit verify': 'anyone',
  'audit export': 'anyone',
  'audit head': 'anyone',
  'backup list': 'anyone',
  'people change-pin': 'anyone', // the PIN until now is the proof
  'people restore': 'anyone', // nobody can prove a badge; what comes back is what was there
  provision: ({ rework }) => (rework ? 'rework' : 'provision'),
  'outbox flush': 'queue',
  'outbox retry': 'queue',
  ...operations,
  'enrollments replace-credential': ({ overlap }) => (overlap ? 'entries' : 'entries-for-good'),
  'enrollments exclude': 'entries',
  'enrollments group-put': 'entries',
  'enrollments import': 'entries',
  'vault set': 'secrets',
  'vault move': 'secrets',
  'vault accept-file': 'secrets',
  'clock accept': 'settings',
  'people list': 'see-people',
  'people add': 'people',
  'people retire': 'people',
  'people erase-name': 'people',
  'people set-pin': 'people',
  'recipe approve': 'recipes',
  'order add': 'run-order',
  'order choose': 'run-order',
  'order close': 'run-order',
  'return open': ({ deed }) => (deed === 'retire' ? 'retire' : 'return'),
  'return cancel': 'return',
  'return continue': 'return',
  verify: 'verify',
  evidence: 'verify',
  'lot open': 'verify',
  'lot add': 'verify',
  'lot close': 'verify',
  'audit checkpoint': 'backups',
  'backup now': 'backups',
  restore: 'backups',
};

/**
 * The one place where commands learn who is answerable: before a command runs, its act is permitted, and `actor` becomes
 * the badge that proved itself. At a station that knows nobody it stays what `--actor` says.
 */
export function guardCommands(program: Command, tools: CliTools): void {
  for (const { path, command } of leavesOf(program, [])) {
    const act = commandActs[path];
    if (act === undefined) throw new Error(`the command "${path}" is in no row of commandActs`);
    if (act === 'anyone') continue;
    command
      .option('--badge <badge>', 'your badge, where the station knows its people')
      .option('--pin-file <file>', 'PIN of the badge (default: asked for at the terminal when needed)')
      .hook('preAction', async () => {
        const options = command.opts<Options>();
        const pinFile = textOf(options['pinFile']);
        const badge = textOf(options['badge']);
        const dataFolder = textOf(options['data']) ?? tools.defaultDataFolder();
        const answerable = await tools.identify({
          dataFolder,
          settings: unwrap(tools.readSettings(dataFolder)),
          act: typeof act === 'function' ? act(options) : act,
          claimed: textOf(options['actor']) ?? 'terminal',
          badge,
          pin: () => readPassphrase(pinFile, 'PIN: ', problem('pin-needed', { badge })),
        });
        command.setOptionValue('actor', unwrap(answerable));
      });
  }
}

type Leaf = { readonly path: string; readonly command: Command };

/** Commands that do something, by their words. */
function leavesOf(command: Command, words: readonly string[]): Leaf[] {
  if (command.commands.length === 0) return [{ path: words.join(' '), command }];
  return command.commands.flatMap((below) => leavesOf(below, [...words, below.name()]));
}

function textOf(option: unknown): string | null {
  return typeof option === 'string' ? option : null;
}
