/**
 * Seventh step of the schema: verifications and lots. A verification is no job: the indexes of jobs mean identities, and
 * it has none to give. Only one looks at a serial at a time, a slot works a job or a verification and never both, and
 * what has ended stays as it is. A line of the journal about a verification carries the serial and no job, because the
 * times at steps are counted from lines of jobs.
 */
export const schemaForVerifications = `
  CREATE TABLE lot (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    plan TEXT NOT NULL,
    closed TEXT,
    station TEXT NOT NULL,
    actor TEXT NOT NULL,
    mode TEXT NOT NULL,
    software_version TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    closed_by TEXT
  ) STRICT;
  CREATE UNIQUE INDEX lot_open_name ON lot(name) WHERE closed IS NULL;
  CREATE TRIGGER lot_closed_stays BEFORE UPDATE ON lot WHEN OLD.closed IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'lot.closed');
  END;

  CREATE TABLE lot_member (
    lot TEXT NOT NULL REFERENCES lot(id),
    serial TEXT NOT NULL,
    added_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (lot, serial)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER lot_member_of_open BEFORE INSERT ON lot_member
    WHEN (SELECT closed FROM lot WHERE id = NEW.lot) IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'lot.closed');
  END;
  CREATE TRIGGER lot_member_fits BEFORE INSERT ON lot_member
    WHEN NOT EXISTS (SELECT 1 FROM lot_member WHERE lot = NEW.lot AND serial = NEW.serial)
      AND (SELECT COUNT(*) FROM lot_member WHERE lot = NEW.lot) >= (SELECT size FROM lot WHERE id = NEW.lot) BEGIN
    SELECT RAISE(ABORT, 'lot.size');
  END;

  CREATE TABLE verification (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    serial TEXT NOT NULL,
    slot INTEGER,
    lot TEXT REFERENCES lot(id),
    job_id TEXT REFERENCES job(id),
    ask TEXT NOT NULL,
    state TEXT NOT NULL,
    step TEXT NOT NULL,
    verdict TEXT,
    station TEXT NOT NULL,
    actor TEXT NOT NULL,
    mode TEXT NOT NULL,
    software_version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT
  ) STRICT;
  CREATE INDEX verification_serial ON verification(serial, row);
  CREATE INDEX verification_lot ON verification(lot, serial) WHERE lot IS NOT NULL;
  CREATE UNIQUE INDEX verification_running_serial ON verification(serial) WHERE step <> 'done';
  CREATE UNIQUE INDEX verification_running_slot ON verification(slot) WHERE step <> 'done' AND slot IS NOT NULL;
  CREATE TRIGGER verification_done_stays BEFORE UPDATE ON verification WHEN OLD.step = 'done' BEGIN
    SELECT RAISE(ABORT, 'verification.done');
  END;
  CREATE TRIGGER verification_of_open_lot BEFORE INSERT ON verification
    WHEN NEW.lot IS NOT NULL AND (SELECT closed FROM lot WHERE id = NEW.lot) IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'lot.closed');
  END;
  CREATE TRIGGER verification_slot_free BEFORE INSERT ON verification
    WHEN EXISTS (SELECT 1 FROM job WHERE slot = NEW.slot AND step <> 'done') BEGIN
    SELECT RAISE(ABORT, 'job.slot');
  END;
  CREATE TRIGGER verification_serial_free BEFORE INSERT ON verification
    WHEN EXISTS (SELECT 1 FROM job WHERE serial = NEW.serial AND step <> 'done') BEGIN
    SELECT RAISE(ABORT, 'job.serial');
  END;
  CREATE TRIGGER job_slot_not_lent BEFORE INSERT ON job
    WHEN EXISTS (SELECT 1 FROM verification WHERE slot = NEW.slot AND step <> 'done') BEGIN
    SELECT RAISE(ABORT, 'verification.slot');
  END;
  CREATE TRIGGER job_serial_not_verified BEFORE INSERT ON job
    WHEN EXISTS (SELECT 1 FROM verification WHERE serial = NEW.serial AND step <> 'done') BEGIN
    SELECT RAISE(ABORT, 'verification.serial');
  END;
`;
