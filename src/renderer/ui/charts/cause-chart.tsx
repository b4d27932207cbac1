import type { Statistics } from '../../../shared/statistics.ts';
import { useWords } from '../../words/words.ts';
import { useCauseTitle } from '../cause-title.ts';
import { useTimes } from '../times.ts';
import classes from './charts.module.css';

/** Failures by cause, the most frequent on top: a bar, its words and its number. */
export function CauseChart({ causes }: { readonly causes: Statistics['causes'] }) {
  const t = useWords('charts');
  const titleOf = useCauseTitle();
  const { number } = useTimes();
  const most = causes[0]?.count ?? 1;
  return (
    <section className={classes['chart']} aria-label={t('causes.title')} data-chart="causes">
      <h2 className={classes['heading']}>{t('causes.title')}</h2>
      {causes.length === 0 && <p className={classes['summary']}>{t('causes.none')}</p>}
      <ul className={classes['causes']}>
        {causes.map(({ code, count }) => (
          <li key={code} data-cause={code} data-count={count}>
            <span className={classes['cause']}>
              <span>{titleOf(code)}</span>
              <strong>{number(count)}</strong>
            </span>
            <span className={classes['bar']} style={{ width: `${(100 * count) / most}%` }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
