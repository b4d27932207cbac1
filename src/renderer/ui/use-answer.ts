import { useThrottledValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import type { Problem } from '../../shared/problem.ts';
import { useCall, useMirror } from '../station/use-station.ts';

/** What a call answered last; null: nothing yet. */
type Answer<Value> = {
  readonly value: Value | null;
  /** Why the last try failed; what was there before is still shown. */
  readonly problem: Problem | null;
  again(): void;
};

/**
 * Asks a call that only reads, and asks again when the books have changed (at most every `restInMs`), the input is
 * another one or the station is back. What another input was answered stays until the new answer is here: nothing jumps.
 */
export function useAnswer<Name extends CallName>(
  name: Name,
  input: Omit<CallInput<Name>, 'actor'>,
  restInMs: number,
): Answer<CallOutput<Name>> {
  const call = useCall();
  const connection = useMirror('connection');
  const books = `${useMirror('queue')?.revision} ${useMirror('orders')?.revision}`;
  const revision = useThrottledValue(books, restInMs);
  const [value, setValue] = useState<CallOutput<Name> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the input; revision and tries are reasons to ask again
  useEffect(() => {
    if (connection !== 'connected') return;
    let wanted = true;
    void call(name, input).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setValue(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [call, name, JSON.stringify(input), revision, connection, tries]);
  return { value, problem, again: () => setTries((before) => before + 1) };
}
