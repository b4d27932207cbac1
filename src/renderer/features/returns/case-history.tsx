import type { Problem } from '../../../shared/problem.ts';
import type { HistoryLine } from '../../../shared/records.ts';
import { useTimes } from '../../ui/times.ts';
import { useProblemWords, useWords } from '../../words/words.ts';
import classes from './returns-page.module.css';

/** What was written down of the unit during its return, in order. */
export function CaseHistory({ lines }: { readonly lines: readonly HistoryLine[] }) {
  const t = useWords('returns');
  const unit = useWords('unit');
  const words = useProblemWords();
  const { dateTime } = useTimes();
  const said = (event: string): string =>
    event.startsWith('return-')
      ? t(`event.${event}`, { defaultValue: event })
      : unit(`event.${event}`, { defaultValue: event });
  return (
    <div className={classes['part']}>
      <h2 className={classes['heading']}>{t('history.title')}</h2>
      {lines.length === 0 ? (
        <p>{t('history.none')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={classes['wide']} tabIndex={0} aria-label={t('history.title')}>
          <table className={classes['table']}>
            <thead>
              <tr>
                {(['at', 'what', 'actor'] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(`history.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.seq} data-event={line.event}>
                  <td>{dateTime(line.at)}</td>
                  <td>
                    {said(line.event)}
                    {line.problem !== null && (
                      <span className={classes['aside']}> – {words(line.problem as Problem).title}</span>
                    )}
                  </td>
                  <td>{line.actor}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
