import { type Command, Option } from 'commander';
import type { Settings } from '../../shared/settings.ts';
import { createOutput, type Output, unwrap } from './output.ts';
import { readPassphrase } from './passphrase.ts';
import type { CliTools } from './tools.ts';

/** Options that most commands share. */
export type CommonOptions = { data?: string; mode?: Settings['mode']; json?: boolean; passphraseFile?: string };

/** What a command works with. */
export type Context = { readonly output: Output; readonly dataFolder: string; readonly settings: Settings };

/** Adds `--data`, `--mode`, `--passphrase-file` and `--json`. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--data <folder>', "folder of the station (default: this account's data folder)")
    .addOption(new Option('--mode <mode>', 'instead of what the settings say').choices(['training', 'production']))
    .option('--passphrase-file <file>', 'passphrase of the vault (default: asked for at the terminal when needed)')
    .option('--json', 'print JSON only');
}

/** Reads the settings of the station that the options name. */
export function contextFrom(options: CommonOptions, tools: CliTools): Context {
  const dataFolder = options.data ?? tools.defaultDataFolder();
  tools.askPassphraseWith(() => readPassphrase(options.passphraseFile ?? null, 'Passphrase of the vault: '));
  const settings = unwrap(tools.readSettings(dataFolder));
  const mode = options.mode ?? settings.mode;
  return { output: createOutput(options.json ?? false), dataFolder, settings: { ...settings, mode } };
}
