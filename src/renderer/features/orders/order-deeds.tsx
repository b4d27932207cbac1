import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { OrderSummary } from '../../../shared/contract-orders.ts';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { CloseOrder } from './close-order.tsx';
import classes from './orders-page.module.css';

/** What can be done with an open order: work on it or put it aside, close it. */
export function OrderDeeds({ order }: { readonly order: OrderSummary }) {
  const t = useWords('orders');
  const choose = useAction('order-choose');
  const [closing, setClosing] = useState(false);
  const { name, active } = order;
  if (order.state === 'closed') return null;
  return (
    <div className={`${classes['deeds']} no-print`}>
      <Group gap="sm">
        <Button
          variant={active ? 'default' : 'filled'}
          onClick={() => void choose.run({ order: active ? null : name })}
          loading={choose.busy}
          aria-label={`${t(active ? 'putAside' : 'choose')}: ${name}`}
          data-choose={active ? '' : name}
        >
          {t(active ? 'putAside' : 'choose')}
        </Button>
        <Button
          variant="default"
          onClick={() => setClosing(true)}
          aria-label={`${t('close')}: ${name}`}
          data-close={name}
        >
          {t('close')}
        </Button>
      </Group>
      {choose.problem !== null && <ProblemCard problem={choose.problem} />}
      {closing && <CloseOrder order={order} onEnd={() => setClosing(false)} />}
    </div>
  );
}
