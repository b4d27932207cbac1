import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { problem } from '../../shared/problem.ts';
import type { Settings } from '../../shared/settings.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { CommandFailure, unwrap } from './output.ts';
import { newPassphrase } from './passphrase.ts';
import type { CliTools } from './tools.ts';

type MoveOptions = Omit<CommonOptions, 'mode'> & {
  to: Settings['vault']['backend'];
  actor: string;
  newPassphraseFile?: string;
};

/** `vault set|move|accept-file`: secrets of the station, and where production keeps them. */
export function addVaultCommands(program: Command, tools: CliTools): void {
  const vault = program.command('vault').description('secrets of the station');
  withCommonOptions(vault.command('set'))
    .description('store a secret')
    .argument('<name>', 'name, as the settings or the recipe call it')
    .requiredOption('--file <file>', 'file with the secret, or - for standard input')
    .action((name: string, options: CommonOptions & { file: string }) => setSecret(name, options, tools));
  withCommonOptions(vault.command('move'))
    .description('move the secrets of production to another kind of vault, or to a new passphrase')
    .addOption(new Option('--to <kind>', 'kind of the new vault').choices(['passphrase', 'file']).makeOptionMandatory())
    .option('--new-passphrase-file <file>', 'the new passphrase (default: asked for twice at the terminal)')
    .option('--actor <badge>', 'who is answerable', 'terminal')
    .action((options: MoveOptions) => move(options, tools));
  withCommonOptions(vault.command('accept-file'))
    .description('accept by name that production keeps its secrets in an unencrypted file of mode 0600')
    .requiredOption('--actor <badge>', 'who accepts it')
    .action((options: MoveOptions) => move({ ...options, to: 'file' }, tools));
}

async function setSecret(name: string, options: CommonOptions & { file: string }, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const vault = unwrap(await tools.openVault(context.dataFolder, context.settings));
  let secret: Buffer;
  try {
    secret = readFileSync(options.file === '-' ? 0 : options.file);
  } catch (error) {
    throw new CommandFailure(
      problem('file-unreadable', { file: options.file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }),
    );
  }
  const end = secret.at(-1) === 0x0a ? (secret.at(-2) === 0x0d ? 2 : 1) : 0;
  const stored = await vault.set(name, secret.subarray(0, secret.length - end));
  secret.fill(0);
  unwrap(stored);
  context.output.say(`Stored "${name}".`);
  context.output.give({ stored: name });
}

async function move(options: MoveOptions, tools: CliTools): Promise<void> {
  const { output, dataFolder } = contextFrom(options, tools);
  const { to, actor, newPassphraseFile = null } = options;
  unwrap(await tools.moveVault({ dataFolder, to, actor, newPassphrase: () => newPassphrase(newPassphraseFile) }));
  output.say(
    to === 'file'
      ? `Recorded: ${actor} accepts that the secrets of production are in an unencrypted file. Encrypt the disk.`
      : 'The secrets of production are encrypted with the passphrase; the old file was overwritten. Nobody can recover a lost passphrase.',
  );
  output.give({ moved: to });
}
