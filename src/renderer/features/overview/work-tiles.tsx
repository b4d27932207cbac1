import type { OrderState } from '../../../shared/contract-orders.ts';
import type { QueueState } from '../../../shared/queue.ts';
import { addressOf } from '../../ui/addresses.ts';
import { GoldenSign, OrderBar, TaktSign } from '../../ui/order-signs.tsx';
import { useNow, useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './overview-page.module.css';
import { Count, Tile } from './tile.tsx';

/** How far the order of the moment is, and whether the line keeps up with it. */
export function OrderTile({ orders }: { readonly orders: OrderState }) {
  const t = useWords('overview');
  const { number, shortDateTime } = useTimes();
  const { active, progress, golden } = orders;
  if (active === null || progress === null) {
    return (
      <Tile name="order" title={t('order')} href={addressOf('orders')}>
        <p className={classes['more']}>{t('noOrder')}</p>
      </Tile>
    );
  }
  return (
    <Tile name="order" title={t('orderOf', { order: active.name })} href={addressOf('orders', active.name)}>
      <p className={classes['count']} data-count={progress.passed}>
        <strong>{t('made', { passed: number(progress.passed), quantity: number(progress.quantity) })}</strong>
      </p>
      <OrderBar progress={progress} size={18} />
      <p className={classes['more']}>
        <TaktSign progress={progress} />
      </p>
      {progress.endsAt !== null && (
        <p className={classes['more']}>{t('endsAt', { at: shortDateTime(progress.endsAt) })}</p>
      )}
      {golden.state !== 'good' && golden.state !== 'none' && (
        <p className={classes['more']}>
          <GoldenSign golden={golden} />
        </p>
      )}
    </Tile>
  );
}

/** What waits for the cloud, and since when the oldest does. */
export function WaitingTile({ queue }: { readonly queue: QueueState }) {
  const t = useWords('overview');
  const { number, ago } = useTimes();
  const now = useNow(5_000);
  const { waiting, oldestWaitingAt } = queue;
  return (
    <Tile name="waiting" title={t('waiting')} href={addressOf('queue', 'waiting')}>
      <Count
        kind={waiting > 0 ? 'work' : 'idle'}
        count={waiting}
        said={number(waiting)}
        more={oldestWaitingAt === null ? t('nothingWaits') : t('oldest', { ago: ago(oldestWaitingAt, now) })}
      />
    </Tile>
  );
}

/** What waits for a person. */
export function ParkedTile({ queue }: { readonly queue: QueueState }) {
  const t = useWords('overview');
  const { number } = useTimes();
  return (
    <Tile name="parked" title={t('parked')} href={addressOf('queue', 'parked')}>
      <Count
        kind={queue.parked > 0 ? 'fail' : 'idle'}
        count={queue.parked}
        said={number(queue.parked)}
        more={t('parkedAbout')}
      />
    </Tile>
  );
}
