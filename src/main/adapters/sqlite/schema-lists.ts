type Version = 'NEW' | 'OLD' | 'outbox';

/** Which view of the queue an item is in; null: it gave way to a later one. */
function viewOf(version: Version): string {
  return `(CASE ${version}.state WHEN 'pending' THEN 'waiting' WHEN 'parked' THEN 'parked'
    WHEN 'delivered' THEN CASE WHEN ${version}.proved_at IS NULL THEN 'delivered' ELSE 'proved' END END)`;
}

/** What became of a job's item: its view, or what it had reached before it gave way. */
function deliveryOf(version: Version): string {
  return `(CASE WHEN ${version}.state <> 'superseded' THEN ${viewOf(version)}
    WHEN ${version}.proved_at IS NOT NULL THEN 'proved' WHEN ${version}.delivered_at IS NOT NULL THEN 'delivered' END)`;
}

function findOf(job: 'NEW' | 'job'): string {
  return `lower(${job}.serial || char(10) || COALESCE(${job}.registration_id, '') || char(10)
    || COALESCE(${job}.hardware_id, ''))`;
}

/**
 * Second step of the schema: what lists, cards and figures read. `record` repeats of each job, in a narrow row, what
 * filters look at: a job's own row carries its certificate, and reading 100,000 of those takes seconds. Triggers keep
 * it, so no write can forget it. `find` holds the searched texts, lower-case, one per line.
 */
export const schemaForLists = `
  ALTER TABLE outbox ADD COLUMN view TEXT AS ${viewOf('outbox').replaceAll('outbox.', '')} VIRTUAL;
  ALTER TABLE outbox ADD COLUMN find TEXT AS (lower(serial || char(10) || registration_id)) VIRTUAL;
  CREATE INDEX outbox_view ON outbox(view, id, find);
  CREATE INDEX journal_serial ON journal(serial) WHERE serial IS NOT NULL;

  INSERT INTO total SELECT 'item-proved', COUNT(*) FROM outbox WHERE ${viewOf('outbox')} = 'proved';
  CREATE TRIGGER outbox_counted_proof AFTER UPDATE OF state, proved_at ON outbox
    WHEN (${viewOf('NEW')} IS 'proved') <> (${viewOf('OLD')} IS 'proved') BEGIN
    UPDATE total SET value = value + (${viewOf('NEW')} IS 'proved') - (${viewOf('OLD')} IS 'proved')
      WHERE name = 'item-proved';
  END;

  CREATE TABLE record (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE REFERENCES job(id),
    serial TEXT NOT NULL,
    find TEXT NOT NULL,
    outcome TEXT NOT NULL,
    cause TEXT,
    item INTEGER,
    delivery TEXT,
    started_at TEXT NOT NULL,
    finished_at TEXT
  ) STRICT;
  INSERT INTO record (job_id, serial, find, outcome, cause, item, delivery, started_at, finished_at)
    SELECT job.id, job.serial, ${findOf('job')}, COALESCE(job.outcome, 'running'), job.state ->> '$.problem.code',
      outbox.id, ${deliveryOf('outbox')}, job.started_at, job.finished_at
    FROM job LEFT JOIN outbox ON outbox.id = (SELECT MAX(id) FROM outbox AS newest WHERE newest.job_id = job.id)
    ORDER BY job.rowid;
  CREATE INDEX record_finished ON record(finished_at, outcome, cause, serial) WHERE finished_at IS NOT NULL;
  CREATE TRIGGER job_recorded_in AFTER INSERT ON job BEGIN
    INSERT INTO record (job_id, serial, find, outcome, started_at)
      VALUES (NEW.id, NEW.serial, ${findOf('NEW')}, 'running', NEW.started_at);
  END;
  CREATE TRIGGER job_recorded_change AFTER UPDATE OF hardware_id, registration_id, outcome, finished_at ON job
    WHEN NEW.hardware_id IS NOT OLD.hardware_id OR NEW.registration_id IS NOT OLD.registration_id
      OR NEW.outcome IS NOT OLD.outcome OR NEW.finished_at IS NOT OLD.finished_at BEGIN
    UPDATE record SET find = ${findOf('NEW')}, outcome = COALESCE(NEW.outcome, 'running'),
      cause = NEW.state ->> '$.problem.code', finished_at = NEW.finished_at WHERE job_id = NEW.id;
  END;
  CREATE TRIGGER outbox_recorded_in AFTER INSERT ON outbox BEGIN
    UPDATE record SET item = NEW.id, delivery = ${deliveryOf('NEW')} WHERE job_id = NEW.job_id;
  END;
  CREATE TRIGGER outbox_recorded_change AFTER UPDATE OF state, delivered_at, proved_at ON outbox
    WHEN ${deliveryOf('NEW')} IS NOT ${deliveryOf('OLD')} BEGIN
    UPDATE record SET delivery = ${deliveryOf('NEW')} WHERE job_id = NEW.job_id AND item = NEW.id;
  END;
`;
