#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addAuditCommands } from './cli/audit-commands.ts';
import { addBackupCommands } from './cli/backup-commands.ts';
import { addBooksCommands } from './cli/books-commands.ts';
import { guardCommands } from './cli/command-guard.ts';
import { addDemoCommand } from './cli/demo/demo-command.ts';
import { addDoctorCommand } from './cli/doctor-command.ts';
import { addEnrollmentCommands } from './cli/enrollments/enrollments-command.ts';
import { addForecastCommand } from './cli/forecast-command.ts';
import { addIdentityCommands } from './cli/identity-commands.ts';
import { addLotCommands } from './cli/lot-commands.ts';
import { addOrderCommands } from './cli/order-commands.ts';
import { CommandFailure, createOutput, exitCode } from './cli/output.ts';
import { addPeopleCommands } from './cli/people-commands.ts';
import { addProvisionCommand } from './cli/provision-command.ts';
import { addReturnCommands } from './cli/return-commands.ts';
import { addSimulateCommands } from './cli/simulate-commands.ts';
import type { CliTools } from './cli/tools.ts';
import { addVaultCommands } from './cli/vault-commands.ts';
import { addVerifyCommands } from './cli/verify-commands.ts';
import { cliTools } from './compose-cli.ts';

/* The terminal door: parses words, runs one command, ends with 0 done, 1 the job failed, 2 wrong use. */
const program = new Command('dps-station')
  .description('Factory provisioning station for the Azure IoT Hub Device Provisioning Service')
  .version(cliTools.version)
  .showHelpAfterError('(see --help)')
  .exitOverride();

const addAll: readonly ((program: Command, tools: CliTools) => unknown)[] = [
  addDemoCommand,
  addProvisionCommand,
  addIdentityCommands,
  addSimulateCommands,
  addBooksCommands,
  addAuditCommands,
  addBackupCommands,
  addEnrollmentCommands,
  addReturnCommands,
  addForecastCommand,
  addVerifyCommands,
  addLotCommands,
  addVaultCommands,
  addOrderCommands,
  addDoctorCommand,
  addPeopleCommands,
];
for (const add of addAll) add(program, cliTools);
guardCommands(program, cliTools);

// Whoever read the output has gone (`| head`): an ordinary end.
process.stdout.on('error', () => process.exit(process.exitCode ?? exitCode.done));
process.on('uncaughtException', bug);

/** Resolves when the command is through and `process.exitCode` says how it went. */
export const finished: Promise<void> = run();

async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    const json = process.argv.includes('--json');
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.wrongUse;
    } else if (error instanceof CommandFailure) {
      createOutput(json).tell(error.problem);
      process.exitCode = error.exitCode;
    } else {
      bug(error);
    }
  }
}

/** The sentence for the operator here, the trace only where an engineer asked for it. */
function bug(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  createOutput(process.argv.includes('--json')).tell({ code: 'bug', facts: { reason } });
  if (process.env['DPS_STATION_TRACE'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = exitCode.failed;
}
