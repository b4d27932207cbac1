import { problem } from '../../../shared/problem.ts';
import type { Verification } from '../../../shared/verification.ts';
import type { Change, CommitProblem, StoreWrite } from '../../ports/station-store.ts';
import type { VerificationWrite } from '../../ports/verification-books.ts';
import type { Database } from './database.ts';

/** Adds the line of the journal: event, serial, data. */
export type Journal = (
  change: Change,
  event: string,
  jobId: string | null,
  serial: string | null,
  data: unknown,
) => void;

/** Names of the writes that are QA's. */
const names: readonly StoreWrite['write'][] = [
  'verification-started',
  'verification-changed',
  'lot-opened',
  'lot-member-named',
  'lot-closed',
] satisfies readonly VerificationWrite['write'][];

/** Whether a write is one of QA's. */
export function isVerificationWrite(one: StoreWrite): one is VerificationWrite {
  return names.includes(one.write);
}

/** Writes verifications and lots inside a transaction that the caller holds. */
export function createVerificationWriter(database: Database, journal: Journal) {
  const insert = database.prepare(
    `INSERT INTO verification (id, serial, slot, lot, job_id, ask, state, step, station, actor, mode, software_version,
       started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    'UPDATE verification SET state = ?, step = ?, verdict = ?, finished_at = ? WHERE id = ?',
  );
  const insertLot = database.prepare(
    `INSERT INTO lot (id, name, size, plan, station, actor, mode, software_version, opened_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const closeLot = database.prepare('UPDATE lot SET closed = ?, closed_at = ?, closed_by = ? WHERE id = ?');
  const insertMember = database.prepare(
    'INSERT INTO lot_member (lot, serial, added_at, actor) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );

  function write(change: Change, one: VerificationWrite): void {
    switch (one.write) {
      case 'verification-started': {
        const { id, serial, slot, lot, jobId, ask, state, origin, startedAt } = one.verification;
        const { station, actor, mode, softwareVersion } = origin;
        const text = JSON.stringify(state);
        insert.run(
          id,
          serial,
          slot,
          lot,
          jobId,
          ask,
          text,
          state.step,
          station,
          actor,
          mode,
          softwareVersion,
          startedAt,
        );
        return journal(change, one.write, null, serial, { verification: id, job: jobId, slot, lot, ask });
      }
      case 'verification-changed':
        return changeVerification(change, one.verification, one.event);
      case 'lot-opened': {
        const { id, name, size, plan, origin, openedAt } = one.lot;
        const { station, actor, mode, softwareVersion } = origin;
        insertLot.run(id, name, size, JSON.stringify(plan), station, actor, mode, softwareVersion, openedAt);
        return journal(change, one.write, null, null, { lot: id, name, size, plan });
      }
      case 'lot-member-named': {
        const { changes } = insertMember.run(one.lot.id, one.serial, change.at, change.origin.actor);
        return changes === 0 ? undefined : journal(change, one.write, null, one.serial, { lot: one.lot.id });
      }
      case 'lot-closed': {
        const { id, closed, closedAt, closedBy } = one.lot;
        closeLot.run(closed, closedAt, closedBy, id);
        return journal(change, one.write, null, null, { lot: id, closed });
      }
    }
  }

  function changeVerification(change: Change, verification: Verification, event: string): void {
    const { id, serial, state, finishedAt } = verification;
    const verdict = state.step === 'done' ? state.verdict : null;
    update.run(JSON.stringify(state), state.step, verdict, finishedAt, id);
    const failed = state.step === 'done' ? state.checks.filter((one) => one.verdict !== 'pass') : [];
    journal(change, `verification-${event}`, null, serial, {
      verification: id,
      state: state.step,
      verdict,
      problem: state.step === 'done' ? state.reason : null,
      open: failed.map((one) => ({ check: one.check, verdict: one.verdict })),
    });
  }

  return write;
}

/** Which invariant of QA a refused change broke, by the message of the constraint; null: none of them. */
export function brokenVerification(message: string, change: Change): CommitProblem | null {
  for (const one of change.writes) {
    if ('verification' in one) {
      const { serial, slot, lot } = one.verification;
      if (message.includes('verification.serial')) return problem('verification-running', { serial });
      if (message.includes('job.serial')) return problem('serial-in-work', { serial, slot: slot ?? 'unknown' });
      if (/(verification|job)\.slot/.test(message)) return problem('slot-busy', { slot, serial: 'another unit' });
      if (message.includes('lot.closed')) return problem('lot-closed', { lot });
    }
    if ('lot' in one) {
      const { name, size } = one.lot;
      if (message.includes('lot.name')) return problem('lot-name-taken', { name });
      if (message.includes('lot.running')) return problem('lot-busy', { lot: name });
      if (message.includes('lot.size')) return problem('lot-full', { lot: name, size });
      if (message.includes('lot.closed')) return problem('lot-closed', { lot: name });
    }
    if (one.write === 'job-started') {
      const { serial, slot } = one.job;
      if (message.includes('verification.serial')) return problem('verification-running', { serial });
      if (message.includes('verification.slot')) return problem('slot-busy', { slot, serial: 'a verification' });
    }
  }
  return null;
}
