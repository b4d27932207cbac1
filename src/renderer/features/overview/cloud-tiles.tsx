import { Progress } from '@mantine/core';
import type { QueueState } from '../../../shared/queue.ts';
import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { RecallRows } from '../../ui/recall-rows.tsx';
import { useTimes } from '../../ui/times.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { useWords } from '../../words/words.ts';
import classes from './overview-page.module.css';
import { Count, Tile } from './tile.tsx';

/** Rows of the recall list that the tile names; the queue has them all. */
const named = 100;

/** How much of its quota each DPS instance has left, and whether it is sent to. */
export function QuotaTile({ queue }: { readonly queue: QueueState }) {
  const t = useWords('overview');
  const { number } = useTimes();
  return (
    <Tile name="quota" title={t('quota')} href={addressOf('queue')}>
      {queue.instances.length === 0 && <p className={classes['more']}>{t('noInstance')}</p>}
      {queue.instances.map(({ name, quotaUsed, quotaLimit, pause }) => (
        <div key={name} className={classes['instance']} data-quota={name} data-used={quotaUsed}>
          <span>
            <strong>{name}</strong> {t('used', { used: number(quotaUsed), limit: number(quotaLimit) })}
          </span>
          <Progress size="lg" value={Math.min(100, (100 * quotaUsed) / quotaLimit)} aria-hidden="true" />
          {pause !== null && <Signed kind="check">{t('paused')}</Signed>}
        </div>
      ))}
    </Tile>
  );
}

/** How many units are being taken back. */
export function ReturnsTile() {
  const t = useWords('overview');
  const { number } = useTimes();
  const returns = useMirror('returns');
  if (returns === null) return null;
  return (
    <Tile name="returns" title={t('returns')} href={addressOf('returns')}>
      <Count
        kind={returns.open > 0 ? 'work' : 'idle'}
        count={returns.open}
        said={number(returns.open)}
        more={t('returnsAbout')}
      />
    </Tile>
  );
}

/** The lot that QA works at. */
export function LotTile() {
  const t = useWords('overview');
  const { number } = useTimes();
  const quality = useMirror('quality');
  if (quality === null) return null;
  const { lot } = quality;
  return (
    <Tile name="lots" title={t('lots')} href={addressOf('quality')}>
      {lot === null ? (
        <p className={classes['more']}>{t('noLot')}</p>
      ) : (
        <div data-lot={lot.lot.name} data-lot-verdict={lot.verdict}>
          <p className={classes['count']} data-count={lot.count.left}>
            <strong>{lot.lot.name}</strong>
          </p>
          <p className={classes['more']}>
            <Signed kind={lotKinds[lot.verdict]}>{t(`lot.${lot.verdict}`)}</Signed>
          </p>
          <p className={classes['more']}>
            {t('lotCount', {
              passed: number(lot.count.passed),
              failed: number(lot.count.failed),
              left: number(lot.count.left),
            })}
          </p>
        </div>
      )}
    </Tile>
  );
}

const lotKinds = { open: 'work', accepted: 'pass', rejected: 'fail' } as const;

/** Units that left and must come back, each with its order. */
export function RecallTile({ recall }: { readonly recall: number }) {
  const t = useWords('overview');
  const { number } = useTimes();
  const { value, problem, again } = useAnswer('recall-list', { before: null, limit: named }, 2_000);
  return (
    <Tile name="recall" title={t('recall')} href={addressOf('queue', 'recall')} wide>
      <Count
        kind={recall > 0 ? 'fail' : 'idle'}
        count={recall}
        said={number(recall)}
        more={recall > 0 ? undefined : t('noRecall')}
      />
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} quiet />}
      {value !== null && value.rows.length > 0 && (
        <div className={classes['scroll']}>
          <RecallRows rows={value.rows} />
        </div>
      )}
    </Tile>
  );
}
