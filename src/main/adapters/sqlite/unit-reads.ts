import { problemSchema } from '../../../shared/job.ts';
import type { HistoryLine } from '../../../shared/records.ts';
import type { UnitHistory, WorkFigures } from '../../ports/book-lists.ts';
import type { Database } from './database.ts';
import { itemFromRow, jobFromRow, type Row } from './rows.ts';

/** Reads of one unit's story, and of how the work went. */
export function createUnitReads(database: Database) {
  const all = (sql: string, ...values: (string | number)[]): Row[] => database.prepare(sql).all(...values);

  function unitHistory(serial: string): UnitHistory {
    const jobs = all('SELECT * FROM job WHERE serial = ? ORDER BY rowid DESC', serial).map((row) => {
      const item = all('SELECT * FROM outbox WHERE job_id = ? ORDER BY id DESC LIMIT 1', String(row['id']))[0];
      return {
        job: jobFromRow(row),
        superseded: row['superseded_by'] !== null,
        item: item === undefined ? null : itemFromRow(item),
      };
    });
    // A line that says that a job gave way carries the job and no serial.
    const lines = all(
      `SELECT seq, at, event, job_id, actor, data FROM journal WHERE serial = ?1
       UNION
       SELECT seq, at, event, job_id, actor, data FROM journal WHERE job_id IN (SELECT id FROM job WHERE serial = ?1)
       ORDER BY seq`,
      serial,
    );
    return { jobs, lines: lines.map(historyLineFrom) };
  }

  function workFigures(since: string, until: string, timedJobs: number): WorkFigures {
    const ended = `finished_at >= ?1 AND finished_at < ?2`;
    const perHour = all(
      `SELECT substr(finished_at, 1, 13) AS hour, SUM(outcome = 'passed') AS passed, SUM(outcome <> 'passed') AS failed
       FROM record WHERE ${ended} GROUP BY hour ORDER BY hour`,
      since,
      until,
    );
    // The minimum of `row` makes SQLite take `outcome` from that very row.
    const first = all(
      `SELECT COUNT(*) AS units, SUM(outcome = 'passed') AS passed
       FROM (SELECT outcome, MIN(row) FROM record WHERE ${ended} GROUP BY serial)`,
      since,
      until,
    )[0];
    const causes = all(
      `SELECT cause AS code, COUNT(*) AS count FROM record
       WHERE ${ended} AND outcome <> 'passed' AND cause IS NOT NULL GROUP BY cause ORDER BY count DESC, code`,
      since,
      until,
    );
    return {
      perHour: perHour.map((row) => ({
        hour: String(row['hour']),
        passed: Number(row['passed']),
        failed: Number(row['failed']),
      })),
      units: Number(first?.['units'] ?? 0),
      firstPass: Number(first?.['passed'] ?? 0),
      causes: causes.map((row) => ({ code: String(row['code']), count: Number(row['count']) })),
      stepTimes: stepTimes(since, until, timedJobs),
    };
  }

  function stepTimes(since: string, until: string, timedJobs: number): WorkFigures['stepTimes'] {
    // Lines about a job's item carry its id and no step: they neither begin nor end one.
    const lines = all(
      `SELECT journal.job_id AS job, journal.at, journal.event, data ->> '$.step' AS step
       FROM (SELECT job_id FROM record WHERE finished_at >= ? AND finished_at < ? ORDER BY finished_at DESC LIMIT ?)
         AS timed CROSS JOIN journal ON journal.job_id = timed.job_id
       WHERE journal.event = 'job-started' OR data ->> '$.step' IS NOT NULL
       ORDER BY journal.job_id, journal.seq`,
      since,
      until,
      timedJobs,
    );
    return lines.flatMap((line, index) => {
      const next = lines[index + 1];
      if (next === undefined || next['job'] !== line['job']) return [];
      // The station was not running: this says nothing about the step.
      if (next['event'] === 'interrupted') return [];
      const step = stepOf(String(line['event']), line['step']);
      const inMs = Date.parse(String(next['at'])) - Date.parse(String(line['at']));
      // A clock that was set back in between measured nothing.
      return step === null || step === 'done' || inMs < 0 ? [] : [{ step, inMs }];
    });
  }

  return { unitHistory, workFigures };
}

function historyLineFrom(row: Row): HistoryLine {
  const data: unknown = JSON.parse(String(row['data']));
  const facts = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const found = problemSchema.safeParse(facts['problem']);
  const event = String(row['event']);
  return {
    seq: Number(row['seq']),
    at: String(row['at']),
    event,
    step: row['job_id'] === null ? null : stepOf(event, facts['step']),
    problem: found.success ? found.data : null,
    jobId: row['job_id'] === null ? null : String(row['job_id']),
    actor: String(row['actor']),
  };
}

/** The step of the job after a line; the line that starts a job does not spell it out. */
function stepOf(event: string, step: unknown): string | null {
  if (event === 'job-started') return 'connecting';
  return typeof step === 'string' ? step : null;
}
