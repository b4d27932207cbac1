import { Group, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { OrderSummary } from '../../../shared/contract-orders.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { useWords } from '../../words/words.ts';
import { OrderDeeds } from './order-deeds.tsx';
import classes from './orders-page.module.css';

const states = ['open', 'closed', 'all'] as const;
/** The list is asked for again at most this often while units come and go. */
const restInMs = 2_000;
/** Orders that are shown; who looks for an older one has its number. */
const most = 500;

/** All orders, newest first. */
export function OrderList() {
  const t = useWords('orders');
  const [state, setState] = useState<(typeof states)[number]>('open');
  const { value, problem, again } = useAnswer('order-list', { state, limit: most }, restInMs);
  return (
    <section className={classes['list']} aria-label={t('list')}>
      <Group justify="space-between">
        <h2 className={classes['heading']}>{t('list')}</h2>
        <SegmentedControl
          aria-label={t('listState')}
          value={state}
          onChange={(chosen) => setState(chosen as typeof state)}
          data={states.map((one) => ({ value: one, label: t(`state.${one}`) }))}
        />
      </Group>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {value === null && problem === null && <LoadingState text={t('loading')} />}
      {value !== null && value.rows.length === 0 && (
        <EmptyState title={t(`empty.${state}.title`)} text={t(`empty.${state}.text`)} />
      )}
      {value !== null && value.rows.length > 0 && (
        <ul className={classes['rows']} data-orders={value.rows.length}>
          {value.rows.map((order) => (
            <OrderLine key={order.name} order={order} />
          ))}
        </ul>
      )}
      {value?.rows.length === most && <p className={classes['about']}>{t('onlyNewest', { count: most })}</p>}
    </section>
  );
}

function OrderLine({ order }: { readonly order: OrderSummary }) {
  const t = useWords('orders');
  const { number, shortDateTime } = useTimes();
  return (
    <li className={classes['row']} data-order={order.name} data-state={order.state} data-worked-on={order.active}>
      <span className={classes['cell']}>
        <a className={classes['name']} href={addressOf('orders', order.name)}>
          {order.name}
        </a>
        <OrderSign order={order} />
      </span>
      <span className={classes['cell']}>
        <span>{t('units', { count: order.quantity, units: number(order.quantity) })}</span>
        <span className={classes['about']}>{order.recipe}</span>
      </span>
      <span className={classes['cell']}>
        <span>{order.customer ?? ''}</span>
        <span className={classes['about']}>
          {order.closedAt === null
            ? t('addedAt', { at: shortDateTime(order.addedAt) })
            : t('closedAt', { at: shortDateTime(order.closedAt) })}
        </span>
      </span>
      <OrderDeeds order={order} />
    </li>
  );
}

/** Whether an order is worked on, open or closed. */
export function OrderSign({ order }: { readonly order: OrderSummary }) {
  const t = useWords('orders');
  if (order.state === 'closed') return <Signed kind="pass">{t('sign.closed')}</Signed>;
  return <Signed kind={order.active ? 'work' : 'idle'}>{t(order.active ? 'sign.active' : 'sign.open')}</Signed>;
}
