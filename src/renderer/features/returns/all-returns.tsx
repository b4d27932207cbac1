import { VisuallyHidden } from '@mantine/core';
import { useEffect } from 'react';
import type { ReturnRow } from '../../../shared/returns.ts';
import { useCall, useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { EmptyState } from '../../ui/page-states.tsx';
import { useTimes } from '../../ui/times.ts';
import { useListPages } from '../../ui/use-list-pages.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import { endKind } from './end-kind.ts';
import { loadStretch } from './return-stretch.ts';
import classes from './returns-page.module.css';

const columns = ['serial', 'deed', 'reason', 'outcome', 'startedAt', 'actor'] as const;
const keyOf = (row: ReturnRow): number => row.row;

/** Every return of the books, open and ended, newest first. */
export function AllReturns() {
  const t = useWords('returns');
  const call = useCall();
  const returns = useMirror('returns');
  const list = useListPages<ReturnRow>('returns', {
    load: (stretch) => loadStretch(stretch, (before, limit) => call('return-list', { open: false, before, limit })),
    keyOf,
  });
  const { pages } = list;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a return that went on is a reason to ask again
  useEffect(() => pages.refresh(), [pages, returns]);
  return (
    <section className={classes['all']} aria-label={t('all.title')}>
      <h2 className={classes['heading']}>{t('all.title')}</h2>
      <VirtualList
        list={list}
        label={t('all.title')}
        keyOf={keyOf}
        rowInRem={3.25}
        head={columns.map((name) => <span key={name}>{t(`column.${name}`)}</span>)}
        rowClass={classes['row']}
        row={(row) => <ReturnLine row={row} />}
        empty={<EmptyState title={t('all.none')} text={t('all.noneText')} />}
      />
    </section>
  );
}

/** One return; each part bears its name for those who hear it. */
function ReturnLine({ row }: { readonly row: ReturnRow }) {
  const t = useWords('returns');
  const { shortDateTime } = useTimes();
  const named = (name: (typeof columns)[number]) => <VisuallyHidden>{t(`column.${name}`)}: </VisuallyHidden>;
  const { state } = row;
  return (
    <>
      <a className={classes['id']} href={addressOf('returns', row.id)} data-listed={row.id}>
        {row.serial}
      </a>
      <span>
        {named('deed')}
        {t(`deed.${row.deed}.title`)}
      </span>
      <span>
        {named('reason')}
        {t(`reason.${row.reason}`)}
      </span>
      <span>
        {named('outcome')}
        <Signed kind={endKind(row)}>
          {state.step === 'done' ? t(`outcome.${state.outcome}`) : t(`step.${state.step}`)}
        </Signed>
      </span>
      <span>
        {named('startedAt')}
        {shortDateTime(row.startedAt)}
      </span>
      <span>
        {named('actor')}
        {row.origin.actor}
      </span>
    </>
  );
}
