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

/** When rows came or went above, what was read stays where the eye is. */
function useKeptPlace<Row>(
  scroller: RefObject<HTMLElement | null>,
  { view }: FollowedList<Row>,
  virtualizer: ReturnType<typeof useVirtualizer<HTMLElement, Element>>,
  keyOf: (row: Row) => number,
): void {
  const anchor = useRef<{ readonly key: number; readonly index: number; readonly below: number } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new view can have moved rows
  useLayoutEffect(() => {
    const held = anchor.current;
    const element = scroller.current;
    if (held === null || element === null) return;
    const index = view.indexOf(held.key);
    if (index < 0 || index === held.index) return;
    const start = virtualizer.measurementsCache[index]?.start;
    if (start !== undefined) element.scrollTop = start - held.below;
  }, [view]);
  useLayoutEffect(() => {
    const top = scroller.current?.scrollTop ?? 0;
    const place = virtualizer.getVirtualItems().find((one) => one.end > top);
    const row = place === undefined ? undefined : view.rowAt(place.index);
    // At the top there is no place to keep: the newest is what is wanted.
    anchor.current =
      top < 4 || place === undefined || row === undefined
        ? null
        : { key: keyOf(row), index: place.index, below: place.start - top };
  });
}

function rootFontInPx(): number {
  return Number.parseFloat(window.getComputedStyle(document.documentElement).fontSize) || 16;
}
