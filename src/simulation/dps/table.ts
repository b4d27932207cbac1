import { createHash } from 'node:crypto';

/** Rows of one kind, by id without regard to letter case (registration ids and group ids are case-insensitive). */
export type Table<Row> = {
  readonly get: (id: string) => Row | undefined;
  readonly put: (row: Row) => void;
  readonly delete: (id: string) => void;
  /** All rows in the order in which they came. */
  readonly all: () => Iterable<Row>;
  /** The next rows in an order that has nothing to do with ids or age and stays when others come and go. */
  readonly pageAfter: (position: string, count: number, where?: (row: Row) => boolean) => Page<Row>;
};

/** Part of the shuffled list. `next` continues after it; null at the end. The list begins at position ''. */
export type Page<Row> = { readonly rows: readonly Row[]; readonly next: string | null };

/** Makes a {@link Table}. `seed` decides the order of pages; `changed` hears of every change. */
export function createTable<Row>(options: {
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly seed: Buffer;
  readonly changed: () => void;
}): Table<Row> {
  const keyOf = (row: Row): string => options.idOf(row).toLowerCase();
  const rows = new Map(options.rows.map((row) => [keyOf(row), row]));
  const order = createShuffle(rows, options.seed);
  return {
    get: (id) => rows.get(id.toLowerCase()),
    put: (row) => {
      if (!rows.has(keyOf(row))) order.forget();
      rows.set(keyOf(row), row);
      options.changed();
    },
    delete: (id) => {
      if (!rows.delete(id.toLowerCase())) return;
      order.forget();
      options.changed();
    },
    all: () => rows.values(),
    pageAfter: (position, count, where = () => true) => {
      const found: { readonly position: string; readonly row: Row }[] = [];
      const places = order.places();
      for (let index = firstAfter(places, position); index < places.length && found.length <= count; index += 1) {
        const place = places[index];
        const row = place && rows.get(place.key);
        if (place !== undefined && row !== undefined && where(row)) found.push({ position: place.position, row });
      }
      const page = found.slice(0, count);
      return { rows: page.map(({ row }) => row), next: found.length > count ? (page.at(-1)?.position ?? null) : null };
    },
  };
}

type Placed = { readonly position: string; readonly key: string };

function createShuffle(rows: ReadonlyMap<string, unknown>, seed: Buffer) {
  let cached: readonly Placed[] | null = null;
  return {
    forget: (): void => {
      cached = null;
    },
    places: (): readonly Placed[] => {
      cached ??= [...rows.keys()]
        .map((key) => ({ key, position: createHash('sha256').update(seed).update(key).digest('hex') }))
        .sort((one, other) => (one.position < other.position ? -1 : 1));
      return cached;
    },
  };
}

function firstAfter(places: readonly Placed[], position: string): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.position ?? '') > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
