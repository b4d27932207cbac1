import type { QueueState, QueueView } from '../../../shared/queue.ts';
import { addressOf } from '../../ui/addresses.ts';
import type { VerdictKind } from '../../ui/theme.ts';
import { useTimeLeft } from '../../ui/time-left.ts';
import { useNow, useTimes } from '../../ui/times.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useWords } from '../../words/words.ts';
import classes from './queue-tiles.module.css';

/** The queue in numbers; each tile opens its list. The list to call back has a tile only when there is one. */
export function QueueTiles({ queue, view }: { readonly queue: QueueState; readonly view: QueueView }) {
  const t = useWords('queue');
  const list = useWords('list');
  const { number, ago, duration } = useTimes();
  const now = useNow(5_000);
  const left = useTimeLeft(queue.waiting, now);
  const tiles: readonly (readonly [QueueView, number, VerdictKind])[] = [
    ['waiting', queue.waiting, queue.waiting > 0 ? 'work' : 'idle'],
    ['parked', queue.parked, queue.parked > 0 ? 'fail' : 'idle'],
    ['recall', queue.recall, 'check'],
    ['delivered', queue.delivered - queue.proved, 'idle'],
    ['proved', queue.proved, queue.proved > 0 ? 'pass' : 'idle'],
  ];
  return (
    <nav className={classes['tiles']} aria-label={t('views')}>
      {tiles
        .filter(([name, count]) => name !== 'recall' || count > 0 || view === 'recall')
        .map(([name, count, kind]) => (
          <a
            key={name}
            href={addressOf('queue', name)}
            className={classes['tile']}
            data-kind={kind}
            data-view={name}
            aria-current={name === view ? 'true' : undefined}
          >
            <span className={classes['count']}>
              <VerdictShape kind={kind} size="1.75rem" />
              <strong data-count={count}>{number(count)}</strong>
            </span>
            <span className={classes['name']}>{t(`view.${name}`)}</span>
            <span className={classes['more']}>
              {name === 'waiting' && queue.oldestWaitingAt !== null
                ? `${t('oldest', { ago: ago(queue.oldestWaitingAt, now) })}${left === null ? '' : ` ${list('timeLeft', { left: duration(Math.ceil(left / 1_000) * 1_000) })}`}`
                : t(`about.${name}`)}
            </span>
          </a>
        ))}
    </nav>
  );
}
