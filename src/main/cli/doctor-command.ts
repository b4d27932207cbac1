import type { Command } from 'commander';
import { createOutput, exitCode } from './output.ts';
import type { CliTools } from './tools.ts';

/** `doctor`: what a station stands on, and what to mend. */
export function addDoctorCommand(program: Command, tools: CliTools): void {
  program
    .command('doctor')
    .description('look at ports, permissions, clock, DPS, disk, database and vault')
    .option('--data <folder>', "folder of the station (default: this account's data folder)")
    .option('--json', 'print JSON only')
    .action(async (options: { data?: string; json?: boolean }) => {
      const output = createOutput(options.json ?? false);
      const findings = await tools.examine(options.data ?? tools.defaultDataFolder());
      for (const finding of findings) {
        output.say(`${finding.ok ? 'ok  ' : 'BAD '} ${finding.about}: ${finding.text}`);
        if (finding.remedy !== null) output.say(`     -> ${finding.remedy}`);
      }
      output.give({ ok: findings.every((finding) => finding.ok), findings });
      if (findings.some((finding) => !finding.ok)) process.exitCode = exitCode.failed;
    });
}
