import { Button, Group, Stack } from '@mantine/core';
import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { useWords } from '../../words/words.ts';
import { ActiveOrder } from './active-order.tsx';
import { ImportOrder } from './import-order.tsx';
import { NewOrder } from './new-order.tsx';
import { OrderDetail } from './order-detail.tsx';
import { OrderList } from './order-list.tsx';
import classes from './orders-page.module.css';
import { ShiftReportView } from './shift-report.tsx';

/** Views of the page that are no order: numbers of orders begin with a letter or digit. */
const views = { form: '~new', shift: '~shift' } as const;

/** Work orders: the one that is worked on, the others, and what a shift leaves behind. */
export function OrdersPage({ opened }: { readonly opened: string }) {
  switch (opened) {
    case '':
      return <AllOrders />;
    case views.form:
      return <NewOrder />;
    case views.shift:
      return <ShiftReportView />;
    default:
      return <OrderDetail key={opened} name={opened} />;
  }
}

function AllOrders() {
  const t = useWords('orders');
  const orders = useMirror('orders');
  return (
    <Stack gap="md" className={classes['page']}>
      <Group justify="space-between">
        <h1 className={classes['title']}>{t('title')}</h1>
        <Group gap="sm">
          <Button component="a" href={addressOf('orders', views.form)} data-new-order>
            {t('new')}
          </Button>
          <Button component="a" href={addressOf('orders', views.shift)} variant="default" data-shift-report>
            {t('shiftReport')}
          </Button>
        </Group>
      </Group>
      {orders === null ? <LoadingState text={t('loading')} /> : <ActiveOrder orders={orders} />}
      <ImportOrder />
      <OrderList />
    </Stack>
  );
}
