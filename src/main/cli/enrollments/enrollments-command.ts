import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describeProblem } from '../../../shared/describe-problem.ts';
import { type GroupOrder, groupOrderSchema } from '../../../shared/enrollment-group.ts';
import {
  type CredentialOrder,
  type EntryFilter,
  type EntryOperation,
  type EntryRow,
  entryFilterSchema,
  entryOperationSchema,
  type OperationResult,
} from '../../../shared/enrollment-list.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { readableIssues } from '../../../shared/settings.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from '../context.ts';
import { CommandFailure, exitCode, unwrap, wrongUse } from '../output.ts';
import type { CliTools } from '../tools.ts';
import { type CliDesk, withDesk } from './cli-desk.ts';
import { addImportCommands } from './import-command.ts';
import { describeResult } from './operation-words.ts';

type EntryOptions = CommonOptions & { instance: string; group?: boolean };
type ListOptions = EntryOptions & { search?: string; status?: string; attestation?: string; refresh?: boolean };
type OperateOptions = EntryOptions & { confirm?: string; actor: string };
type ReplaceOptions = EntryOptions & {
  actor: string;
  certificate?: string;
  keySecret?: string;
  endorsementKeyFile?: string;
  overlap: boolean;
};
type GroupOptions = EntryOptions & {
  actor: string;
  certificate?: string;
  secondaryCertificate?: string;
  caReference?: string;
  keySecret?: string;
  settings?: string;
  disabled?: boolean;
};

const pageSize = 1_000;
const operationWords: Readonly<Record<EntryOperation, string>> = {
  enable: 'let devices in again',
  disable: 'let devices in no more; a connected one stays connected',
  delete: 'delete the entries alone',
  pause: 'disable entries and hub identities',
  resume: 'enable entries and hub identities',
  retire: 'take entries, registration records and hub identities away',
  'delete-registration': 'delete the registration records alone',
  'trigger-reprovisioning': 'take hub identity and registration record away, so that the device registers again',
  'promote-secondary': 'make the secondary credential the primary one',
};

/** `enrollments ...`: what a DPS instance holds, and the lives of its entries. */
export function addEnrollmentCommands(program: Command, tools: CliTools): Command {
  const enrollments = program.command('enrollments').description('what a DPS instance holds');
  const entryCommand = (name: string): Command =>
    withCommonOptions(enrollments.command(name)).option('--instance <name>', 'DPS instance of the settings', 'default');
  entryCommand('list')
    .description('entries of the local copy; --refresh reads them anew')
    .option('--refresh', 'read everything from the service first')
    .option('--group', 'groups instead of single devices')
    .option('--search <text>', 'in id, device id and credential')
    .option('--status <status>', 'enabled or disabled')
    .option('--attestation <type>', 'x509, tpm or symmetricKey')
    .action((options: ListOptions) => list(options, tools));
  entryCommand('show')
    .description('one entry as the service holds it now')
    .argument('<id>', 'registration id, or group id with --group')
    .option('--group', 'it is a group')
    .action((id: string, options: EntryOptions) => show(id, options, tools));
  for (const operation of entryOperationSchema.options) {
    entryCommand(operation)
      .description(operationWords[operation])
      .argument('<ids...>', 'registration ids')
      .option('--group', 'they are groups')
      .option('--confirm <number>', 'number of entries, where they are changed for good')
      .option('--actor <name>', 'who is answerable', 'terminal')
      .action((ids: string[], options: OperateOptions) => operate(operation, ids, options, tools));
  }
  entryCommand('replace-credential')
    .description('give an entry a new credential, beside the old one until it is promoted')
    .argument('<id>', 'registration id')
    .option('--certificate <file>', 'PEM of the new certificate of the device')
    .option('--key-secret <name>', 'vault secret with the new key; made when there is none')
    .option('--endorsement-key-file <file>', 'endorsement key of the new TPM, base64')
    .option('--no-overlap', 'the old credential is worth nothing at once, and the hub identity goes')
    .option('--actor <name>', 'who is answerable', 'terminal')
    .action((id: string, options: ReplaceOptions) => replaceCredential(id, options, tools));
  entryCommand('exclude')
    .description('keep one device of a group out by a disabled entry of its own')
    .argument('<id>', 'registration id')
    .option('--actor <name>', 'who is answerable', 'terminal')
    .action((id: string, options: OperateOptions) => exclude(id, options, tools));
  entryCommand('group-put')
    .description('create a group, or replace what it was')
    .argument('<id>', 'group id')
    .option('--certificate <file>', 'PEM of the root or intermediate CA')
    .option('--secondary-certificate <file>', 'PEM of the CA that takes over')
    .option('--ca-reference <name>', 'name of a CA that the instance has verified')
    .option('--key-secret <name>', 'vault secret with the key; made when there is none')
    .option('--settings <file>', 'JSON: iotHubs, allocationPolicy, initialTwin, reprovisionPolicy, capabilities')
    .option('--disabled', 'let nobody in; a group that is there stays as it was without this')
    .option('--actor <name>', 'who is answerable', 'terminal')
    .action((id: string, options: GroupOptions) => putGroup(id, options, tools));
  addImportCommands(enrollments, tools);
  return enrollments;
}

async function list(options: ListOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const filter = filterFrom(options);
  await withDesk(context, tools, async (desk) => {
    if (options.refresh) unwrap(await desk.refresh(options.instance));
    let skip = 0;
    let total = 0;
    do {
      const page = unwrap(await desk.list(filter, { skip, limit: pageSize }));
      total = page.total;
      for (const row of page.rows) {
        context.output.say(lineOf(row));
        context.output.give(row);
      }
      skip += pageSize;
    } while (skip < total);
    context.output.say(total === 0 ? 'Nothing found. (--refresh reads the service.)' : `${total} in all.`);
  });
}

function filterFrom(options: ListOptions): EntryFilter {
  const { status, search, attestation } = options;
  if (status !== undefined && status !== 'enabled' && status !== 'disabled') {
    throw wrongUse('--status is enabled or disabled.');
  }
  const parsed = entryFilterSchema.safeParse({
    instance: options.instance,
    kind: options.group ? 'group' : 'individual',
    ...(search === undefined ? {} : { search }),
    ...(status === undefined ? {} : { enabled: status === 'enabled' }),
    ...(attestation === undefined ? {} : { attestation }),
  });
  if (!parsed.success) throw wrongUse(readableIssues(parsed.error));
  return parsed.data;
}

function lineOf(row: EntryRow): string {
  const state = row.enabled ? 'enabled ' : 'disabled';
  const registration =
    row.registration === null ? '' : `  ${row.registration.status} ${row.registration.assignedHub ?? ''}`;
  return `${state}  ${row.attestation.padEnd(12)}  ${row.id}${row.deviceId === null ? '' : `  -> ${row.deviceId}`}${registration}`;
}

async function show(id: string, options: EntryOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  await withDesk(context, tools, async (desk) => {
    const found = unwrap(await desk.detail(options.instance, options.group ? 'group' : 'individual', id));
    const record: unknown = JSON.parse(found.entry.record);
    context.output.say(JSON.stringify(record, null, 2));
    if (found.registration !== null) context.output.say(`registration: ${JSON.stringify(found.registration)}`);
    const { registration, trouble } = found;
    if (trouble !== null) {
      const { title, remedy } = describeProblem(trouble as Problem);
      context.output.say(`${title}\n-> ${remedy}`);
    }
    context.output.give({ record, registration, trouble });
  });
}

async function operate(
  operation: EntryOperation,
  ids: readonly string[],
  options: OperateOptions,
  tools: CliTools,
): Promise<void> {
  const context = contextFrom(options, tools);
  await withDesk(context, tools, async (desk) => {
    const { instance, actor, confirm = '' } = options;
    const kind = options.group ? 'group' : 'individual';
    const results = unwrap(await desk.operate({ instance, kind, ids, operation, confirm, actor }));
    for (const result of results) {
      context.output.say(describeResult(result));
      context.output.give(result);
    }
    if (results.some((result: OperationResult) => result.done < result.of)) process.exitCode = exitCode.failed;
  });
}

async function replaceCredential(id: string, options: ReplaceOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const { certificate, keySecret, endorsementKeyFile, overlap, instance, actor } = options;
  const credentials: CredentialOrder['credential'][] = [
    ...(certificate === undefined ? [] : [{ kind: 'certificate' as const, pem: textOf(certificate) }]),
    ...(keySecret === undefined ? [] : [{ kind: 'key' as const, secret: keySecret }]),
    ...(endorsementKeyFile === undefined
      ? []
      : [{ kind: 'endorsement-key' as const, endorsementKey: textOf(endorsementKeyFile) }]),
  ];
  const [credential] = credentials;
  if (credential === undefined || credentials.length > 1) {
    throw wrongUse('Name exactly one of --certificate, --key-secret and --endorsement-key-file.');
  }
  await withDesk(context, tools, async (desk) => {
    const result = unwrap(await desk.replaceCredential(instance, id, { credential, overlap }, actor));
    context.output.say(describeResult(result));
    context.output.give(result);
    if (result.done < result.of) process.exitCode = exitCode.failed;
  });
}

async function exclude(id: string, options: OperateOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  await withDesk(context, tools, async (desk) => {
    unwrap(await desk.exclude(options.instance, id, options.actor));
    context.output.say(`${id} is kept out: a disabled entry of its own stands before every group.`);
    context.output.give({ excluded: id });
  });
}

async function putGroup(id: string, options: GroupOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const order = orderFrom(id, options);
  await withDesk(context, tools, async (desk: CliDesk) => {
    unwrap(await desk.putGroup(options.instance, order, options.actor));
    context.output.say(`The group ${id} is in place.`);
    context.output.give({ group: id });
  });
}

function orderFrom(id: string, options: GroupOptions): GroupOrder {
  const { certificate, secondaryCertificate, caReference, keySecret } = options;
  const named = [certificate, caReference, keySecret].filter((one) => one !== undefined);
  if (named.length !== 1) throw wrongUse('Name exactly one of --certificate, --ca-reference and --key-secret.');
  const credential =
    certificate !== undefined
      ? {
          kind: 'certificates',
          primary: textOf(certificate),
          ...(secondaryCertificate === undefined ? {} : { secondary: textOf(secondaryCertificate) }),
        }
      : caReference !== undefined
        ? { kind: 'ca-references', primary: caReference }
        : { kind: 'key', secret: keySecret };
  const settings = options.settings === undefined ? {} : jsonOf(options.settings);
  const status =
    options.disabled === undefined ? {} : { provisioningStatus: options.disabled ? 'disabled' : 'enabled' };
  const parsed = groupOrderSchema.safeParse({ id, credential, settings: { ...settings, ...status } });
  if (!parsed.success) throw wrongUse(readableIssues(parsed.error));
  return parsed.data;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CommandFailure(problem('file-unreadable', { file, reason }));
  }
}

function jsonOf(file: string): object {
  try {
    return JSON.parse(textOf(file)) as object;
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw wrongUse(`${file} is not JSON: ${(error as Error).message}`);
  }
}
