/** A job that keeps its place in an order: at work, passed, or interrupted while its secret was written. */
const keepsPlace = `superseded_by IS NULL AND (step <> 'done' OR outcome IN ('passed', 'unsettled'))`;

/** Whether the number behind the prefix of a range is one of it; `serial` is an expression, `o` the order. */
const inRange = (serial: string): string => `(length(${serial}) = length(o.prefix) + o.digits
    AND substr(${serial}, 1, length(o.prefix)) = o.prefix
    AND substr(${serial}, length(o.prefix) + 1) NOT GLOB '*[^0-9]*'
    AND CAST(substr(${serial}, length(o.prefix) + 1) AS INTEGER) BETWEEN o.first AND o.last)`;

/**
 * Sixth step of the schema: work orders, and the line in every record. How many units an order takes, which serials are
 * its own, and when it may close is held here, whoever writes.
 */
export const schemaForOrders = `
  ALTER TABLE job ADD COLUMN line TEXT;
  ALTER TABLE job ADD COLUMN number INTEGER;
  ALTER TABLE journal ADD COLUMN line TEXT;
  ALTER TABLE journal ADD COLUMN number INTEGER;

  CREATE TABLE work_order (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    prefix TEXT,
    first INTEGER,
    last INTEGER,
    digits INTEGER,
    closes_on TEXT CHECK (closes_on IN ('passed', 'delivered', 'proved')),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
    added_at TEXT NOT NULL,
    closed_at TEXT,
    station TEXT NOT NULL,
    actor TEXT NOT NULL,
    mode TEXT NOT NULL,
    software_version TEXT NOT NULL,
    CHECK (state = 'open' OR active = 0)
  ) STRICT;
  CREATE UNIQUE INDEX work_order_active ON work_order(active) WHERE active = 1;
  CREATE TABLE work_order_serial (
    order_name TEXT NOT NULL REFERENCES work_order(name),
    serial TEXT NOT NULL,
    PRIMARY KEY (order_name, serial)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE job ADD COLUMN order_name TEXT REFERENCES work_order(name);
  -- All that figures look at: a job's own row carries its certificate.
  CREATE INDEX job_order ON job(order_name, outcome, finished_at, serial, superseded_by, started_at, step, proved_at, id)
    WHERE order_name IS NOT NULL;
  CREATE INDEX job_order_place ON job(order_name, serial) WHERE order_name IS NOT NULL AND ${keepsPlace};
  CREATE TRIGGER job_order_admits BEFORE INSERT ON job WHEN NEW.order_name IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'order-closed') FROM work_order WHERE name = NEW.order_name AND state <> 'open';
    SELECT RAISE(ABORT, 'serial-not-in-order') FROM work_order AS o WHERE o.name = NEW.order_name
      AND ((o.listed AND NOT EXISTS
          (SELECT 1 FROM work_order_serial AS s WHERE s.order_name = o.name AND s.serial = NEW.serial))
        OR (o.prefix IS NOT NULL AND NOT ${inRange('NEW.serial')}));
    SELECT RAISE(ABORT, 'order-full') FROM work_order WHERE name = NEW.order_name AND quantity <=
      (SELECT COUNT(DISTINCT serial) FROM job
       WHERE order_name = NEW.order_name AND ${keepsPlace} AND serial <> NEW.serial);
  END;
  CREATE TRIGGER work_order_closes BEFORE UPDATE OF state ON work_order
    WHEN NEW.state = 'closed' AND OLD.state = 'open' BEGIN
    SELECT RAISE(ABORT, 'order-open-items') FROM job
      WHERE order_name = NEW.name AND ${keepsPlace} AND ${openInOrder('NEW.closes_on')} LIMIT 1;
  END;

  CREATE TABLE golden_result (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    serial TEXT NOT NULL,
    expected TEXT NOT NULL CHECK (expected IN ('pass', 'fail')),
    found TEXT NOT NULL CHECK (found IN ('pass', 'fail', 'cannot-tell')),
    station TEXT NOT NULL,
    actor TEXT NOT NULL,
    mode TEXT NOT NULL,
    software_version TEXT NOT NULL
  ) STRICT;
  CREATE INDEX golden_result_serial ON golden_result(serial, at);
`;

/** Whether a job that keeps its place holds its order open; `closesOn` is an expression, NULL counts as `delivered`. */
export function openInOrder(closesOn: string): string {
  const item = (fact: string) =>
    `EXISTS (SELECT 1 FROM outbox WHERE outbox.job_id = job.id AND outbox.state = 'delivered'${fact})`;
  return `(job.outcome IS NOT 'passed' OR CASE COALESCE(${closesOn}, 'delivered')
    WHEN 'passed' THEN 0
    WHEN 'proved' THEN NOT (job.proved_at IS NOT NULL OR ${item(' AND outbox.proved_at IS NOT NULL')})
    ELSE NOT ${item('')} END)`;
}
