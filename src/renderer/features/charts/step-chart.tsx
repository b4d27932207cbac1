import { BarChart } from '@mantine/charts';
import type { Statistics } from '../../../shared/statistics.ts';
import classes from '../../ui/charts/charts.module.css';
import { FigureTable } from '../../ui/charts/figure-table.tsx';
import { fills, Legend } from '../../ui/charts/patterns.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';

/** Time at each step: half of all took at most the median, 95 of 100 at most the p95. */
export function StepChart({ steps }: { readonly steps: Statistics['steps'] }) {
  const t = useWords('charts');
  const names = useWords('steps');
  const { number, duration } = useTimes();
  const nameOf = (step: string): string => names(step, { defaultValue: step });
  const data = steps.map((one) => ({
    label: nameOf(one.step),
    median: one.medianInMs / 1_000,
    p95: one.p95InMs / 1_000,
  }));
  return (
    <section className={`${classes['chart']} ${classes['wide']}`} aria-label={t('steps.title')} data-chart="steps">
      <h2 className={classes['heading']}>{t('steps.title')}</h2>
      <p className={classes['summary']}>{t('steps.about')}</p>
      <Legend
        entries={[
          [fills.median, t('steps.median')],
          [fills.p95, t('steps.p95')],
        ]}
      />
      <div role="img" aria-label={t('steps.title')}>
        <BarChart
          h={90 + 56 * data.length}
          data={data}
          dataKey="label"
          orientation="vertical"
          gridAxis="y"
          yAxisProps={{ width: 190 }}
          valueFormatter={(seconds) => duration(seconds * 1_000)}
          barChartProps={{ accessibilityLayer: false }}
          barProps={(series) => ({
            isAnimationActive: false,
            ...(series.name === 'p95' ? { fill: fills.p95 } : {}),
          })}
          series={[
            { name: 'median', label: t('steps.median'), color: fills.median },
            { name: 'p95', label: t('steps.p95'), color: 'var(--chart-p95)' },
          ]}
        />
      </div>
      <FigureTable
        head={[t('steps.step'), t('steps.median'), t('steps.p95'), t('steps.count')]}
        rows={steps.map((one) => [
          nameOf(one.step),
          duration(one.medianInMs),
          duration(one.p95InMs),
          number(one.count),
        ])}
      />
    </section>
  );
}
