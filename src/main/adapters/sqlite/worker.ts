import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Change, CommitProblem, StoreProblem } from '../../ports/station-store.ts';
import { type ChangeLog, changeLogOf, type LoggedChange, openChangeLog } from './change-log.ts';
import { type Database, openForReading, openForWriting, sqliteCode } from './database.ts';
import type { StoreReply, StoreRequest, StoreWorkerData } from './messages.ts';
import { brokenOrder } from './order-writes.ts';
import { createReads } from './reads.ts';
import { NoOpenReturnError } from './return-writes.ts';
import { liveIdentityGuard } from './schema-returns.ts';
import { brokenVerification } from './verification-writes.ts';
import { createWriter, NotSupersededError } from './writes.ts';

/*
 * One connection in a thread of its own: a commit that waits for a slow disk holds up neither slots nor screen.
 * Changes that queue up while a commit runs share the next one; each has its savepoint, so that one that breaks an
 * invariant takes nothing else with it. Answers leave after the commit, never before.
 */
const settings = workerData as StoreWorkerData;
const port: MessagePort | null = parentPort as MessagePort | null;
if (port !== null)
  serveStore(port, settings.access === 'write' ? openForWriting(settings.file) : openForReading(settings.file));

function serveStore(to: MessagePort, database: Database): void {
  const reads = createReads(database);
  const writer = settings.access === 'write' ? createWriter(database) : null;
  const log: ChangeLog | null = writer && openChangeLog(changeLogOf(settings.file));
  const watchAgain =
    writer && database.prepare('UPDATE outbox SET watch_at = ?, watched = ? WHERE id = ? AND watch_at IS NOT NULL');
  const watchAll = writer && database.prepare('UPDATE outbox SET watch_at = ? WHERE watch_at > ?');

  to.on('message', (first: StoreRequest) => {
    const requests = [first];
    for (let more = receiveMessageOnPort(to); more !== undefined; more = receiveMessageOnPort(to)) {
      requests.push(more.message as StoreRequest);
    }
    // Reads of this turn come after its commits: who asks after a commit was sent sees it.
    const changes = requests.filter((request) => !['read', 'close', 'rotate'].includes(request.ask));
    if (changes.length > 0) for (const reply of commitAll(changes)) to.postMessage(reply);
    for (const request of requests) {
      if (request.ask === 'read') to.postMessage({ id: request.id, result: read(request) } satisfies StoreReply);
      if (request.ask === 'rotate') to.postMessage({ id: request.id, result: rotate(request.oldestKept) });
      if (request.ask === 'close') {
        database.close();
        log?.close();
        to.postMessage({ id: request.id, result: ok(undefined) } satisfies StoreReply);
        to.close();
      }
    }
  });

  function read(request: Extract<StoreRequest, { ask: 'read' }>): Result<unknown, StoreProblem> {
    try {
      const call = reads[request.name] as (...values: readonly unknown[]) => unknown;
      return ok(call(...request.values));
    } catch (error) {
      return fail(storeProblem(error));
    }
  }

  function rotate(oldestKept: number): Result<void, StoreProblem> {
    try {
      log?.rotate(oldestKept);
      return ok(undefined);
    } catch (error) {
      return fail(storeProblem(error));
    }
  }

  function commitAll(requests: readonly StoreRequest[]): StoreReply[] {
    let logged = false;
    const made: LoggedChange[] = [];
    try {
      database.exec('BEGIN IMMEDIATE');
      const replies = requests.map((request) => ({ id: request.id, result: commitOne(request, made) }));
      // On the disk before the commit is: what a board is given next can be replayed, whatever becomes of the database.
      if (made.length > 0) log?.append(made);
      logged = made.length > 0;
      if (settings.slowCommitInMs > 0)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settings.slowCommitInMs);
      database.exec('COMMIT');
      return replies;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      if (logged) log?.undo();
      writer?.forget();
      return requests.map((request) => ({ id: request.id, result: fail(storeProblem(error)) }));
    }
  }

  function commitOne(request: StoreRequest, made: LoggedChange[]): Result<void, CommitProblem> {
    database.exec('SAVEPOINT one');
    try {
      if (request.ask === 'commit') writer?.apply(request.change);
      if (request.ask === 'watch-again') watchAgain?.run(request.at, request.asked, request.itemId);
      if (request.ask === 'watch-all') watchAll?.run(request.now, request.now);
      database.exec('RELEASE one');
      const head = request.ask === 'commit' ? writer?.head() : null;
      if (request.ask === 'commit' && head != null) made.push({ ...head, change: request.change });
      return ok(undefined);
    } catch (error) {
      // A full disk or a damaged file may have ended the transaction itself: that concerns everybody.
      if (!database.isTransaction) throw error;
      database.exec('ROLLBACK TO one; RELEASE one');
      writer?.forget();
      const broken = request.ask === 'commit' ? brokenInvariant(error, request.change) : null;
      return fail(broken ?? storeProblem(error));
    }
  }
}

const constraintCode = 19;

function brokenInvariant(error: unknown, change: Change): CommitProblem | null {
  if (error instanceof NotSupersededError) {
    const changed = change.writes.flatMap((one) => ('job' in one ? [one.job.serial] : []))[0];
    return problem('rework-not-needed', { serial: changed ?? null });
  }
  if (error instanceof NoOpenReturnError) return problem('return-not-found', { id: error.id });
  const ofOrder = brokenOrder(error, change);
  if (ofOrder !== null) return ofOrder;
  if (sqliteCode(error) !== constraintCode || !(error instanceof Error)) return null;
  const ofQuality = brokenVerification(error.message, change);
  if (ofQuality !== null) return ofQuality;
  const opened = change.writes.flatMap((one) => ('case' in one ? [one.case.serial] : []))[0];
  const sent = change.writes.flatMap((one) => ('item' in one && 'serial' in one.item ? [one.item.serial] : []))[0];
  if (error.message.includes('outbox.return')) return problem('return-is-open', { serial: sent ?? null });
  if (error.message.includes('return_case.serial')) return problem('return-is-open', { serial: opened ?? null });
  const job = change.writes.flatMap((one) => ('job' in one ? [one.job] : []))[0];
  if (error.message.includes(liveIdentityGuard)) {
    return problem('return-needed', { serial: job?.serial ?? opened ?? null });
  }
  if (job === undefined) return null;
  const serial = job.serial;
  if (error.message.includes('job.slot')) return problem('slot-busy', { slot: job.slot, serial });
  if (error.message.includes('job.hardware_id'))
    return problem('hardware-taken', { hardwareId: job.hardwareId, serial });
  const registrationId = 'identity' in job.state ? (job.state.identity?.registrationId ?? null) : null;
  if (error.message.includes('job.registration_id')) {
    return problem('registration-id-taken', { registrationId, serial: 'another unit' });
  }
  if (error.message.includes('job.fingerprint')) {
    return problem('credential-taken', { registrationId, serial: 'another unit' });
  }
  if (!error.message.includes('job.serial')) return null;
  return job.state.step === 'done'
    ? problem('serial-already-passed', { serial })
    : problem('serial-in-work', { serial, slot: job.slot });
}

function storeProblem(
  error: unknown,
): Extract<CommitProblem, { code: 'database-failed' | 'database-damaged' }> & StoreProblem {
  const code = sqliteCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  const damaged = code === 11 || code === 26;
  return problem(damaged ? 'database-damaged' : 'database-failed', { file: settings.file, reason }) as never;
}
