import { BarChart } from '@mantine/charts';
import type { Statistics } from '../../../shared/statistics.ts';
import { useWords } from '../../words/words.ts';
import { useTimes } from '../times.ts';
import classes from './charts.module.css';
import { FigureTable } from './figure-table.tsx';
import { fills, Legend } from './patterns.tsx';

/** Ended attempts per hour: passed plain, failed hatched on top. */
export function HourChart({ perHour }: { readonly perHour: Statistics['perHour'] }) {
  const t = useWords('charts');
  const { number, percent, hour } = useTimes();
  const withDay = perHour.length > 24;
  const data = perHour.map((one) => ({ ...one, label: hour(one.hour, withDay) }));
  const passed = perHour.reduce((sum, one) => sum + one.passed, 0);
  const failed = perHour.reduce((sum, one) => sum + one.failed, 0);
  const summary = t('perHour.summary', { passed: number(passed), failed: number(failed) });
  return (
    <section className={`${classes['chart']} ${classes['wide']}`} aria-label={t('perHour.title')} data-chart="per-hour">
      <h2 className={classes['heading']}>{t('perHour.title')}</h2>
      <p className={classes['summary']} data-passed={passed} data-failed={failed}>
        {summary}
      </p>
      <Legend
        entries={[
          [fills.passed, t('perHour.passed')],
          [fills.failed, t('perHour.failed')],
        ]}
      />
      <div role="img" aria-label={`${t('perHour.title')}: ${summary}`}>
        <BarChart
          h={280}
          data={data}
          dataKey="label"
          type="stacked"
          gridAxis="x"
          yAxisProps={{ allowDecimals: false }}
          barChartProps={{ accessibilityLayer: false }}
          barProps={(series) => ({
            isAnimationActive: false,
            fill: fills[series.name === 'failed' ? 'failed' : 'passed'],
          })}
          series={[
            { name: 'passed', label: t('perHour.passed'), color: fills.passed },
            { name: 'failed', label: t('perHour.failed'), color: 'var(--chart-fail)' },
          ]}
        />
      </div>
      <FigureTable
        head={[t('perHour.hour'), t('perHour.passed'), t('perHour.failed'), t('perHour.yield')]}
        rows={perHour.map((one) => [
          hour(one.hour, true),
          number(one.passed),
          number(one.failed),
          one.passed + one.failed === 0 ? '–' : percent(one.passed / (one.passed + one.failed)),
        ])}
      />
    </section>
  );
}
