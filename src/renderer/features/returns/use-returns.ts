import { useEffect, useRef, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { FoundUnit, ReturnRow } from '../../../shared/returns.ts';
import { useCall, useMirror } from '../../station/use-station.ts';

/** An answer that is asked for again when something has changed. */
type Followed<Value> = {
  readonly value: Value | null;
  readonly problem: Problem | null;
  again(): void;
};

/** Asks now, and again whenever returns or books change or the station is back. `ask` null: nothing to ask. */
function useFollowed<Value>(key: string, ask: (() => Promise<Result<Value, Problem>>) | null): Followed<Value> {
  const connection = useMirror('connection');
  const returns = useMirror('returns');
  const revision = useMirror('queue')?.revision;
  const [kept, setKept] = useState<{ readonly key: string; readonly value: Value } | null>(null);
  const [trouble, setTrouble] = useState<{ readonly key: string; readonly problem: Problem } | null>(null);
  const [tries, setTries] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  // biome-ignore lint/correctness/useExhaustiveDependencies: all of these are reasons to ask again
  useEffect(() => {
    const now = latest.current;
    if (connection !== 'connected' || now === null) return;
    let wanted = true;
    void now().then((answer) => {
      if (!wanted) return;
      setTrouble(answer.ok ? null : { key, problem: answer.problem });
      if (answer.ok) setKept({ key, value: answer.value });
    });
    return () => {
      wanted = false;
    };
  }, [key, connection, returns, revision, tries]);
  return {
    value: kept?.key === key ? kept.value : null,
    problem: trouble?.key === key ? trouble.problem : null,
    again: () => setTries((before) => before + 1),
  };
}

/** The books of one serial; '' asks for none. */
export function useUnitCard(serial: string): Followed<CallOutput<'unit-card'>> {
  const call = useCall();
  return useFollowed(`card ${serial}`, serial === '' ? null : () => call('unit-card', { serial }));
}

/** One return with what it waits for. */
export function useReturn(id: string): Followed<CallOutput<'return-detail'>> {
  const call = useCall();
  return useFollowed(`return ${id}`, () => call('return-detail', { id }));
}

const mostOpen = 200; // as many as the stream shows

/** The newest open returns as the books have them, by id. */
export function useOpenCases(): ReadonlyMap<string, ReturnRow> {
  const call = useCall();
  const { value } = useFollowed('open', () => call('return-list', { open: true, before: null, limit: mostOpen }));
  return new Map((value?.rows ?? []).map((row) => [row.id, row]));
}

/** What a search found; `text` null: nothing was looked for. */
export type Finding = {
  readonly text: string | null;
  readonly rows: readonly FoundUnit[] | null;
  readonly problem: Problem | null;
  readonly busy: boolean;
  find(text: string): void;
  clear(): void;
};

/** Looks for units by whatever somebody has of them; what was found follows the books. */
export function useFinding(): Finding {
  const call = useCall();
  const [text, setText] = useState<string | null>(null);
  const { value, problem, again } = useFollowed(
    `find ${text}`,
    text === null ? null : () => call('unit-find', { text }),
  );
  const find = (wanted: string): void => {
    const next = wanted.trim().slice(0, 128);
    setText(next === '' ? null : next);
    again();
  };
  const rows = text === null ? null : (value?.rows ?? null);
  return {
    text,
    rows,
    problem: text === null ? null : problem,
    busy: text !== null && rows === null && problem === null,
    find,
    clear: () => setText(null),
  };
}
