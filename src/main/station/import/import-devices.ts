import type { JudgeContext } from '../../../shared/enrollment-judgement.ts';
import {
  type CheckSummary,
  type ImportProgress,
  type ImportSummary,
  type RowCheck,
  type RowResult,
  rowsInService,
} from '../../../shared/import.ts';
import { type Problem, type ProblemFacts, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { forecast } from '../../domain/import-forecast.ts';
import { bulkLimit } from '../../domain/outbox-machine.ts';
import { createRowPrints, type RowPrints } from '../../domain/row-prints.ts';
import { createRowSet, type RowSet } from '../../domain/row-set.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { ImportResults } from '../../ports/import-results.ts';
import type { ImportSource } from '../../ports/import-source.ts';
import type { Random } from '../../ports/random.ts';
import type { DeliveryService, SettledRow } from './batch-delivery.ts';
import { createRowJudge, type GoodRow, type JudgedRow, type Known } from './row-judge.ts';
import { createRowSender, type SenderOptions } from './row-sender.ts';

/** What a check needs. `known`: what the station's books hold; null: they are not asked. */
export type CheckOptions = {
  readonly source: ImportSource;
  readonly context: JudgeContext;
  readonly known: Known | null;
  readonly onRow: (check: RowCheck) => void;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Interrupts it. */
  readonly signal?: AbortSignal;
};

/** What an import needs besides. */
export type ImportOptions = CheckOptions & {
  readonly instance: string; // its name in the settings
  /** Of the service behind that name; the settings may point it elsewhere one day. */
  readonly hostName: string;
  /** Within the quota of the instance. */
  readonly service: DeliveryService;
  readonly operationsPerMinute: number;
  readonly bulkWeight: 'call' | 'item';
  readonly callsInFlight: number;
  readonly skipBad: boolean;
  readonly actor: string;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly signal: AbortSignal;
  readonly openResults: (sha256: string) => Promise<Result<ImportResults, Problem>>;
  /** Keeps certificates: the service never returns them, but every later change of an entry sends them again. */
  readonly keep: SenderOptions['keep'];
  readonly note: (event: string, actor: string, facts: ProblemFacts) => Promise<Result<void, Problem>>;
  readonly onResult: (result: RowResult) => void;
};

/** Judges every row of a file or folder; nothing is sent. Memory does not grow with the rows but for hashes. */
export function checkDevices(options: CheckOptions): Promise<Result<CheckSummary, Problem>> {
  return checkRows(options, () => {});
}

async function checkRows(
  options: CheckOptions,
  onGood: (row: GoodRow) => void,
): Promise<Result<CheckSummary, Problem>> {
  const { source, signal, onRow, onProgress = () => {} } = options;
  const judge = createRowJudge(options);
  let accepted = 0;
  let refused = 0;
  const read = await source.read(async (rows) => {
    for (const row of rows) {
      const { check, good } = judge(row);
      if (good === null) refused += 1;
      else {
        accepted += 1;
        onGood(good);
      }
      onRow(check);
    }
    const checked = accepted + refused;
    onProgress({ ...nothingDone, phase: 'checking', checked });
    return signal?.aborted !== true;
  });
  if (!read.ok) return read;
  if (signal?.aborted) return fail(problem('station-stopping'));
  const total = accepted + refused;
  if (total === 0) return fail(problem('import-empty', { file: source.name }));
  return ok({ file: source.name, sha256: read.value.sha256, total, accepted, refused });
}

const nothingDone = { total: null, done: 0, failed: 0, perMinute: null, leftInMs: null, waiting: null } as const;

/**
 * Imports devices that exist already: the whole is checked before the first call, then rows go out in bulks of ten. If
 * any row is refused nothing is sent, unless `skipBad`. What the same input brought to the same service before is not
 * sent again, unless a file that a row names holds another certificate by now.
 */
export async function importDevices(options: ImportOptions): Promise<Result<ImportSummary, Problem>> {
  const prints = createRowPrints();
  const checked = await checkRows(options, ({ row, fingerprints }) => prints.note(row, printOf(fingerprints)));
  if (!checked.ok) return checked;
  const { total, refused } = checked.value;
  if (refused > 0 && !options.skipBad) return ok(summaryOf(options, checked.value, null));
  const results = await options.openResults(checked.value.sha256);
  if (!results.ok) return results;
  try {
    const before = await earlierRows(results.value, options.hostName, prints);
    if (!before.ok) return before;
    const run = createRun(options, { checked: checked.value, results: results.value, before: before.value });
    const about = { instance: options.instance, file: options.source.name, sha256: checked.value.sha256 };
    const begun = { ...about, rows: total, before: run.before, refused };
    const noted = await options.note('import-started', options.actor, begun);
    if (!noted.ok) return noted; // nothing is sent that could not be recorded
    const ended = await run.send();
    const { created, alreadyThere, refused: refusedByService, skipped } = run.counts;
    const facts = { ...about, created, alreadyThere, skipped, refused: refusedByService, problem: ended?.code ?? null };
    const closed = await options.note('import-ended', options.actor, facts);
    const summary = summaryOf(options, checked.value, ended ?? (closed.ok ? null : closed.problem));
    return ok({ ...summary, ...run.counts, before: run.before, resultsFile: results.value.file });
  } finally {
    await results.value.close();
  }
}

function summaryOf(options: ImportOptions, checked: CheckSummary, ended: Problem | null): ImportSummary {
  const { file, sha256, total, accepted, refused } = checked;
  const stopped = refused > 0 && !options.skipBad ? problem('import-rows-refused', { refused, total }) : ended;
  const none = { before: 0, created: 0, alreadyThere: 0, skipped: refused, refused: 0, resultsFile: null };
  return { file, sha256, instance: options.instance, total, accepted, ...none, problem: stopped };
}

type Earlier = { readonly done: RowSet; readonly skipped: RowSet };

/** Rows that an earlier run brought to this service as they are now, and those it left out. All others are tried again. */
async function earlierRows(
  results: ImportResults,
  hostName: string,
  prints: RowPrints,
): Promise<Result<Earlier, Problem>> {
  const done = createRowSet();
  const skipped = createRowSet();
  const read = await results.earlier((result) => {
    if (result.hostName !== hostName) return;
    const { row, verdict, fingerprints } = result;
    if (rowsInService.includes(verdict) && prints.has(row, printOf(fingerprints))) done.add(row);
    else done.remove(row);
    if (verdict === 'skipped') skipped.add(row);
    else skipped.remove(row);
  });
  return read.ok ? ok({ done, skipped }) : read;
}

function printOf(fingerprints: readonly string[]): string {
  return fingerprintOf(Buffer.from(fingerprints.join('\n')));
}

/** Nothing was done for them that could be lost, so that many share one flush of the disk. */
const skippedAtOnce = 200;

type RunParts = { readonly checked: CheckSummary; readonly results: ImportResults; readonly before: Earlier };

/** One run through rows that were checked. */
function createRun(options: ImportOptions, { checked, results, before }: RunParts) {
  const { clock, instance, hostName } = options;
  const counts = { created: 0, alreadyThere: 0, skipped: 0, refused: 0 };
  const doneBefore = before.done.size();
  const startedAt = clock.now();
  let waiting: Problem | null = null;
  let unwritten: Problem | null = null;
  const skipped: RowResult[] = [];

  function tell(): void {
    const inRun = counts.created + counts.alreadyThere + counts.refused;
    const done = doneBefore + inRun + counts.skipped;
    const { total } = checked;
    const quotaPerMinute = options.operationsPerMinute * (options.bulkWeight === 'call' ? bulkLimit : 1);
    const left = checked.accepted - doneBefore - inRun;
    const seen = forecast({ left, doneInRun: inRun, elapsedInMs: clock.now() - startedAt, quotaPerMinute });
    const failed = counts.refused + counts.skipped;
    options.onProgress?.({ phase: 'sending', checked: total, total, done, failed, ...seen, waiting });
  }

  async function record(all: readonly RowResult[]): Promise<Result<void, Problem>> {
    const written = await results.append(all);
    if (!written.ok) return written;
    for (const result of all) options.onResult(result);
    tell();
    return ok(undefined);
  }

  function report(settled: readonly SettledRow[]): Promise<Result<void, Problem>> {
    const at = isoNow(clock);
    for (const { verdict } of settled) {
      if (verdict === 'created') counts.created += 1;
      else if (verdict === 'already-there') counts.alreadyThere += 1;
      else counts.refused += 1;
    }
    return record(
      settled.map(({ row, verdict, problem: cause }) => ({
        row: row.row,
        registrationId: row.record.registrationId,
        instance,
        hostName,
        fingerprints: [...row.fingerprints],
        verdict,
        at,
        problem: cause === null ? null : { code: cause.code, facts: { ...cause.facts } },
      })),
    );
  }

  /** A row that was refused before anything was sent keeps its verdict among the results, written once. */
  async function skip({ check }: JudgedRow): Promise<boolean> {
    counts.skipped += 1;
    if (before.skipped.has(check.row)) return true;
    const { row, registrationId } = check;
    const cause = check.findings.find(({ weight }) => weight === 'refusal')?.problem ?? null;
    const said = cause === null ? null : { code: cause.code, facts: { ...cause.facts } };
    const about = { row, registrationId, instance, hostName, fingerprints: [] };
    skipped.push({ ...about, verdict: 'skipped', at: isoNow(clock), problem: said });
    return skipped.length < skippedAtOnce || writeSkipped();
  }

  async function writeSkipped(): Promise<boolean> {
    const written = skipped.length === 0 ? ok(undefined) : await record(skipped.splice(0));
    if (!written.ok) unwritten = written.problem;
    return written.ok;
  }

  async function send(): Promise<Problem | null> {
    const onWait = (cause: Problem | null): void => {
      waiting = cause;
      tell();
    };
    const judge = createRowJudge(options);
    const sender = createRowSender({ ...options, report, onWait });
    const read = await options.source.read(async (rows) => {
      for (const row of rows) {
        const judged = judge(row);
        // Judged a second time, so that nothing goes out unjudged even if the file changed since.
        const good =
          judged.good === null ? await skip(judged) : before.done.has(row.row) || (await sender.add(judged.good));
        if (!good) return false;
      }
      return true;
    });
    const ended = await sender.finish();
    await writeSkipped();
    if (ended !== null || unwritten !== null) return ended ?? unwritten;
    if (!read.ok) return read.problem;
    return read.value.sha256 === checked.sha256 ? null : problem('import-changed', { file: options.source.name });
  }

  return { before: doneBefore, counts, send };
}
