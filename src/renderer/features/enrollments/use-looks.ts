import { useCallback, useEffect, useRef } from 'react';
import type { EntryKind, EntryRow } from '../../../shared/enrollment-list.ts';
import { useCall } from '../../station/use-station.ts';

/** Rows that scroll by are not asked about. */
const restInMs = 400;
const mostAtOnce = 100;

/**
 * Registration states are in no list of the service: they are asked for the rows that stay in sight and of which nothing
 * is known yet. Answers a function that a row calls when it comes into sight; what that answers is called when it goes.
 */
export function useLooks(instance: string, kind: EntryKind, onLooked: () => void): (row: EntryRow) => () => void {
  const call = useCall();
  const seen = useRef(new Set<string>());
  const asked = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const looked = useRef(onLooked);
  looked.current = onLooked;

  const look = useCallback(async () => {
    timer.current = null;
    const ids = [...seen.current].filter((id) => !asked.current.has(id)).slice(0, mostAtOnce);
    if (ids.length === 0) return;
    for (const id of ids) asked.current.add(id);
    const answer = await call('entry-look', { instance, ids });
    // Asked again when they come into sight again.
    if (!answer.ok) for (const id of ids) asked.current.delete(id);
    else looked.current();
  }, [call, instance]);

  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );

  return useCallback(
    (row) => {
      if (kind === 'group' || row.registration !== null) return () => {};
      seen.current.add(row.id);
      timer.current ??= setTimeout(() => void look(), restInMs);
      return () => void seen.current.delete(row.id);
    },
    [kind, look],
  );
}
