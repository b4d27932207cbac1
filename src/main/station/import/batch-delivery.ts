import type { EnrollmentAnswer } from '../../../shared/enrollment.ts';
import type { RowResult } from '../../../shared/import.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { continueBisect, nextBisectCall, startBisect } from '../../domain/bisect.ts';
import { attestationTypeOf, compareEnrollment } from '../../domain/enrollment.ts';
import { judgeBulkError, judgeFailedCall } from '../../domain/outbox-machine.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import type { EnrollmentService } from '../../ports/enrollment-service.ts';
import type { GoodRow } from './row-judge.ts';

/** What became of one row of a batch. */
export type SettledRow = {
  readonly row: GoodRow;
  readonly verdict: RowResult['verdict'];
  readonly problem: Problem | null;
};

/** Why something has to be tried again, and when the service wants to be asked. */
export type CallFailure = { readonly problem: Problem; readonly retryAfterInMs: number | null };

/** What became of a batch: rows with an end, rows to be sent again, and the failure that concerns everybody. */
export type BatchOutcome = {
  readonly settled: readonly SettledRow[];
  readonly again: readonly GoodRow[];
  readonly failure: CallFailure | null;
};

/** The calls that a delivery makes. */
export type DeliveryService = Pick<EnrollmentService, 'bulk' | 'get' | 'revealKeys'>;

/**
 * Brings up to ten rows to the service: one `create` bulk, then what it takes (bisection after a whole-batch 400, reading
 * back what was there already). Waits for nothing; whoever calls waits and sends `again` anew.
 */
export async function deliverBatch(rows: readonly GoodRow[], service: DeliveryService): Promise<BatchOutcome> {
  const sent = await sendBulk(rows, service);
  if (sent.refused === null) return sent;
  const { cause } = sent.refused;
  return rows.length === 1 ? nothingLeft(rows.map((row) => refusedRow(row, cause))) : search(rows, cause, service);
}

type BulkOutcome = BatchOutcome & { readonly refused: { readonly cause: Problem } | null };

async function sendBulk(rows: readonly GoodRow[], service: DeliveryService): Promise<BulkOutcome> {
  const answer = await service.bulk(
    'create',
    rows.map(({ record }) => record),
  );
  if (!answer.ok) {
    const cause = answer.problem.problem;
    const whole = judgeFailedCall(cause, rows.length).verdict !== 'pause';
    const failure = whole ? null : answer.problem;
    return { settled: [], again: whole ? [] : rows, failure, refused: whole ? { cause } : null };
  }
  const errors = new Map(answer.value.map((error) => [error.registrationId.toLowerCase(), error]));
  const settled: SettledRow[] = [];
  const again: GoodRow[] = [];
  let failure: BatchOutcome['failure'] = null;
  for (const row of rows) {
    const error = errors.get(row.record.registrationId.toLowerCase());
    const verdict = error === undefined ? null : judgeBulkError(error);
    if (verdict === null) settled.push({ row, verdict: 'created', problem: null });
    else if (verdict.verdict === 'parked') settled.push(refusedRow(row, verdict.problem));
    else if (verdict.verdict === 'again') {
      again.push(row);
      failure ??= { problem: verdict.problem, retryAfterInMs: null };
    } else {
      const read = await readBack(row, service);
      if ('settled' in read) settled.push(read.settled);
      else again.push(row);
      failure = 'failure' in read ? read.failure : failure;
    }
  }
  return { settled, again, failure, refused: null };
}

/** Finds the bad rows of a batch that was refused whole. */
async function search(rows: readonly GoodRow[], first: Problem, service: DeliveryService): Promise<BatchOutcome> {
  const settled: SettledRow[] = [];
  const again: GoodRow[] = [];
  let failure: BatchOutcome['failure'] = null;
  let cause = first;
  for (let step = startBisect(rows); ; ) {
    settled.push(...step.bad.map((row) => refusedRow(row, cause)));
    if (step.next === null) return { settled, again, failure };
    const sent = await sendBulk(nextBisectCall(step.next), service);
    settled.push(...sent.settled);
    if (sent.failure !== null) {
      const known = new Set(settled.map(({ row }) => row));
      return { settled, again: rows.filter((row) => !known.has(row)), failure: sent.failure };
    }
    again.push(...sent.again);
    cause = sent.refused?.cause ?? cause;
    failure ??= sent.failure;
    step = continueBisect(step.next, sent.refused === null);
  }
}

type ReadBack = { readonly settled: SettledRow } | { readonly failure: CallFailure };

/** The row's id is taken: by an earlier call of ours whose answer was lost, or by somebody else. */
async function readBack(row: GoodRow, service: DeliveryService): Promise<ReadBack> {
  const { registrationId } = row.record;
  const found = await service.get(registrationId);
  if (!found.ok) {
    const cause = found.problem.problem;
    return cause.code === 'request-refused' ? { settled: refusedRow(row, cause) } : { failure: found.problem };
  }
  if (found.value === null) {
    // Deleted between the two calls.
    return { failure: { problem: problem('enrollment-changed', { registrationId }), retryAfterInMs: null } };
  }
  const held = await withKeys(found.value, row, service);
  return 'failure' in held ? held : { settled: compared(row, held) };
}

type Held = { readonly answer: EnrollmentAnswer; readonly secondaryKey: string | null };

/** Symmetric keys have to be asked for apart; only their fingerprints are kept. */
async function withKeys(
  answer: EnrollmentAnswer,
  { record }: GoodRow,
  service: DeliveryService,
): Promise<Held | Extract<ReadBack, { failure: unknown }>> {
  const symmetric = record.attestation.type === 'symmetricKey' && attestationTypeOf(answer) === 'symmetricKey';
  if (!symmetric) return { answer, secondaryKey: null };
  const keys = await service.revealKeys(record.registrationId);
  if (!keys.ok) return { failure: keys.problem };
  if (keys.value === null) return { answer, secondaryKey: null };
  const { primaryKey, secondaryKey } = keys.value;
  return { answer: { ...answer, keyFingerprint: keyPrint(primaryKey) }, secondaryKey: keyPrint(secondaryKey) };
}

function keyPrint(base64: string): string {
  return fingerprintOf(Buffer.from(base64, 'base64'));
}

function compared(row: GoodRow, { answer, secondaryKey }: Held): SettledRow {
  const { registrationId } = row.record;
  const { primary, secondary } = fingerprintsOf(row);
  // Keys that the service was to make are whatever it made.
  const comparison = compareEnrollment(row.record, primary ?? answer.keyFingerprint ?? '', answer);
  const heldSecondary = secondaryKey ?? secondaryThumbprint(answer);
  const other = comparison.verdict === 'other-credential' || (secondary !== null && secondary !== heldSecondary);
  if (other) return { row, verdict: 'conflict', problem: problem('import-conflict', { registrationId }) };
  if (comparison.verdict !== 'drift') return { row, verdict: 'already-there', problem: null };
  const fields = comparison.fields.join(', ');
  return { row, verdict: 'differs', problem: problem('import-differs', { registrationId, fields }) };
}

/** Fingerprints by slot; the judge lists those of the slots that are filled, primary first. */
function fingerprintsOf({ record, fingerprints }: GoodRow): { primary: string | null; secondary: string | null } {
  const { attestation } = record;
  const [first = null, second = null] = fingerprints;
  const onlySecondary = attestation.type === 'symmetricKey' && attestation.symmetricKey.primaryKey === undefined;
  return onlySecondary ? { primary: null, secondary: first } : { primary: first, secondary: second };
}

function secondaryThumbprint(found: EnrollmentAnswer): string | null {
  const thumbprint = found.attestation?.x509?.clientCertificates?.secondary?.info?.sha256Thumbprint;
  return thumbprint === undefined ? null : thumbprint.replace(/[^0-9a-fA-F]/g, '').toLowerCase();
}

function refusedRow(row: GoodRow, cause: Problem): SettledRow {
  const { registrationId } = row.record;
  const { errorCode = null, message = null } = cause.facts;
  const facts = { registrationId, errorCode, message: withoutKeys(String(message), row) };
  return { row, verdict: 'refused', problem: problem('import-row-refused', facts) };
}

/** A service that quotes what it refuses must not bring a key into the results. */
function withoutKeys(message: string, { record }: GoodRow): string {
  if (record.attestation.type !== 'symmetricKey') return message;
  const { primaryKey, secondaryKey } = record.attestation.symmetricKey;
  return [primaryKey, secondaryKey].reduce<string>((text, key) => (key ? text.replaceAll(key, '...') : text), message);
}

function nothingLeft(settled: readonly SettledRow[]): BatchOutcome {
  return { settled, again: [], failure: null };
}
