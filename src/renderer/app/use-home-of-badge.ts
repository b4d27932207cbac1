import { useLayoutEffect, useRef } from 'react';
import { useMirror } from '../station/use-station.ts';
import { addressOf } from '../ui/addresses.ts';
import { homeOf } from './modes.ts';

/** A badge opens the mode of its role: the window goes where that person's work begins. */
export function useHomeOfBadge(): void {
  const people = useMirror('people');
  const atWork = people?.atWork ?? null;
  /** Undefined until the station has said who is at work: whoever loads the page again stays where they were. */
  const before = useRef<string | null | undefined>(undefined);
  useLayoutEffect(() => {
    if (people === null) return;
    const badge = atWork?.badge ?? null;
    const changed = before.current !== undefined && before.current !== badge;
    before.current = badge;
    if (changed && atWork !== null) window.location.hash = addressOf(homeOf(atWork.roles));
  }, [people, atWork]);
}
