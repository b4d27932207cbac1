import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { approvalSchema, roleSchema, rolesWithPin } from '../../../shared/people.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { BadgeRow, KeptTries, PeopleProblem, PeopleStore } from '../../ports/people.ts';
import { type Database, openPeopleFile } from './database.ts';
import {
  contentOf,
  contentOfCopy,
  copyKnowsSomebody,
  copyOf,
  dropCopy,
  keepCopy,
  knowsSomebody,
} from './people-copy.ts';

/*
 * Names stand in a table of their own, so that they can be erased while records keep the badge. That an engineer is
 * known, and that whoever may do much has a PIN, are rules of the file itself: two processes may write it.
 */
const steps = [
  `
  CREATE TABLE badge (
    badge TEXT PRIMARY KEY COLLATE NOCASE,
    roles TEXT NOT NULL CHECK (json_valid(roles)),
    pin TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    locked_at INTEGER,
    locked_until INTEGER,
    retired_at TEXT,
    CONSTRAINT pin_missing CHECK (
      pin IS NOT NULL OR retired_at IS NOT NULL OR (${rolesWithPin.map((role) => `roles NOT LIKE '%"${role}"%'`).join(' AND ')})
    )
  ) STRICT;
  CREATE TABLE person_name (
    badge TEXT PRIMARY KEY COLLATE NOCASE REFERENCES badge (badge),
    name TEXT NOT NULL
  ) STRICT;
  CREATE TABLE recipe_approval (
    hash TEXT PRIMARY KEY,
    recipe TEXT NOT NULL,
    badge TEXT NOT NULL,
    at TEXT NOT NULL
  ) STRICT;
  CREATE VIEW live_engineer AS SELECT badge FROM badge WHERE retired_at IS NULL AND roles LIKE '%"engineer"%';
  CREATE TRIGGER engineer_first AFTER INSERT ON badge WHEN NOT EXISTS (SELECT 1 FROM live_engineer)
  BEGIN SELECT RAISE(ABORT, 'engineer-first'); END;
  CREATE TRIGGER engineer_last AFTER UPDATE ON badge WHEN NOT EXISTS (SELECT 1 FROM live_engineer)
  BEGIN SELECT RAISE(ABORT, 'engineer-last'); END;
  CREATE TRIGGER badge_stays BEFORE DELETE ON badge
  BEGIN SELECT RAISE(ABORT, 'badges are retired, never deleted: records name them'); END;
  `,
];

const badgeColumns = `badge.badge, roles, pin, failures, locked_at AS lockedAt, locked_until AS lockedUntil,
  retired_at AS retiredAt, name FROM badge LEFT JOIN person_name ON person_name.badge = badge.badge`;

const rowSchema = z.object({
  badge: z.string(),
  roles: z.string().transform((text) => z.array(roleSchema).parse(JSON.parse(text))),
  pin: z.string().nullable(),
  failures: z.int(),
  lockedAt: z.int().nullable(),
  lockedUntil: z.int().nullable(),
  retiredAt: z.string().nullable(),
  name: z.string().nullable(),
});

/** The people of a data folder in `people.db`; see {@link PeopleStore}. */
export function createPeopleStore(file: string): PeopleStore {
  let opened: Database | null = null;

  /** The file, or null while there is none and none is to be made. */
  function database(make: boolean): Database | null {
    if (opened !== null) return opened;
    if (!existsSync(file)) {
      if (copyKnowsSomebody(file)) throw new Error(`${basename(file)} is gone, ${basename(copyOf(file))} is there`);
      if (!make) return null;
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      // Its companions get the rights of the file itself.
      closeSync(openSync(file, 'a', 0o600));
    }
    const found = openPeopleFile(file, steps);
    if (knowsSomebody(found)) {
      // The first time, or after a stop between a change and its copy.
      if (contentOf(found) !== contentOfCopy(file)) keepCopy(found, file);
    } else if (copyKnowsSomebody(file)) {
      found.close();
      throw new Error(`${basename(file)} knows nobody any more, ${basename(copyOf(file))} does`);
    }
    opened = found;
    return found;
  }

  function attempt<T>(task: () => T): Result<T, PeopleProblem> {
    try {
      return ok(task());
    } catch (error) {
      return fail(problem('people-unreadable', { reason: error instanceof Error ? error.message : String(error) }));
    }
  }

  /** Reads; without a file the answer is that of an empty one. */
  const read = <T>(empty: T, task: (from: Database) => T): Result<T, PeopleProblem> =>
    attempt(() => {
      const from = database(false);
      return from === null ? empty : task(from);
    });

  const write = (task: (to: Database) => void): Result<void, PeopleProblem> =>
    attempt(() => {
      const to = database(true);
      if (to !== null) transaction(to, () => task(to));
    });

  /** Of what the copy holds too. */
  const writeBoth = (task: (to: Database) => void): Result<void, PeopleProblem> => {
    const written = write(task);
    if (written.ok && opened !== null) keepCopy(opened, file);
    return written;
  };

  const rowsOf = (from: Database, where: string, ...values: string[]): BadgeRow[] =>
    from
      .prepare(`SELECT ${badgeColumns} ${where}`)
      .all(...values)
      .map((row) => rowSchema.parse(row));

  return {
    isKnown: () => read(false, (from) => from.prepare('SELECT 1 FROM live_engineer').get() !== undefined),
    badge: (badge) => read<BadgeRow | null>(null, (from) => rowsOf(from, 'WHERE badge.badge = ?', badge)[0] ?? null),
    list: () => read<readonly BadgeRow[]>([], (from) => rowsOf(from, 'ORDER BY badge.badge')),
    put: ({ badge, roles, pin, name }) =>
      named(
        writeBoth((to) => {
          // Not "ON CONFLICT": rules about rows that are there must not judge a row that is not.
          const changed = to
            .prepare('UPDATE badge SET roles = ?, pin = coalesce(?, pin) WHERE badge = ?')
            .run(JSON.stringify(roles), pin, badge).changes;
          if (changed === 0)
            to.prepare('INSERT INTO badge (badge, roles, pin) VALUES (?, ?, ?)').run(badge, JSON.stringify(roles), pin);
          if (pin !== null) to.prepare(`UPDATE badge SET ${noFailures} WHERE badge = ?`).run(badge);
          if (name === null) return;
          const known = 'ON CONFLICT (badge) DO UPDATE SET name = excluded.name';
          to.prepare(`INSERT INTO person_name (badge, name) VALUES (?, ?) ${known}`).run(badge, name);
        }),
        badge,
      ),
    setPin: (badge, pin) =>
      writeBoth((to) => void to.prepare(`UPDATE badge SET pin = ?, ${noFailures} WHERE badge = ?`).run(pin, badge)),
    changeTries: (badge, change) =>
      write((to) => {
        const [row] = rowsOf(to, 'WHERE badge.badge = ?', badge);
        if (row === undefined) return;
        const next: KeptTries = change(row);
        to.prepare('UPDATE badge SET failures = ?, locked_at = ?, locked_until = ? WHERE badge = ?').run(
          next.failures,
          next.lockedAt,
          next.lockedUntil,
          badge,
        );
      }),
    retire: (badge, at) =>
      named(
        writeBoth((to) => {
          const retire = 'UPDATE badge SET retired_at = ?, pin = NULL WHERE badge = ? AND retired_at IS NULL';
          to.prepare(retire).run(at, badge);
        }),
        badge,
      ) as ReturnType<PeopleStore['retire']>,
    eraseName: (badge) => {
      const busy = attempt(() => {
        const from = database(false);
        if (from === null) return false;
        transaction(from, () => void from.prepare('DELETE FROM person_name WHERE badge = ?').run(badge));
        // Rewritten whole: no page keeps a copy in its unused part. Then the log gives up its older pages.
        from.exec('VACUUM');
        dropCopy(file);
        keepCopy(from, file);
        return from.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] !== 0;
      });
      if (!busy.ok) return busy;
      return busy.value ? fail(problem('name-not-scrubbed', { badge })) : ok(undefined);
    },
    approve: ({ hash, recipe, badge, at }) =>
      writeBoth((to) => {
        const sentence = 'INSERT INTO recipe_approval (hash, recipe, badge, at) VALUES (?, ?, ?, ?)';
        to.prepare(`${sentence} ON CONFLICT (hash) DO NOTHING`).run(hash, recipe, badge, at);
      }),
    approvals: () =>
      read([], (from) =>
        from
          .prepare('SELECT hash, recipe, badge, at FROM recipe_approval ORDER BY at DESC')
          .all()
          .map((row) => approvalSchema.parse({ ...row })),
      ),
    close: () => {
      opened?.close();
      opened = null;
    },
  };
}

const noFailures = 'failures = 0, locked_at = NULL, locked_until = NULL';

function transaction(database: Database, task: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    task();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** What a rule of the file refused, by its own problem. */
function named(
  written: Result<void, PeopleProblem>,
  badge: string,
): Result<void, PeopleProblem | Problem<'engineer-first' | 'engineer-last' | 'pin-missing'>> {
  if (written.ok) return written;
  const reason = String(written.problem.facts['reason']);
  if (reason.includes('engineer-first')) return fail(problem('engineer-first'));
  if (reason.includes('engineer-last')) return fail(problem('engineer-last', { badge }));
  if (reason.includes('pin_missing')) return fail(problem('pin-missing', { badge }));
  return written;
}
