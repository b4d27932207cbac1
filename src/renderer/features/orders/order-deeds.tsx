import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { OrderSummary } from '../../../shared/contract-orders.ts';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { CloseOrder } from './close-order.tsx';

/** What can be done with an open order: work on it or put it aside, close it. */
export function OrderDeeds({ order }: { readonly order: OrderSummary }) {
  const t = useWords('orders');
  const choose = useAction('order-choose');
  const [closing, setClosing] = useState(false);
  const { name, active } = order;
  if (order.state === 'closed') return null;
  return (
    <Group gap="sm" className="no-print">
      <Button
        variant={active ? 'default' : 'filled'}
        onClick={() => void choose.run({ order: active ? null : name })}
        loading={choose.busy}
        data-choose={active ? '' : name}
      >
        {t(active ? 'putAside' : 'choose')}
      </Button>
      <Button variant="default" onClick={() => setClosing(true)} data-close={name}>
        {t('close')}
      </Button>
      {choose.problem !== null && <ProblemCard problem={choose.problem} />}
      {closing && <CloseOrder order={order} onEnd={() => setClosing(false)} />}
    </Group>
  );
}
