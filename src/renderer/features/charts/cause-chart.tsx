import type { Problem } from '../../../shared/problem.ts';
import type { Statistics } from '../../../shared/statistics.ts';
import { useTimes } from '../../ui/times.ts';
import { useProblemWords, useWords } from '../../words/words.ts';
import classes from './charts-page.module.css';

/** Failures by cause, the most frequent on top: a bar, its words and its number. */
export function CauseChart({ causes }: { readonly causes: Statistics['causes'] }) {
  const t = useWords('charts');
  const words = useProblemWords();
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
              <span>{withoutFacts(words({ code, facts: {} } as unknown as Problem).title)}</span>
              <strong>{number(count)}</strong>
            </span>
            <span className={classes['bar']} style={{ width: `${(100 * count) / most}%` }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Facts differ from failure to failure; what a title says of them in brackets is left out. */
function withoutFacts(title: string): string {
  return title.replaceAll(/\s*[(（]–[)）]/g, '');
}
