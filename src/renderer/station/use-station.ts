import { createContext, useCallback, useContext, useState, useSyncExternalStore } from 'react';
import { type CallInput, type CallName, type CallOutput, namesActor } from '../../shared/contract.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { readActor } from './preferences.ts';
import type { Mirror, StationMirror } from './station-mirror.ts';

/** Gives the mirror to the tree. */
export const StationContext = createContext<StationMirror | null>(null);

function useMirrorStore(): StationMirror {
  const store = useContext(StationContext);
  if (store === null) throw new Error('StationContext is missing above');
  return store;
}

/** One part of what the station said last; the component draws again when it changes. */
export function useMirror<Part extends keyof Mirror>(part: Part): Mirror[Part] {
  const store = useMirrorStore();
  return useSyncExternalStore(store.onChange, () => store.read()[part]);
}

/** The plain call: parsed answer or problem. The actor of this window is added where a call wants one. */
export function useCall(): <Name extends CallName>(
  name: Name,
  input: Omit<CallInput<Name>, 'actor'>,
) => Promise<Result<CallOutput<Name>, Problem>> {
  const store = useMirrorStore();
  return useCallback((name, input) => store.call(name, withActor(name, input) as never), [store]);
}

function withActor(name: CallName, input: object): object {
  return namesActor(name) ? { ...input, actor: readActor() } : input;
}

/** A call with a button around it: whether it is under way, and what went wrong last. A double click is one call. */
export function useAction<Name extends CallName>(
  name: Name,
): {
  readonly busy: boolean;
  readonly problem: Problem | null;
  clear(): void;
  run(input: Omit<CallInput<Name>, 'actor'>): Promise<Result<CallOutput<Name>, Problem> | null>;
} {
  const call = useCall();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (input: Omit<CallInput<Name>, 'actor'>) => {
    if (busy) return null;
    setBusy(true);
    const answer = await call(name, input);
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem);
    return answer;
  };
  return { busy, problem, clear: () => setProblem(null), run };
}
