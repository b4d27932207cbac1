import type { RecallRow } from '../../shared/contract-orders.ts';
import type { Problem } from '../../shared/problem.ts';
import { useProblemWords, useWords } from '../words/words.ts';
import { addressOf } from './addresses.ts';
import classes from './recall-rows.module.css';
import { useTimes } from './times.ts';

/** Units that must come back: serial and order of each, and why its enrollment was refused. */
export function RecallRows({ rows }: { readonly rows: readonly RecallRow[] }) {
  const t = useWords('orders');
  const words = useProblemWords();
  const { shortDateTime } = useTimes();
  return (
    <ul className={classes['rows']}>
      {rows.map((row) => (
        <li key={row.item} className={classes['row']} data-recalled={row.serial}>
          <a className={classes['serial']} href={addressOf('unit', row.serial)}>
            {row.serial}
          </a>
          <span data-recalled-order={row.order ?? ''}>
            {row.order === null ? t('recall.noOrder') : t('order', { order: row.order })}
          </span>
          <span className={classes['more']}>{t('recall.queuedAt', { at: shortDateTime(row.queuedAt) })}</span>
          {row.problem !== null && <span>{words(row.problem as Problem).title}</span>}
        </li>
      ))}
    </ul>
  );
}
