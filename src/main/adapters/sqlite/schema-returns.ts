/** Label MACs as they are compared: lower-case hex without marks. */
export const macOfJob = `lower(replace(replace(label_mac, ':', ''), '-', ''))`;

/** Message of the trigger that guards live identities. */
export const liveIdentityGuard = 'no open return lets this identity give way';

/**
 * Eighth step of the schema: returns. One open return per serial. A passed identity gives way only to a return that
 * names it and has come to that point; an unsettled one may be reworked without. Measures of firmware images are kept by
 * the recipe that pins them.
 */
export const schemaForReturns = `
  CREATE TABLE return_case (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    serial TEXT NOT NULL,
    job_id TEXT NOT NULL REFERENCES job(id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    note TEXT NOT NULL,
    deed TEXT NOT NULL,
    options TEXT NOT NULL,
    subject TEXT NOT NULL,
    overlap INTEGER NOT NULL,
    state TEXT NOT NULL,
    step TEXT NOT NULL,
    new_job_id TEXT REFERENCES job(id),
    station TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (actor <> ''),
    countersigned_by TEXT CHECK (countersigned_by <> actor),
    mode TEXT NOT NULL,
    software_version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT
  ) STRICT;
  CREATE UNIQUE INDEX return_open_serial ON return_case(serial) WHERE step <> 'done';
  CREATE INDEX return_open ON return_case(row) WHERE step <> 'done';
  CREATE INDEX return_open_job ON return_case(job_id) WHERE step <> 'done';
  CREATE TRIGGER return_ended BEFORE UPDATE ON return_case WHEN OLD.step = 'done' BEGIN
    SELECT RAISE(ABORT, 'a return that has ended changes no more');
  END;
  CREATE TRIGGER job_live_guarded BEFORE UPDATE OF superseded_by ON job
    WHEN OLD.outcome = 'passed' AND OLD.superseded_by IS NULL AND NEW.superseded_by IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM return_case WHERE job_id = OLD.id AND ((step = 'awaiting-board' AND NEW.superseded_by <> OLD.id)
        OR (deed = 'retire' AND step = 'removing' AND NEW.superseded_by = OLD.id))) BEGIN
    SELECT RAISE(ABORT, '${liveIdentityGuard}');
  END;

  CREATE INDEX job_registration ON job(registration_id) WHERE registration_id IS NOT NULL;
  CREATE INDEX job_label_mac ON job(${macOfJob}) WHERE label_mac IS NOT NULL;

  CREATE TABLE firmware_measure (
    recipe_hash TEXT PRIMARY KEY,
    riot_core TEXT NOT NULL,
    fwid TEXT NOT NULL,
    kept_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
