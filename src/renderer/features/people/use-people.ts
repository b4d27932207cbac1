import { useEffect, useRef, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { Person } from '../../../shared/people.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import { useCall, useMirror } from '../../station/use-station.ts';

/** An answer that is asked for again when people or the station have changed. */
export type Asked<Value> = {
  readonly value: Value | null;
  readonly problem: Problem | null;
  again(): void;
};

/** What was shown to one badge is not shown to the next: `key` says to whom. `wanted` false: nothing is asked. */
function useAsked<Value>(key: string, wanted: boolean, ask: () => Promise<Result<Value, Problem>>): Asked<Value> {
  const connection = useMirror('connection');
  const people = useMirror('people');
  const host = useMirror('host');
  const [held, setHeld] = useState<{ readonly key: string; readonly answer: Result<Value, Problem> } | null>(null);
  const [tries, setTries] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  // biome-ignore lint/correctness/useExhaustiveDependencies: all of these are reasons to ask again
  useEffect(() => {
    if (connection !== 'connected' || !wanted) return;
    let current = true;
    void latest.current().then((answer) => {
      if (current) setHeld({ key, answer });
    });
    return () => {
      current = false;
    };
  }, [key, wanted, connection, people, host, tries]);
  const answer = wanted && held?.key === key ? held.answer : null;
  return {
    value: answer?.ok ? answer.value : null,
    problem: answer === null || answer.ok ? null : answer.problem,
    again: () => setTries((before) => before + 1),
  };
}

/** Everybody who is known here, for whoever may see it. */
export function usePeople(): Asked<readonly Person[]> {
  const call = useCall();
  const people = useMirror('people');
  const badge = people?.atWork?.badge ?? '';
  const wanted = people !== null && (people.open || badge !== '');
  return useAsked(badge, wanted, async () => {
    const answer = await call('people-list', {});
    return answer.ok ? { ok: true, value: answer.value.people } : answer;
  });
}

/** The recipe that the station works by, and what engineers approved. */
export function useApprovals(): Asked<CallOutput<'recipe-approvals'>> {
  const call = useCall();
  return useAsked('', true, () => call('recipe-approvals', {}));
}
