import type { ReturnCase } from '../../../shared/returns.ts';
import type { ReturnWrite } from '../../ports/return-books.ts';
import type { Database } from './database.ts';

/** Adds a line to the journal: event, job, serial, what happened. */
type Journal = (event: string, jobId: string | null, serial: string | null, data: unknown) => void;

/** A return that should change has ended, or never was. */
export class NoOpenReturnError extends Error {
  readonly id: string;
  constructor(id: string) {
    super(`return ${id} is not open`);
    this.name = 'NoOpenReturnError';
    this.id = id;
  }
}

/** Writes about returns, inside a transaction that the caller holds. */
export function createReturnWriter(database: Database) {
  // Prepared when they are first needed: a writer may stand before books of an older schema.
  let prepared: ReturnType<typeof prepareAll> | null = null;
  const statementsNow = (): ReturnType<typeof prepareAll> => (prepared ??= prepareAll(database));

  function opened(one: ReturnCase, journal: Journal): void {
    const { id, serial, reason, note, deed, options, subject, overlap, state, origin, countersignedBy } = one;
    statementsNow().insert.run(
      id,
      serial,
      subject.jobId,
      reason,
      note,
      deed,
      JSON.stringify(options),
      JSON.stringify(subject),
      overlap ? 1 : 0,
      JSON.stringify(state),
      state.step,
      origin.station,
      origin.actor,
      countersignedBy,
      origin.mode,
      origin.softwareVersion,
      one.startedAt,
    );
    const about = { id, reason, note, deed, options, overlap, countersignedBy };
    journal('return-opened', subject.jobId, serial, { return: about, registrationId: subject.registrationId });
  }

  function changed(one: ReturnCase, event: string, journal: Journal): void {
    const { state } = one;
    const newJobId = 'jobId' in state ? state.jobId : null;
    const values = [JSON.stringify(one.subject), JSON.stringify(state), state.step, newJobId, one.finishedAt] as const;
    const done = statementsNow().update.run(...values, one.id);
    if (done.changes !== 1) throw new NoOpenReturnError(one.id);
    const outcome = state.step === 'done' ? state.outcome : null;
    journal(`return-${event}`, one.subject.jobId, one.serial, { return: { id: one.id, state: state.step, outcome } });
  }

  return {
    write: (one: ReturnWrite, at: string, journal: Journal): void => {
      switch (one.write) {
        case 'return-opened':
          return opened(one.case, journal);
        case 'return-changed':
          return changed(one.case, one.event, journal);
        case 'job-retired':
          statementsNow().retireJob.run(one.jobId, one.jobId);
          statementsNow().supersedeItems.run(one.jobId);
          return journal('job-retired', one.jobId, null, { reason: one.reason });
        case 'measure-kept': {
          const { recipeHash, riotCore, fwid } = one.measure;
          statementsNow().keepMeasure.run(recipeHash, riotCore, fwid, at);
          return journal('measure-kept', null, null, one.measure);
        }
      }
    },
  };
}

function prepareAll(database: Database) {
  return {
    insert: database.prepare(
      `INSERT INTO return_case (id, serial, job_id, reason, note, deed, options, subject, overlap, state, step, station,
         actor, countersigned_by, mode, software_version, started_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    update: database.prepare(
      `UPDATE return_case SET subject = ?, state = ?, step = ?, new_job_id = ?, finished_at = ? WHERE id = ? AND step <> 'done'`,
    ),
    // Its own successor: the identity counts no more, and nobody else has it.
    retireJob: database.prepare('UPDATE job SET superseded_by = ? WHERE id = ? AND superseded_by IS NULL'),
    supersedeItems: database.prepare(
      `UPDATE outbox SET state = 'superseded', watch_at = NULL WHERE job_id = ? AND state <> 'superseded'`,
    ),
    keepMeasure: database.prepare('INSERT OR IGNORE INTO firmware_measure VALUES (?, ?, ?, ?)'),
  };
}
