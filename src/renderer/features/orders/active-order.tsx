import { Group } from '@mantine/core';
import type { OrderState } from '../../../shared/contract-orders.ts';
import { addressOf } from '../../ui/addresses.ts';
import { EmptyState } from '../../ui/page-states.tsx';
import { useWords } from '../../words/words.ts';
import { OrderDeeds } from './order-deeds.tsx';
import { LineFacts, OrderFacts } from './order-facts.tsx';
import classes from './orders-page.module.css';

/** The order that is worked on, with all that a lead wants to know of it; without one, how one is chosen. */
export function ActiveOrder({ orders }: { readonly orders: OrderState }) {
  const t = useWords('orders');
  const { active, progress } = orders;
  if (active === null || progress === null) {
    return (
      <section className={classes['part']} aria-label={t('active')} data-active="">
        <EmptyState
          title={t('noActive.title')}
          text={t(orders.orders === 'required' ? 'noActive.required' : 'noActive.optional')}
        />
        <LineFacts orders={orders} />
      </section>
    );
  }
  return (
    <section className={classes['part']} aria-label={t('active')} data-active={active.name}>
      <Group justify="space-between">
        <h2 className={classes['heading']}>
          {t('active')}{' '}
          <a className={classes['name']} href={addressOf('orders', active.name)}>
            {active.name}
          </a>
        </h2>
        <OrderDeeds order={active} />
      </Group>
      <OrderFacts progress={progress} serials={orders.serials} />
      <LineFacts orders={orders} />
    </section>
  );
}
