import { Stack } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useMirror } from '../../station/use-station.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { useWords } from '../../words/words.ts';
import { LotTile, QuotaTile, RecallTile, ReturnsTile } from './cloud-tiles.tsx';
import classes from './overview-page.module.css';
import { SlotTile } from './slot-tile.tsx';
import { OrderTile, ParkedTile, WaitingTile } from './work-tiles.tsx';

/** The drawing of charts is most of the page's size: it comes when it is wanted. */
const OverviewCharts = lazy(async () => ({ default: (await import('./overview-charts.tsx')).OverviewCharts }));

/** What a line lead looks at: all slots, yield, failures, what waits, what must come back. Each tile leads to its page. */
export function OverviewPage() {
  const t = useWords('overview');
  const station = useMirror('station');
  const queue = useMirror('queue');
  const orders = useMirror('orders');
  return (
    <Stack gap="md" className={classes['page']}>
      <h1 className={classes['title']}>{t('title')}</h1>
      {station === null || queue === null ? (
        <LoadingState text={t('loading')} />
      ) : (
        <div className={classes['tiles']}>
          <SlotTile station={station} />
          {orders !== null && <OrderTile orders={orders} />}
          <WaitingTile queue={queue} />
          <ParkedTile queue={queue} />
          <QuotaTile queue={queue} />
          <ReturnsTile />
          <LotTile />
          <RecallTile recall={queue.recall} />
        </div>
      )}
      <Suspense fallback={<LoadingState text={t('loading')} />}>
        <OverviewCharts />
      </Suspense>
    </Stack>
  );
}
