import type { Command } from 'commander';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { createOutput, exitCode, unwrap } from './output.ts';
import { readPassphrase } from './passphrase.ts';
import type { CliTools } from './tools.ts';

/** `doctor`: what a station stands on, and what to mend; `clock accept`: a clock that is right again. */
export function addDoctorCommand(program: Command, tools: CliTools): void {
  program
    .command('doctor')
    .description('look at ports, permissions, clock, DPS, disk, database and vault')
    .option('--data <folder>', "folder of the station (default: this account's data folder)")
    .option('--passphrase-file <file>', 'passphrase of the vault (default: asked for at the terminal when needed)')
    .option('--json', 'print JSON only')
    .action(async (options: { data?: string; json?: boolean; passphraseFile?: string }) => {
      tools.askPassphraseWith(() => readPassphrase(options.passphraseFile ?? null, 'Passphrase of the vault: '));
      const output = createOutput(options.json ?? false);
      const findings = await tools.examine(options.data ?? tools.defaultDataFolder());
      for (const finding of findings) {
        const mark = finding.ok ? (finding.remedy === null ? 'ok  ' : 'NOTE') : 'BAD ';
        output.say(`${mark} ${finding.about}: ${finding.text}`);
        if (finding.remedy !== null) output.say(`     -> ${finding.remedy}`);
      }
      output.give({ ok: findings.every((finding) => finding.ok), findings });
      if (findings.some((finding) => !finding.ok)) process.exitCode = exitCode.failed;
    });
  withCommonOptions(program.command('clock').description('the clock of this computer').command('accept'))
    .description('record that the clock is right now, although newer records exist because it was wrong before')
    .option('--actor <badge>', 'who is answerable', 'terminal')
    .action(async (options: CommonOptions & { actor: string }) => {
      const { output, dataFolder, settings } = contextFrom(options, tools);
      unwrap(await tools.acceptClock(dataFolder, settings.mode, options.actor));
      output.say('Recorded. Units can be started again.');
      output.give({ accepted: true });
    });
}
