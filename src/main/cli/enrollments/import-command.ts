import type { Command } from 'commander';
import { describeProblem } from '../../../shared/describe-problem.ts';
import {
  type CheckSummary,
  type ImportSummary,
  type RowCheck,
  type RowResult,
  rowsInService,
} from '../../../shared/import.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { Settings } from '../../../shared/settings.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from '../context.ts';
import { CommandFailure, createOutput, exitCode, type Output, unwrap, wrongUse } from '../output.ts';
import type { CliTools, ImportTask } from '../tools.ts';
import { createImportLine, type ImportLine } from './import-progress.ts';

type ImportOptions = CommonOptions & { instance?: string; skipBad?: boolean; checkOnly?: boolean; actor: string };

/** `enrollments check` and `enrollments import`. */
export function addImportCommands(enrollments: Command, tools: CliTools): void {
  enrollments
    .command('check')
    .description('judge the devices of a file or folder offline, row by row')
    .argument('<file>', 'CSV, one JSON record per line, or a folder of certificates')
    .option('--json', 'print JSON only: one object per row, the counts last')
    .action((file: string, options: { json?: boolean }) => check(file, options.json ?? false, tools));
  withCommonOptions(enrollments.command('import'))
    .description('bring devices that exist already into a DPS instance; the whole file is checked first')
    .argument('<file>', 'CSV, one JSON record per line, or a folder of certificates')
    .option('--instance <name>', 'DPS instance of the settings (default: the only one, or "default")')
    .option('--skip-bad', 'leave refused rows out instead of sending nothing')
    .option('--check-only', "check against the station's books, and send nothing")
    .option('--actor <name>', 'who is answerable', 'terminal')
    .action((file: string, options: ImportOptions) => importDevices(file, options, tools));
}

async function check(file: string, json: boolean, tools: CliTools): Promise<void> {
  const output = createOutput(json);
  const summary = unwrap(await tools.checkImportFile(file, (row) => showCheck(row, output, output.say)));
  endCheck(summary, output);
}

function endCheck(summary: CheckSummary, output: Output): void {
  const { total, accepted, refused } = summary;
  output.say(`${total} ${total === 1 ? 'row' : 'rows'}: ${accepted} accepted, ${refused} refused.`);
  output.give(summary);
  if (refused > 0) process.exitCode = exitCode.failed;
}

/** A row of a table for people, an object for scripts; under it what was found. */
function showCheck(row: RowCheck, output: Output, say: (text: string) => void): void {
  const findings = row.findings.map(({ weight, problem: found }) => ({ weight, ...describeProblem(found) }));
  output.give({
    phase: 'check',
    ...row,
    findings: findings.map(({ weight, code, title, remedy }) => ({ weight, code, title, remedy })),
  });
  if (output.json) return;
  say(`${place(row.row, row.file).padEnd(12)}  ${row.verdict.padEnd(13)}  ${row.registrationId ?? ''}`);
  for (const { weight, title, remedy } of findings) {
    say(`      ${weight === 'advice' ? 'advice: ' : ''}${title}\n      -> ${remedy}`);
  }
}

function place(row: number, file: string | null): string {
  return file ?? `row ${row}`;
}

async function importDevices(file: string, options: ImportOptions, tools: CliTools): Promise<void> {
  const { output, dataFolder, settings } = contextFrom(options, tools);
  const line = createImportLine(output);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  const task: ImportTask = {
    dataFolder,
    settings,
    instance: chosenInstance(options.instance, settings),
    path: file,
    actor: options.actor,
    skipBad: options.skipBad ?? false,
    signal: interrupted.signal,
    // Of a long file only what needs a person is said, unless the check is all that was asked for.
    onRow: (row) => {
      if (options.checkOnly || row.verdict === 'refused') showCheck(row, output, line.say);
    },
    onResult: (result) => showResult(result, output, line),
    onProgress: line.show,
  };
  process.on('SIGINT', interrupt);
  try {
    if (options.checkOnly) {
      const checked = await tools.checkAgainstBooks(task);
      line.stop();
      endCheck(unwrap(checked), output);
    } else {
      const ended = await tools.importFile(task);
      line.stop();
      endImport(unwrap(ended), output);
    }
  } finally {
    process.off('SIGINT', interrupt);
    line.stop();
  }
}

function chosenInstance(named: string | undefined, { dps }: Settings): string {
  const names = Object.keys(dps);
  if (named !== undefined) return named;
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  if (names.length === 0) throw new CommandFailure(problem('no-instance', { instance: 'default' }));
  if (names.includes('default')) return 'default';
  throw wrongUse(`Name one of the instances with --instance: ${names.join(', ')}.`);
}

function showResult(result: RowResult, output: Output, line: ImportLine): void {
  const cause = result.problem === null ? null : describeProblem(result.problem as Problem);
  output.give({
    phase: 'send',
    row: result.row,
    registrationId: result.registrationId,
    verdict: result.verdict,
    problem: cause === null ? null : { code: cause.code, title: cause.title, remedy: cause.remedy },
  });
  if (output.json || cause === null || result.verdict === 'skipped' || rowsInService.includes(result.verdict)) return;
  const head = `${place(result.row, null).padEnd(12)}  ${result.verdict.padEnd(13)}  ${result.registrationId ?? ''}`;
  line.say(`${head}\n      ${cause.title}\n      -> ${cause.remedy}`);
}

function endImport(summary: ImportSummary, output: Output): void {
  const { total, before, created, alreadyThere, skipped, refused, resultsFile, problem: cause } = summary;
  output.say(
    `${total} rows: created ${created}, there already ${alreadyThere}, brought before ${before}, left out ${skipped}, refused by the service ${refused}.`,
  );
  if (resultsFile !== null) output.say(`Results of each row: ${resultsFile}`);
  output.give({ ...summary, problem: cause === null ? null : describeProblem(cause) });
  if (cause !== null) output.tell(cause);
  // Done means that every row of the file is in the service.
  if (cause !== null || before + created + alreadyThere < total) process.exitCode = exitCode.failed;
}
