import { useEffect, useState } from 'react';
import type { LotView } from '../../../shared/lot.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useCall, useMirror } from '../../station/use-station.ts';
import { useQualityChange } from '../../ui/use-quality-change.ts';

const lotsPerPage = 1_000;

type Found = { readonly id: string; readonly view: LotView | null };

/** A lot with its count as the station has it now; `missing`: there is none of this id. Id null: none is asked for. */
export function useLot(id: string | null) {
  const call = useCall();
  const connection = useMirror('connection');
  const open = useMirror('quality')?.lot ?? null;
  const change = useQualityChange();
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: change and tries are reasons to ask again
  useEffect(() => {
    if (id === null || connection !== 'connected') return;
    let wanted = true;
    const search = async (): Promise<void> => {
      for (let before: number | null = null, more = true; more; ) {
        const page: Awaited<ReturnType<typeof call<'lot-list'>>> = await call('lot-list', {
          before,
          limit: lotsPerPage,
        });
        if (!wanted) return;
        setProblem(page.ok ? null : page.problem);
        if (!page.ok) return;
        const view = page.value.rows.find(({ lot }) => lot.id === id);
        before = page.value.next;
        more = before !== null && view === undefined;
        if (!more) setFound({ id, view: view ?? null });
      }
    };
    void search();
    return () => {
      wanted = false;
    };
  }, [call, id, connection, change, tries]);
  const own = found !== null && found.id === id ? found : null;
  // What the stream tells is never older.
  const view = id !== null && open?.lot.id === id ? open : (own?.view ?? null);
  return {
    view,
    missing: view === null && own !== null && own.view === null,
    problem: view === null ? problem : null,
    again: () => setTries((before) => before + 1),
  };
}
