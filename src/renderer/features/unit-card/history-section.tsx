import type { Problem } from '../../../shared/problem.ts';
import type { HistoryLine } from '../../../shared/records.ts';
import { useTimes } from '../../ui/times.ts';
import { useProblemWords, useWords } from '../../words/words.ts';
import { timedLines } from './history.ts';
import classes from './unit-page.module.css';

/** Everything that happened to the unit, in the order in which it was written down, with times and how long steps took. */
export function HistorySection({ lines }: { readonly lines: readonly HistoryLine[] }) {
  const t = useWords('unit');
  const steps = useWords('steps');
  const words = useProblemWords();
  const { dateTime, duration } = useTimes();
  return (
    <div className={classes['part']}>
      <h2 className={classes['heading']}>{t('history.title')}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes['wide']} tabIndex={0} aria-label={t('history.title')}>
        <table className={classes['table']}>
          <thead>
            <tr>
              {(['at', 'what', 'step', 'took', 'actor'] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`history.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {timedLines(lines).map(({ line, tookInMs }) => (
              <tr key={line.seq} data-event={line.event}>
                <td className={classes['number']}>{dateTime(line.at)}</td>
                <td>
                  {t(`event.${line.event}`, { defaultValue: line.event })}
                  {line.problem !== null && (
                    <span className={classes['aside']}> – {words(line.problem as Problem).title}</span>
                  )}
                </td>
                <td>{line.step === null ? '–' : steps(line.step, { defaultValue: line.step })}</td>
                <td className={classes['number']}>{tookInMs === null ? '–' : duration(tookInMs)}</td>
                <td>{line.actor}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
