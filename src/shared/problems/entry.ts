/**
 * One problem an operator may meet: what happened, what to do, who retries, whose fault it is. `{name}` is filled from
 * the problem's facts. `retry`: the `station` tries again by itself, the `operator` after the remedy, `never` with the
 * same input.
 */
export type CatalogueEntry = {
  readonly title: string;
  readonly remedy: string;
  readonly retry: 'station' | 'operator' | 'never';
  readonly blame: 'unit' | 'fixture' | 'operator' | 'cloud' | 'station';
};
