import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** A stretch of a list, newest first: rows older than `before` (null: from the newest), `skip` of them left out. */
export type Stretch = { readonly before: number | null; readonly skip: number; readonly limit: number };

/** Where the rows of a list come from, and the key that each has for as long as it is in the books. */
export type ListSource<Row> = {
  readonly load: (
    stretch: Stretch,
  ) => Promise<Result<{ readonly rows: readonly Row[]; readonly total: number }, Problem>>;
  readonly keyOf: (row: Row) => number;
};

/** What is known of a list now. `total` null: nothing yet. */
export type ListView<Row> = {
  readonly total: number | null;
  /** Why the last page did not come; what was there before is still shown. */
  readonly problem: Problem | null;
  rowAt(index: number): Row | undefined;
  /** Index of a row that is loaded, or -1. */
  indexOf(key: number): number;
};

/** A long list of which only the pages around what is seen are held. */
export type ListPages<Row> = {
  read(): ListView<Row>;
  onChange(listener: () => void): () => void;
  /** Says which rows are seen; pages around them are loaded. */
  show(first: number, last: number): void;
  /** Asks again for what is seen: something has changed, or the last try failed. */
  refresh(): void;
  /** Loads nothing more until `refresh`. */
  stop(): void;
};

const pageSize = 100;
const mostPages = 20;
/** Rows that are loaded ahead of what is seen, either way. */
const ahead = 50;

/** Makes an empty list; `refresh` begins to load it. */
export function createListPages<Row>({ load, keyOf }: ListSource<Row>): ListPages<Row> {
  const listeners = new Set<() => void>();
  let pages: ReadonlyMap<number, readonly Row[]> = new Map();
  let total: number | null = null;
  let problem: Problem | null = null;
  let seen = { first: 0, last: 0 };
  let fresh = false; // what is held is as new as the last refresh asked for
  let stopped = true;
  let busy = false;
  let view = viewOf();

  function viewOf(): ListView<Row> {
    const held = pages;
    return {
      total,
      problem,
      rowAt: (index) => held.get(Math.floor(index / pageSize))?.[index % pageSize],
      indexOf: (key) => {
        for (const [page, rows] of held) {
          const found = rows.findIndex((row) => keyOf(row) === key);
          if (found >= 0) return page * pageSize + found;
        }
        return -1;
      },
    };
  }

  function changed(): void {
    view = viewOf();
    for (const listener of [...listeners]) listener();
  }

  const pageOf = (index: number): number => Math.floor(Math.max(0, Math.min(index, (total ?? 1) - 1)) / pageSize);

  /** The stretch to ask for next, and the page it begins with; null: all that is needed is here. */
  function next(): { readonly page: number; readonly stretch: Stretch; readonly all: boolean } | null {
    if (!fresh) {
      const page = pageOf(seen.first);
      const last = total === null ? page : pageOf(seen.last + ahead);
      const limit = Math.min(10, last - page + 1) * pageSize;
      return { page, all: true, stretch: { before: null, skip: page * pageSize, limit } };
    }
    for (const page of [pageOf(seen.first), pageOf(seen.last), pageOf(seen.last + ahead), pageOf(seen.first - ahead)]) {
      if (!pages.has(page) && page * pageSize < (total ?? 0)) return { page, all: false, stretch: stretchTo(page) };
    }
    return null;
  }

  /** From the end of the page above where it is held: that costs the same however deep it is. */
  function stretchTo(page: number): Stretch {
    const last = pages.get(page - 1)?.[pageSize - 1];
    return last === undefined
      ? { before: null, skip: page * pageSize, limit: pageSize }
      : { before: keyOf(last), skip: 0, limit: pageSize };
  }

  async function work(): Promise<void> {
    if (busy || stopped) return;
    busy = true;
    for (let task = next(); task !== null && !stopped; task = next()) {
      if (task.all) fresh = true;
      const answer = await load(task.stretch);
      if (stopped) break;
      if (!answer.ok) {
        problem = answer.problem;
        changed();
        break;
      }
      keep(task.page, answer.value.rows, task.all);
      total = answer.value.total;
      problem = null;
      changed();
    }
    busy = false;
  }

  function keep(first: number, rows: readonly Row[], all: boolean): void {
    const held = new Map(all ? [] : pages);
    for (let at = 0; at < rows.length || at === 0; at += pageSize) {
      held.set(first + at / pageSize, rows.slice(at, at + pageSize));
    }
    const middle = pageOf(seen.first);
    const far = [...held.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, Math.max(0, held.size - mostPages))) held.delete(page);
    pages = held;
  }

  return {
    read: () => view,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show: (first, last) => {
      seen = { first, last };
      if (problem === null) void work();
    },
    refresh: () => {
      stopped = false;
      fresh = false;
      void work();
    },
    stop: () => {
      stopped = true;
    },
  };
}
