import { VisuallyHidden } from '@mantine/core';
import type { Problem } from '../../../shared/problem.ts';
import type { RecordRow } from '../../../shared/records.ts';
import { addressOf } from '../../ui/addresses.ts';
import { deliveryKind, outcomeKind, Signed } from '../../ui/outcome.tsx';
import { useTimes } from '../../ui/times.ts';
import { useProblemWords, useWords } from '../../words/words.ts';
import classes from './records-page.module.css';

const columns = ['serial', 'outcome', 'delivery', 'reason', 'slot', 'started', 'took'] as const;

/** Names of the columns. */
export function RecordHead() {
  const t = useWords('records');
  return columns.map((name) => <span key={name}>{t(`column.${name}`)}</span>);
}

/** One attempt. The whole line leads to the unit's card; each part bears its name for those who hear it. */
export function RecordLine({ record }: { readonly record: RecordRow }) {
  const t = useWords('records');
  const words = useProblemWords();
  const { shortDateTime, duration } = useTimes();
  const { outcome, delivery, problem, finishedAt } = record;
  const named = (name: (typeof columns)[number]) => <VisuallyHidden>{t(`column.${name}`)}: </VisuallyHidden>;
  return (
    <>
      <a className={classes['serial']} href={addressOf('unit', record.serial)} data-record={record.row}>
        {record.serial}
      </a>
      <span>
        {named('outcome')}
        <Signed kind={outcomeKind(outcome)}>{t(`outcome.${outcome ?? 'running'}`)}</Signed>
        {record.superseded && <span className={classes['aside']}> {t('superseded')}</span>}
      </span>
      <span>
        {named('delivery')}
        {delivery === null ? '–' : <Signed kind={deliveryKind(delivery)}>{t(`delivery.${delivery}`)}</Signed>}
      </span>
      <span className={classes['reason']}>
        {named('reason')}
        {problem === null ? '–' : words(problem as Problem).title}
      </span>
      <span>
        {named('slot')}
        {record.slot}
      </span>
      <span>
        {named('started')}
        {shortDateTime(record.startedAt)}
      </span>
      <span>
        {named('took')}
        {finishedAt === null ? '–' : duration(Date.parse(finishedAt) - Date.parse(record.startedAt))}
      </span>
    </>
  );
}
