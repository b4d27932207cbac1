import { Button, Group, Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { LotView } from '../../../shared/lot.ts';
import { useCall } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { EmptyState } from '../../ui/page-states.tsx';
import { useTimes } from '../../ui/times.ts';
import { useListPages } from '../../ui/use-list-pages.ts';
import { useQualityChange } from '../../ui/use-quality-change.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import { LotSign } from './lot-figures.tsx';
import { LotForm } from './lot-form.tsx';
import classes from './quality-page.module.css';

const keyOf = (view: LotView): number => view.row;

/** Every lot, newest first, and the way to open another one. */
export function LotsView() {
  const t = useWords('quality');
  const call = useCall();
  const { number } = useTimes();
  const [opening, setOpening] = useState(false);
  const list = useListPages<LotView>('lots', { load: (stretch) => call('lot-list', stretch), keyOf });
  const change = useQualityChange();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a lot that counts on is a reason to ask again
  useEffect(() => list.pages.refresh(), [list.pages, change]);
  const { total } = list.view;
  return (
    <>
      <Group justify="space-between">
        <Text role="status" className={classes['total']} data-total={total ?? undefined}>
          {total === null ? '\u00a0' : t('lotCount', { count: total, shown: number(total) })}
        </Text>
        <Button onClick={() => setOpening(true)} data-open-lot>
          {t('openLot')}
        </Button>
      </Group>
      <VirtualList
        list={list}
        label={t('lots')}
        keyOf={keyOf}
        rowInRem={3.25}
        head={<Head />}
        rowClass={classes['lotRow']}
        row={(view) => <Line view={view} />}
        empty={<EmptyState title={t('emptyLots.title')} text={t('emptyLots.text')} />}
      />
      <LotForm
        opened={opening}
        onClose={() => setOpening(false)}
        onOpened={({ lot }) => {
          window.location.hash = addressOf('quality', lot.id);
        }}
      />
    </>
  );
}

const columns = ['lot', 'lotVerdict', 'size', 'verified', 'failed', 'left', 'opened'] as const;

function Head() {
  const t = useWords('quality');
  return columns.map((name) => <span key={name}>{t(`column.${name}`)}</span>);
}

/** One lot. The whole line leads to it; each part bears its name for those who hear it. */
function Line({ view: { lot, count, verdict } }: { readonly view: LotView }) {
  const t = useWords('quality');
  const { number, shortDateTime } = useTimes();
  const named = (name: (typeof columns)[number]) => <VisuallyHidden>{t(`column.${name}`)}: </VisuallyHidden>;
  return (
    <>
      <a className={classes['link']} href={addressOf('quality', lot.id)} data-lot-row={lot.name}>
        {lot.name}
      </a>
      <span>
        {named('lotVerdict')}
        <LotSign verdict={verdict} />
        {lot.closed !== null && ` ${t('closed')}`}
      </span>
      <span>
        {named('size')}
        {number(lot.size)}
      </span>
      <span>
        {named('verified')}
        {number(count.passed + count.failed + count.cannotTell)}
      </span>
      <span>
        {named('failed')}
        {number(count.failed)}
      </span>
      <span>
        {named('left')}
        {number(count.left)}
      </span>
      <span>
        {named('opened')}
        {shortDateTime(lot.openedAt)}
      </span>
    </>
  );
}
