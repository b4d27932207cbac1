import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { GoldenSign, OrderBar, TaktSign } from '../../ui/order-signs.tsx';
import { Signed } from '../../ui/outcome.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './order-strip.module.css';

/** The work order of the moment in one line: how far it is, whether it keeps up, what blocks it. Leads to the orders. */
export function OrderStrip() {
  const t = useWords('board');
  const { number } = useTimes();
  const orders = useMirror('orders');
  if (orders === null) return null;
  const { active, progress, golden } = orders;
  if (active === null || progress === null) return orders.orders === 'required' ? <NoOrder /> : null;
  return (
    <section className={classes['strip']} aria-label={t('order.label')} data-order={active.name}>
      <a className={classes['name']} href={addressOf('orders', active.name)}>
        {active.name}
      </a>
      <span className={classes['made']}>
        <span>
          <strong>{number(progress.passed)}</strong> {t('order.of', { quantity: number(progress.quantity) })}
        </span>
        <OrderBar progress={progress} size={14} />
      </span>
      <span data-failed={progress.failed}>
        <Signed kind={progress.failed === 0 ? 'idle' : 'fail'}>
          {t('order.failed', { failed: number(progress.failed) })}
        </Signed>
      </span>
      <TaktSign progress={progress} short />
      {golden.state !== 'good' && golden.state !== 'none' && <GoldenSign golden={golden} />}
    </section>
  );
}

/** Without an order nothing is begun here: that must be said before the first label is scanned in vain. */
function NoOrder() {
  const t = useWords('board');
  return (
    <section className={classes['strip']} aria-label={t('order.label')} data-order="">
      <Signed kind="check">{t('order.none')}</Signed>
      <a className={classes['name']} href={addressOf('orders')}>
        {t('order.choose')}
      </a>
    </section>
  );
}
