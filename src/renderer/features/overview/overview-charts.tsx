import '@mantine/charts/styles.css';
import { addressOf } from '../../ui/addresses.ts';
import { CauseChart } from '../../ui/charts/cause-chart.tsx';
import charts from '../../ui/charts/charts.module.css';
import { HourChart } from '../../ui/charts/hour-chart.tsx';
import { Patterns } from '../../ui/charts/patterns.tsx';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { useWords } from '../../words/words.ts';
import classes from './overview-page.module.css';
import { Count, Tile } from './tile.tsx';

/** A shift: what a lead can still do something about. */
const hours = 8;

/** How the shift went so far: yield, attempts by hour, failures by cause. */
export function OverviewCharts() {
  const t = useWords('overview');
  const { number, percent } = useTimes();
  const { value, problem, again } = useAnswer('statistics', { hours }, 5_000);
  if (value === null) {
    return problem === null ? (
      <LoadingState text={t('loading')} />
    ) : (
      <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />
    );
  }
  const { units, firstPass, perHour, causes } = value;
  if (units === 0) {
    return (
      <Tile name="yield" title={t('yield', { hours })} href={addressOf('charts')} wide>
        <EmptyState title={t('empty.title')} text={t('empty.text')} />
      </Tile>
    );
  }
  return (
    <>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      <div className={classes['tiles']}>
        <Tile name="yield" title={t('yield', { hours })} href={addressOf('charts')} wide>
          <Count
            kind="pass"
            count={firstPass}
            said={percent(firstPass / units)}
            more={t('firstPass', { firstPass: number(firstPass), count: units, units: number(units) })}
          />
        </Tile>
      </div>
      <div className={charts['charts']}>
        <Patterns />
        <HourChart perHour={perHour} />
        <div className={charts['wide']}>
          <CauseChart causes={causes} />
        </div>
      </div>
    </>
  );
}
