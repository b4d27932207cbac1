import { describeProblem } from './describe-problem.ts';
import type { EntryRow } from './enrollment-list.ts';
import type { Job } from './job.ts';
import type { Problem } from './problem.ts';
import type { QueueRow } from './queue.ts';
import type { RecordRow } from './records.ts';

/** How a table leaves the station: a spreadsheet's, or one JSON value per line. */
export type ExportFormat = 'csv' | 'ndjson';

/** What a cell may hold. */
export type ExportValue = string | number | boolean | null;

/** Names of the columns and how a value fills them. */
export type ExportTable<Value> = {
  readonly columns: readonly string[];
  readonly rowOf: (value: Value) => Readonly<Record<string, ExportValue>>;
};

/** What stands before the first row: the names of the columns, or nothing. Ends with a line feed if it is anything. */
export function exportHead<Value>(table: ExportTable<Value>, format: ExportFormat): string {
  return format === 'csv' ? `${table.columns.join(',')}\n` : '';
}

/** One row, line feed included. */
export function exportLine<Value>(table: ExportTable<Value>, format: ExportFormat, value: Value): string {
  const row = table.rowOf(value);
  if (format === 'ndjson') return `${JSON.stringify(row)}\n`;
  return `${table.columns.map((name) => csvField(row[name] ?? null)).join(',')}\n`;
}

/** RFC 4180; a leading =, +, -, @, tab or return is defused, because spreadsheets would run what follows. */
function csvField(value: ExportValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All that is kept of a job, without its certificate. */
export const jobTable: ExportTable<Job> = {
  columns: [
    'serial',
    'kind',
    'outcome',
    'step',
    'problem',
    'slot',
    'hardwareId',
    'registrationId',
    'attestation',
    'group',
    'sha1Thumbprint',
    'sha256Thumbprint',
    'fingerprint',
    'provedAt',
    'recipe',
    'recipeHash',
    'instance',
    'supersedes',
    'order',
    'station',
    'line',
    'number',
    'actor',
    'mode',
    'softwareVersion',
    'startedAt',
    'finishedAt',
    'id',
  ],
  rowOf: (job) => {
    const { state, origin } = job;
    const identity = 'identity' in state ? state.identity : null;
    const done = state.step === 'done' ? state : null;
    return {
      serial: job.serial,
      kind: job.kind,
      outcome: done?.outcome ?? null,
      step: state.step,
      problem: done?.problem?.code ?? null,
      slot: job.slot,
      hardwareId: job.hardwareId,
      registrationId: identity?.registrationId ?? null,
      attestation: identity?.attestation ?? null,
      group: identity?.group ?? null,
      sha1Thumbprint: identity?.attestation === 'x509' ? identity.sha1Thumbprint : null,
      sha256Thumbprint: identity?.attestation === 'x509' ? identity.fingerprint : null,
      fingerprint: identity?.fingerprint ?? null,
      provedAt: done?.provedAt ?? null,
      recipe: job.recipe,
      recipeHash: job.recipeHash,
      instance: job.instance,
      supersedes: job.supersedes,
      order: job.order ?? null,
      station: origin.station,
      line: origin.line ?? null,
      number: origin.number ?? null,
      actor: origin.actor,
      mode: origin.mode,
      softwareVersion: origin.softwareVersion,
      startedAt: job.startedAt,
      finishedAt: job.finishedAt,
      id: job.id,
    };
  },
};

/** Records as a screen lists them. */
export const recordTable: ExportTable<RecordRow> = {
  columns: [
    'serial',
    'kind',
    'outcome',
    'step',
    'problem',
    'delivery',
    'superseded',
    'slot',
    'hardwareId',
    'registrationId',
    'fingerprint',
    'recipe',
    'actor',
    'mode',
    'startedAt',
    'finishedAt',
    'provedAt',
    'jobId',
  ],
  rowOf: ({ row: _, problem, ...record }) => ({ ...record, problem: problem?.code ?? null }),
};

/** Items of the queue, with what is to be done about them in words; `mode` of the station stands in each line. */
export const queueTable = (mode: 'training' | 'production'): ExportTable<QueueRow> => ({
  columns: [
    'mode',
    'id',
    'serial',
    'registrationId',
    'instance',
    'state',
    'attempts',
    'problem',
    'title',
    'remedy',
    'createdAt',
    'deliveredAt',
    'provedAt',
    'fingerprint',
    'jobId',
  ],
  rowOf: ({ problem, mode: _, notBefore: __, ...item }) => {
    const words = problem === null ? null : describeProblem(problem as Problem);
    return {
      mode,
      ...item,
      problem: problem?.code ?? null,
      title: words?.title ?? null,
      remedy: words?.remedy ?? null,
    };
  },
});

/** What a DPS instance holds, as the local mirror lists it. */
export const entryTable: ExportTable<EntryRow> = {
  columns: [
    'id',
    'kind',
    'status',
    'attestation',
    'deviceId',
    'credential',
    'createdAt',
    'updatedAt',
    'registration',
    'assignedHub',
    'registeredAs',
    'askedAt',
  ],
  rowOf: ({ place: _, enabled, registration, ...entry }) => ({
    ...entry,
    status: enabled ? 'enabled' : 'disabled',
    registration: registration?.status ?? null,
    assignedHub: registration?.assignedHub ?? null,
    registeredAs: registration?.deviceId ?? null,
    askedAt: registration?.askedAt ?? null,
  }),
};
