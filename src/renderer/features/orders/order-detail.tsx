import { Button, Group, Stack } from '@mantine/core';
import type { OrderSummary } from '../../../shared/contract-orders.ts';
import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Barcode } from '../../ui/barcode.tsx';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { useWords } from '../../words/words.ts';
import { OrderDeeds } from './order-deeds.tsx';
import { endsOf } from './order-draft.ts';
import { Fact, OrderFacts } from './order-facts.tsx';
import { OrderSign } from './order-list.tsx';
import { OrderSerials } from './order-serials.tsx';
import classes from './orders-page.module.css';

/** One order: how it goes, what it asks for, its barcode to print, its serials. */
export function OrderDetail({ name }: { readonly name: string }) {
  const t = useWords('orders');
  const { value, problem, again } = useAnswer('order-list', { state: 'all', limit: 1_000 }, 2_000);
  const found = value?.rows.find((one) => one.name === name) ?? null;
  return (
    <Stack gap="md" className={classes['page']}>
      <a className={`${classes['link']} no-print`} href={addressOf('orders')}>
        {t('back')}
      </a>
      <h1 className={classes['title']}>{t('order', { order: name })}</h1>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {value === null && problem === null && <LoadingState text={t('loading')} />}
      {value !== null && found === null && (
        <EmptyState title={t('unknown.title', { order: name })} text={t('unknown.text')} />
      )}
      {found !== null && <Opened order={found} />}
    </Stack>
  );
}

function Opened({ order }: { readonly order: OrderSummary }) {
  const t = useWords('orders');
  const orders = useMirror('orders');
  const now = orders?.active?.name === order.name ? orders : null;
  return (
    <>
      <Group justify="space-between">
        <OrderSign order={order} />
        <Group gap="sm" className="no-print">
          <OrderDeeds order={order} />
          <Button variant="default" onClick={() => window.print()} data-print>
            {t('printCode')}
          </Button>
        </Group>
      </Group>
      {now !== null && now.progress !== null && (
        <section className={`${classes['part']} no-print`} aria-label={t('active')}>
          <OrderFacts progress={now.progress} serials={now.serials} />
        </section>
      )}
      <section className={classes['part']} aria-label={t('asks')} data-asks={order.name}>
        <h2 className={classes['heading']}>{t('asks')}</h2>
        <Asked order={order} />
        <Barcode text={`ORDER ${order.name}`} label={t('codeLabel')} wide />
      </section>
      <OrderSerials order={order.name} />
    </>
  );
}

function Asked({ order }: { readonly order: OrderSummary }) {
  const t = useWords('orders');
  const { number, duration, shortDateTime } = useTimes();
  const { serials, taktTargetInS } = order;
  return (
    <dl className={classes['facts']}>
      <Fact name="quantity" label={t('field.quantity')}>
        {number(order.quantity)}
      </Fact>
      <Fact name="recipe" label={t('field.recipe')}>
        {order.recipe} <code className={classes['code']}>{order.recipeHash.slice(0, 12)}</code>
      </Fact>
      <Fact name="instance" label={t('field.instance')}>
        {order.instance}
      </Fact>
      <Fact name="named" label={t('field.serials')}>
        {serials === null
          ? t('serials.any')
          : serials.by === 'list'
            ? t('serialsListed', { count: serials.count, serials: number(serials.count) })
            : t('rangeOf', { ...endsOf(serials.range), count: serials.count, serials: number(serials.count) })}
      </Fact>
      <Fact name="closes-on" label={t('field.closesOn')}>
        {t(`closesOn.${order.closesOn ?? 'recipe'}`)}
      </Fact>
      {taktTargetInS !== undefined && (
        <Fact name="target" label={t('field.takt')}>
          {duration(taktTargetInS * 1_000)}
        </Fact>
      )}
      <Rules order={order} />
      <Fact name="added" label={t('field.added')}>
        {shortDateTime(order.addedAt)}
      </Fact>
      {order.closedAt !== null && (
        <Fact name="closed" label={t('field.closed')}>
          {shortDateTime(order.closedAt)}
        </Fact>
      )}
    </dl>
  );
}

/** What is checked on the way, and whose order it is: only what the order says. */
function Rules({ order }: { readonly order: OrderSummary }) {
  const t = useWords('orders');
  const { number, duration } = useTimes();
  const { sampling, goldenCheck } = order;
  return (
    <>
      {sampling !== undefined && (
        <Fact name="sampling" label={t('field.sampling')}>
          {t('samplingPlan', { perThousand: number(sampling.perThousand), lot: sampling.lot })}
        </Fact>
      )}
      {goldenCheck !== undefined && (
        <Fact name="golden-check" label={t('field.golden')}>
          {t('goldenEvery', { hours: duration(goldenCheck.everyHours * 3_600_000) })}
        </Fact>
      )}
      {order.twoBadges === true && (
        <Fact name="two-badges" label={t('field.twoBadges')}>
          {t('yes')}
        </Fact>
      )}
      {order.customer !== undefined && (
        <Fact name="customer" label={t('field.customer')}>
          {order.customer}
        </Fact>
      )}
    </>
  );
}
