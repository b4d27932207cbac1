import type { Problem } from '../../../shared/problem.ts';
import type { QueueRow, QueueView } from '../../../shared/queue.ts';
import { useAction } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './queue-item.module.css';

/** One enrollment of the queue: whose it is, since when, and where it is stuck what to do. */
export function QueueItem({ item, view }: { readonly item: QueueRow; readonly view: QueueView }) {
  const t = useWords('queue');
  const { dateTime } = useTimes();
  const retry = useAction('outbox-retry');
  const stuck = view === 'parked' || view === 'recall';
  const cause = retry.problem ?? (item.problem as Problem | null);
  return (
    <article className={classes['item']} data-item={item.id} data-serial={item.serial}>
      <div className={classes['line']}>
        <a className={classes['serial']} href={addressOf('unit', item.serial)}>
          {item.serial}
        </a>
        <span className={classes['id']}>{item.registrationId}</span>
        <span className={classes['facts']}>
          {t(`moment.${view}`, { at: dateTime(item.provedAt ?? item.deliveredAt ?? item.createdAt) })}
          {item.attempts > 0 && ` · ${t('attempts', { count: item.attempts })}`}
          {item.notBefore !== null && item.state === 'pending' && ` · ${t('again', { at: dateTime(item.notBefore) })}`}
        </span>
      </div>
      {cause !== null && (
        <ProblemCard
          problem={cause}
          quiet
          action={
            stuck ? { label: t('retry'), busy: retry.busy, run: () => void retry.run({ item: item.id }) } : undefined
          }
        />
      )}
    </article>
  );
}
