import { schemaForAudit } from './schema-audit.ts';
import { schemaForCertificates } from './schema-certificates.ts';
import { schemaForCredentials } from './schema-credentials.ts';
import { schemaForGuards } from './schema-guards.ts';
import { schemaForLists } from './schema-lists.ts';
import { schemaForOrders } from './schema-orders.ts';
import { schemaForReturns } from './schema-returns.ts';
import { schemaForVerifications } from './schema-verifications.ts';

/** What a job counts as. */
function jobClass(row: 'NEW' | 'OLD'): string {
  return `(CASE WHEN ${row}.superseded_by IS NOT NULL THEN 'superseded' WHEN ${row}.step <> 'done' THEN 'running' ELSE ${row}.outcome END)`;
}

/** 1 for a proved job that is still the unit's own, else 0. */
function jobProved(row: 'NEW' | 'OLD'): string {
  return `(${row}.proved_at IS NOT NULL AND ${row}.superseded_by IS NULL)`;
}

/** Steps of the schema, in order; a released step is never changed, only followed by another. */
export const schemaSteps: readonly string[] = [
  `
  CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    serial TEXT NOT NULL,
    slot INTEGER NOT NULL,
    hardware_id TEXT,
    label_mac TEXT,
    recipe TEXT NOT NULL,
    recipe_hash TEXT NOT NULL,
    instance TEXT NOT NULL,
    state TEXT NOT NULL,
    step TEXT NOT NULL,
    outcome TEXT,
    registration_id TEXT,
    sha256_thumbprint TEXT,
    proved_at TEXT,
    supersedes TEXT REFERENCES job(id),
    superseded_by TEXT REFERENCES job(id),
    station TEXT NOT NULL,
    actor TEXT NOT NULL,
    mode TEXT NOT NULL,
    software_version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT
  ) STRICT;
  CREATE INDEX job_serial ON job(serial, started_at);
  CREATE INDEX job_hardware ON job(hardware_id) WHERE hardware_id IS NOT NULL;
  CREATE INDEX job_ended ON job(outcome) WHERE superseded_by IS NULL;
  CREATE UNIQUE INDEX job_running_serial ON job(serial) WHERE step <> 'done';
  CREATE UNIQUE INDEX job_running_slot ON job(slot) WHERE step <> 'done';
  CREATE UNIQUE INDEX job_live_serial ON job(serial)
    WHERE outcome IN ('passed', 'unsettled') AND superseded_by IS NULL;
  CREATE UNIQUE INDEX job_live_registration ON job(instance, registration_id)
    WHERE superseded_by IS NULL AND (step IN ('intent', 'restarting') OR outcome IN ('passed', 'unsettled'));
  CREATE UNIQUE INDEX job_live_thumbprint ON job(sha256_thumbprint)
    WHERE superseded_by IS NULL AND (step IN ('intent', 'restarting') OR outcome IN ('passed', 'unsettled'));
  CREATE UNIQUE INDEX job_live_hardware ON job(hardware_id)
    WHERE hardware_id IS NOT NULL AND superseded_by IS NULL
      AND (step IN ('intent', 'restarting') OR outcome IN ('passed', 'unsettled'));

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL REFERENCES job(id),
    serial TEXT NOT NULL,
    instance TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    enrollment TEXT NOT NULL,
    sha256_thumbprint TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    not_before TEXT,
    problem TEXT,
    created_at TEXT NOT NULL,
    delivered_at TEXT,
    proved_at TEXT,
    proof_after TEXT,
    watch_at TEXT,
    watched INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX outbox_live_enrollment ON outbox(instance, registration_id) WHERE state <> 'superseded';
  CREATE INDEX outbox_id_order ON outbox(instance, registration_id, id);
  CREATE INDEX outbox_open ON outbox(state, id) WHERE state IN ('pending', 'parked');
  CREATE INDEX outbox_watch ON outbox(watch_at) WHERE watch_at IS NOT NULL;
  CREATE INDEX outbox_job ON outbox(job_id);

  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    job_id TEXT,
    serial TEXT,
    station TEXT NOT NULL,
    actor TEXT NOT NULL,
    mode TEXT NOT NULL,
    software_version TEXT NOT NULL,
    data TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journal_job ON journal(job_id) WHERE job_id IS NOT NULL;

  CREATE TABLE total (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT;
  CREATE TRIGGER job_counted_in AFTER INSERT ON job BEGIN
    INSERT INTO total VALUES ('job-running', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1;
  END;
  CREATE TRIGGER job_counted_change AFTER UPDATE OF step, outcome, superseded_by ON job
    WHEN ${jobClass('NEW')} <> ${jobClass('OLD')} BEGIN
    INSERT INTO total VALUES ('job-' || ${jobClass('NEW')}, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1;
    UPDATE total SET value = value - 1 WHERE name = 'job-' || ${jobClass('OLD')};
  END;
  CREATE TRIGGER job_counted_proof AFTER UPDATE OF proved_at, superseded_by ON job
    WHEN ${jobProved('NEW')} <> ${jobProved('OLD')} BEGIN
    INSERT INTO total VALUES ('job-proved', ${jobProved('NEW')} - ${jobProved('OLD')})
      ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
  END;
  CREATE TRIGGER outbox_counted_in AFTER INSERT ON outbox BEGIN
    INSERT INTO total VALUES ('item-' || NEW.state, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1;
  END;
  CREATE TRIGGER outbox_counted_change AFTER UPDATE OF state ON outbox WHEN NEW.state <> OLD.state BEGIN
    INSERT INTO total VALUES ('item-' || NEW.state, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1;
    UPDATE total SET value = value - 1 WHERE name = 'item-' || OLD.state;
  END;
  `,
  schemaForLists,
  schemaForCredentials,
  schemaForCertificates,
  schemaForAudit,
  schemaForOrders,
  schemaForVerifications,
  schemaForReturns,
  schemaForGuards,
];
