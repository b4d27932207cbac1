import type { Command } from 'commander';
import type { CliTools } from '../tools.ts';
import { addImportCommands } from './import-command.ts';

/** `enrollments ...`: the entries of a DPS instance. */
export function addEnrollmentsCommands(program: Command, tools: CliTools): void {
  const enrollments = program.command('enrollments').description('entries of a DPS instance');
  addImportCommands(enrollments, tools);
}
