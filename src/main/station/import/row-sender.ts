import { type Problem, problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import { longestMessage } from '../../domain/enrollment-rules.ts';
import { bulkLimit, judgeFailedCall } from '../../domain/outbox-machine.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { type DeliveryService, deliverBatch, type SettledRow } from './batch-delivery.ts';
import { createCallGate } from './call-gate.ts';
import type { GoodRow } from './row-judge.ts';

/** Sends rows in bulks of ten, several at once. */
export type RowSender = {
  /** Resolves when it can take another row; false: it ended, and takes no more. */
  add(row: GoodRow): Promise<boolean>;
  /** Sends what is left and waits for all; why it ended before its time, or null. */
  finish(): Promise<Problem | null>;
};

/** A certificate as the books keep it. */
export type KeptCertificate = { readonly thumbprint: string; readonly der: string };

/** What a sender needs. `report` resolves when results are on the disk. */
export type SenderOptions = {
  readonly service: DeliveryService;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly callsInFlight: number; // 1 to 4 bulks at once
  readonly signal: AbortSignal;
  readonly report: (settled: readonly SettledRow[]) => Promise<Result<void, Problem>>;
  /** Resolves when the certificates are on the disk. */
  readonly keep: (certificates: readonly KeptCertificate[]) => Promise<Result<void, Problem>>;
  readonly onWait: (cause: Problem | null) => void;
};

/** Room in a message for what stands around the records. */
const roomForRecords = longestMessage - 1024;

/** Makes a sender. Ids of the rows must differ: no id is ever in two calls at once. */
export function createRowSender(options: SenderOptions): RowSender {
  const gate = createCallGate(options);
  const underWay = new Set<Promise<void>>();
  let batch: GoodRow[] = [];
  let batchBytes = 0;
  let ended: Problem | null = null;

  async function deliver(rows: readonly GoodRow[]): Promise<void> {
    const certificates = rows.flatMap(certificatesOf);
    const kept = certificates.length === 0 ? null : await options.keep(certificates);
    if (kept !== null && !kept.ok) ended ??= kept.problem;
    let left = rows;
    while (left.length > 0 && ended === null) {
      if (!(await gate.open())) {
        ended ??= problem('station-stopping');
        return;
      }
      const outcome = await deliverBatch(left, options.service);
      // Written down before anything else is sent: whoever comes after a crash knows these rows.
      const reported = outcome.settled.length === 0 ? null : await options.report(outcome.settled);
      if (reported !== null && !reported.ok) ended ??= reported.problem;
      left = outcome.again;
      if (outcome.failure === null) gate.succeeded();
      else if (endsAll(outcome.failure.problem)) ended ??= outcome.failure.problem;
      else gate.failed(outcome.failure);
    }
  }

  async function dispatch(): Promise<void> {
    const rows = batch;
    batch = [];
    batchBytes = 0;
    const call = deliver(rows).finally(() => underWay.delete(call));
    underWay.add(call);
    while (underWay.size >= options.callsInFlight) await Promise.race(underWay);
  }

  return {
    async add(row) {
      const bytes = Buffer.byteLength(JSON.stringify(row.record)) + 1;
      if (batch.length > 0 && batchBytes + bytes > roomForRecords) await dispatch();
      batch.push(row);
      batchBytes += bytes;
      if (batch.length >= bulkLimit) await dispatch();
      return ended === null;
    },
    async finish() {
      if (batch.length > 0 && ended === null) await dispatch();
      await Promise.all(underWay);
      return ended;
    },
  };
}

/** The certificates of a row; its fingerprints are theirs, in the order of the slots. */
function certificatesOf({ record, fingerprints }: GoodRow): readonly KeptCertificate[] {
  if (record.attestation.type !== 'x509') return [];
  const { primary, secondary } = record.attestation.x509.clientCertificates;
  return [primary, secondary].flatMap((slot, index) => {
    const thumbprint = fingerprints[index];
    return slot === undefined || thumbprint === undefined ? [] : [{ thumbprint, der: slot.certificate }];
  });
}

/** Nothing can go on until a person has mended something; or the station stops. */
function endsAll(cause: Problem): boolean {
  if (cause.code === 'station-stopping') return true;
  const verdict = judgeFailedCall(cause, 1);
  return verdict.verdict === 'pause' && verdict.until === 'operator';
}
