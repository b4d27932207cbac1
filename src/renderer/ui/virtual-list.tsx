import { Skeleton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';
import type { Problem } from '../../shared/problem.ts';
import { useWords } from '../words/words.ts';
import { LoadingState } from './page-states.tsx';
import { ProblemCard } from './problem-card.tsx';
import type { FollowedList } from './use-list-pages.ts';
import classes from './virtual-list.module.css';

/** What a long list is drawn with. */
export type VirtualListProps<Row> = {
  readonly list: FollowedList<Row>;
  readonly label: string;
  readonly keyOf: (row: Row) => number;
  /** Height of a row before it was drawn, in rem. */
  readonly rowInRem: number;
  readonly row: (row: Row) => ReactNode;
  /** Stands there when nothing matches. */
  readonly empty: ReactNode;
  /** Names of the columns above. */
  readonly head?: ReactNode;
  /** Grid of rows and head. */
  readonly rowClass?: string | undefined;
};

/**
 * A list of any length of which only what is seen, and a margin, is in the document. It keeps its place when rows come
 * and go above; at its top it follows the newest.
 */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { list, empty } = props;
  const t = useWords('list');
  const { total, problem } = list.view;
  if (total === null) {
    return (
      <div className={classes['frame']}>
        {problem === null ? <LoadingState text={t('loading')} /> : <Failed list={list} problem={problem} />}
      </div>
    );
  }
  if (total === 0) return <div className={classes['frame']}>{empty}</div>;
  return (
    <div className={classes['frame']} data-rows={total}>
      <Rows key={list.name} {...props} total={total} />
      {problem !== null && problem.code !== 'station-gone' && (
        <div className={classes['trouble']}>
          <Failed list={list} problem={problem} />
        </div>
      )}
    </div>
  );
}

function Failed<Row>({ list, problem }: { readonly list: FollowedList<Row>; readonly problem: Problem }) {
  const t = useWords('list');
  return <ProblemCard problem={problem} action={{ label: t('again'), run: list.pages.refresh }} />;
}

function Rows<Row>(props: VirtualListProps<Row> & { readonly total: number }) {
  const { list, keyOf, total, rowInRem } = props;
  const { view, pages } = list;
  const scroller = useRef<HTMLElement>(null);
  const itemKey = useCallback(
    (index: number) => {
      const row = view.rowAt(index);
      // Keys of rows are positive; numbers cost nothing for the many that are not loaded.
      return row === undefined ? -1 - index : keyOf(row);
    },
    [view, keyOf],
  );
  const estimatedInPx = rowInRem * rootFontInPx();
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimatedInPx,
    getItemKey: itemKey,
    overscan: 6,
    // Rows are measured while they are put into the document, where React refuses to draw at once.
    useFlushSync: false,
  });
  const drawn = virtualizer.getVirtualItems();
  const first = drawn[0]?.index ?? 0;
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => pages.show(first, last), [pages, first, last]);
  useKeptPlace(scroller, list, virtualizer, keyOf);
  return (
    <section
      ref={scroller}
      className={classes['scroller']}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={props.label}
      onKeyDown={toAnEnd}
    >
      {props.head !== undefined && (
        // Each row says by itself what it holds; the names above are for the eye.
        <div className={`${classes['head']} ${props.rowClass ?? ''}`} aria-hidden="true">
          {props.head}
        </div>
      )}
      <ul className={classes['whole']} style={{ height: virtualizer.getTotalSize() }}>
        {drawn.map((place) => {
          const row = view.rowAt(place.index);
          return (
            <li
              key={place.key}
              ref={virtualizer.measureElement}
              data-index={place.index}
              className={`${classes['row']} ${row === undefined ? '' : (props.rowClass ?? '')}`}
              style={{ transform: `translateY(${place.start}px)` }}
              aria-posinset={place.index + 1}
              aria-setsize={total}
              aria-busy={row === undefined}
            >
              {row === undefined ? <Coming inRem={rowInRem} /> : props.row(row)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Home and End jump. A smooth way there would be broken off by the rows that load under it. */
function toAnEnd(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Home' && event.key !== 'End') return;
  event.preventDefault();
  const { currentTarget: list } = event;
  list.scrollTo({ top: event.key === 'Home' ? 0 : list.scrollHeight, behavior: 'instant' });
}

/** A row that is on its way: as high as it is going to be. */
function Coming({ inRem }: { readonly inRem: number }) {
  return (
    <div className={classes['coming']} style={{ height: `${inRem}rem` }}>
      <Skeleton height="1rem" width="60%" />
    </div>
  );
}

/**
 * What is read stays where the eye is, whatever happens above it: rows that come or go, rows that are measured, rows that
 * wait for a page again and are as high as estimated meanwhile. Only here: the virtualizer's own correction knows of
 * measurements alone, and the two together would correct some of them twice.
 */
function useKeptPlace<Row>(
  scroller: RefObject<HTMLElement | null>,
  { view }: FollowedList<Row>,
  virtualizer: ReturnType<typeof useVirtualizer<HTMLElement, Element>>,
  keyOf: (row: Row) => number,
): void {
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = () => false;
  const anchor = useRef<Anchor | null>(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    virtualizer.getTotalSize(); // brings the cache below up to what was measured in this very commit
    const held = anchor.current;
    const index = held === null ? -1 : held.key === null ? held.index : view.indexOf(held.key);
    const start = virtualizer.measurementsCache[index]?.start;
    if (held !== null && start !== undefined && start !== held.start) element.scrollTop += start - held.start;
    const top = element.scrollTop;
    const place = top < atTopInPx ? undefined : virtualizer.getVirtualItemForOffset(top);
    if (place === undefined) {
      anchor.current = null;
      return;
    }
    const row = view.rowAt(place.index);
    // A page that comes anew must not make a list forget its row, which may have another index in it.
    const stays = row === undefined && held !== null && held.key !== null && start !== undefined;
    anchor.current =
      stays && Math.abs(index - place.index) < nearInRows
        ? { key: held.key, index, start }
        : { key: row === undefined ? null : keyOf(row), index: place.index, start: place.start };
  });
}

/** A row (null: one that is on its way) and where it began when it was last drawn, in pixels from the list's top. */
type Anchor = { readonly key: number | null; readonly index: number; readonly start: number };

/** At the top there is no place to keep: the newest is what is wanted. */
const atTopInPx = 4;
const nearInRows = 50;

function rootFontInPx(): number {
  return Number.parseFloat(window.getComputedStyle(document.documentElement).fontSize) || 16;
}
