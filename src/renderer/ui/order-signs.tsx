import { Progress } from '@mantine/core';
import type { GoldenView, OrderProgress } from '../../shared/contract-orders.ts';
import { useWords } from '../words/words.ts';
import { Signed } from './outcome.tsx';
import { taktOf } from './takt.ts';
import type { VerdictKind } from './theme.ts';
import { useTimes } from './times.ts';

const goldenKinds: Readonly<Record<GoldenView['state'], VerdictKind>> = {
  none: 'idle',
  good: 'pass',
  due: 'check',
  expired: 'fail',
  failed: 'fail',
};

/** Takt against plan, as sign, word and numbers. `short`: the word alone, or nothing when there is none. */
export function TaktSign({ progress, short = false }: { readonly progress: OrderProgress; readonly short?: boolean }) {
  const t = useWords('orders');
  const { duration } = useTimes();
  const { taktInS, taktTargetInS } = progress;
  const takt = taktOf(progress);
  const seconds = (value: number | null): string => (value === null ? '–' : duration(value * 1_000));
  const numbers = t(taktTargetInS === null ? 'takt.plain' : 'takt.numbers', {
    takt: seconds(taktInS),
    target: seconds(taktTargetInS),
  });
  if (takt === 'none') return short ? null : <span data-takt={takt}>{numbers}</span>;
  return (
    <span data-takt={takt}>
      <Signed kind={takt === 'on' ? 'pass' : 'check'}>
        {t(`takt.${takt}`)}
        {!short && ` · ${numbers}`}
      </Signed>
    </span>
  );
}

/** Whether golden units let the line run, and which of them it is about. */
export function GoldenSign({ golden }: { readonly golden: GoldenView }) {
  const t = useWords('orders');
  const { shortDateTime } = useTimes();
  const { state, serials, goodUntil } = golden;
  return (
    <span data-golden={state}>
      <Signed kind={goldenKinds[state]}>
        {t(`golden.${state}`, {
          serials: serials.join(', '),
          until: goodUntil === null ? '–' : shortDateTime(goodUntil),
        })}
      </Signed>
    </span>
  );
}

/** How much of an order is made: a bar; the words beside it say the same. */
export function OrderBar({ progress, size }: { readonly progress: OrderProgress; readonly size: number }) {
  const { passed, quantity } = progress;
  return (
    <Progress
      size={size}
      radius="sm"
      value={Math.min(100, (100 * passed) / quantity)}
      aria-hidden="true"
      data-made={passed}
      data-quantity={quantity}
    />
  );
}
