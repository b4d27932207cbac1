import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useMirror } from '../station/use-station.ts';
import { createListPages, type ListPages, type ListSource, type ListView } from './list-pages.ts';

/** A list that follows the books: `view` to draw, `pages` to steer. */
export type FollowedList<Row> = {
  readonly view: ListView<Row>;
  readonly pages: ListPages<Row>;
  /** Changes when the list is another one, so that it is shown from its top. */
  readonly name: string;
};

/**
 * Holds the list `name` and asks again when the books have changed or the station is back. While another list is on its
 * way, the one before stays.
 */
export function useListPages<Row>(name: string, source: ListSource<Row>): FollowedList<Row> {
  const revision = useMirror('queue')?.revision ?? 0;
  const connection = useMirror('connection');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for the source
  const pages = useMemo(() => createListPages(source), [name]);
  const view = useSyncExternalStore(pages.onChange, pages.read);
  const before = useRef(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is a reason to ask again
  useEffect(() => {
    if (connection === 'connected') pages.refresh();
  }, [pages, revision, connection]);
  useEffect(() => () => pages.stop(), [pages]);
  useEffect(() => {
    if (view.total !== null) before.current = view;
  }, [view]);
  const shown = view.total === null && view.problem === null ? before.current : view;
  return { view: shown, pages, name };
}
