import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import type { Verification } from '../../../shared/verification.ts';
import { useCall, useMirror } from '../../station/use-station.ts';
import { useQualityChange } from '../../ui/use-quality-change.ts';

/** A verification as the stream tells it while it is new, else as the books have it. Id null: none is asked for. */
export function useVerification(id: string | null) {
  const call = useCall();
  const quality = useMirror('quality');
  const connection = useMirror('connection');
  const change = useQualityChange();
  const [found, setFound] = useState<Verification | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: change and tries are reasons to ask again
  useEffect(() => {
    if (id === null || connection !== 'connected') return;
    let wanted = true;
    void call('verification', { id }).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setFound(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [call, id, connection, change, tries]);
  const live = [...(quality?.running ?? []), ...(quality?.newest ?? [])].find((one) => one.id === id);
  const kept = found?.id === id ? found : null;
  return { verification: live ?? kept, problem, again: () => setTries((before) => before + 1) };
}
